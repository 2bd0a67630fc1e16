"""Copying and pickling: a leaf alone, other nodes with their history, no recursion."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Value

COPIES = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
    "pickle 0": lambda x: pickle.loads(pickle.dumps(x, protocol=0)),
    "pickle 2": lambda x: pickle.loads(pickle.dumps(x, protocol=2)),
}
copies = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


@copies
def test_a_leaf_travels_alone_with_its_state(copied):
    x = ag.tensor(np.array([1.0, 2.0], np.float32), requires_grad=True)
    x.label = "weight"
    (x * x).sum().backward()
    twin = copied(x)
    assert type(twin) is ag.Tensor
    assert twin is not x
    assert twin.data.tolist() == [1.0, 2.0]
    assert twin.dtype == np.float32
    assert twin.grad.tolist() == [2.0, 4.0]
    assert twin.requires_grad
    assert twin.label == "weight"
    assert twin.op is None
    assert twin.inputs == ()
    assert not np.shares_memory(twin.data, x.data)
    assert not np.shares_memory(twin.grad, x.grad)
    (twin * 3).sum().backward()
    assert twin.grad.tolist() == [5.0, 7.0]
    assert x.grad.tolist() == [2.0, 4.0]
    twin.data -= 1
    assert x.data.tolist() == [1.0, 2.0]


@copies
def test_values_travel_with_labels_and_gradients(copied):
    a, b = Value(2.0, label="a"), Value(3.0)
    y = a * b
    y.label = "y"
    y.backward()
    twin = copied(y)
    assert (twin.data, twin.grad, twin.label) == (6.0, 1.0, "y")
    left, right = twin.inputs
    assert (left.label, left.grad, right.grad) == ("a", 3.0, 2.0)
    twin.backward()
    assert (left.grad, a.grad) == (6.0, 3.0)
    assert type(left.data) is float
    assert type(left.grad) is float


@copies
def test_a_result_travels_with_its_history(copied):
    w = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    c = np.array([5.0, 6.0])
    a, b = ag.split((w * c)[[0, 0, 1]], 2, axis=1)
    loss = (np.tanh(a) * ag.where(b > 11, b, 0.0)).sum(axis=0, keepdims=True).mean()
    twin = copied(loss)
    loss.backward()
    leaves = [
        node for node in ag.ancestors([twin]) if node.op is None and node.requires_grad
    ]
    assert len(leaves) == 1
    assert leaves[0] is not w
    assert leaves[0].grad is None
    twin.backward()
    np.testing.assert_array_equal(leaves[0].grad, w.grad)
    ours, theirs = (
        [(node.op, node.params) for node in ag.ancestors([root]) if node.op is not None]
        for root in (loss, twin)
    )
    assert ours == theirs  # the very same primitives


@copies
def test_copies_are_re_ticked_in_order(copied):
    x = Value(1.0)
    y = x * 2
    z = y * x + y
    newest = Value(0.0).age
    order = ag.ancestors([copied(z)])
    ages = [node.age for node in order]
    assert ages == sorted(ages)
    assert len(set(ages)) == len(ages)
    assert ages[0] > newest
    for node in order:
        assert all(x.age < node.age for x in node.inputs if isinstance(x, Value))


@copies
def test_diamonds_and_repeated_operands_stay_shared(copied):
    x = ag.tensor(3.0, requires_grad=True)
    h = x * x
    twin = copied(h * h + h)
    assert len(ag.ancestors([twin])) == 4
    h2 = twin.inputs[1]
    assert twin.inputs[0].inputs[0] is h2
    assert twin.inputs[0].inputs[1] is h2
    twin.backward()
    assert h2.inputs[0].grad == 19 * 6.0


@copies
def test_leaves_shared_by_several_travellers_stay_shared(copied):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y, z = x * 2, x * 3
    x2, y2, z2, again = copied([x, y, z, x])
    assert y2.inputs[0] is x2
    assert z2.inputs[0] is x2
    assert again is x2
    (y2 + z2).sum().backward()
    assert x2.grad.tolist() == [5.0, 5.0]
    assert x.grad is None
    y3, x3 = copied([y, x])
    assert y3.inputs[0] is x3


def test_results_that_share_history_still_share_it_after_a_deepcopy():
    x = ag.tensor(2.0, requires_grad=True)
    h = (x * x).retain_grad()
    y = h * 3
    for pair in ((h, y), (y, h)):
        first, second = copy.deepcopy(pair)
        inner, outer = (first, second) if pair[0] is h else (second, first)
        assert outer.inputs[0] is inner
        outer.backward()
        assert inner.grad == 3.0


@copies
def test_arrays_shared_as_constants_and_several_outputs_survive(copied):
    x = ag.tensor(np.arange(6.0), requires_grad=True)
    a, b, c = ag.split(x, 3)
    twin = copied((a * c + b).sum())
    twin.backward()
    (leaf,) = (node for node in ag.ancestors([twin]) if node.op is None)
    assert leaf.grad.tolist() == [4.0, 5.0, 1.0, 1.0, 0.0, 1.0]


@copies
def test_retaining_and_tracking_survive(copied):
    x = ag.tensor([1.0], requires_grad=True)
    frozen = ag.tensor([2.0])
    h = (x * frozen).retain_grad()
    twin = copied(h * 5)
    twin.backward()
    assert twin.inputs[0].grad.tolist() == [5.0]
    assert not twin.inputs[0].inputs[1].requires_grad


@copies
def test_containers_with_cycles_of_their_own_survive(copied):
    box = {"w": ag.tensor([1.0], requires_grad=True)}
    box["self"] = box
    twin = copied(box)
    assert twin["self"]["w"] is twin["w"]
    assert twin["w"] is not box["w"]


@copies
def test_a_freed_graph_stays_freed(copied):
    x = ag.tensor([1.0], requires_grad=True)
    y = x * 2
    y.backward(free=True)
    twin = copied(y)
    assert twin.data.tolist() == [2.0]
    with pytest.raises(ValueError, match="free=True"):
        twin.backward()


@copies
def test_a_recorded_untracked_graph_survives(copied):
    graph = ag.record(lambda x: np.tanh(x * 2).sum(), np.ones(3))
    twin = copied(graph.outputs[0])
    assert [node.op.name for node in ag.ancestors([twin]) if node.op] == [
        "multiply",
        "tanh",
        "sum",
    ]


seven_times = ag.elementwise(lambda x: x * 7, lambda: 7.0, name="square")


def test_a_pickle_refers_to_primitives_by_where_they_are_found():
    """The engine's by their names, a person's by the names of modules and attributes."""
    x = ag.tensor([1.0], requires_grad=True)
    data = pickle.dumps(seven_times(np.square(x)))
    assert b"seven_times" in data
    assert b"lambda" not in data
    twin = pickle.loads(data)
    assert twin.op is seven_times
    assert twin.inputs[0].op is ag.square


def test_a_primitive_that_no_module_has_cannot_be_pickled_and_says_why():
    op = ag.elementwise(lambda x: x * 7, lambda: 7.0, name="seven times")
    x = ag.tensor([1.0], requires_grad=True)
    with pytest.raises(ValueError, match="'seven times' is no attribute of the module"):
        pickle.dumps(op(x))
    assert copy.deepcopy(op(x)).op is op


def test_a_pickle_never_comes_back_with_another_primitive_of_the_same_name():
    """Two nameless primitives are both called <lambda>: the later took the name."""
    first = ag.elementwise(lambda x: x * x, lambda x: 2 * x)
    x = ag.tensor([3.0], requires_grad=True)
    y = first(x)
    ag.elementwise(lambda x: x * x * x, lambda x: 3 * x * x)
    try:
        twin = pickle.loads(pickle.dumps(y))
    except (ValueError, pickle.PicklingError):
        return
    twin.backward()
    assert twin.inputs[0].grad.tolist() == [6.0]


def test_a_deepcopy_keeps_memory_apart_from_the_original():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    view = w[1:]
    y = (view * view).sum()
    twin = copy.deepcopy(y)
    w.data *= 0
    twin.backward()
    (leaf,) = (node for node in ag.ancestors([twin]) if node.op is None)
    assert leaf.grad.tolist() == [0.0, 4.0]


def test_a_shallow_copy_of_a_leaf_is_a_leaf_of_its_own():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    x.sum().backward()
    twin = copy.copy(x)
    assert twin is not x
    assert twin.data.tolist() == [1.0, 2.0]
    (twin * 3).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    v = Value(1.0, label="v")
    assert copy.copy(v).label == "v"
    assert copy.copy(v) is not v


LONG = 20_000  # what recurses ends at 1,000


@pytest.mark.parametrize("make", [Value, lambda x: ag.tensor(x, requires_grad=True)])
@pytest.mark.parametrize("copied", [COPIES["deepcopy"], COPIES["pickle"]])
def test_a_chain_of_twenty_thousand_operations_travels_without_recursion(make, copied):
    x = y = make(1.0)
    for _ in range(LONG):
        y = y + 1.0
    twin = copied(y)
    assert twin.data == LONG + 1.0
    order = ag.ancestors([twin])
    assert len(order) == LONG + 1
    twin.backward()
    assert order[0].grad == 1.0
    assert x.grad is None
    del order, twin, y


def test_results_that_share_their_history_share_it_in_a_pickle():
    x = ag.tensor(np.ones(3), requires_grad=True)
    results = [x * 2]
    for _ in range(200):
        results.append(results[-1] * 1.01 + x)
    one, all_of_them = len(pickle.dumps(results[-1])), len(pickle.dumps(results))
    assert all_of_them < 2 * one
    twins = pickle.loads(pickle.dumps([*reversed(results), x]))
    twins[0].backward(np.ones(3))
    results[-1].backward(np.ones(3))
    assert np.array_equal(twins[-1].grad, x.grad)
    assert [id(n) for n in ag.ancestors(twins)] == [
        id(n) for n in ag.ancestors(twins[:1])
    ]


@copies
def test_results_that_travel_together_take_a_leaf_as_each_used_it(copied):
    x = ag.tensor(2.0, requires_grad=True)
    first = x * 3
    second = first * x
    x.requires_grad = False
    third = second * x
    here = [first, second, third]
    leaf, *there = copied([x, *here])
    leaf.requires_grad = x.requires_grad = True
    for twin, result, slope in zip(there, here, [3.0, 12.0, 24.0]):
        leaf.grad = x.grad = None
        twin.backward()
        result.backward()
        assert leaf.grad == x.grad == slope  # third's own use was of a constant


def test_pickles_made_in_turns_are_each_whole():
    import io

    x = ag.tensor(np.ones(3), requires_grad=True)
    first, second = x * 2, x * 3
    total = first + second
    files = [io.BytesIO(), io.BytesIO()]
    picklers = [pickle.Pickler(file) for file in files]
    picklers[0].dump(first)
    picklers[1].dump([second, total, first])
    picklers[0].dump(total)
    for file in files:
        file.seek(0)
    second2, total2, first2 = pickle.load(files[1])
    assert total2.inputs[0] is first2
    assert total2.inputs[1] is second2
    unpickler = pickle.Unpickler(files[0])
    first3, total3 = unpickler.load(), unpickler.load()
    assert total3.inputs[0] is first3
    total3.sum().backward()


def test_a_shallow_copy_has_a_history_of_its_own_in_the_same_memory():
    x = ag.tensor(np.ones(3), requires_grad=True)
    y = x * 2 + 1
    z = copy.copy(y)
    assert z is not y
    assert z.data is y.data
    z.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize("copied", [*COPIES.values(), copy.copy])
@pytest.mark.parametrize("made", [lambda x: x, lambda x: x * 2, lambda x: [x, x]])
def test_a_copy_of_what_a_transform_differentiates_by_is_refused(copied, made):
    def f(x):
        y = copied(made(x))
        return np.sum(copied(y[0]) if isinstance(y, list) else y)

    for transform in (ag.grad(f), ag.hessian(f), lambda x: ag.jvp(f, (x,), (x,))):
        with pytest.raises(TypeError, match=r"lose its history.*np\.copy\(x\)"):
            transform(np.ones(2))
    outside = ag.tensor([3.0], requires_grad=True)
    assert ag.grad(lambda x: np.sum(x * copied(outside).data))(np.ones(1)) == 3
