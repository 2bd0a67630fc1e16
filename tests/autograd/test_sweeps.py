"""The two sweeps: their events, their listeners, what they hand over."""

import random

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.core.backward import release
from autograd.core.context import switched
from autograd.core.node import ancestors
from autograd.core.sweeps import pullback, pushforward


def test_the_backward_sweep_visits_newest_first_and_leaves_without_contributions():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    d = c + a
    events = list(pullback([d], [1.0]))
    assert [node for node, _, _ in events] == [d, c, b, a]
    assert [g for _, g, _ in events] == [1.0, 1.0, 2.0, 4.0]
    assert [parts for node, _, parts in events if node.op is None] == [(), ()]
    assert all(node.grad is None for node in (a, b, c, d))


def test_the_forward_sweep_visits_oldest_first_and_skips_what_does_not_depend():
    a, b = Value(2.0), Value(3.0)
    other = b * b
    d = a * b
    e = d + other
    events = list(pushforward([e], {a: 1.0}))
    assert [node for node, _, _ in events] == [a, d, e]
    assert [t for _, t, _ in events] == [1.0, 3.0, 3.0]


def test_pullback_from_several_outputs_adds_their_cotangents():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    events = list(pullback([x, y, y], [np.ones(2), np.ones(2), np.ones(2)]))
    assert events[-1][0] is x
    assert events[-1][1].tolist() == [5.0, 5.0]


def test_contributions_are_none_where_an_input_is_not_tracked():
    x = ag.tensor(2.0, requires_grad=True)
    c = ag.tensor(3.0)
    (_, _, parts), *_ = list(pullback([x * c], [np.ones(())]))
    assert parts[1] is None
    assert parts[0] == 3.0


def test_listeners_hear_both_sweeps_and_nest():
    outer, inner = [], []
    x = Value(3.0)
    with ag.listen(lambda node, g, parts: outer.append(g)):
        with ag.listen(lambda node, g, parts: inner.append(g)):
            (x * x).backward()
        (x * x).backward()
    assert inner == [1.0, 6.0]
    assert outer == [1.0, 6.0, 1.0, 6.0]
    heard = []
    with ag.listen(lambda node, t, parts: heard.append(t)):
        ag.jvp(lambda x: x * x, (3.0,), (1.0,))
    assert [float(t) for t in heard] == [1.0, 6.0]


def test_listeners_hear_nothing_but_the_recorded_graph():
    """Not the sweep in which a rule without a push-forward is transposed."""
    recorded = []

    def f(x):
        y = (x * 2).max(axis=0)
        z = ag.softmax(y)
        recorded[:] = ag.ancestors([z])
        return z

    heard = []
    with ag.listen(lambda node, t, parts: heard.append(node)):
        ag.jvp(f, (np.ones((2, 3)),), (np.ones((2, 3)),))
    assert len(heard) == len(recorded)
    assert all(a is b for a, b in zip(heard, recorded, strict=True))


def test_a_gradient_node_carries_the_age_of_its_forward_node_in_its_scope():
    x = ag.tensor(2.0, requires_grad=True)
    forward = []

    def f(y):
        forward.append(ag.tanh(y))
        return forward[-1]

    g = ag.grad(f)(x)
    assert g.requires_grad
    scopes = [node.scope for node in ancestors([g]) if node.scope is not None]
    assert forward[0].age in {scope[1].age for scope in scopes}


# The plain sweep ----------------------------------------------------------------------


def mixed(kind, seed):
    """A result of many operations on leaves that are used again and again."""
    rng = random.Random(seed)
    if kind is ag.Value:
        leaves = [ag.Value(rng.uniform(-1, 1)) for _ in range(3)]
    else:
        leaves = [
            ag.tensor(np.full(shape, rng.uniform(-1, 1), dtype), requires_grad=True)
            for shape, dtype in (((2, 3), "f4"), ((3,), "f8"), ((), "f8"))
        ]
    nodes = list(leaves)
    for _ in range(25):
        x, y = rng.choice(nodes[-8:]), rng.choice([*nodes, 0.5, 2])
        op = rng.choice((ag.add, ag.multiply, ag.subtract, ag.maximum))
        wide = rng.choice((ag.tanh, ag.relu, ag.exp, ag.negative, abs, ag.sigmoid))
        nodes.append(ag.tanh(op(x, y)) if rng.random() < 0.6 else ag.tanh(wide(x)))
    total = sum(nodes[-6:])
    return leaves, total if kind is ag.Value else np.sum(total)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", [ag.Value, ag.Tensor])
