"""Gradients through closures over parameters, and on into the parameters."""

import numpy as np
import pytest

import autograd as ag
from autograd import Value


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


def test_a_gradient_through_a_closure_reaches_the_parameter():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    x = np.array([3.0, 4.0])
    g = ag.grad(lambda x: (w * x * x).sum())(x)  # 2 w x
    assert type(g) is ag.Tensor
    assert g.requires_grad
    g.sum().backward()
    assert w.grad.tolist() == [6.0, 8.0]
    g.sum().backward()
    assert w.grad.tolist() == [12.0, 16.0]


def test_a_gradient_penalty_trains_as_the_formula_says():
    """L = |∂f/∂x|² with f = Σ tanh(W x): ∂L/∂W by hand."""
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(3, 2))
    w = ag.tensor(weight, requires_grad=True)
    x = rng.normal(size=2)
    g = ag.grad(lambda x: np.tanh(w @ x).sum())(x)
    (g * g).sum().backward()
    t = np.tanh(weight @ x)
    s = 1 - t * t
    dx = weight.T @ s
    expected = 2 * (np.outer(s, dx) - 2 * np.outer(t * s * (weight @ dx), x))
    np.testing.assert_allclose(w.grad, expected, rtol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_lifts_for_a_tracked_closure(mode):
    w = Value(3.0) if mode == "value" else ag.tensor(3.0, requires_grad=True)
    d = MODES[mode](lambda x: w * w * x * x)(2.0)  # 2 w² x = 36
    assert d.requires_grad
    assert float(d.data) == 36.0
    d.backward()
    assert w.grad == 24.0


def test_jacobian_hessian_and_hvp_lift_for_a_tracked_closure():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    x = np.array([3.0, 4.0])
    for result, expected in (
        (lambda: ag.jacobian(lambda x: w * x * x)(x), [6.0, 8.0]),
        (lambda: ag.hessian(lambda x: (w * x * x).sum())(x), [2.0, 2.0]),
        (lambda: ag.hvp(lambda x: (w * x * x).sum(), (x,), (x,)), [6.0, 8.0]),
        (lambda: ag.vjp(lambda x: w * x * x, x)[1](np.ones(2))[0], [6.0, 8.0]),
        (lambda: ag.vjp(lambda x: w * x * x, x)[0], [9.0, 16.0]),
        (lambda: ag.value_and_grad(lambda x: (w * x * x).sum())(x)[0], [9.0, 16.0]),
    ):
        w.grad = None
        out = result()
        assert type(out) is ag.Tensor
        assert out.requires_grad
        out.sum().backward()
        assert w.grad.tolist() == expected


def test_a_closure_over_an_inner_tracked_node_reaches_its_leaf():
    w = ag.tensor(3.0, requires_grad=True)
    h = w * w  # older than the transform's leaf, and no leaf
    g = ag.grad(lambda x: h * x * x)(2.0)
    g.backward()
    assert w.grad == 24.0


def test_the_result_stays_an_array_where_the_parameter_drops_out_of_the_graph():
    w = ag.tensor(3.0, requires_grad=True)
    g = ag.grad(lambda x: w.detach() * x)(2.0)
    assert type(g) is float
    assert g == 3.0
    w.requires_grad = False
    assert type(ag.grad(lambda x: w * x)(2.0)) is float


def test_a_parameter_made_inside_the_function_is_foreign_too():
    made = []

    def f(x):
        made.append(ag.tensor(4.0, requires_grad=True))
        return made[-1] * x * x

    g = ag.grad(f)(2.0)
    g.backward()
    assert made[0].grad == 4.0


def test_gradients_through_a_tracked_argument_reach_it():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    g = ag.grad(lambda y: (y**3).sum())(x)
    (g * g).sum().backward()  # d/dx 9x⁴ = 36x³
    assert x.grad.tolist() == [36.0, 288.0]


def test_the_same_parameter_as_argument_and_in_the_closure():
    w = ag.tensor(2.0, requires_grad=True)
    g = ag.grad(lambda y: y * y * w)(w)  # 2 y w, at y = w: 2w²
    g.backward()
    assert w.grad == 8.0


def test_a_tracked_cotangent_and_a_tracked_tangent_are_reached():
    c = ag.tensor([1.0, 2.0], requires_grad=True)
    x = np.array([3.0, 4.0])
    (g,) = ag.vjp(lambda x: x * x, x)[1](c)
    g.sum().backward()
    assert c.grad.tolist() == [6.0, 8.0]
    _, t = ag.jvp(lambda x: x * x, (x,), (c,))
    t.sum().backward()
    assert c.grad.tolist() == [12.0, 16.0]


def test_values_lift_for_tracked_closures():
    w = Value(3.0)
    g = ag.grad(lambda x: w * x**3)(Value(2.0, requires_grad=False))
    assert g.requires_grad
    assert g.data == 36.0
    g.backward()
    assert w.grad == 12.0
