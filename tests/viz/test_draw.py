"""What a drawing shows of Values and Tensors, forwards and backwards."""

import gc
import os
import random
import signal
import threading

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd.core.node import ancestors
from viz.collector import at_rest


def boxes(drawing, kind=None):
    return [
        item
        for item in drawing.view.items
        if not item.round and kind in (None, item.kind)
    ]


def box(drawing, title):
    (found,) = [item for item in drawing.view.items if item.title == title]
    return {row.key: row.text for row in found.rows}


def neuron():
    x, w, b = (
        ag.Value(2.0, label="x", requires_grad=False),
        ag.Value(-3.0, label="w"),
        ag.Value(6.5, label="b"),
    )
    out = (x * w + b).tanh()
    out.label = "out"
    return out


def symbols(drawing, kind):
    return [item.title for item in drawing.view.items if item.kind == kind]


def test_a_drawing_has_a_box_for_every_value_and_a_circle_for_every_operation():
    drawing = viz.draw(neuron())
    assert repr(drawing) == "Drawing(forward, 6 boxes, 3 circles, 8 edges)"
    assert symbols(drawing, "operation") == ["×", "+", "tanh"]


def test_kinds_of_nodes_are_told_apart():
    drawing = viz.draw(neuron() * 2)
    kinds = [item.kind for item in boxes(drawing)]
    assert kinds.count("parameter") == 2
    assert kinds.count("input") == 1
    assert kinds.count("constant") == 1
    assert kinds.count("output") == 1
    assert kinds.count("result") == 3


def test_an_operand_used_twice_has_two_edges():
    x = ag.Value(3.0)
    edges = viz.draw(x * x).view.edges
    assert [(edge.source, edge.target) for edge in edges] == [(0, 1), (0, 1), (1, 2)]


def test_operands_are_numbered_only_where_their_order_matters():
    x, y = ag.Value(3.0), ag.Value(2.0)
    assert [edge.mark for edge in viz.draw(x - y).view.edges] == ["1", "2", ""]
    assert [edge.mark for edge in viz.draw(x + y).view.edges] == ["", "", ""]


def test_a_gradient_that_was_not_computed_is_never_shown_as_zero():
    drawing = viz.draw(neuron())
    assert box(drawing, "w")["grad"] == "not computed"
    assert box(drawing, "out")["grad"] == "not computed"
    assert "grad" not in box(drawing, "x")
    assert any(".backward()" in line for line in drawing.view.caption)


def test_computed_gradients_are_shown_in_the_forward_drawing():
    out = neuron()
    out.backward()
    drawing = viz.draw(out)
    assert box(drawing, "out")["grad"] == "1"
    assert box(drawing, "w") == {"data": "-3", "grad": "1.573"}
    assert not any(".backward()" in line for line in drawing.view.caption)


def test_a_zero_gradient_is_shown_as_zero():
    x = ag.Value(-1.0, label="x")
    x.relu().backward()
    assert box(viz.draw(x.relu()), "x")["grad"] == "0"


def test_inner_tensors_say_nothing_about_gradients_they_never_keep():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    drawing = viz.draw((w * w).sum())
    rows = [[row.key for row in item.rows] for item in boxes(drawing)]
    assert rows == [["", "data", "grad"], ["", "data"], ["", "data"]]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_the_backward_drawing_is_the_same_before_and_after_backward(after):
    out = neuron()
    expected = viz.draw(out, direction="backward").dot
    if after:
        out.backward()
    assert viz.draw(out, direction="backward").dot == expected


def test_the_backward_drawing_shows_the_gradients_of_backward():
    a, b = ag.Value(0.3, label="a"), ag.Value(-1.7, label="b")
    middle = a * b + a.exp()
    middle.label = "middle"
    out = middle.sin() / (b - a)
    drawing = viz.draw(out, direction="backward")
    assert [node.grad for node in (a, b, middle, out)] == [None] * 4
    out.backward()
    for node in (a, b, middle):
        assert box(drawing, node.label)["grad"] == f"{node.grad:.4g}"


