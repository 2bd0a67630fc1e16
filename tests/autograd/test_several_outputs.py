"""Operations with several outputs: a node of a tuple, and one item node each."""

import numpy as np
import pytest

import autograd as ag
from autograd import Value

A = np.arange(12.0).reshape(2, 6) / 10 + 0.1


def sincos(x):
    return np.sin(x), np.cos(x)


sine_and_cosine = ag.general(
    sincos, lambda g, x: g[0] * np.cos(x) - g[1] * np.sin(x), name="sine and cosine"
)


@pytest.mark.parametrize("sections", [3, 1, 6, [2], [1, 3], [0, 6], [4, 2], (), [-1]])
def test_split_cuts_as_numpy_does_and_its_gradient_puts_together(sections):
    x = ag.tensor(A, requires_grad=True)
    parts = ag.split(x, sections, axis=1)
    expected = np.split(A, sections, axis=1)
    assert len(parts) == len(expected)
    for part, array in zip(parts, expected, strict=True):
        assert type(part) is ag.Tensor
        np.testing.assert_array_equal(part.data, array)
    if sections != [4, 2]:  # overlapping sections
        sum((part * (i + 1)).sum() for i, part in enumerate(parts)).backward()
        weights = [np.full_like(array, i + 1) for i, array in enumerate(expected)]
        np.testing.assert_array_equal(x.grad, np.concatenate(weights, axis=1))


def test_overlapping_sections_add_or_are_refused():
    """np.split(a, [4, 2]) gives overlapping pieces: element 2 and 3 come twice."""
    x = ag.tensor(A, requires_grad=True)
    try:
        parts = ag.split(x, [4, 2], axis=1)
        sum(part.sum() for part in parts).backward()
    except ValueError:
        return
    counts = np.zeros_like(A)
    for section in (slice(0, 4), slice(4, 2), slice(2, 6)):
        counts[:, section] += 1
    np.testing.assert_array_equal(x.grad, counts)


@pytest.mark.parametrize("used", [(0,), (1,), (2,), (0, 2), (2, 0), (1, 1), ()])
def test_absent_cotangents_count_as_zero(used):
    def f(x):
        parts = ag.split(x, 3, axis=1)
        return sum((parts[i] ** 2).sum() for i in used) + (x * 0).sum()

    expected = np.zeros_like(A)
    for i in used:
        expected[:, 2 * i : 2 * i + 2] += 2 * A[:, 2 * i : 2 * i + 2]
    np.testing.assert_allclose(ag.grad(f)(A), expected)
    x = ag.tensor(A, requires_grad=True)
    f(x).backward()
    np.testing.assert_allclose(x.grad, expected)
    _, t = ag.jvp(f, (A,), (np.ones_like(A),))
    np.testing.assert_allclose(t, expected.sum())


@pytest.mark.parametrize("used", [(0,), (1,), (0, 2), (1, 1)])
def test_second_order_with_absent_cotangents(used):
    def f(x):
        parts = ag.split(x, 3, axis=1)
        total = (x[:, 0] * 0).sum()
        for i in used:
            total = total + (parts[i] ** 3).sum()
        return total * (parts[used[0]].sum())

    v = np.random.default_rng(0).normal(size=A.shape)
    product = ag.hvp(f, (A,), (v,))
    h = 1e-5
    expected = (ag.grad(f)(A + h * v) - ag.grad(f)(A - h * v)) / (2 * h)
    np.testing.assert_allclose(product, expected, rtol=1e-6, atol=1e-8)
    reverse = ag.grad(lambda z: (ag.grad(f)(z) * v).sum())(A)
    np.testing.assert_allclose(reverse, product, rtol=1e-10)
    assert ag.hessian(f)(A).shape == (2, 6, 2, 6)


