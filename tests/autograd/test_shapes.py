"""Shapes: broadcasting, 0-d and zero-size arrays, axes, layouts, products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag

RNG = np.random.default_rng(0)


@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0)
)
@settings(max_examples=4 * settings.default.max_examples)
def test_gradients_of_broadcast_operands_have_the_operands_shapes(shapes):
    a, b = (
        ag.tensor(RNG.normal(size=shape), requires_grad=True)
        for shape in shapes.input_shapes
    )
    z = a * b + a - b
    assert z.shape == shapes.result_shape
    g = RNG.normal(size=z.shape)
    z.backward(gradient=g)
    assert a.grad.shape == a.shape
    assert b.grad.shape == b.shape
    ones = np.ones(z.shape)
    for x, other, sign in ((a, b, 1), (b, a, -1)):
        full = g * (other.data * ones + sign)
        lead = full.ndim - x.ndim
        expected = full.sum(axis=tuple(range(lead)))
        for i, n in enumerate(x.shape):
            if n == 1 and expected.shape[i] != 1:
                expected = expected.sum(axis=i, keepdims=True)
        np.testing.assert_allclose(x.grad, expected, atol=1e-12)
    _, t = ag.jvp(
        lambda a, b: a * b, (a.data, b.data), (np.ones(a.shape), np.zeros(b.shape))
    )
    np.testing.assert_allclose(t, b.data * ones)


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (3, 0, 2), (1,), (1, 1)])
def test_0d_and_zero_size_arrays_have_gradients(shape):
    x = ag.tensor(np.full(shape, 0.5), requires_grad=True)
    w = ag.tensor(2.0, requires_grad=True)
    y = (np.tanh(x) * w + x.sum() * x + x**2).sum()
    y.backward()
    assert x.grad.shape == shape
    assert type(x.grad) is np.ndarray
    assert w.grad.shape == ()
    assert type(w.grad) is np.ndarray
    assert type(w.data) is np.ndarray
    assert type(y.data) is np.ndarray
    jac = ag.jacobian(lambda z: z * 2)(x.data)
    assert jac.shape == shape + shape
    assert ag.hessian(lambda z: np.sum(z * z))(x.data).shape == shape + shape


def test_empty_reductions_and_products_are_numpys():
    x = ag.tensor(np.ones((0, 3)), requires_grad=True)
    assert x.sum(axis=0).data.tolist() == [0.0, 0.0, 0.0]
    assert x.prod().data == 1.0
    y = x @ ag.tensor(np.ones((3, 2)), requires_grad=True)
    assert y.shape == (0, 2)
    y.sum().backward()
    assert y.inputs[1].grad.tolist() == [[0.0, 0.0]] * 3
    x.prod().backward()
    assert x.grad.shape == (0, 3)


def test_results_that_numpy_returns_as_scalars_are_0d_arrays():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    for node in (x.sum(), x[0], x @ x, x.max(), x[0] * 2, x.mean() ** 2, -x[1]):
        assert type(node.data) is np.ndarray
        assert node.data.shape == ()
        assert type(node) is ag.Tensor


@pytest.mark.parametrize(
    "layout",
    [
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[::-1, ::-1][::-1, ::-1],
        lambda a: np.ascontiguousarray(a.T).T,
        lambda a: a.astype(">f8"),
    ],
)
def test_non_contiguous_inputs_give_the_same_gradients(layout):
    a = RNG.normal(size=(3, 4))
    other = RNG.normal(size=(4, 2))

    def f(x):
        return (
            (np.tanh(x) @ other).max(axis=0).sum() + x.reshape(2, 6)[1].prod() + x.var()
        )

    expected = ag.grad(f)(a)
    view = ag.asarray(layout(a))
    view.requires_grad = True
    f(view).backward()
    np.testing.assert_allclose(view.grad, expected, rtol=1e-12)
    np.testing.assert_allclose(ag.grad(f)(layout(a)), expected, rtol=1e-12)


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0,), (0, 2), (-1, 0), (), (0, 1, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    "name", ["sum", "mean", "prod", "max", "min", "var", "logsumexp"]
)
def test_reductions_take_every_form_of_axis(name, axis, keepdims):
    a = RNG.normal(size=(2, 3, 2))
    f = getattr(ag, name)
    if name == "logsumexp":
        expected = np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims))
    else:
        expected = getattr(np, name)(a, axis=axis, keepdims=keepdims)
    x = ag.tensor(a, requires_grad=True)
    for y in (
        f(x, axis=axis, keepdims=keepdims),
        getattr(x, name)(axis=axis, keepdims=keepdims),
    ):
        assert y.shape == np.shape(expected)
        np.testing.assert_allclose(y.data, expected, rtol=1e-12)
    weights = RNG.normal(size=y.shape)
    y.backward(gradient=weights)
    h = 1e-6
    direction = RNG.normal(size=a.shape)
    plus, minus = (
        f(a + s * h * direction, axis=axis, keepdims=keepdims) for s in (1, -1)
    )
    slope = np.sum(weights * (plus - minus)) / (2 * h)
    np.testing.assert_allclose(np.sum(x.grad * direction), slope, rtol=1e-5, atol=1e-7)
    _, t = ag.jvp(lambda z: f(z, axis=axis, keepdims=keepdims), (a,), (direction,))
    np.testing.assert_allclose(np.sum(weights * t), slope, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((1, 2, 3), (5, 3, 4)),
        ((4, 1, 2, 3), (5, 3, 1)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (3,)),
        ((0, 3), (3, 2)),
        ((2, 0), (0, 3)),
    ],
)
def test_matmul_has_right_gradients_for_every_pair_of_ranks(left, right):
    a, b = RNG.normal(size=left), RNG.normal(size=right)
    x, y = ag.tensor(a, requires_grad=True), ag.tensor(b, requires_grad=True)
    z = x @ y
    np.testing.assert_allclose(z.data, a @ b)
    g = RNG.normal(size=z.shape)
    z.backward(gradient=g)
    for t, array, at in ((x, a, 0), (y, b, 1)):
        assert t.grad.shape == array.shape
        direction = RNG.normal(size=array.shape)
        moved = direction @ b if at == 0 else a @ direction
        np.testing.assert_allclose(
            np.sum(t.grad * direction), np.sum(g * moved), atol=1e-10
        )


@given(st.data())
def test_rearranging_functions_carry_each_element_home(data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=3))
    n = len(shape)
    axes = data.draw(st.permutations(range(n)))
    i, j = data.draw(st.integers(-n, n - 1)), data.draw(st.integers(-n, n - 1))
    x = ag.tensor(RNG.normal(size=shape), requires_grad=True)
    y = ag.transpose(x, axes=tuple(a - n if a % 2 else a for a in axes))
    y = ag.moveaxis(ag.swapaxes(y, i, j), i, j)
    y = ag.squeeze(ag.expand_dims(y, (0, -1)), axis=0).reshape(-1)
    g = np.arange(x.size, dtype=float)
    y.backward(gradient=g)
    order = np.argsort(x.data.ravel())
    assert x.grad.ravel()[order].tolist() == g[np.argsort(y.data)].tolist()