def test_the_backward_drawing_shows_the_norms_of_tensor_gradients():
    rng = np.random.default_rng(0)
    w = ag.tensor(rng.normal(size=(3, 4)), requires_grad=True)
    w.label = "w"
    bias = ag.tensor(rng.normal(size=(4,)), requires_grad=True)
    bias.label = "bias"
    out = np.tanh(rng.normal(size=(5, 3)) @ w + bias).sum()
    drawing = viz.draw(out, direction="backward")
    out.backward()
    assert box(drawing, "w")["grad norm"] == f"{np.linalg.norm(w.grad):.4g}"
    shown = ", ".join(f"{x:.4g}" for x in bias.grad)
    assert box(drawing, "bias")["grad"] == f"[{shown}]"


def test_edges_of_the_backward_drawing_say_local_derivative_and_contribution():
    x = ag.Value(3.0, label="x")
    out = x * x * 2
    drawing = viz.draw(out, direction="backward")
    labels = [edge.label for edge in drawing.view.edges]
    assert labels.count(("× 3 = 6",)) == 2
    assert labels.count(("× 2 = 2",)) == 1
    assert box(drawing, "x") == {"data": "3", "grad": "12", "": "= 6 + 6"}


def test_contributions_have_signs_and_edges_without_a_gradient_fade():
    x, c = ag.Value(2.0), ag.Value(-1.0, requires_grad=False)
    edges = viz.draw(x * c * -1, direction="backward").view.edges
    assert [edge.sign for edge in edges if edge.label] == [1, -1]
    assert sum(edge.faded for edge in edges) == 2


def test_a_local_derivative_is_known_for_scalars_of_every_kind_of_operation():
    x = ag.tensor([2.0, 5.0], requires_grad=True)
    edges = viz.draw(np.sum(x) * 3, direction="backward").view.edges
    assert ("× 3 = 3",) in [edge.label for edge in edges]


def test_a_path_that_stops_shows_that_no_gradient_arrives():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    x.label = "x"
    drawing = viz.draw([x, x.detach().sum() + ag.tensor(1.0, requires_grad=True)])
    assert box(drawing, "x")["grad"] == "not computed"
    w = ag.Value(1.0, label="w")
    ag.Value(0.0)
    backward = viz.draw([w + 1, w * 1], direction="backward")
    assert box(backward, "w")["grad"] == "2"
    assert any("sum of the outputs" in line for line in backward.view.caption)


def test_tensors_show_shape_dtype_and_statistics_and_small_ones_everything():
    big = ag.tensor(np.arange(6, dtype=np.float32).reshape(2, 3))
    big.label = "big"
    small = ag.tensor([[1.0, 2.0, 3.0]])
    small.label = "small"
    with ag.record_places():
        drawing = viz.draw(ag.record(lambda x, y: x + y, big, small))
    assert box(drawing, "big") == {
        "": "(2, 3) float32",
        "range": "0 … 5",
        "mean": "2.5",
        "norm": "7.416",
    }
    assert box(drawing, "small") == {"": "(1, 3) float64", "data": "[[1, 2, 3]]"}


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_an_operation_says_its_source_line_where_that_is_known(direction):
    def function(x):
        return np.sqrt(x).sum()

    call = f"sqrt() at test_draw.py:{function.__code__.co_firstlineno + 1}"
    x = ag.tensor([4.0, 0.0], requires_grad=True)
    with ag.record_places():
        recorded = function(x)
    for drawing in (
        viz.draw(recorded, direction=direction),
        viz.draw(function, np.array([4.0, 0.0]), direction=direction),
    ):
        assert call in drawing.svg()
        assert call in drawing.dot
        blamed = any(call in line for line in drawing.view.caption)
        assert blamed == (direction == "backward")


def test_every_output_of_an_operation_with_several_has_a_box_of_its_own():
    x = ag.tensor(np.arange(6.0), requires_grad=True)
    first, _, last = ag.split(x, 3)
    drawing = viz.draw(first * last)
    assert symbols(drawing, "operation") == ["split", "×"]
    keys = [item.rows[0].key for item in boxes(drawing)]
    assert keys == ["", "output 0", "output 2", ""]


def test_the_first_operation_whose_result_is_not_finite_is_named():
    x = ag.tensor([1.0, 0.0], requires_grad=True)
    with np.errstate(all="ignore"):
        out = (np.log(x) * 2).sum()
    drawing = viz.draw(out)
    assert symbols(drawing, "origin") == ["log"]
    assert any("log" in line for line in drawing.view.caption)


