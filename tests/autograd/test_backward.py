"""backward(): seeds, release, and what an error leaves behind."""

import gc
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import Value


def test_freeing_releases_memory_as_the_sweep_goes():
    x = ag.tensor(np.ones(10), requires_grad=True)
    h = np.tanh(x * 2)
    inner = weakref.ref(h.inputs[0])
    array = weakref.ref(h.inputs[0].data)
    loss = h.sum()
    del h
    gc.disable()
    try:
        loss.backward(free=True)
        assert inner() is None
        assert array() is None
    finally:
        gc.enable()
    np.testing.assert_allclose(x.grad, 2 * (1 - np.tanh(2.0) ** 2) * np.ones(10))


def test_freeing_gives_the_same_gradients():
    def loss(x):
        a, b = ag.split(x, 2)
        return (np.tanh(a) * b + x[0] * a + x[[1, 1]] * b).sum()

    x, y = (ag.tensor([0.1, 0.2, 0.3, 0.4], requires_grad=True) for _ in range(2))
    loss(x).backward()
    loss(y).backward(free=True)
    np.testing.assert_array_equal(x.grad, y.grad)
    v, w = Value(2.0), Value(2.0)
    (v * v.tanh() + v).backward()
    (w * w.tanh() + w).backward(free=True)
    assert v.grad == w.grad


@pytest.mark.parametrize("kind", [Value, lambda x: ag.tensor(x, requires_grad=True)])
def test_a_second_sweep_over_a_freed_graph_says_what_happened(kind):
    x = kind(2.0)
    y = x * x
    y.backward(free=True)
    for again in (
        lambda: y.backward(),
        lambda: y.backward(free=True),
        lambda: (y * 3).backward(),
    ):
        with pytest.raises(ValueError, match="free=True"):
            again()
        assert x.grad == 4.0


def test_a_graph_that_shares_a_freed_part_is_refused_and_not_half_right():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    h = x * x
    first, second = h.sum(), (h * x).sum()
    first.backward(free=True)
    kept = x.grad.copy()
    with pytest.raises(ValueError, match="free=True"):
        second.backward()
    np.testing.assert_array_equal(x.grad, kept)


def test_forward_mode_over_a_freed_graph_is_refused():
    x = ag.tensor(2.0, requires_grad=True)
    h = x * x
    y = h * 3
    y.backward(free=True)
    with pytest.raises(ValueError, match="free=True"):
        list(ag.pushforward([y], {x: np.ones(())}))


def test_a_freed_graph_of_several_outputs_is_refused():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    a, b = ag.split(x, 2)
    (a * a).sum().backward(free=True)
    with pytest.raises(ValueError, match="free=True"):
        (b * b).sum().backward()


def test_values_keep_their_gradients_on_every_node_of_a_freed_graph_they_hold():
    x = Value(2.0)
    h = x * 3
    (h * h).backward(free=True)
    assert h.grad == 12.0
    assert x.grad == 36.0


def test_a_freed_graph_keeps_its_data():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    loss.backward(free=True)
    assert loss.data == 5.0
    assert loss.item() == 5.0
    assert loss.detach().data == 5.0


# Errors and interruptions ----------------------------------------------------------------


def example():
    """Leaves with old gradients, and a loss over several of them."""
    leaves = [ag.tensor([1.0, 2.0], requires_grad=True) for _ in range(4)]
    for x in leaves[:2]:
        x.grad = np.array([7.0, 8.0])
    h = leaves[0] * leaves[1] + leaves[2]
    return leaves, h, (np.exp(h) * leaves[3]).sum()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
