"""The graph: random graphs, diamonds, repeats; nodes and their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value
from autograd.core.node import Node, ancestors, history
from autograd.core.sweeps import pullback

# A program is a list of (operation, i, j): node k is made from the nodes i and j.
PROGRAMS = st.lists(
    st.tuples(st.sampled_from("+-*nd"), st.integers(0, 10**6), st.integers(0, 10**6)),
    min_size=1,
    max_size=14,
)
LEAVES = 3


def run(program, leaves, make=lambda x: x):
    """All nodes of a program; ``d`` doubles by using one operand twice."""
    nodes = list(leaves)
    for operation, i, j in program:
        x, y = nodes[i % len(nodes)], nodes[j % len(nodes)]
        if operation == "+":
            nodes.append(x + y)
        elif operation == "-":
            nodes.append(x - y)
        elif operation == "*":
            nodes.append(make(x * y * 0.5))
        elif operation == "n":
            nodes.append(-x)
        else:
            nodes.append(x + x)
    return nodes


def exact_gradient(program, numbers):
    """∂ last / ∂ leaf by dual numbers, one leaf at a time: an independent oracle."""

    class Dual:
        def __init__(self, x, t=0.0):
            self.x, self.t = x, t

        def __add__(self, o):
            return Dual(self.x + o.x, self.t + o.t)

        def __sub__(self, o):
            return Dual(self.x - o.x, self.t - o.t)

        def __neg__(self):
            return Dual(-self.x, -self.t)

        def __mul__(self, o):
            o = o if isinstance(o, Dual) else Dual(o)
            return Dual(self.x * o.x, self.x * o.t + self.t * o.x)

    return [
        run(program, [Dual(x, float(i == k)) for k, x in enumerate(numbers)])[-1].t
        for i in range(LEAVES)
    ]


NUMBERS = (0.5, -1.25, 0.75)


def leaves_of(kind):
    if kind is Value:
        return [Value(x) for x in NUMBERS]
    return [ag.tensor(x, requires_grad=True) for x in NUMBERS]


@pytest.mark.parametrize("kind", [Value, ag.Tensor])
@given(program=PROGRAMS)
def test_the_gradient_of_a_random_graph_is_right_in_both_modes(kind, program):
    exact = exact_gradient(program, NUMBERS)
    leaves = leaves_of(kind)
    output = run(program, leaves)[-1]
    output.backward()
    got = [0.0 if x.grad is None else float(x.grad) for x in leaves]
    np.testing.assert_allclose(got, exact, rtol=1e-12, atol=1e-12)
    for i, expected in enumerate(exact):
        seeds = tuple(float(i == k) for k in range(LEAVES))
        _, t = ag.jvp(lambda *xs: run(program, xs)[-1], NUMBERS, seeds)
        np.testing.assert_allclose(t, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", [Value, ag.Tensor])
@given(program=PROGRAMS)
def test_second_backward_adds_exactly_once_more(kind, program):
    leaves = leaves_of(kind)
    output = run(program, leaves)[-1]
    output.backward()
    first = [x.grad for x in leaves]
    for times in (2.0, 3.0):
        output.backward()
        for x, g in zip(leaves, first, strict=True):
            assert x.grad == (None if g is None else times * g)


@given(program=PROGRAMS, also=st.integers(0, 10**6))
def test_backward_from_two_outputs_of_one_graph_adds_both(program, also):
    leaves = leaves_of(Value)
    nodes = run(program, leaves)
    chosen = [nodes[-1], nodes[LEAVES + also % (len(nodes) - LEAVES)]]
    for output in chosen:
        output.backward()
    together = leaves_of(Value)
    nodes_again = run(program, together)
    (nodes_again[-1] + nodes_again[LEAVES + also % (len(nodes) - LEAVES)]).backward()
    for x, y in zip(leaves, together, strict=True):
        assert (x.grad is None) == (y.grad is None)
        if x.grad is not None:
            assert x.grad == pytest.approx(y.grad, rel=1e-12, abs=1e-12)


@given(program=PROGRAMS)
def test_every_cotangent_is_the_sum_of_the_contributions_that_arrived(program):
    leaves = leaves_of(Value)
    output = run(program, leaves)[-1]
    arrived = {output: 1.0}
    for node, g, parts in pullback([output], [1.0]):
        assert g == pytest.approx(arrived[node], rel=1e-12, abs=1e-12)
        assert len(parts) == len(node.inputs)
        for x, part in zip(node.inputs, parts, strict=True):
            if part is not None:
                arrived[x] = arrived.get(x, 0.0) + part


def test_a_repeated_operand_is_two_inputs_and_counts_twice():
    x = ag.tensor([3.0], requires_grad=True)
    y = x * x
    assert len(y.inputs) == 2
    assert y.inputs[0] is x
    assert y.inputs[1] is x
    y.backward()
    assert x.grad == [6.0]


def test_a_diamond_sums_both_ways():
    x = Value(2.0)
    a = x * 3
    (a * a + a).backward()
    assert x.grad == 3 * (2 * 6.0 + 1)
    assert a.grad == 13.0


def test_a_ladder_of_diamonds_has_exponentially_many_paths_and_one_visit_a_node():
    x = Value(1.0)
    y = x
    for _ in range(60):
        y = y + y
    visits = []
    with ag.listen(lambda node, g, parts: visits.append(node)):
        y.backward()
    assert x.grad == 2.0**60
    assert len(visits) == len(set(visits)) == 61


def test_the_same_contribution_handed_to_two_inputs_is_not_shared_memory():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = ag.tensor([3.0, 4.0], requires_grad=True)
    (x + y).sum().backward()
    x.grad += 1  # owned and writable
    assert y.grad.tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [2.0, 2.0]


def test_accumulating_into_one_leaf_does_not_leak_into_its_sibling():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = ag.tensor([3.0, 4.0], requires_grad=True)
    s = x + y  # hands the same cotangent to both
    (s.sum() + (x * 5).sum() + (x * 7).sum() + (x[0:1] * 2).sum()).backward()
    assert x.grad.tolist() == [15.0, 13.0]
    assert y.grad.tolist() == [1.0, 1.0]


def test_an_element_of_no_axes_adds_to_what_arithmetic_left():
    """NumPy's sum of two 0-d arrays is a scalar, into which nothing can be added."""
    for index in ((), np.array(True), None, ...):
        x = ag.tensor(3.0, requires_grad=True)
        part = x[index]
        (x * x + x * 2.0 + np.sum(part) * 5.0).backward()
        assert x.grad == 13.0
        y = ag.tensor(3.0, requires_grad=True)
        part = y[index]
        (np.sum(part) * 5.0 + y * y + y * 2.0 + np.sum(y[index])).backward()
        assert y.grad == 14.0