def test_the_operation_where_a_gradient_stops_being_finite_is_named():
    x = ag.tensor([4.0, 0.0], requires_grad=True)
    drawing = viz.draw(np.sqrt(x).sum(), direction="backward")
    assert symbols(drawing, "origin") == ["√"]


def test_a_gradient_is_not_blamed_for_what_was_not_finite_before_it():
    """The slopes of a product are its operands; what made these is red."""
    x = ag.tensor([4.0, 0.0], requires_grad=True)
    with np.errstate(all="ignore"):
        out = (np.log(x) * x).sum()
    drawing = viz.draw(out, direction="backward")
    assert symbols(drawing, "origin") == ["log"]
    assert sum("0 × inf is 0" in line for line in drawing.view.caption) == 1


def test_a_graph_and_a_list_of_nodes_are_drawn_whole():
    x = ag.Value(2.0)
    assert repr(viz.draw([x + 1, x * 2])) == repr(viz.draw((x + 1, x * 2)))
    graph = ag.record(lambda x: x * x + np.sin(x), ag.Value(2.0))
    assert len([item for item in viz.draw(graph).view.items if item.round]) == 3


def test_a_leaf_alone_is_a_drawing_too():
    drawing = viz.draw(ag.Value(1.0))
    assert repr(drawing) == "Drawing(forward, 1 box, 0 circles, 0 edges)"


def test_a_graph_that_was_freed_is_drawn_as_what_is_left_of_it():
    x = ag.Value(3.0)
    out = x * x
    out.backward(free=True)
    drawing = viz.draw(out)
    assert [item.kind for item in drawing.view.items] == ["output"]
    assert any("free=True" in line for line in drawing.view.caption)
    assert drawing.view.caption[0] == "forward pass · 0 operations, 0 leaves"
    assert not any("call .backward()" in line for line in drawing.view.caption)
    with pytest.raises(ValueError, match="freed"):
        viz.draw(out, direction="backward")


COMPLEX = {
    "product": lambda a, b: np.real(a * b * (1 + 1j)),
    "square": lambda a, b: np.real(a * a * b),
    "conjugate": lambda a, b: np.real(np.conj(a) * b * 1j),
    "absolute": lambda a, b: np.abs(a / b) * 2,
    "several outputs": lambda a, b: np.abs(np.linalg.eig(a.reshape(1, 1))[0][0] * b),
    "real operand": lambda a, b: np.imag(np.abs(b) * a + b**2),
}


@pytest.mark.parametrize("f", COMPLEX.values(), ids=COMPLEX)
def test_what_arrives_times_a_complex_derivative_is_the_contribution(f):
    a, b = (ag.tensor(x, requires_grad=True) for x in (1 + 2j, 2 - 1j))
    out = f(a, b)
    view = viz.draw(out, direction="backward").view
    rows = [{row.key: row.text for row in item.rows} for item in view.items]
    for row in (text for found in rows for text in found.values()):
        assert not row.startswith("= "), row  # a sum of complex parts has no one sign
    after = {edge.source: edge.target for edge in view.edges if not edge.label}
    for edge in view.edges:
        if edge.label and edge.label[0].startswith("×"):
            local, part = map(complex, edge.label[0][2:].split(" = "))
            came = complex(rows[after[edge.target]]["grad"])
            assert abs(came * local - part) < 1e-2 * abs(part)


def test_complex_gradients_are_shown_as_grad_has_them():
    z = ag.tensor(1.0 + 2.0j, requires_grad=True)
    z.label = "z"
    out = np.real(z * z)
    drawing = viz.draw(out, direction="backward")
    out.backward()
    assert box(drawing, "z")["grad"] == f"{z.grad[()]:.4g}"


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_an_array_without_elements_is_drawn_with_its_gradient(direction):
    x = ag.tensor(np.ones((0, 3)), requires_grad=True)
    drawing = viz.draw((x * x.exp()).sum(), direction=direction)
    assert "(0, 3) float64" in drawing.svg()


def test_what_cannot_be_drawn_is_a_type_error():
    with pytest.raises(TypeError, match="Graph"):
        viz.draw(3.0)
    with pytest.raises(TypeError, match="without any node"):
        viz.draw([])
    with pytest.raises(TypeError, match="list"):
        viz.draw([ag.Value(1.0), 2.0])
    with pytest.raises(TypeError, match=r"Linear.*draw\(model, x\)"):
        viz.draw(nn.Linear(2, 1))


