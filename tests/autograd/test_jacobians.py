"""jacobian, hessian and hvp."""

import numpy as np

import autograd as ag

A = np.array([1.0, 2.0, 3.0])
B = np.array([0.5, -1.0, 2.0])


def test_both_modes_of_the_jacobian_agree():
    def f(x):
        return np.tanh(x[:2] * x[1:]) * x.sum()

    by_rows = ag.jacobian(f, mode="reverse")(A)
    by_columns = ag.jacobian(f, mode="forward")(A)
    assert by_rows.shape == (2, 3)
    np.testing.assert_allclose(by_rows, by_columns, rtol=1e-14)
    np.testing.assert_allclose(ag.jacobian(f)(A), by_rows, rtol=1e-14)


def test_the_jacobian_has_the_shapes_of_output_and_input():
    x = np.ones((2, 3))
    assert ag.jacobian(lambda x: x.T[None])(x).shape == (1, 3, 2, 2, 3)
    assert ag.jacobian(lambda x: x.sum())(x).shape == (2, 3)
    assert ag.jacobian(lambda s: s * x)(2.0).shape == (2, 3)
    assert ag.jacobian(lambda s: s * s)(2.0) == 4.0
    y = np.ones(4)
    assert ag.jacobian(lambda x, y: x.sum() * y, argnums=1)(x, y).shape == (4, 4)


def test_the_hessian_is_the_jacobian_of_the_gradient():
    def f(x):
        return np.sum(np.exp(x) * x[::-1]) + x.prod()

    h = ag.hessian(f)(A)
    np.testing.assert_allclose(h, h.T, rtol=1e-13)
    np.testing.assert_allclose(h, ag.jacobian(ag.grad(f))(A), rtol=1e-13)
    np.testing.assert_allclose(
        h, ag.jacobian(ag.grad(f), mode="reverse")(A), rtol=1e-13
    )
    v = np.array([1.0, -1.0, 0.5])
    np.testing.assert_allclose(ag.hvp(f, (A,), (v,)), h @ v, rtol=1e-13)
    assert ag.hessian(lambda x: x**4)(1.0) == 12.0


def test_hvp_of_several_arguments_gives_a_tuple():
    def f(x, y):
        return (x * x * y).sum()

    px, py = ag.hvp(f, (A, B), (np.ones(3), np.zeros(3)))
    np.testing.assert_allclose(px, 2 * B)
    np.testing.assert_allclose(py, 2 * A)
