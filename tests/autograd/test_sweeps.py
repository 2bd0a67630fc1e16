"""The two sweeps: their events, their listeners, what they hand over."""

import numpy as np

import autograd as ag
from autograd import Value
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