def test_wrong_options_say_which_there_are():
    x = ag.Value(1.0)
    with pytest.raises(ValueError, match="'forward', 'backward' or 'both'"):
        viz.draw(x, direction="sideways")
    with pytest.raises(ValueError, match="'LR' or 'TB', or None"):
        viz.draw(x, rankdir="RL")
    with pytest.raises(ValueError, match="at least 1"):
        viz.draw(x, max_nodes=0)


def test_a_backward_drawing_of_something_untracked_says_what_to_do():
    x = ag.Value(1.0, label="x", requires_grad=False)
    with pytest.raises(ValueError, match=r"'x'.*requires_grad=True"):
        viz.draw(x, direction="backward")


# What .grad holds, and what is this sweep's ------------------------------------------


def test_a_forward_drawing_tells_its_own_gradient_from_what_grad_holds():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    w.label = "w"
    (w * 10).sum().backward()
    out = (w * w).sum()
    out.backward()
    drawing = viz.draw(out)
    rows = box(drawing, "w")
    assert rows["grad"] == "[2, 4]"
    assert rows[".grad"] == "[12, 14]"
    assert any(
        line.startswith(".grad is what is stored") for line in drawing.view.caption
    )
    w.grad = None
    out.backward()
    assert ".grad" not in box(viz.draw(out), "w")


def test_what_grad_holds_of_another_output_is_under_its_own_name():
    x = ag.Value(3.0, label="x")
    middle = x * 2
    middle.label = "middle"
    (middle * 5).backward()
    assert box(viz.draw(middle), "middle") == {"data": "6", "grad": "1", ".grad": "5"}


def test_gradients_of_a_graph_that_cannot_be_swept_any_more_are_those_stored():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    w.label = "w"
    out = (w * w).sum()
    out.backward()
    w.data -= 0.5
    assert box(viz.draw(out), "w")[".grad"] == "[2, 4]"


def test_drawing_changes_no_value_gradient_graph_or_random_state():
    rng = np.random.default_rng(0)
    model = nn.MLP(3, [4, 2], generator=0)
    out = np.sum(model(rng.normal(size=(2, 3)).astype(np.float32)) ** 2)
    out.backward()
    nodes = ancestors([out])

    def state():
        raw = [np.copy(node._raw) for node in nodes]
        grads = [None if node.grad is None else np.copy(node.grad) for node in nodes]
        rest = [
            (node.op, node.inputs, node.age, node.label, node.scope) for node in nodes
        ]
        return raw, grads, rest, np.random.get_state()[1], random.getstate()

    before = state()
    for direction in ("forward", "backward"):
        for options in ({}, {"max_nodes": 5}, {"depth": 0}, {"hide": "constants"}):
            viz.draw(out, direction=direction, **options).svg()
    after = state()
    for one, other in zip(before[0] + before[1], after[0] + after[1], strict=True):
        assert (one is None) == (other is None)
        assert one is None or np.array_equal(one, other)
    for one, other in zip(before[2], after[2], strict=True):
        assert all(a is b or a == b for a, b in zip(one, other, strict=True))
    assert np.array_equal(before[3], after[3])
    assert before[4] == after[4]


# What a drawing starts from, and which part of it is drawn ---------------------------


def test_a_model_and_a_function_are_called_with_what_follows_them():
    model = nn.MLP(2, [3, 1], generator=0)
    x = np.ones((4, 2), np.float32)
    assert symbols(viz.draw(model, x), "input") == ["x"]
    drawing = viz.draw(lambda a, b: a * b + b, 2.0, 3.0, direction="backward")
    assert box(drawing, "a")["grad"] == "3"
    assert box(drawing, "b")["grad"] == "3"
    arrays = viz.draw(lambda v: np.tanh(v).sum(), np.zeros(3), direction="backward")
    assert box(arrays, "v")["grad"] == "[1, 1, 1]"