@pytest.mark.parametrize("at", range(9))
@pytest.mark.parametrize("free", [False, True])
def test_an_interruption_at_any_event_changes_no_gradient(error, at, free):
    leaves, h, loss = example()
    countdown = iter(range(at + 1))

    def interrupt(node, g, parts):
        if next(countdown, None) == at:
            raise error

    with ag.listen(interrupt):
        try:
            loss.backward(free=free)
            return  # fewer events than that
        except error:
            pass
    assert [x.grad is None for x in leaves] == [False, False, True, True]
    assert all(x.grad.tolist() == [7.0, 8.0] for x in leaves[:2])
    assert h.grad is None
    if not free:
        loss.backward()
        fresh, _, again = example()
        again.backward()
        for x, y in zip(leaves, fresh, strict=True):
            np.testing.assert_array_equal(x.grad, y.grad)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt, RuntimeError, ValueError, TypeError]
)
def test_an_error_from_a_rule_reaches_the_caller_and_changes_no_gradient(error):
    broken = [True]

    def rule(g, x):
        if broken[0]:
            raise error("from the rule")
        return g * x

    op = ag.general(lambda x: x * x / 2, rule, name=f"breaks with {error.__name__}")
    x, w = (ag.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    w.grad = np.ones(2)
    loss = (w * op(x)).sum() + w.sum()
    with pytest.raises(error, match="from the rule"):
        loss.backward()
    assert x.grad is None
    assert w.grad.tolist() == [1.0, 1.0]
    broken[0] = False
    loss.backward()
    assert x.grad.tolist() == [1.0, 4.0]
    assert w.grad.tolist() == [2.5, 4.0]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_error_from_a_rule_on_values_changes_no_gradient(error):
    def rule(g):
        raise error("from the rule")

    op = ag.general(lambda x: x + 1, rule, name=f"values break with {error.__name__}")
    a, b = Value(1.0), Value(2.0)
    c = b * 2
    y = op(a) * c
    with pytest.raises(error, match="from the rule"):
        y.backward()
    assert (a.grad, b.grad, c.grad, y.grad) == (None,) * 4


def test_an_error_in_a_lifted_sweep_leaves_the_switch_as_it_was():
    def rule(g):
        raise RuntimeError("from the rule")

    op = ag.general(lambda x: x * 1.0, rule, name="breaks when lifted")
    with pytest.raises(RuntimeError):
        ag.grad(ag.grad(op))(2.0)
    assert (ag.tensor(1.0, requires_grad=True) * 2).scope is None
    assert (ag.tensor(1.0) * 2).op is None


def test_a_wrong_seed_changes_nothing():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    x.grad = np.ones(2)
    y = x * 2
    for seed in (np.ones(3), 1.0, np.ones((1, 2))):
        with pytest.raises(ValueError, match=r"\(2,\)"):
            y.backward(seed)
    assert x.grad.tolist() == [1.0, 1.0]


def test_an_interrupted_loop_can_go_on():
    """Ctrl-C during training, then the cell is run again."""
    w = ag.tensor([1.0, -1.0], requires_grad=True)
    x = np.array([[1.0, 2.0], [3.0, 4.0]])

    def step():
        w.grad = None
        loss = ((x @ w) ** 2).mean()
        loss.backward(free=True)
        w.data -= 0.01 * w.grad
        return float(loss.detach())

    first = step()

    def interrupt(*event):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ag.listen(interrupt):
        step()
    assert step() < first


@pytest.mark.parametrize("kind", ["value", "tensor"])
def test_a_graph_freed_in_part_says_that_it_was_freed(kind):
    """As after Ctrl-C within backward(free=True)."""
    from autograd.core import backward as module
    from autograd.core.node import history

    def interrupted(output, stop):
        for count, node in enumerate(history([output])):
            if node.op is not None:
                node.op = module.FREED
                if count == stop:
                    raise KeyboardInterrupt
                node.inputs = ()

    for stop in range(1, 6):
        x = ag.Value(2.0) if kind == "value" else ag.tensor(2.0, requires_grad=True)
        y = x * x
        z = np.tanh(y) * y + np.exp(y)
        with pytest.raises(KeyboardInterrupt):
            interrupted(z, stop)
        for output in (z, z * 1.0, y * 3):
            with pytest.raises(ValueError, match="freed by backward"):
                output.backward()
        assert x.grad is None


@pytest.mark.parametrize("name", ["tanh", "einsum", "concatenate", "split"])
def test_a_trunk_freed_within_another_sweep_loses_no_contribution(name):
    """As by two threads: what the other frees while we are there is an error."""
    from autograd.core.backward import release
    from autograd.core.node import history

    x = ag.tensor(np.full((2, 2), 0.5), requires_grad=True)
    trunk = {
        "tanh": lambda: np.tanh(x) * x,
        "einsum": lambda: np.einsum("ij,jk->ik", x, x),
        "concatenate": lambda: np.concatenate([x, x]),
        "split": lambda: np.split(x, 2)[0],
    }[name]()
    loss = np.sum(np.sin(trunk))
    nodes = [node for node in history([trunk]) if node.op is not None]
    for when in range(len(nodes) + 2):
        for node in nodes:
            assert node.inputs
        events = ag.pullback([loss], [np.ones(())])
        for _ in range(when):
            next(events)
        kept = [(node, node.op, node.inputs) for node in nodes]
        release(trunk)
        with pytest.raises(ValueError, match="freed by backward"):
            list(events)
        for node, op, inputs in kept:
            node.op, node.inputs = op, inputs
