"""Perturbation confusion: the classic cases, in every pair of modes."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Value

X = 0.7


def forward(f):
    """d/dx in forward mode."""
    return lambda x: ag.jvp(f, (x,), (ones_like(x),))[1]


def ones_like(x):
    if isinstance(x, Value):
        return 1.0
    return np.ones(np.shape(getattr(x, "data", x))) if not isinstance(x, float) else 1.0


def reverse(f):
    """d/dx in reverse mode."""
    return ag.grad(f)


def pulled(f):
    """d/dx by vjp."""

    def derivative(x):
        _, pull = ag.vjp(f, x)
        return pull(
            1.0 if not hasattr(x, "shape") or x.shape == () else np.ones(x.shape)
        )[0]

    return derivative


MODES = {"forward": forward, "reverse": reverse, "vjp": pulled}
PAIRS = [(a, b) for a in MODES for b in MODES]


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
@pytest.mark.parametrize("kind", [float, ag.tensor, Value])
def test_siskind_and_pearlmutters_example_is_one(outer, inner, kind):
    """d/dx [x · d/dy (x + y) at y=1] at x=1 is 1, not 2."""
    D, d = MODES[outer], MODES[inner]

    def f(x):
        return x * d(lambda y: x + y)(
            type(x)(1.0) if isinstance(x, Value) else ag.tensor(1.0)
        )

    got = D(f)(kind(1.0))
    assert float(getattr(got, "data", got)) == 1.0


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_the_inner_point_may_be_the_outer_variable(outer, inner):
    """d/dx [d/dy (x·y²) at y=x] = d/dx 2x² = 4x."""
    D, d = MODES[outer], MODES[inner]
    assert D(lambda x: d(lambda y: x * y * y)(x))(3.0) == pytest.approx(12.0)


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_the_inner_function_may_ignore_its_own_variable(outer, inner):
    D, d = MODES[outer], MODES[inner]
    got = D(lambda x: x * d(lambda y: x * x + 0 * y)(2.0))(3.0)
    assert float(getattr(got, "data", got)) == 0.0
    got = D(lambda x: x * x + d(lambda y: x * x)(2.0))(3.0)
    assert float(getattr(got, "data", got)) == 6.0


@pytest.mark.parametrize("a", MODES)
@pytest.mark.parametrize(("b", "c"), PAIRS)
def test_three_levels_keep_their_perturbations_apart(a, b, c):
    """d/dx d/dy d/dz (x y² z³ + x z) at z = x·y, each variable used at every level."""
    A, B, C = MODES[a], MODES[b], MODES[c]

    def f(x):
        return B(lambda y: C(lambda z: x * y**2 * z**3 + x * z)(x * y))(x)

    # inner: 3 x y² (x y)² + x = 3 x³ y⁴ + x; d/dy: 12 x³ y³; at y = x: 12 x⁶
    got = A(f)(1.1)
    assert float(getattr(got, "data", got)) == pytest.approx(72 * 1.1**5, rel=1e-12)


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_a_derivative_returned_as_a_function_of_the_outer_variable(outer, inner):
    """The amazing bug of Manzyuk et al.: an escaping derivative-taking closure."""
    D, d = MODES[outer], MODES[inner]

    def shift(h):
        return lambda f: lambda x: f(x + h)

    def at_zero(h):
        return d(shift(h)(lambda x: x**3))(2.0)  # 3 (2 + h)²

    got = D(at_zero)(0.0)
    assert float(getattr(got, "data", got)) == pytest.approx(12.0)


def test_a_leaked_private_leaf_carries_no_perturbation():
    leaked = []

    def f(x):
        leaked.append(x)
        return x * x

    ag.grad(f)(2.0)
    assert ag.grad(lambda y: y * leaked[0])(5.0) == 2.0
    out = ag.grad(lambda y: y * leaked[0])(5.0)
    assert type(out) is float


def test_a_result_leaked_from_an_inner_transform_is_still_right():
    """The value computed inside is a constant once the transform has ended."""
    leaked = []

    def f(x):
        leaked.append(x * x)
        return leaked[-1] * x

    assert ag.grad(f)(2.0) == 12.0
    assert ag.grad(lambda y: y * leaked[0])(5.0) == 4.0


def test_inner_gradients_of_outer_intermediates():
    def f(x):
        h = np.sin(x)
        return ag.grad(lambda y: y * h * h)(1.0) + ag.grad(lambda y: h * y * x)(h)

    # sin² x + x sin x
    expected = 2 * math.sin(X) * math.cos(X) + math.sin(X) + X * math.cos(X)
    assert float(ag.grad(f)(X)) == pytest.approx(expected, rel=1e-13)