def test_several_outputs_are_named_by_the_keys_they_come_under():
    x = ag.Value(2.0)
    drawing = viz.draw({"loss": x * x, "parts": [x + 1, x - 1]})
    assert symbols(drawing, "output") == ["loss", "parts[0]", "parts[1]"]
    assert x.label == ""
    assert symbols(viz.draw(lambda x: {"twice": x * 2}, 1.0), "output") == ["twice"]
    own = x * 3
    own.label = "own"
    assert symbols(viz.draw({"other": own}), "output") == ["own"]


@pytest.mark.parametrize("f", [nn.Linear(2, 1), lambda x: x])
def test_a_function_without_its_input_says_how_to_give_it(f):
    with pytest.raises(TypeError, match=r"Give it its input: draw\((model|f), x\)"):
        viz.draw(f)
    with pytest.raises(TypeError, match=r"Several outputs are a list"):
        viz.draw(ag.Value(1.0), ag.Value(2.0))
    with pytest.raises(TypeError, match="which the function returned"):
        viz.draw(lambda x: 3, 1.0)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_what_is_hidden_by_kind_is_counted(direction):
    x = ag.Value(2.0)
    view = viz.draw(x * 2 + 1, direction=direction, hide="constants").view
    assert not [item for item in view.items if item.kind == "constant"]
    assert view.caption[-1] == "not drawn: 2 constants"
    view = viz.draw(x * 2, direction=direction, hide=("parameters", "constants")).view
    assert [item.kind for item in view.items] == ["operation", "output"]
    assert view.caption[-1] == "not drawn: 1 parameter, 1 constant"
    with pytest.raises(ValueError, match="'constants', 'inputs', 'parameters'"):
        viz.draw(x * 2, hide="const")
    with pytest.raises(ValueError, match="got None"):
        viz.draw(x * 2, hide=None)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_part_between_two_nodes_is_drawn_with_what_it_reads(direction):
    x, w = ag.Value(2.0, label="x"), ag.Value(3.0, label="w")
    first = (x * 2).exp()
    first.label = "first"
    last = (first + w).tanh()
    last.label = "last"
    out = last * first + x
    view = viz.draw(out, direction=direction, between=(first, last)).view
    titles = [item.title for item in view.items]
    assert titles == ["w", "first", "+", "", "tanh", "last"]
    assert "of a graph of 8 nodes" in view.caption[0]
    whole = viz.draw(out, direction=direction)
    assert box(
        viz.draw(out, direction=direction, between=([first], [last])), "w"
    ) == box(whole, "w")
    with pytest.raises(ValueError, match="no path from a Value 'last'"):
        viz.draw(out, between=(last, first))
    with pytest.raises(ValueError, match="not in the drawn graph"):
        viz.draw(first, between=(x, last))
    with pytest.raises(TypeError, match=r"pair \(a, b\)"):
        viz.draw(out, between=first)


def test_depth_says_how_many_levels_of_modules_are_open():
    model = nn.scalar.MLP(2, [2, 1])
    counts = [len(viz.draw(model, [1.0, 2.0], depth=n).view.clusters) for n in range(5)]
    assert counts == [1, 2, 4, 7, 7]
    for wrong in (-1, 1.5, True):
        with pytest.raises(ValueError, match="depth is a whole number, at least 0"):
            viz.draw(ag.Value(1.0), depth=wrong)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_modules_that_are_chosen_are_open_with_what_holds_them(direction):
    model = nn.Sequential(
        nn.Sequential(nn.Linear(2, 3), nn.Tanh()),
        nn.Sequential(nn.Linear(3, 3), nn.Tanh()),
    )

    def frames(opened):
        drawing = viz.draw(model, np.ones(2), direction=direction, opened=opened)
        folds = [item.title for item in drawing.view.items if item.kind == "fold"]
        return [cluster.path for cluster in drawing.view.clusters[2:]], folds

    assert frames("1") == (["1"], ["0", "1.0", "1.1"])
    assert frames(["0", "1.0"]) == (["0", "1", "1.0"], ["0.0", "0.1", "1.1"])
    linear = lambda module: isinstance(module, nn.Linear)  # noqa: E731
    assert frames(linear) == (["0", "0.0", "1", "1.0"], ["0.1", "1.1"])
    with pytest.raises(ValueError, match="'2', which is no module here; there are 0"):
        frames(["0", "2"])
    with pytest.raises(TypeError, match="the path of a module, several, or a function"):
        frames(3)


