"""Perturbation confusion, hunted: random nests of derivatives against exact polynomials."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Value


class Polynomial:
    """Exact: a monomial is a tuple of exponents by variable, with its coefficient."""

    def __init__(self, terms):
        self.terms = {m: c for m, c in terms.items() if c}

    @classmethod
    def variable(cls, k):
        return cls({(0,) * k + (1,): 1.0})

    @staticmethod
    def of(x):
        return x if isinstance(x, Polynomial) else Polynomial({(): float(x)})

    def __add__(self, other):
        total = Counter(self.terms)
        for m, c in Polynomial.of(other).terms.items():
            total[m] += c
        return Polynomial(total)

    __radd__ = __add__

    def __mul__(self, other):
        total = Counter()
        for m, c in self.terms.items():
            for n, d in Polynomial.of(other).terms.items():
                long, short = (m, n) if len(m) >= len(n) else (n, m)
                exponents = [*long]
                for i, e in enumerate(short):
                    exponents[i] += e
                total[tuple(exponents)] += c * d
        return Polynomial(total)

    __rmul__ = __mul__

    def derivative(self, k):
        total = Counter()
        for m, c in self.terms.items():
            if len(m) > k and m[k]:
                total[trimmed((*m[:k], m[k] - 1, *m[k + 1 :]))] += c * m[k]
        return Polynomial(total)

    def at(self, k, value):
        """With ``value`` in place of variable k."""
        total = Polynomial({})
        for m, c in self.terms.items():
            rest = Polynomial(
                {trimmed((*m[:k], 0, *m[k + 1 :]) if len(m) > k else m): c}
            )
            for _ in range(m[k] if len(m) > k else 0):
                rest = rest * value
            total = total + rest
        return total

    def degree(self):
        return max((sum(m) for m in self.terms), default=0)

    def number(self):
        return sum(self.terms.values())


def trimmed(m):
    while m and m[-1] == 0:
        m = m[:-1]
    return m


def with_ones(x):
    return 1.0 if isinstance(x, (float, Value)) else np.ones(())


def forward(f):
    return lambda x: ag.jvp(f, (x,), (with_ones(x),))[1]


def by_vjp(f):
    return lambda x: ag.vjp(f, x)[1](with_ones(x))[0]


MODES = {"forward": forward, "reverse": ag.grad, "vjp": by_vjp, "jacobian": ag.jacobian}

EXPRESSIONS = st.recursive(
    st.one_of(
        st.tuples(st.just("variable"), st.integers(0, 3)),
        st.tuples(st.just("number"), st.sampled_from([0.5, -1.0, 1.5])),
    ),
    lambda inner: st.one_of(
        st.tuples(st.just("+"), inner, inner),
        st.tuples(st.just("*"), inner, inner),
        st.tuples(st.sampled_from(list(MODES)), inner, inner),
    ),
    max_leaves=10,
)


def evaluate(expression, bound, kind):
    """The expression with the variables bound so far; a mode opens a new one."""
    what, a, *b = expression
    if what == "variable":
        return bound[a % len(bound)]
    if what == "number":
        return a
    if what in "+*":
        x, y = evaluate(a, bound, kind), evaluate(b[0], bound, kind)
        return x + y if what == "+" else x * y
    point = evaluate(b[0], bound, kind)
    if kind is Polynomial:
        k = max(
            [len(m) for p in [*bound, Polynomial.of(point)] for m in p.terms]
            + [len(bound)]
        )
        body = Polynomial.of(evaluate(a, [*bound, Polynomial.variable(k)], kind))
        return body.derivative(k).at(k, point)
    if isinstance(point, float) and kind is Value:
        point = Value(point, requires_grad=False)
    return MODES[what](lambda y: evaluate(a, [*bound, y], kind))(point)


def number_of(x):
    return float(getattr(x, "data", x))


@pytest.mark.parametrize("kind", [float, ag.Tensor, Value])
@given(EXPRESSIONS, st.sampled_from(list(MODES)))
@settings(max_examples=4 * settings.default.max_examples)
def test_random_nests_of_derivatives_are_exact(kind, expression, mode):
    x = Polynomial.variable(0)
    result = Polynomial.of(evaluate(expression, [x], Polynomial))
    if result.degree() > 12:
        return
    point = 0.75
    start = {float: point, ag.Tensor: ag.tensor(point), Value: Value(point)}[kind]
    expected = result.derivative(0).at(0, point).number()
    got = MODES[mode](lambda y: evaluate(expression, [y], kind))(start)
    assert number_of(got) == pytest.approx(expected, rel=1e-10, abs=1e-10)


@given(EXPRESSIONS)
@settings(max_examples=4 * settings.default.max_examples)
def test_backward_through_random_nests_reaches_a_closed_over_leaf(expression):
    """The variable is no argument of any transform, but a tracked leaf outside."""
    result = Polynomial.of(evaluate(expression, [Polynomial.variable(0)], Polynomial))
    if result.degree() > 12:
        return
    for leaf in (ag.tensor(0.75, requires_grad=True), Value(0.75)):
        y = evaluate(expression, [leaf], type(leaf))
        expected = result.derivative(0).at(0, 0.75).number()
        assert number_of(y) == pytest.approx(
            result.at(0, 0.75).number(), rel=1e-10, abs=1e-10
        )
        if isinstance(y, ag.Node) and y.requires_grad:
            y.backward()
        got = 0.0 if leaf.grad is None else float(leaf.grad)
        assert got == pytest.approx(expected, rel=1e-10, abs=1e-10)


@given(EXPRESSIONS)
def test_random_nests_leave_no_leaf_tracked_and_the_switch_as_it_was(expression):
    y = evaluate(expression, [ag.tensor(0.75)], ag.Tensor)
    if isinstance(y, ag.Node):
        assert not y.requires_grad
    assert not (ag.tensor(1.0) * 2).requires_grad
    assert (ag.tensor(1.0) * 2).op is None
