"""Hooks on the gradient of one node: they observe it, or change what goes on."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.core.node import hooked


def leaf(data=(1.0, 2.0)):
    return ag.tensor(data, requires_grad=True)


@pytest.fixture(autouse=True)
def _no_hook_stays_behind():
    gc.collect()
    before = len(hooked)
    yield
    gc.collect()
    assert len(hooked) == before


def test_a_hook_sees_what_arrives_at_a_leaf_once_and_in_full():
    x, seen = leaf(), []
    x.register_hook(seen.append)
    (x * x + 3 * x).sum().backward()
    (x * x).sum().backward()
    np.testing.assert_array_equal(seen, [[5.0, 7.0], [2.0, 4.0]])
    assert x.grad.tolist() == [7.0, 11.0]


def test_a_hook_sees_what_arrives_at_an_inner_node():
    x, seen = leaf(), []
    y = x * 10
    y.register_hook(seen.append)
    (y * y + y).sum().backward()
    assert seen[0].tolist() == [21.0, 41.0]
    assert x.grad.tolist() == [210.0, 410.0]


def test_what_a_hook_returns_goes_on_in_the_place_of_what_arrived():
    x = leaf()
    y = (x * 10).retain_grad()
    y.register_hook(lambda g: -g)
    z = y * y
    (z + y).sum().backward()
    assert x.grad.tolist() == [-210.0, -410.0]
    assert y.grad.tolist() == [-21.0, -41.0]


def test_several_hooks_are_called_in_turn():
    x = leaf()
    x.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 10)
    x.sum().backward()
    assert x.grad.tolist() == [20.0, 20.0]


def test_a_removed_hook_is_not_called_and_others_are():
    x, calls = leaf(), []
    one = x.register_hook(lambda g: calls.append("one"))
    x.register_hook(lambda g: calls.append("other"))
    one.remove()
    one.remove()
    x.sum().backward()
    assert calls == ["other"]


def test_a_hook_may_remove_itself_while_it_runs():
    x, calls = leaf(), []

    def once(g):
        calls.append(g)
        handle.remove()

    handle = x.register_hook(once)
    for _ in range(3):
        x.sum().backward()
    assert len(calls) == 1
    assert x.grad.tolist() == [3.0, 3.0]


def test_values_have_hooks_too():
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    c.register_hook(lambda g: 10 * g)
    (c + a).backward()
    assert (a.grad, b.grad, c.grad) == (-29.0, 20.0, 10.0)


def test_a_hook_cannot_write_into_what_others_hold():
    x = leaf()
    y = x * 1.0

    def doubled(g):
        g *= 2

    y.register_hook(doubled)
    with pytest.raises(ValueError, match="read-only") as caught:
        (y + x).sum().backward()
    assert "hook" in caught.value.__notes__[0]
    assert x.grad is None


def test_what_a_hook_saw_stays_as_it_was():
    x, seen = leaf(), []
    x.register_hook(seen.append)
    x.sum().backward()
    x.grad *= 5
    assert seen[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("returned", "error", "words"),
    [
        (np.ones(3), ValueError, ["(2,)", "(3,)"]),
        (1.0, ValueError, ["(2,)", "()"]),
        ("text", TypeError, ["str"]),
        (np.array([1j, 1j]), TypeError, ["real"]),
    ],
)
def test_what_no_gradient_can_be_is_refused_and_nothing_is_changed(
    returned, error, words
):
    x, w = leaf(), leaf()
    x.register_hook(lambda g: returned)
    with pytest.raises(error) as caught:
        (x * w).sum().backward()
    assert all(word in str(caught.value) for word in words)
    assert x.grad is None
    assert w.grad is None


def test_a_hook_needs_a_function_and_a_node_at_which_gradients_arrive():
    with pytest.raises(TypeError, match="function"):
        leaf().register_hook(3)
    for node in (ag.tensor([1.0]), leaf().detach(), Value(1.0, requires_grad=False)):
        with pytest.raises(ValueError, match="requires_grad=True"):
            node.register_hook(print)


def test_an_error_in_a_hook_says_where_and_changes_nothing():
    x = leaf()

    def fails(g):
        raise KeyError("mine")

    x.register_hook(fails)
    with pytest.raises(KeyError) as caught:
        (x * x).sum().backward()
    assert caught.value.__notes__ == [
        "in a hook on the gradient of a Tensor of shape (2,)"
    ]
    assert x.grad is None


def test_a_hook_is_called_once_where_the_sweep_is_not_finite():
    x, seen = leaf([0.0, 1.0]), []
    with np.errstate(all="ignore"):
        y = np.sqrt(x)
        y.register_hook(seen.append)
        y.sum().backward()
    assert len(seen) == 1


def test_complex_gradients_are_shown_as_they_are_left_in_grad():
    """As PyTorch: -4 + 2j, for |z|² at 1 + 2j times 1j on its way."""
    z, seen = leaf([1 + 2j]), []
    z.register_hook(seen.append)
    w = z * 1
    w.register_hook(lambda g: g * 1j)
    ag.sum(ag.real(w * w.conj())).backward()
    assert z.grad.tolist() == seen[0].tolist() == [-4 + 2j]


def test_a_hook_keeps_the_dtype_of_its_node():
    x = ag.tensor(np.ones(2, np.float32), requires_grad=True)
    x.register_hook(lambda g: g.astype(float) * 2)
    x.sum().backward()
    assert x.grad.dtype == np.float32


def squares(x):
    y = x * x
    y.register_hook(lambda g: g * y)
    return y.sum()


def test_derivatives_of_what_a_hook_computed_are_pytorchs():
    """PyTorch 2.13 with create_graph: 2x³, and, through the hook again, 2x² + 4x⁴."""
    x = np.array([1.0, 2.0])
    first = ag.grad(squares)(x)
    assert type(first) is np.ndarray
    assert first.tolist() == [2.0, 16.0]
    second = ag.grad(lambda x: ag.grad(squares)(x).sum())(x)
    assert second.tolist() == [6.0, 72.0]
    w = ag.tensor(x, requires_grad=True)
    handle = w.register_hook(lambda g: g * g)
    (w**3).sum().backward()
    handle.remove()
    assert w.grad.tolist() == [9.0, 144.0]


def test_forward_mode_knows_no_hooks():
    x, t = np.array([1.0, 2.0]), np.ones(2)
    assert ag.jvp(squares, (x,), (t,))[1] == 6.0
    assert ag.hvp(squares, (x,), (t,)).tolist() == [6.0, 24.0]


def test_a_hook_that_reads_something_tracked_is_differentiated_by_it():
    w = leaf([3.0, 5.0])

    def f(x):
        y = x * x
        y.register_hook(lambda g: g * w)
        return y.sum()

    gradient = ag.grad(f)(np.array([1.0, 2.0]))
    assert gradient.data.tolist() == [6.0, 20.0]
    gradient.sum().backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_a_plain_backward_records_nothing_in_a_hook():
    x, w, seen = leaf(), leaf(), []

    def hook(g):
        seen.append(g * w)
        return seen[-1]

    x.register_hook(hook)
    x.sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]
    assert not seen[0].tracked


def test_a_hook_reaches_the_sums_of_many_items():
    for lifted in (False, True):
        x, seen = leaf(np.arange(5.0)), []

        def f(y, seen=seen):
            z = y * 1.0
            z.register_hook(lambda g: seen.append(1) or 2 * g)
            return sum(z[i] * i for i in range(5))

        found = ag.grad(f)(x.data) if lifted else (f(x).backward(), x.grad)[1]
        assert found.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]
        assert len(seen) == 1


def test_copies_have_no_hooks():
    x = leaf()
    x.register_hook(lambda g: g * 100)
    for twin in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        twin.sum().backward()
        assert twin.grad.tolist() == [1.0, 1.0]


def test_a_hook_keeps_no_node_alive():
    x = leaf()
    y = x * 1.0
    y.register_hook(lambda g: g)
    there = weakref.ref(y)
    del y
    assert there() is None
    assert not hooked