@pytest.mark.parametrize("wrong", [3, None, b"x", 0, False])
def test_a_label_that_is_no_text_is_refused_where_it_is_given(wrong):
    x = ag.Value(1.0)
    with pytest.raises(TypeError, match="label is text"):
        x.label = wrong
    with pytest.raises(TypeError, match="label is text"):
        ag.Value(1.0, label=wrong)
    assert x.label == ""


PICTURES = {
    "forward": viz.draw,
    "backward": lambda x: viz.draw(x, direction="backward"),
    "both": lambda x: viz.draw(x, direction="both"),
    "colour": lambda x: viz.draw(x, colour="gradient"),
    "play": viz.play,
    "diff": lambda x: viz.diff(x, x),
}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("kind", ["hook", "listener"])
def test_no_picture_calls_what_listens_to_sweeps(picture, kind):
    heard = []
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    loss = (y * 3).sum()
    loss.backward()
    listening = {
        "hook": lambda: y.register_hook(heard.append),
        "listener": lambda: ag.listen(lambda *event: heard.append(event)),
    }
    with listening[kind]():
        picture(loss)
    assert not heard


def test_a_drawing_says_that_its_gradients_are_those_without_hooks():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    line = "without the hooks of 1 node, which no drawing calls"
    with x.register_hook(lambda g: 10 * g):
        loss.backward()
        told = [
            viz.draw(loss).view.caption,
            viz.draw(loss, direction="backward").view.caption,
            viz.play(loss).story.caption,
        ]
        assert all(line in caption for caption in told)
        assert f"gradients of b: {line}" in str(viz.diff(loss, loss)).splitlines()
        rows = viz.draw(loss).view.items[0].rows
    assert [row.text for row in rows[-2:]] == ["[2, 4]", "[20, 40]"]
    assert line not in viz.draw(loss).view.caption


def test_an_error_speaks_of_the_function_that_was_called():
    value = ag.Value(2.0)
    for name in ("draw", "play", "diff"):
        call = getattr(viz, name)
        rest = [value] if name == "diff" else []
        for wrong in (3, None, [], "x", lambda x: x, nn.Linear(2, 1)):
            with pytest.raises(TypeError, match=f"^{name} needs a Value"):
                call(wrong, *rest)
        with pytest.raises(TypeError, match=f"^{name} calls a function"):
            call(value, *rest, 3.0)
        with pytest.raises(TypeError, match=f"^{name} needs .* the function returned"):
            call(lambda x: 3, *[lambda x: x] * len(rest), 2.0)
    with pytest.raises(TypeError, match=r"diff\(f, other, x\), or write f\(x\)"):
        viz.diff(lambda x: x, value)


def test_threads_that_draw_at_once_leave_the_collector_on(monkeypatch):
    rests, asks, ended = (threading.Event() for _ in range(3))
    is_on = gc.isenabled

    def looked():
        found = is_on()
        if threading.current_thread().name == "second":
            asks.set()
            ended.wait(1)
        return found

    def first():
        with at_rest():
            rests.set()
            asks.wait(0.1)
        ended.set()

    def second():
        rests.wait()
        with at_rest():
            pass

    monkeypatch.setattr(gc, "isenabled", looked)
    threads = [threading.Thread(target=f, name=f.__name__) for f in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_on()


def test_drawing_leaves_the_collector_of_cycles_as_it_was():
    x = ag.Value(2.0)
    for is_on in (True, False):
        (gc.enable if is_on else gc.disable)()
        try:
            viz.draw(x * x).svg()
            viz.play(x * x).html()
            with pytest.raises(ValueError, match="starts from"):
                viz.draw(ag.Value(2.0).detach(), direction="backward").svg()
            assert gc.isenabled() == is_on
        finally:
            gc.enable()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_draws_while_its_parent_does():
    rests, ended = threading.Event(), threading.Event()

    def draws():
        with at_rest():
            rests.set()
            ended.wait()

    thread = threading.Thread(target=draws)
    thread.start()
    rests.wait()
    child = os.fork()
    if not child:
        signal.alarm(20)  # ends a child that waits for ever
        viz.draw(ag.Value(2.0) * 3).svg()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    ended.set()
    thread.join()
    assert status == 0
    assert gc.isenabled()