@pytest.mark.parametrize("which", [(0,), (1,), (0, 1), (1, 0), (0, 0, 1)])
def test_a_declared_operation_of_several_outputs_works_in_every_mode(which):
    x = np.array([0.3, 0.7])

    def f(x):
        parts = sine_and_cosine(x)
        total = parts[which[0]]
        for i in which[1:]:
            total = total * parts[i]
        return total.sum()

    def plain(x):
        parts = (np.sin(x), np.cos(x))
        total = parts[which[0]]
        for i in which[1:]:
            total = total * parts[i]
        return total.sum()

    np.testing.assert_allclose(ag.grad(f)(x), ag.grad(plain)(x), rtol=1e-13)
    v = np.array([1.0, -2.0])
    np.testing.assert_allclose(
        ag.jvp(f, (x,), (v,))[1], ag.jvp(plain, (x,), (v,))[1], rtol=1e-13
    )
    np.testing.assert_allclose(
        ag.hessian(f)(x), ag.hessian(plain)(x), rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(
        ag.hvp(f, (x,), (v,)), ag.hvp(plain, (x,), (v,)), rtol=1e-12, atol=1e-14
    )


def test_several_outputs_of_a_value_are_values():
    v = Value(0.3)
    sine, cosine = sine_and_cosine(v)
    assert type(sine) is Value
    assert type(sine.data) is float
    (sine * cosine).backward()
    assert v.grad == pytest.approx(np.cos(0.6), rel=1e-14)
    assert type(v.grad) is float


def test_several_outputs_of_raw_arrays_are_arrays():
    sine, cosine = sine_and_cosine(A)
    assert type(sine) is np.ndarray
    np.testing.assert_array_equal(cosine, np.cos(A))


def test_the_graph_has_a_node_of_a_tuple_and_item_nodes():
    x = ag.tensor(A, requires_grad=True)
    first, second = ag.split(x, 2)
    (whole,) = first.inputs
    assert whole is second.inputs[0]
    assert type(whole.data) is tuple
    assert len(whole.data) == 2
    assert first.op.name == "item"
    assert whole.op.name == "split"
    assert whole.inputs == (x,)


def test_the_outputs_are_views_and_writes_into_them_are_noticed():
    x = ag.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    a, b = ag.split(x, 2)
    loss = (a * b).sum()
    x.data *= 0
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


def test_second_backward_through_several_outputs_adds_once_more():
    x = ag.tensor(A, requires_grad=True)
    a, _, c = ag.split(x, 3, axis=1)
    loss = (a * c).sum()
    loss.backward()
    first = x.grad.copy()
    loss.backward()
    np.testing.assert_array_equal(x.grad, 2 * first)


def test_splitting_a_split_and_joining_again_is_the_identity():
    x = ag.tensor(A, requires_grad=True)
    left, right = ag.split(x, 2, axis=1)
    pieces = [*ag.split(left, 3, axis=1), *ag.split(right, [1], axis=1)]
    whole = ag.concatenate(pieces, axis=1)
    np.testing.assert_array_equal(whole.data, A)
    g = np.arange(12.0).reshape(2, 6)
    whole.backward(gradient=g)
    np.testing.assert_array_equal(x.grad, g)


def test_an_unused_output_of_zero_size_does_no_harm():
    x = ag.tensor(A, requires_grad=True)
    nothing, everything = ag.split(x, [0], axis=1)
    assert nothing.shape == (2, 0)
    (everything.sum() + nothing.sum()).backward()
    np.testing.assert_array_equal(x.grad, np.ones_like(A))


def test_float32_outputs_pull_back_float32():
    x = ag.tensor(A.astype(np.float32), requires_grad=True)
    a, b, _c = ag.split(x, 3, axis=1)
    (a * b).sum().backward()
    assert x.grad.dtype == np.float32


def test_untracked_several_outputs_remember_nothing():
    a, b = ag.split(ag.tensor(A), 2)
    assert not a.requires_grad
    assert a.op is None
    assert b.inputs == ()
