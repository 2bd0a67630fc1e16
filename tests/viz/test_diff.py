"""What differs between two graphs: told, drawn, and raised where they must be alike."""

import math
import os
import random
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd.core.node import ancestors

X = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)


def network(activation=ag.relu, hidden=4):
    return nn.MLP(3, [hidden, 2], activation=activation, generator=0)


def kinds(found):
    return [change.kind for change in found.changes]


def double(x):
    y = x * 2.0
    return np.exp(y).sum()


def triple(x):
    y = x * 3.0  # the line that diverges
    return np.exp(y).sum()


def test_a_graph_is_the_same_as_itself_and_as_one_made_again():
    m, n = network(), network()
    assert viz.diff(m, m, X).same
    found = viz.diff(m, n, X)
    assert found.same
    assert found.first is None
    assert str(found) == "2 graphs are the same: 7 nodes"
    viz.assert_same(m, n, X)
    x = ag.Value(2.0)
    graphs = [ag.record(double, np.ones(3)) for _ in range(2)]
    viz.assert_same(*graphs)
    viz.assert_same({"a": x * 2, "b": x}, {"a": x * 2, "b": x})


@pytest.mark.parametrize("f", [np.linalg.eigh, np.linalg.svd, np.linalg.slogdet])
def test_operations_with_outputs_of_several_shapes_are_compared(f):
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    viz.assert_same(f, f, a)
    found = viz.diff(lambda x: sum(map(ag.sum, f(x * 1.0))), lambda x: f(x * 1.0)[0], a)
    assert not found.same
    changed = viz.diff(f(ag.tensor(a)), f(ag.tensor(2 * a)))
    assert "value" in kinds(changed)


def test_a_label_cannot_be_taken_for_a_line_of_the_text():
    x = ag.Value(2.0, label="a\x1b[31m\u202e\nfirst: removed all" + "z" * 10_000)
    text = str(viz.diff(x * 3, x * 4))
    assert len(text) < 400
    assert all(line.isprintable() for line in text.splitlines())
    assert sum(line.startswith("first: ") for line in text.splitlines()) == 1


def test_large_whole_numbers_are_told_apart():
    graphs = [ag.tensor(np.array([2**53 + i, 3])) for i in (0, 1)]
    assert kinds(viz.diff(*graphs)) == ["value"]
    assert viz.diff(*graphs, rtol=1e-12).same


def test_the_order_in_which_things_were_made_does_not_matter():
    def both(first):
        x, y = ag.Value(1.0, label="x"), ag.Value(2.0, label="y")
        u, v = (x * 2, None) if first == "x" else (None, y * 3)
        u, v = (u, y * 3) if v is None else (x * 2, v)
        return u + v

    viz.assert_same(both("x"), both("y"))


def test_added_and_removed_operations_are_found_where_they_are():
    x = ag.Value(0.5, label="x")
    plain, more = x * x + 1, (x * x).tanh() + 1
    for a, b, kind in (plain, more, "added"), (more, plain, "removed"):
        found = viz.diff(a, b)
        assert found.first.kind == kind
        node = found.first.a or found.first.b
        assert node.op.name == "tanh"
        assert kinds(found) == [kind, "structure", "value", "gradient", "gradient"]
        assert str(found).splitlines()[1] == f"first: {kind} tanh, 0.244919"


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        (lambda x, y: y - x, "structure", "operand 1: x → y"),
        (lambda x, y: x - x, "structure", "operand 2: y → x"),
        (lambda x, y: x - 2.0, "structure", "operand 2: y → the constant 2"),
    ],
)
def test_what_an_operation_reads_is_compared(change, kind, text):
    x, y = ag.Value(5.0, label="x"), ag.Value(3.0, label="y")
    found = viz.diff(x - y, change(x, y))
    assert any(c.kind == kind and c.text == text for c in found.changes), str(found)


def test_shapes_dtypes_parameters_and_tracking_are_structure():
    a = ag.tensor(np.ones((2, 3)), requires_grad=True)
    texts = {
        change.text
        for b, of in [
            (np.ones((3, 2)), lambda x: x.sum(axis=0)),
            (np.ones((2, 3), np.float32), lambda x: x.sum(axis=1)),
        ]
        for change in viz.diff(
            a.sum(axis=0), of(ag.tensor(b, requires_grad=True))
        ).changes
        if change.kind == "structure"
    }
    assert "(2, 3) float64 → (3, 2) float64" in texts
    assert "(2, 3) float64 → (2, 3) float32" in texts
    assert "axis=0 → axis=1" in texts
    found = viz.diff(a.sum(), ag.record(np.sum, ag.tensor(np.ones((2, 3)))))
    assert "requires_grad True → False" in [c.text for c in found.changes]


def test_constants_are_compared_as_values():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    found = viz.diff(x * np.array([1.0, 2.0]), x * np.array([1.0, 2.5]))
    assert found.first.text == "operand 2: at [1] 2 → 2.5"
    assert viz.diff(x * 2.0, x * 2.1, rtol=0.1, atol=0.5).same