def test_the_callers_cotangent_is_never_written_into():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    g = np.array([1.0, 10.0])
    y = x + 0.0
    (x + y + x * 2 + y).backward(gradient=g)
    assert g.tolist() == [1.0, 10.0]
    assert x.grad.tolist() == [5.0, 50.0]
    assert not np.shares_memory(x.grad, g)
    x.backward(gradient=g)
    assert not np.shares_memory(x.grad, g)
    fresh = ag.tensor([0.0, 0.0], requires_grad=True)
    fresh.backward(gradient=g)
    assert not np.shares_memory(fresh.grad, g)


def test_a_gradient_is_a_leafs_own_whoever_else_holds_what_arrived():
    x, y = (ag.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    heard, kept = [], []

    def keeping(g):
        kept.append(2 * g)
        return kept[-1]

    double = ag.linear(lambda x: 2 * x, keeping, name="keeping")
    with ag.listen(lambda node, g, parts: heard.extend([g, *parts])):
        (x + y).sum().backward()  # one array arrives at both
        double(x).sum().backward()
    z = ag.tensor([1.0, 2.0], requires_grad=True)
    double(z).sum().backward()
    for grad in x.grad, y.grad, z.grad:
        assert grad.flags.owndata
        assert grad.flags.writeable
        for array in (*heard, *kept):
            assert array is None or not np.shares_memory(grad, array)
    assert not np.shares_memory(x.grad, y.grad)


def test_unused_inputs_keep_no_gradient_and_not_a_zero():
    x, unused = Value(1.0), Value(2.0)
    _ = unused * 3
    (x * 2).backward()
    assert unused.grad is None
    t, spare = (ag.tensor([1.0], requires_grad=True) for _ in range(2))
    (t * 2).backward()
    assert spare.grad is None


def test_backward_from_a_leaf_gives_it_one():
    x = ag.tensor(3.0, requires_grad=True)
    x.backward()
    assert x.grad == 1.0
    v = Value(3.0)
    v.backward()
    v.backward()
    assert v.grad == 2.0


def test_creation_order_is_a_topological_order():
    x = ag.tensor(1.0, requires_grad=True)
    nodes = [x]
    for i in range(10):
        nodes.append(nodes[-1] * nodes[i // 2])
    order = ancestors([nodes[-1]])
    ages = [node.age for node in order]
    assert ages == sorted(ages)
    assert len(set(ages)) == len(ages)
    for node in order:
        assert all(x.age < node.age for x in node.inputs)


def test_ancestors_include_untracked_nodes_that_were_inputs():
    w = ag.tensor([1.0], requires_grad=True)
    x = ag.tensor([2.0])
    y = w * x
    order = ancestors([y])
    assert [node is each for node, each in zip(order, [w, x, y], strict=True)]


def test_a_node_keeps_constants_as_operands_and_static_arguments_as_params():
    x = ag.tensor(np.ones((2, 3)), requires_grad=True)
    y = 2.0 * x
    assert y.inputs[0] == 2.0
    assert y.inputs[1] is x
    z = x.sum(axis=1, keepdims=True)
    assert z.inputs == (x,)
    assert z.params["axis"] == 1
    assert z.params["keepdims"] is True
    hash(tuple(z.params.items()))


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x.reshape([3, 2]),
        lambda x: x.transpose([1, 0]),
        lambda x: x[1:, [0, 2]],
        lambda x: x[..., None, ::2],
        lambda x: ag.split(x, [1], axis=0)[0],
        lambda x: ag.sum(x, axis=[0, 1]),
        lambda x: x.astype(np.float32),
        lambda x: ag.moveaxis(x, [0], [1]),
        lambda x: ag.broadcast_to(x, [4, 2, 3]),
    ],
)
def test_params_are_hashable(make):
    node = make(ag.tensor(np.ones((2, 3)), requires_grad=True))
    while node.inputs:
        hash(tuple(node.params.items()))
        node = node.inputs[0]


def test_index_arrays_masks_and_members_of_a_sequence_are_inputs():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    picked = x[np.array([0, 2])]
    assert len(picked.inputs) == 2
    assert picked.inputs[1].tolist() == [0, 2]
    mask = ag.tensor([True, False, True])
    assert x[mask].inputs[1] is mask
    assert ag.where(mask, x, 0.0).inputs[0] is mask
    joined = ag.concatenate([x, x, np.ones(1)])
    assert len(joined.inputs) == 3
    assert joined.inputs[0] is joined.inputs[1] is x


def test_nodes_hash_by_identity_and_compare_by_element():
    a, b = Value(1.0), Value(1.0)
    assert len({a, b}) == 2
    assert bool(a == b)
    assert not bool(a != b)
    t = ag.tensor([1.0, 2.0])
    assert (t == ag.tensor([1.0, 3.0])).data.tolist() == [True, False]
    assert {t: "found"}[t] == "found"


def test_history_does_not_look_behind_the_floor():
    x = ag.tensor(1.0, requires_grad=True)
    for _ in range(100):
        x = x * 1.0
    y = ag.tensor(1.0, requires_grad=True)
    z = y * x
    assert len(history([z], floor=y.age)) == 2


def test_nothing_subclasses_the_two_kinds_of_node():
    assert ag.Value.__subclasses__() == []
    assert ag.Tensor.__subclasses__() == []
    assert isinstance(Value(1.0), ag.Node)
    assert isinstance(ag.tensor(1.0), ag.Node)


def test_adding_in_place_to_a_result_rebinds():
    x = before = ag.tensor([1.0], requires_grad=True) * 1.0
    x += 1
    assert x is not before
    assert before.data == [1.0]
    assert x.inputs[0] is before
    v = w = Value(1.0)
    v *= 3
    assert w.data == 1.0
    assert v.data == 3.0


@pytest.mark.parametrize("x", [ag.tensor([2.0], requires_grad=True), Value(2.0)])
def test_calls_that_make_their_node_themselves_set_what_every_node_has(x):
    quick = [np.tanh(x), x * 3.0, x * x]
    with ag.record_places():  # which has them made as all others are
        usual = [np.tanh(x), x * 3.0, x * x]
    for one, other in zip(quick, usual):
        for slot in {*Node.__slots__} - {"_place"}:
            assert hasattr(one, slot) == hasattr(other, slot), slot
        for slot in ("_raw", "op", "params", "tracked", "scope", "grad", "retains"):
            assert getattr(one, slot) == getattr(other, slot)
        assert [*map(type, one.inputs)] == [*map(type, other.inputs)]
        assert one.inputs[0] is other.inputs[0] is x
