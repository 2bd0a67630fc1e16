"""Networks as circles: every number is the model's, and nothing else is changed."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
import viz
from autograd import Value
from viz.layout.measure import text_width
from viz.neurons.ink import DARK, DARKEST, LIGHT, on

SVG = "{http://www.w3.org/2000/svg}"


def titles(svg, what):
    """What the tooltips of neurons, or of edges, say."""
    return [
        title.text
        for title in ElementTree.fromstring(svg).iter(f"{SVG}title")
        if title.text.startswith(what)
    ]


def activations(svg):
    return [float(title.rpartition(": ")[2]) for title in titles(svg, "neuron")]


def close(said, known, digits=5):
    return np.allclose(said, known, rtol=10.0**-digits, atol=1e-12)


@given(st.lists(st.integers(1, 6), min_size=2, max_size=4), st.integers(0, 99))
def test_every_number_that_is_drawn_is_the_models(sizes, seed):
    model = nn.MLP(sizes[0], sizes[1:], activation=np.tanh, generator=seed)
    x = np.random.default_rng(seed).standard_normal(sizes[0]).astype(np.float32)
    svg = viz.network(model, x).svg()
    values = [x]
    for layer in model.layers:
        values.append(layer(ag.tensor(values[-1])).data)
    assert close(activations(svg), np.concatenate(values))
    drawn = sorted(float(each.split()[1]) for each in titles(svg, "weight"))
    weights = np.concatenate([layer.weight.data.ravel() for layer in model.layers])
    assert close(drawn, np.sort(weights), 3)


@pytest.mark.parametrize(
    "model",
    [
        nn.MLP(4, [3, 2], generator=0),
        nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)),
        nn.Sequential(nn.Linear(4, 3, bias=False), nn.Tanh(), nn.Linear(3, 2)),
        nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5), nn.Sequential(nn.Linear(3, 2))),
        nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3), nn.GELU(), nn.Linear(3, 2)),
        lambda x: np.tanh(x @ np.ones((4, 3))) @ np.ones((3, 2)),
        nn.scalar.MLP(4, [3, 2]),
    ],
)
def test_whatever_is_a_row_of_layers_is_drawn(model):
    drawing = viz.network(model, [1.0, -2.0, 0.5, 0.0])
    assert repr(drawing) == "Network(4-3-2)"
    assert len(titles(drawing.svg(), "weight")) == 4 * 3 + 3 * 2


def test_what_is_applied_to_a_layers_sums_is_told_by_operation_or_module():
    rows = [
        nn.MLP(2, [3, 2], generator=0),
        nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.SiLU(), nn.Linear(3, 2)),
        nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2)),
        lambda x: np.tanh(x @ np.ones((2, 3)) + 1) @ np.ones((3, 2)),
    ]
    hidden = [
        viz.network(model, np.ones((1, 2), np.float32)).layers[1] for model in rows
    ]
    told = ["relu", "layer_norm, silu", "BatchNorm1d, relu", "tanh"]
    assert [layer.after for layer in hidden] == told


def test_what_is_said_below_a_layer_does_not_reach_into_the_next():
    parts = [nn.BatchNorm1d(3), nn.LeakyReLU(), nn.LayerNorm(3), nn.SiLU(), nn.Tanh()]
    model = nn.Sequential(
        nn.Linear(2, 3), *parts, nn.Linear(3, 3), *parts, nn.Linear(3, 2)
    )
    svg = viz.network(model, np.ones((1, 2), np.float32)).svg()
    said = [each.text for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    long = [text for text in said if text and text.startswith("3 neurons · ")]
    assert len(long) == 2
    for text in long:
        assert text.startswith("3 neurons · BatchNorm1d, lea")
        assert text.endswith("…")
        assert text_width(text, 9.5) < 165


def test_a_scalar_network_and_its_twin_are_drawn_with_the_same_numbers():
    ours, twin = nn.scalar.MLP(2, [3, 1]), nn.MLP(2, [3, 1], dtype=np.float64)
    nn.scalar.copy_weights(ours, twin)
    both = [viz.network(model, [1.0, -2.0]).svg() for model in (ours, twin)]
    assert close(*map(activations, both))
    assert titles(both[0], "weight") == titles(both[1], "weight")


def test_a_model_of_a_batch_of_one_and_of_an_image_is_drawn():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    drawing = viz.network(model, np.ones((1, 8, 8), np.float32))
    assert repr(drawing) == "Network(64-3)"
    assert "8 × 8 pixels" in drawing.svg()


def test_what_comes_before_the_first_product_is_told_and_is_no_image():
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(196, 3)
    )
    x = np.ones((1, 1, 7, 7), np.float32)
    svg = viz.network(model, x).svg()
    assert "196 inputs · reshape" in svg
    assert "pixels" not in svg
    flat = nn.Sequential(nn.Flatten(), nn.Linear(49, 3))
    svg = viz.network(flat, x).svg()
    assert "49 inputs<" in svg
    assert "7 × 7 pixels" in svg


def test_what_is_left_out_is_counted():
    model = nn.MLP(784, [16, 16, 10], generator=0)
    svg = viz.network(model, np.zeros(784, np.float32)).svg()
    assert "768 more" in svg
    assert "784 inputs" in svg
    assert svg.count("<circle") == 16 + 16 + 16 + 10
    assert "28 × 28 pixels" in svg
    small = viz.network(model, np.zeros(784, np.float32), most=4, image=False).svg()
    assert small.count("<circle") == 4 * 4
    assert "pixels" not in small
    assert "6 more" in small


def test_the_largest_output_is_told_where_it_is_left_out():
    def model(x):
        return x @ np.eye(9)

    svg = viz.network(model, np.arange(9) % 8 * 3.0, most=4).svg()
    assert "5 more" in svg
    assert re.search(r'font-weight="bold">7</text><rect [^>]*/><text [^>]*>95% ◄<', svg)
    shown = viz.network(model, np.arange(9) * 3.0, most=4).svg()
    assert shown.count("◄") == 1


def test_the_bars_are_shares_and_the_largest_is_marked():
    def model(x):
        return x @ np.eye(3)

    svg = viz.network(model, [1.0, 3.0, -1.0], classes=["a", "b", "c"]).svg()
    shares = [int(each) for each in re.findall(r">(\d+)%", svg)]
    assert shares == [12, 87, 2]
    assert "87% ◄" in svg
    assert "bars: softmax of the outputs" in svg
    told = viz.network(model, [0.25, 0.75, 0.0]).svg()
    assert "bars: the outputs themselves" in told
    assert "75% ◄" in told


def test_the_brightest_output_is_the_answer_however_far_below_0_another_is():
    svg = viz.network(lambda x: x @ np.eye(2), [3.0, -9.0], image=False).svg()
    tones = re.findall(r'neuron \d: (\S+)</title><circle [^>]*class="\w+ t(\d+)"', svg)
    assert tones[2:] == [("3", "20"), ("-9", "0")]


def test_signs_are_told_by_dashes():
    svg = viz.network(lambda x: x @ np.array([[1.0], [-1.0]]), [1.0, -1.0]).svg()
    assert ".m{stroke-dasharray" in svg
    assert re.search(r"\.under{[^}]*stroke-dasharray", svg)
    assert len(re.findall(r'<path [^>]*class="m l10"[^>]*><title>weight -1<', svg)) == 1
    assert len(re.findall(r'neuron 1: -1</title><circle [^>]*class="under', svg)) == 1


def luminance(colour):
    tones = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        t / 12.92 if t <= 0.04045 else ((t + 0.055) / 1.055) ** 2.4 for t in tones
    ]
    return sum(weight * t for weight, t in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_on_light_and_dark_paper_and_on_every_brightness():
    for inks in (LIGHT, DARK):
        for kind in ("text", "muted", "plus", "minus"):
            assert contrast(inks[kind], inks["paper"]) >= 4.5
    for tone in range(DARKEST, 256):
        level = (tone - DARKEST) / (255 - DARKEST)
        ink = "#ffffff" if on(level) == "w" else "#000000"
        assert contrast(f"#{tone:02x}{tone:02x}{tone:02x}", ink) >= 4.5


@pytest.mark.parametrize(
    "name",
    ['"><script>alert(1)</script>', "]]>", "a\nb\u202e", "x" * 10_000, "<&'\x00"],
)
def test_hostile_names_are_inert(name):
    svg = viz.network(lambda x: x @ np.eye(2), [1.0, 2.0], classes=[name, "b"]).svg()
    root = ElementTree.fromstring(svg)
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert len(svg) < 9000


def test_drawing_changes_nothing():
    model = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 1)
    )
    before = {name: a.copy() for name, a in model.state_dict().items()}
    x = ag.tensor(np.ones((1, 3), np.float32), requires_grad=True)
    drawings = [viz.network(model, x).svg() for _ in range(2)]
    assert drawings[0] == drawings[1]
    assert x.grad is None
    assert all(part.training for part in model.modules())
    after = model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: viz.network(3, [1.0]), "needs a model and an input"),
        (lambda: viz.network(np.tanh, [1.0]), "there is none in this model"),
        (lambda: viz.network(nn.MLP(2, [1]), np.ones((5, 2))), "Pass one: x[0]"),
        (lambda: viz.network(lambda x: 3.0, [1.0]), "returns one Tensor"),
        (lambda: viz.network(nn.MLP(4, [1]), np.ones(4), image=(3, 2)), "of 4 inputs"),
        (lambda: viz.network(nn.MLP(4, [1]), np.ones(4), image=True), "a square"),
        (lambda: viz.network(nn.MLP(4, [2]), np.ones(4), classes="abc"), "2 outputs"),
        (lambda: viz.network(nn.MLP(4, [2]), np.ones(4), most=1), "2 or more"),
        (lambda: viz.network(parallel, np.ones(4)), "layers in a row"),
        (lambda: viz.network(joined, np.ones(4)), "layers in a row"),
        (
            lambda: viz.network(lambda x: x + x @ np.eye(3), np.ones(3)),
            "layer 1 is joined, by add, with what went past it",
        ),
        (lambda: viz.network(lambda x: x @ np.eye(1) * 1j, [1.0]), "real numbers"),
    ],
)
def test_what_is_no_row_of_layers_is_refused(call, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        call()


def parallel(x):
    return x @ np.ones((4, 4)) + x @ np.ones((4, 4))


def joined(x):
    y = x @ np.ones((4, 3))
    return np.concatenate([y, y]) @ np.ones((6, 1))


def test_it_is_saved_and_shown_like_a_drawing(tmp_path):
    drawing = viz.network(nn.scalar.MLP(2, [2, 1]), [Value(1.0), 2.0])
    drawing.save(tmp_path / "net.svg")
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == drawing.svg()
    bundle = drawing._repr_mimebundle_()
    assert bundle["text/plain"] == "Network(2-2-1)"
    assert "max-width:620px" in bundle["image/svg+xml"]
    with pytest.raises(viz.RenderError, match=r"use one of \.svg, \.png"):
        drawing.save("net.gif")


def test_a_network_is_a_png_where_resvg_is_installed(tmp_path):
    pytest.importorskip("resvg_py", reason="needs resvg-py")
    drawing = viz.network(nn.scalar.MLP(2, [2, 1]), [1.0, 2.0])
    drawing.save(tmp_path / "net.png")
    header = (tmp_path / "net.png").read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    assert int.from_bytes(header[16:20]) == 2 * 620  # dots, of the SVG's width


def test_a_png_of_a_film_is_its_last_frame(tmp_path):
    pytest.importorskip("resvg_py", reason="needs resvg-py")
    frames = [([np.eye(2) * n], [np.ones(2), np.ones(2) * n]) for n in (1, -1)]
    made = []
    for number, shown in enumerate([frames, frames[::-1], frames[1:]]):
        viz.film(shown, classes=["a", "b"]).save(tmp_path / f"{number}.png")
        made.append((tmp_path / f"{number}.png").read_bytes())
    assert made[0] == made[2]
    assert made[0] != made[1]


def test_a_network_and_a_film_open_themselves_in_a_browser(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    drawing = viz.network(nn.scalar.MLP(2, [2, 1]), [1.0, 2.0])
    film = viz.film([([np.eye(2)], [np.ones(2), np.ones(2)])])
    drawing.show()
    film.show()
    paths = [Path(url.removeprefix("file://")) for url in opened]
    assert [path.suffix for path in paths] == [".svg", ".html"]
    assert paths[0].read_text("utf-8") == drawing.svg()
    assert paths[1].read_text("utf-8") == film.html()
    for path in paths:
        path.unlink()