def test_the_tolerance_is_relative_to_the_larger_and_the_rest_is_told():
    m, n = network(), network()
    weight = n.layers[1].weight
    weight.data = weight.data * np.float32(1 + 1e-4)
    found = viz.diff(m, n, X)
    assert found.first.kind == "value"
    assert "layers.1.weight" in str(found).splitlines()[1]
    viz.assert_same(m, n, X, rtol=2e-4, atol=1e-5)
    with pytest.raises(AssertionError):
        viz.assert_same(m, n, X, rtol=1e-5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (math.nan, math.nan, True),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (math.inf, 1e300, False),
        (math.nan, 0.0, False),
        (0.0, -0.0, True),
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.01, False),
    ],
)
def test_nan_is_nan_and_infinity_is_near_nothing_else(one, other, same):
    for kind in (lambda v: ag.Value(v), lambda v: ag.tensor([1.0, v])):
        assert viz.diff(kind(one), kind(other), rtol=1e-6, atol=1e-9).same is same


def test_gradients_alone_may_differ_and_the_first_is_the_last_in_the_graph():
    right = ag.elementwise(lambda x: x**3, lambda x: 3 * x**2, name="cube")
    wrong = ag.elementwise(lambda x: x**3, lambda x: 2 * x**2, name="cube")
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    x.label = "x"
    found = viz.diff(right(x * 1.0).sum(), wrong(x * 1.0).sum())
    assert kinds(found) == ["gradient", "gradient"]
    assert found.first.b.op.name == "multiply"
    assert found.first.text == "at [1] 12 → 8, and 1 element more"
    assert x.grad is None


def test_the_error_names_the_first_node_and_its_line():
    with pytest.raises(AssertionError) as caught:
        viz.assert_same(double, triple, np.ones(3))
    line = triple.__code__.co_firstlineno + 1
    first = str(caught.value).splitlines()[1]
    name = os.path.basename(__file__)
    assert first == f"first: value of multiply at {name}:{line}, operand 2: 2 → 3"
    assert caught.value.diff.first.b.op.name == "multiply"


def test_a_layers_line_is_the_one_that_called_it():
    found = viz.diff(network(), network(ag.tanh), X)
    assert os.path.basename(__file__) in str(found)


def test_the_drawing_says_in_words_what_changed():
    found = viz.diff(network(), network(ag.tanh), X)
    view = found.drawing.view
    told = [
        row.text for item in view.items for row in item.rows if row.style == "alarm"
    ]
    assert {"added", "removed"} <= set(told)
    assert "operand 1: relu in layers.0 → tanh in layers.0" in told
    assert {"first graph", "second graph"} <= {item.title for item in view.items}
    assert view.caption[0] == str(found).splitlines()[0]
    ElementTree.fromstring(found.drawing.svg())
    assert set(found._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}


def test_a_drawing_of_gradients_that_were_compared_does_not_ask_for_them():
    x = ag.Value(2.0, label="x")
    view = viz.diff(x * 3, x * 4).drawing.view
    lines = [*view.caption, *(row.text for item in view.items for row in item.rows)]
    assert not any("not computed" in line for line in lines)
    assert "3 → 4" in lines


def test_graphs_that_are_the_same_are_drawn_without_red():
    found = viz.diff(double, double, np.ones(3))
    assert not any(item.marked for item in found.drawing.view.items)
    assert found.drawing.view.caption[0] == "2 graphs are the same: 4 nodes"


def test_where_no_sweep_is_possible_values_are_compared_and_the_text_says_so():
    def freed():
        x = ag.tensor([1.0, 2.0], requires_grad=True)
        loss = (x * x).sum()
        loss.backward(free=True)
        return loss

    found = viz.diff(freed(), freed())
    assert found.same
    assert "gradients were not compared" in str(found)


def test_several_outputs_are_compared_by_their_order():
    x, y = ag.Value(1.0, label="x"), ag.Value(2.0, label="y")
    u, v = x + y, x * y
    found = viz.diff([u, v], [v, u])
    assert not found.same
    first, _, last = ag.split(ag.tensor(np.arange(6.0), requires_grad=True), 3)
    assert viz.diff(first * last, first * last).same


def test_comparing_changes_nothing():
    m = network()
    before = [p.data.copy() for p in m.parameters()]
    viz.diff(m, network(ag.tanh), X).drawing.svg()
    assert all(p.grad is None for p in m.parameters())
    assert all(map(np.array_equal, before, [p.data for p in m.parameters()]))


def test_one_changed_number_of_a_random_graph_is_the_first_to_diverge():
    for seed in range(20):
        rng = random.Random(seed)
        changed = rng.randrange(30)

        def graph(at, seed=seed):
            rng = random.Random(seed)
            nodes = [ag.Value(0.5 + i / 8, label=f"x{i}") for i in range(4)]
            for i in range(30):
                a, b = rng.choice(nodes), rng.choice(nodes)
                c = 1.5 if i == at else 1.25
                nodes.append((a * c + b).tanh())
            total = nodes[0]
            for node in nodes[1:]:
                total = total + node
            return total

        assert viz.diff(graph(-1), graph(-1)).same
        found = viz.diff(graph(-1), graph(changed))
        assert found.first.text == "operand 2: 1.25 → 1.5"
        differing = {c.b for c in found.changes if c.kind == "value"}
        after = ancestors([found.first.b])
        assert not differing & set(after[:-1])


def test_bounds_that_are_none_are_refused():
    x = ag.Value(1.0)
    for wrong in (-1.0, math.inf, math.nan, "1"):
        with pytest.raises(ValueError, match="rtol is a number, at least 0"):
            viz.diff(x, x, rtol=wrong)
    with pytest.raises(TypeError, match="diff needs a Value"):
        viz.diff(x, 3.0)