def test_a_sweep_finds_the_same_whether_somebody_listens_or_not(kind, seed):
    leaves, total = mixed(kind, seed)
    total.backward()
    plain = [x.grad for x in leaves]
    for x in leaves:
        x.grad = None
    heard = []
    with switched(listeners=(lambda *event: heard.append(event),)):
        total.backward()
    assert heard
    for x, before in zip(leaves, plain):
        assert type(x.grad) is type(before)
        np.testing.assert_array_equal(x.grad, before)


def test_what_a_listener_holds_is_not_written_into():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    total = np.sum(x * 2 + x * 3 + x * 5)
    held = []

    def listen(node, g, parts):
        held.extend((part, np.array(part)) for part in parts if part is not None)

    with switched(listeners=(listen,)):
        total.backward()
    np.testing.assert_array_equal(x.grad, [10, 10])
    for part, before in held:
        np.testing.assert_array_equal(part, before)


def test_where_one_rule_raises_on_floats_all_gradients_are_pythons():
    x, y = ag.Value(0.0), ag.Value(2.0)
    (x**y * 1.0 + x / y).backward()
    assert [type(x.grad), type(y.grad)] == [float, float]
    one, zero = ag.Value(1.0), ag.Value(0.0)
    (one / zero).backward()
    assert (one.grad, zero.grad) == (np.inf, -np.inf)
    assert [type(one.grad), type(zero.grad)] == [float, float]


def test_a_rule_that_raises_is_called_once_and_its_error_is_the_one_that_comes():
    calls = []

    def rule(x):
        calls.append(len(calls))
        raise RuntimeError(f"call {len(calls)}")

    op = ag.elementwise(lambda x: x * x, rule, name="raises")
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="call 1"):
        np.sum(op(x)).backward()
    assert calls == [0]
    assert x.grad is None


def test_a_rule_may_write_what_the_sweep_has_read_already_and_no_more():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    w = ag.tensor([3.0, 4.0], requires_grad=True)

    def rule(g):
        with ag.no_grad():
            w[...] = np.zeros(2)
        return g

    updates = ag.linear(lambda x: +x, rule, name="updates")
    np.sum(updates(x) * w).backward()
    np.testing.assert_array_equal(x.grad, [3, 4])
    np.testing.assert_array_equal(w.grad, [1, 2])
    with pytest.raises(ag.StaleWriteError):
        np.sum(updates(x * w)).backward()


@pytest.mark.parametrize("name", ["logsumexp", "rnn"])
def test_a_graph_that_is_freed_during_a_sweep_loses_no_gradient_in_silence(
    name, monkeypatch
):
    x = ag.tensor(np.ones((1, 1, 1)), requires_grad=True)
    weights = [np.ones(shape) for shape in ((1, 1), (1, 1), (1, 1), (1,))]
    h = np.sum(ag.registry[name](x, *(weights if name == "rnn" else ())))
    h.backward()
    op = h.inputs[0].op
    flow = op.flow

    def frees_before(node, *rest):
        release(node)  # as backward(free=True) in another thread
        flow(node, *rest)

    monkeypatch.setattr(op, "flow", frees_before)
    with pytest.raises(ValueError, match="freed"):
        h.backward()


@pytest.mark.parametrize(
    "f",
    [np.sum, np.mean, np.max, np.min, np.prod, np.var, np.std, np.ptp, ag.logsumexp],
)
def test_reductions_of_a_value_have_a_slope(f):
    x = ag.Value(3.0)
    f(x).backward()
    slope = {np.var: 0.0, np.std: 0.0, np.ptp: 0.0}.get(f, 1.0)
    assert x.grad == slope or (f is np.std and np.isnan(x.grad))
