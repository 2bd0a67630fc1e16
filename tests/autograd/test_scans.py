"""Scans: sums, products and extremes of the elements as far as each."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads
from autograd.ops.scans import cummax, cummin, logcumsumexp

A = np.array([[0.5, -1.25, 2.0], [3.5, 0.75, -0.3]])
HOLES = np.array([[np.nan, 2.0, 4.0], [1.0, np.nan, 7.0]])


def tracked(a):
    return ag.tensor(a, requires_grad=True)


CALLS = {
    "cumsum": lambda np, x: np.cumsum(x),
    "cumsum axis": lambda np, x: np.cumsum(x, axis=0),
    "cumsum dtype": lambda np, x: np.cumsum(x, -1, np.float64),
    "cumprod": lambda np, x: np.cumprod(x),
    "cumprod axis": lambda np, x: np.cumprod(x, axis=-1),
    "cumprod dtype": lambda np, x: np.cumprod(x, 0, dtype=np.float64),
    "cumulative_sum": lambda np, x: np.cumulative_sum(x, axis=1),
    "cumulative_sum of one axis": lambda np, x: np.cumulative_sum(x[0]),
    "cumulative_sum initial": lambda np, x: np.cumulative_sum(
        x, axis=0, include_initial=True
    ),
    "cumulative_prod": lambda np, x: np.cumulative_prod(x, axis=-1, dtype=np.float64),
    "cumulative_prod initial": lambda np, x: np.cumulative_prod(
        x[1], include_initial=True
    ),
    "nancumsum": lambda np, x: np.nancumsum(x + HOLES, axis=1),
    "nancumsum all": lambda np, x: np.nancumsum(x + HOLES),
    "nancumprod": lambda np, x: np.nancumprod(x + HOLES, axis=0),
    "add.accumulate": lambda np, x: np.add.accumulate(x),
    "multiply.accumulate": lambda np, x: np.multiply.accumulate(x, axis=1),
    "maximum.accumulate": lambda np, x: np.maximum.accumulate(x, axis=1),
    "minimum.accumulate": lambda np, x: np.minimum.accumulate(x, 1),
    "logaddexp.accumulate": lambda np, x: np.logaddexp.accumulate(x, axis=-1),
    "add.accumulate dtype": lambda np, x: np.add.accumulate(x, dtype=np.float64),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys_and_derivatives_right(name):
    f = CALLS[name]
    y, expected = f(np, tracked(A)), f(np, A)
    assert type(y) is ag.Tensor
    assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
    np.testing.assert_array_equal(y.data, expected)
    check_grads(lambda x: f(np, x), A)


def gradient(f, a, g=None):
    y, pull = ag.vjp(f, np.array(a))
    return pull(np.ones_like(y) if g is None else np.array(g))[0].tolist()


def test_products_as_far_as_each_are_right_with_any_number_of_zeros():
    assert gradient(np.cumprod, [2.0, 0.0, 3.0]) == [1, 8, 0]
    assert gradient(np.cumprod, [0.0, 2.0, 0.0, 5.0]) == [13 - 10, 0, 0, 0]
    a = np.array([2.0, 0.0, 3.0, 0.0, 5.0])
    for _ in range(2):
        check_grads(np.cumprod, a, order=3)
        a[:] = 0


def test_second_derivatives_of_products_with_two_zeros():
    hessian = ag.hessian(lambda x: np.sum(np.cumprod(x)))(np.array([2.0, 0.0, 0.0]))
    # x + x y + x y z
    assert hessian.tolist() == [[0, 1, 0], [1, 0, 2], [0, 2, 0]]


def test_long_scans_agree_with_a_loop():
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=37), rng.normal(size=37)
    for scan, step in (
        (np.cumprod, np.multiply),
        (logcumsumexp, np.logaddexp),
        (cummax, np.maximum),
    ):

        def loop(x, step=step):
            found = [x[0]]
            for i in range(1, 37):
                found.append(step(found[-1], x[i]))
            return np.stack(found)

        expected = ag.vjp(loop, x)[1](g)[0]
        np.testing.assert_allclose(ag.vjp(scan, x)[1](g)[0], expected, rtol=1e-12)


def test_running_extremes_share_ties_equally():
    x = [1.0, 3.0, 3.0, 2.0, 5.0]
    assert np.allclose(gradient(cummax, x), [1, 1 + 0.5 + 0.5, 0.5 + 0.5, 0, 1])
    assert gradient(cummax, [2.0, 2.0, 2.0], [0.0, 0.0, 3.0]) == [1, 1, 1]
    assert gradient(cummin, [2.0, 3.0, 2.0]) == [2.5, 0, 0.5]


def test_a_running_maximum_keeps_nan_and_its_gradient():
    assert gradient(cummax, [1.0, np.nan, 3.0, 4.0]) == [1, 3, 0, 0]


def test_sums_of_exponentials_do_not_overflow():
    x = np.array([1000.0, 1000.0, -1000.0])
    np.testing.assert_allclose(logcumsumexp(x) - 1000, [0, np.log(2), np.log(2)])
    np.testing.assert_allclose(gradient(logcumsumexp, x), [2, 1, 0])


def test_infinite_sums_of_exponentials_are_shared_by_those_that_make_them_so():
    assert gradient(logcumsumexp, [-np.inf, -np.inf]) == [1.5, 0.5]
    assert gradient(logcumsumexp, [-np.inf, 0.0]) == [1, 1]
    assert gradient(logcumsumexp, [0.0, np.inf, np.inf]) == [1, 1.5, 0.5]


def test_nan_counts_for_nothing_and_gets_no_gradient():
    assert gradient(np.nancumsum, [1.0, np.nan, 2.0]) == [3, 0, 1]
    assert gradient(np.nancumprod, [2.0, np.nan, 3.0]) == [5, 0, 2]


@pytest.mark.parametrize("scan", [np.cumsum, np.cumprod, cummax, cummin, logcumsumexp])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0)])
def test_small_and_empty_arrays_are_scanned_too(scan, shape):
    x = tracked(np.full(shape, 2.0))
    y = scan(x)
    assert y.shape == np.cumsum(x.data).shape
    y.sum().backward()
    assert x.grad.tolist() == np.ones(shape).tolist()


def test_gradients_keep_single_precision_and_complex_numbers_their_phase():
    x = tracked(np.float32([[3, 1, 2]]))
    for scan in (np.cumsum, np.cumprod, cummax, logcumsumexp):
        x.grad = None
        y = scan(x, axis=1)
        y.sum().backward()
        assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    for scan in (np.cumsum, np.cumprod):
        check_grads(scan, np.array([1 + 2j, 0, 2 - 1j]))


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda x: np.cumsum(x, axis=2), np.exceptions.AxisError, "cumsum"),
        (lambda x: np.cumprod(x, axis=-3), np.exceptions.AxisError, "cumprod"),
        (lambda x: np.cumulative_sum(x), ValueError, "cumulative_sum.*axis"),
        (lambda x: cummax(x, axis=2), np.exceptions.AxisError, "cummax"),
        (lambda x: np.cumsum(x, out=np.empty(6)), TypeError, "out="),
    ],
)
def test_bad_input_raises_numpys_error_and_names_the_function(call, error, told):
    with pytest.raises(error, match=told):
        call(tracked(A))
