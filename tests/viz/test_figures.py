"""Figures: what they show are the numbers, on scales that say so."""

import builtins
import io
import re

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import Value

matplotlib = pytest.importorskip("matplotlib")


def images(figure):
    return [image for axes in figure.axes for image in axes.images]


def drawn(figure):
    """The figure as a PNG; whatever matplotlib has against it is an error."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=40)
    assert file.getvalue().startswith(b"\x89PNG")
    return figure


RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("weight", "shape", "count"),
    [
        (nn.Linear(64, 16), None, 16),
        (nn.Linear(6, 5).weight, (2, 3), 5),
        (RANDOM.standard_normal((40, 49)), None, 40),
        (nn.Conv2d(3, 4, 5), None, 12),
        (np.zeros((2, 4)), None, 2),
        (np.array([[np.nan, 1, 2, 3]]), None, 1),
    ],
)
def test_weights_are_images_on_one_signed_scale_around_0(weight, shape, count):
    figure = viz.weight_images(weight, shape)
    found = images(figure)
    assert len(found) == count
    assert {image.norm.vmin for image in found} == {-found[0].norm.vmax}
    white = found[0].cmap(found[0].norm(0.0))
    assert np.allclose(white, 1, atol=0.01)


def test_the_strongest_neurons_come_first_and_the_rest_is_counted():
    weight = np.diag([1.0, 3.0, 2.0, 0.5])
    figure = viz.weight_images(weight, most=3)
    shown = [image.get_array().max() for image in images(figure)]
    assert shown == [3, 2, 1]
    title = "weights of 4 neurons, the strongest first; 1 are not shown"
    assert figure.axes[0].get_title(loc="left") == title
    single = viz.weight_images(np.ones((1, 1, 2, 2))).axes[0].get_title(loc="left")
    assert single == "weights of 1 filter of 1 input"


def test_feature_maps_are_in_their_order_and_signed_only_where_they_are():
    maps = RANDOM.standard_normal((1, 5, 4, 6))
    signed = viz.feature_maps(ag.tensor(maps))
    for image, channel in zip(images(signed), maps[0], strict=True):
        assert np.array_equal(image.get_array(), channel)
    assert images(signed)[0].norm.vmin < 0
    plain = viz.feature_maps(np.abs(maps))
    assert images(plain)[0].norm.vmin == 0


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (1, 5, 3, 3)])
def test_attention_is_a_picture_for_each_head_from_0_to_1(shape):
    weights = RANDOM.dirichlet(np.ones(shape[-1]), shape[:-1])
    figure = viz.attention_maps(weights)
    heads = weights.reshape(-1, *shape[-2:])
    for image, head in zip(images(figure), heads, strict=True):
        assert np.array_equal(image.get_array(), head)
        assert (image.norm.vmin, image.norm.vmax) == (0, 1)


def test_attention_names_its_words_as_they_are_written():
    words = ["$x$", "_b", "$"]
    figure = drawn(viz.attention_maps(np.eye(3), queries=words))
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [word.replace("$", r"\$") for word in words]


def test_histograms_tell_what_is_0_and_what_is_not_finite():
    steps = [
        {"a": np.array([0.0, 1, 2, np.nan]), "b": np.ones(3)},
        {"a": np.array([0.0, 0, 2, np.inf])},
    ]
    figure = drawn(viz.histograms(steps, title="activations"))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["a · 50% are 0 at the end · 2 not finite", "b"]
    legend = figure.axes[0].get_legend()
    assert legend.get_title().get_text() == "the darker, the more"
    counts = figure.axes[0].collections[0].get_array() ** 2
    assert np.allclose(np.reshape(counts, (40, 2)).sum(axis=0), 1)


@pytest.mark.parametrize(
    "model", [nn.MLP(2, [3, 1], generator=0), nn.scalar.MLP(2, [3, 1])]
)
def test_a_recorder_has_histograms_of_activations_weights_and_gradients(model):
    recorder = viz.Recorder(model, [1.0, -2.0])
    recorder()
    assert recorder.gradients == [{}]  # not computed is not 0
    x = [1.0, -2.0] if isinstance(model, nn.scalar.MLP) else np.ones((1, 2), np.float32)
    out = model(x)
    (out * out if isinstance(out, Value) else (out * out).sum()).backward()
    recorder(0.5)
    total = sum(np.size(p.grad) for p in model.parameters())
    assert sum(a.size for a in recorder.gradients[1].values()) == total
    assert list(recorder.weights[0]) == ["layers.0", "layers.1"]
    assert list(recorder.activations[0]) == ["inputs", "layers.0", "layers.1"]
    assert np.isnan(recorder.losses[0])
    for each in (recorder.activations, recorder.weights, recorder.gradients[1:]):
        shown = [axes for axes in viz.histograms(each).axes if axes.lines]
        assert len(shown) == len(each[0])


@pytest.mark.parametrize(
    ("history", "labels", "first"),
    [
        ([1.0, 0.5], ["0.5 at the end"], [1, 2]),
        ([Value(1.0), ag.tensor(0.5)], ["0.5 at the end"], [1, 2]),
        (np.ones((3, 2)), ["line 0: 1 at the end", "line 1: 1 at the end"], [1, 2, 3]),
        ({"epoch": [5, 10], "loss": [2.0, 1]}, ["loss: 1 at the end"], [5, 10]),
        ({"loss": [np.nan, -1.0]}, ["loss: -1 at the end"], [1, 2]),
        ({"_$a": [1.0]}, ["\u200b_\\$a: 1 at the end"], [1]),
    ],
)
def test_losses_are_lines_that_end_in_their_number(history, labels, first):
    axes = viz.loss_curves(history).axes[0]
    assert [line.get_label() for line in axes.lines] == labels
    assert axes.lines[0].get_xdata().tolist() == first
    assert len(axes.get_legend().get_texts()) == len(labels)
    assert len({line.get_linestyle() for line in axes.lines}) == len(labels)
    assert axes.get_xlabel() == "epoch"


def test_every_figure_is_drawn_without_a_warning():
    names = {"_$a$": [1.0], "b": [2.0]}
    drawn(viz.weight_images(np.eye(4), title="$"))
    drawn(viz.feature_maps(np.ones((2, 3, 4))))
    drawn(viz.histograms([{"$x$": np.array([])}, {"$x$": np.ones(3)}]))
    drawn(viz.loss_curves(names, title="$_$"))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: viz.weight_images(np.ones(4)), "got shape (4,)"),
        (lambda: viz.weight_images(np.ones((4, 6))), "say which: shape=(height"),
        (lambda: viz.weight_images(np.ones((0, 4))), "nothing to show"),
        (lambda: viz.weight_images(np.eye(4), most=0), "1 or more"),
        (lambda: viz.weight_images(np.eye(4) * 1j), "real numbers"),
        (lambda: viz.feature_maps(np.ones((2, 3, 4, 4))), "those of one image"),
        (lambda: viz.attention_maps(np.ones(3)), "one sample"),
        (lambda: viz.attention_maps(np.eye(3), keys="ab"), "3 keys; got 2 names"),
        (lambda: viz.histograms([]), "history is empty"),
        (lambda: viz.histograms([np.ones(3)]), "name → array, for each step"),
        (lambda: viz.loss_curves({}), "one number or more"),
        (lambda: viz.loss_curves([]), "one number or more"),
        (lambda: viz.loss_curves({"epoch": [1], "loss": [1, 2]}), "as epochs"),
    ],
)
def test_what_is_no_figure_is_refused(call, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        call()


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "glassgrad\[plot\]"'):
        viz.loss_curves([1.0])
