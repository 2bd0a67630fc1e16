"""Frames around module calls, and the names modules give to their parameters."""

from contextlib import suppress

import numpy as np
import pytest

import autograd as ag
import nn
import viz


def titles(view):
    return [(c.path, c.title, c.note) for c in view.clusters[1:]]


def frames_of(view, title):
    (item,) = [item for item in view.items if item.title == title]
    path, at = [], item.cluster
    while at:
        path.append(view.clusters[at].path)
        at = view.clusters[at].parent
    return path


def test_every_module_call_is_a_frame_with_path_class_and_size():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    view = viz.draw(model(np.ones((4, 2), np.float32))).view
    assert titles(view) == [
        ("", "Sequential", "13 parameters"),
        ("0", "Linear", "9 parameters"),
        ("1", "Tanh", ""),
        ("2", "Linear", "4 parameters"),
    ]
    assert [cluster.parent for cluster in view.clusters[1:]] == [0, 1, 1, 1]


def test_parameters_are_named_from_the_outermost_module_and_stand_in_their_frame():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    view = viz.draw(model(np.ones((4, 2), np.float32))).view
    assert frames_of(view, "0.weight") == ["0", ""]
    assert frames_of(view, "1.bias") == ["1", ""]


def test_two_calls_of_a_module_are_two_frames_and_share_parameters_outside():
    class Twice(nn.Module):
        def __init__(self):
            self.step = nn.Linear(2, 2)

        def forward(self, x):
            return self.step(self.step(x))

    view = viz.draw(Twice()(np.ones((1, 2), np.float32))).view
    assert [title for _, title, _ in titles(view)] == [
        "Twice",
        "Linear · call 1 of 2",
        "Linear · call 2 of 2",
    ]
    assert frames_of(view, "step.weight") == [""]


def test_scalar_networks_have_frames_down_to_the_neuron():
    model = nn.scalar.MLP(2, [2, 1])
    view = viz.draw(model([1.0, -2.0])).view
    paths = [path for path, _, _ in titles(view)]
    assert paths[0] == ""
    assert len(paths) == 6
    weight = next(name for name, _ in model.named_parameters())
    assert frames_of(view, weight)[0] == weight.rpartition(".")[0].removesuffix(".w")


def test_a_module_without_methods_to_name_anything_is_framed_all_the_same():
    class Bare:
        def __len__(self):
            return 0

    from autograd.core.context import recording, switched

    with switched(scope=(recording.get().scope, Bare())):
        out = ag.Value(1.0) + 1
    assert titles(viz.draw(out).view) == [("", "Bare", "")]


def test_a_label_wins_over_the_name_a_module_gives():
    model = nn.Linear(2, 1)
    model.weight.label = "w"
    view = viz.draw(model(np.ones((1, 2), np.float32))).view
    assert "w" in [item.title for item in view.items]


def test_the_operations_of_a_derivative_have_a_frame_of_their_own():
    graph = ag.record(ag.grad(lambda x: x**3 * np.sin(x)), ag.Value(2.0))
    clusters = viz.draw(graph).view.clusters
    assert {cluster.kind for cluster in clusters[1:]} == {"gradient"}
    assert clusters[1].path == "∇"


CALLS = {
    "draw": viz.draw,
    "draw backwards": lambda model, x: viz.draw(model, x, direction="backward"),
    "play": viz.play,
    "diff": lambda model, x: viz.diff(model, model, x),
    "network": lambda model, x: viz.network(model, x[:1]),
    "summary": nn.summary,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("raises", [False, True])
def test_a_model_that_is_called_for_a_picture_is_left_as_it_was(call, raises):
    class Counting(nn.Module):
        def __init__(self):
            self.times, self.seen = 0, nn.Buffer(np.zeros(2))
            self.own = nn.Dropout(0.5, generator=3)

        def forward(self, x):
            self.times += 1
            self.seen.data[0] += 1
            x = self.own(x)
            if raises:
                raise ValueError("this one")
            return x

    model = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), Counting(), nn.Linear(4, 1)
    )
    nn.seed(0)
    before = [np.array(b.data) for b in model.buffers()]
    expected = model[2:3](np.ones((9, 4))).data, model[3].own(np.ones((9, 4))).data
    nn.seed(0)
    model[3].own.generator = np.random.default_rng(3)
    with suppress(ValueError):
        call(model, np.ones((5, 3), np.float32))
    for buffer, was in zip(model.buffers(), before, strict=True):
        assert np.array_equal(buffer.data, was)
    assert model[3].times == 0
    assert model.training
    assert np.array_equal(model[2:3](np.ones((9, 4))).data, expected[0])
    assert np.array_equal(model[3].own(np.ones((9, 4))).data, expected[1])


def test_a_network_with_dropout_is_the_same_as_itself():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
    viz.assert_same(model, model, np.eye(3, dtype=np.float32))


@pytest.mark.parametrize("size", [3, 3000])
def test_inputs_that_hold_the_same_numbers_keep_their_names(size):
    class Both(nn.Module):
        def __init__(self):
            self.one, self.other = nn.Linear(size, 2), nn.Linear(size, 2)

        def forward(self, a, b):
            return self.one(a) * self.other(b)

    ones = [np.ones((1, size), np.float32) for _ in range(2)]
    expected = ["a = b"] if size == 3 else ["a", "b"]
    model = Both()
    view = viz.draw(model, *ones).view
    assert [item.title for item in view.items if item.kind == "input"] == expected
    twice = viz.draw(model(*ones) + model(*ones)).view
    assert [item.title for item in twice.items if item.kind == "input"] == expected
    units = viz.play(model, *ones).story.units
    assert [unit.title for unit in units if unit.kind == "input"] == expected


def test_a_buffer_that_the_call_changed_is_drawn_as_it_was_read():
    class Counting(nn.Module):
        def __init__(self):
            self.calls = nn.Buffer(np.zeros(1, np.float32))
            self.weight = nn.Parameter(np.full(1, 2.0, np.float32))

        def forward(self, x):
            self.calls.data = self.calls.data + 1
            return self.weight * x * self.calls

    model, x = Counting(), np.ones(1, np.float32)
    for direction in "forward", "backward", "both":
        view = viz.draw(model, x, direction=direction).view
        (box,) = (item for item in view.items if item.title == "calls")
        assert ("data", "[1]") in [(row.key, row.text) for row in box.rows]
    units = viz.play(model, x).story.units
    assert [u.value["all"] for u in units if u.title == "calls"] == [[1.0]]
    assert model.calls.item() == 0


@pytest.mark.parametrize(
    ("module", "given", "name"),
    [
        (nn.CrossEntropyLoss(), [np.ones((1, 3)), np.array([2])], "target"),
        (nn.MSELoss(), [np.ones(2), np.zeros(2)], "target"),
        (nn.Bilinear(2, 3, 1), [np.ones((1, 2)), np.ones((1, 3))], "input2"),
    ],
)
def test_what_a_module_is_given_has_the_name_of_a_parameter(module, given, name):
    first, second = given
    drawing = viz.draw(module, ag.tensor(first, requires_grad=True), second)
    titles = [item.title for item in drawing.view.items if item.kind == "input"]
    assert titles == [name]
