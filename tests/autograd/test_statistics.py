"""Averages, quantiles, counts and covariances."""

from functools import partial

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads
from autograd.check.samples.quantiles import METHODS

A = np.array([[0.5, -1.25, 2.0, 1.0], [3.5, 0.75, -0.3, 0.1]])
W = np.array([1.0, 2.0, 0.5, 3.0])
HOLES = np.where(A > 1.5, np.nan, 0)
C = A + 1j * A[::-1]


def tracked(a):
    return ag.tensor(a, requires_grad=True)


CALLS = {
    "average": lambda np, x: np.average(x),
    "average axis": lambda np, x: np.average(x, axis=0, keepdims=True),
    "average returned": lambda np, x: np.average(x, axis=1, returned=True),
    "average weights": lambda np, x: np.average(x, 1, W),
    "average all weights": lambda np, x: np.average(x, weights=x * x, axis=0),
    "average list": lambda np, x: np.average(x, weights=[[1, 2, 3, 4]] * 2),
    "average axes": lambda np, x: np.average(
        x, axis=(1, 0), weights=W[:, None] * np.ones(2), returned=True, keepdims=True
    ),
    "average whole weights": lambda np, x: np.average(
        x, axis=1, weights=[1, 2, 3, 4], returned=True
    ),
    "average by its weights": lambda np, x: np.average(A, weights=np.exp(x)),
    "median": lambda np, x: np.median(x),
    "median axis": lambda np, x: np.median(x, axis=1),
    "median axes": lambda np, x: np.median(x, axis=(-1, 0), keepdims=True),
    "median odd": lambda np, x: np.median(x[:, 1:], 1, keepdims=True),
    "median overwrite": lambda np, x: np.median(x * 1, axis=0, overwrite_input=True),
    "nanmedian": lambda np, x: np.nanmedian(x + HOLES, axis=1),
    "nanmedian all": lambda np, x: np.nanmedian(x + HOLES, keepdims=True),
    "quantile": lambda np, x: np.quantile(x, 0.3),
    "quantile array": lambda np, x: np.quantile(x, [[0.0, 0.2], [0.7, 1.0]], axis=1),
    "quantile axes": lambda np, x: np.quantile(x, 0.9, axis=(0, 1), keepdims=True),
    "quantile negative": lambda np, x: np.quantile(x, np.array([0.5]), -1, keepdims=True),
    "quantile none": lambda np, x: np.quantile(x, [], axis=0),
    "quantile weights": lambda np, x: np.quantile(
        x, [0.2, 0.6], axis=1, weights=W, method="inverted_cdf"
    ),
    "quantile all weights": lambda np, x: np.quantile(
        x, 0.4, weights=W * np.ones((2, 1)), method="inverted_cdf"
    ),
    "percentile": lambda np, x: np.percentile(x, 30),
    "percentile array": lambda np, x: np.percentile(x, (0, 25.0, 100), axis=0),
    "nanquantile": lambda np, x: np.nanquantile(x + HOLES, [0.1, 0.6], axis=1),
    "nanquantile all": lambda np, x: np.nanquantile(x + HOLES, 0.5),
    "nanpercentile": lambda np, x: np.nanpercentile(x + HOLES, 75, axis=1, keepdims=True),
    "cov": lambda np, x: np.cov(x),
    "cov rowvar": lambda np, x: np.cov(x, rowvar=False),
    "cov two": lambda np, x: np.cov(x, x[:1] * x[1:], True, True),
    "cov vectors": lambda np, x: np.cov(x[0], x[1], ddof=0),
    "cov one": lambda np, x: np.cov(x[0], bias=True),
    "cov columns": lambda np, x: np.cov(x[:, :3], x[0, :2], rowvar=False),
    "cov frequencies": lambda np, x: np.cov(x, fweights=[1, 2, 1, 3]),
    "cov weights": lambda np, x: np.cov(x, fweights=[1, 2, 1, 3], aweights=W),
    "cov by its weights": lambda np, x: np.cov(A, aweights=x[0] ** 2),
    "cov ddof": lambda np, x: np.cov(x, ddof=2, aweights=W),
    "cov dtype": lambda np, x: np.cov(x, dtype=np.float64),
    "corrcoef": lambda np, x: np.corrcoef(x),
    "corrcoef two": lambda np, x: np.corrcoef(x, A * A, rowvar=True),
    "corrcoef columns": lambda np, x: np.corrcoef(x, rowvar=False)[:2, 2:],
    "corrcoef one": lambda np, x: np.corrcoef(x[0]),
    "bincount": lambda np, x: np.bincount([0, 2, 2, 1], x[0], 5),
    "bincount minlength": lambda np, x: np.bincount(np.array([1, 1, 0, 1]), weights=x[1]),
} | {
    f"quantile {method}": lambda np, x, method=method: np.quantile(
        x, [0.0, 0.3, 0.5, 0.61, 1.0], axis=1, method=method
    )
    for method in METHODS
}  # fmt: skip


def assert_same(found, expected):
    if isinstance(expected, tuple):
        for each, other in zip(found, expected, strict=True):
            assert_same(each, other)
        return
    assert type(found) is ag.Tensor
    assert (found.dtype, found.shape) == (expected.dtype, np.shape(expected))
    np.testing.assert_allclose(found.data, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys_and_derivatives_right(name):
    f = CALLS[name]
    assert_same(f(np, tracked(A)), f(np, A))
    if np.size(f(np, A)):
        check_grads(lambda x: f(np, x), A)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_quantiles_have_numpys_dtype(method, dtype):
    a = np.array([3, 1, 2, 9], dtype)
    for q in (0.3, 1, [0.3], np.float64(0.5)):
        for name in ("quantile", "nanquantile"):
            f = getattr(np, name)
            x = ag.tensor(a, requires_grad=dtype == np.float32)
            y, expected = f(x, q, method=method), f(a, q, method=method)
            assert y.dtype == expected.dtype
            np.testing.assert_allclose(y.data, expected, rtol=1e-6)
            if y.requires_grad:
                y.sum().backward()
                assert x.grad.dtype == np.float32


def test_many_quantiles_of_many_elements_are_numpys():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(3, 1001))
    q = rng.uniform(size=20)
    for method in METHODS:
        found = np.quantile(tracked(a), q, axis=1, method=method).data
        expected = np.quantile(a, q, axis=1, method=method)
        np.testing.assert_allclose(found, expected, rtol=1e-11)


def gradient(f, a):
    return ag.grad(lambda x: np.sum(f(x)))(np.array(a)).tolist()


def test_the_median_of_an_even_number_is_of_two_elements_and_of_ties_of_the_later():
    assert gradient(np.median, [5.0, 1.0, 2.0, 9.0]) == [0.5, 0, 0.5, 0]
    assert gradient(np.median, [5.0, 1.0, 2.0]) == [0, 0, 1]
    assert gradient(np.median, [2.0, 2.0, 2.0]) == [0, 1, 0]
    assert gradient(np.median, [2.0, 2.0, 2.0, 1.0]) == [0.5, 0.5, 0, 0]
    assert gradient(lambda x: np.median(x, axis=0), [[1.0, 2.0], [3.0, 1.0]]) == [
        [0.5, 0.5],
        [0.5, 0.5],
    ]


def test_quantiles_at_the_ends_are_the_extremes():
    for method in METHODS:
        first, last = (partial(np.quantile, q=q, method=method) for q in (0, 1))
        assert gradient(first, [3.0, 1.0, 2.0]) == [0, 1, 0]
        assert gradient(last, [3.0, 1.0, 2.0]) == [1, 0, 0]
    assert np.quantile(tracked([-np.inf, 1.0, np.inf]), [0, 0.5, 1]).data.tolist() == [
        -np.inf,
        1,
        np.inf,
    ]


def test_nan_makes_a_quantile_nan_unless_it_is_ignored():
    a = np.array([[1.0, np.nan, 2.0], [4.0, 1.0, 2.0]])
    for f in (np.median, lambda x, axis: np.quantile(x, 0.25, axis=axis)):
        np.testing.assert_array_equal(f(tracked(a), axis=1).data, f(a, axis=1))
        assert np.isfinite(gradient(lambda x, f=f: f(x, axis=1), a)).all()
    assert gradient(lambda x: np.nanmedian(x, axis=1), a)[0] == [0.5, 0, 0.5]
    with pytest.warns(RuntimeWarning):
        y = np.nanquantile(tracked([[np.nan, np.nan], [1.0, 2.0]]), [0.5, 1.0], axis=1)
    np.testing.assert_array_equal(y.data, [[np.nan, 1.5], [np.nan, 2.0]])


@pytest.mark.filterwarnings("ignore:Mean of empty", "ignore:invalid value")
def test_the_median_of_nothing_is_nan():
    for f in (np.median, np.nanmedian):
        y = f(tracked(np.ones((0, 2))), axis=0)
        np.testing.assert_array_equal(y.data, [np.nan, np.nan])


def test_weights_of_an_average_get_a_gradient_too():
    x, w = tracked([1.0, 4.0]), tracked([2.0, 1.0])
    mean, whole = np.average(x, weights=w, returned=True)
    assert (mean.data, whole.data) == (2, 3)
    mean.backward()
    np.testing.assert_allclose(x.grad, [2 / 3, 1 / 3])
    np.testing.assert_allclose(w.grad, [-1 / 3, 2 / 3])  # (x - mean) / Σ w


def test_weights_whose_sum_is_small_keep_the_gradient_exact():
    w = np.array([1.0, -1.0 + 2**-20])
    x = np.array([1.0, 3.0])
    found = ag.grad(lambda w: np.average(x, weights=w))(w)
    mean = np.average(x, weights=w)
    np.testing.assert_allclose(found, (x - mean) * 2.0**20, rtol=1e-14)


def test_perfectly_correlated_variables_have_the_derivative_without_the_limit():
    a = np.array([0.1, 0.7, 0.4])
    found = np.corrcoef(tracked(a), a)
    np.testing.assert_allclose(found.data, np.ones((2, 2)), rtol=1e-15)
    assert (abs(found.data) <= 1).all()
    check_grads(lambda x: np.corrcoef(x, a), a)


def test_complex_statistics_are_numpys():
    for f in (np.cov, np.corrcoef, np.median, lambda x: np.average(x, weights=[W, W])):
        np.testing.assert_allclose(f(tracked(C)).data, f(C), rtol=1e-14)
    check_grads(np.cov, C)
    check_grads(np.corrcoef, C[:, :3])


def test_counts_without_weights_are_untracked():
    y = np.bincount(ag.tensor([0, 2, 2]), minlength=4)
    assert y.data.tolist() == [1, 0, 2, 0]
    assert not y.requires_grad


def test_q_has_no_derivative_and_says_so():
    with pytest.raises(TypeError, match=r"quantile.*q\.detach"):
        np.quantile(A, tracked(0.5))
    assert np.quantile(tracked(A), ag.tensor(0.5)).data == np.quantile(A, 0.5)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_too_few_observations_warn_as_numpys_do():
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        np.cov(tracked(A[:, :1]))


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda x: np.average(x, weights=W), TypeError, "average.*axis"),
        (lambda x: np.average(x, axis=0, weights=W), ValueError, "average.*weights"),
        (lambda x: np.average(x, axis=1, weights=0 * W), ZeroDivisionError, "average"),
        (lambda x: np.median(x, axis=2), np.exceptions.AxisError, "median"),
        (lambda x: np.quantile(x, 1.5), ValueError, "quantile.*range"),
        (lambda x: np.percentile(x, -1), ValueError, "percentile.*range"),
        (lambda x: np.quantile(x, 0.5, method="best"), ValueError, "quantile.*best"),
        (lambda x: np.quantile(x, 0.5, axis=1, weights=W), ValueError, "inverted_cdf"),
        (lambda x: np.quantile(x + 1j, 0.5), TypeError, "quantile.*real"),
        (lambda x: np.quantile(x[:, :0], 0.5), IndexError, "quantile"),
        (lambda x: np.cov(x[None]), ValueError, "cov.*2 axes"),
        (lambda x: np.cov(x, ddof=0.5), ValueError, "cov.*integer"),
        (lambda x: np.cov(x, aweights=-W), ValueError, "cov.*negative"),
        (lambda x: np.cov(x, aweights=W[:2]), RuntimeError, "aweights"),
        (lambda x: np.cov(x, fweights=W), TypeError, "cov.*integer"),
        (lambda x: np.bincount([0, 1], x[0]), ValueError, "bincount.*length"),
        (lambda x: np.bincount([-1, 0, 1, 2], x[0]), ValueError, "bincount"),
    ],
)
def test_bad_input_raises_numpys_error_and_names_the_function(call, error, told):
    with pytest.raises(error, match=told):
        call(tracked(A))


@pytest.mark.parametrize("options", [{}, {"ddof": 1}, {"where": True}, "chosen"])
@pytest.mark.parametrize(
    ("function", "value", "slope"),
    [(np.var, 2 / 3, 2 / 90000), (np.std, (2 / 3) ** 0.5, 1.5**0.5 / 90000)],
)
def test_spreads_of_many_halves_are_counted_and_summed_in_more(
    function, value, slope, options
):
    x = np.tile(np.array([0, 1, 2], np.float16), 30000)
    options = {"where": x > -1} if options == "chosen" else options
    found, slopes = ag.value_and_grad(lambda x: function(x, **options))(x)
    assert found.dtype == slopes.dtype == np.float16
    assert found == pytest.approx(value, rel=1e-3)
    np.testing.assert_allclose(slopes[:3], [-slope, 0, slope], atol=6e-8)


@pytest.mark.parametrize(
    ("given", "dtype"),
    [(float, complex), (float, "F"), (float, "f"), (complex, complex), (complex, "F")],
)
def test_the_spread_has_the_dtype_that_is_asked_for(given, dtype):
    data = np.array([1.0, 2.0, 4.0], given)
    for options in ({}, {"mean": data.mean(keepdims=True)}):
        expected = np.std(data, dtype=dtype, **options)
        found = np.std(tracked(data), dtype=dtype, **options)
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.data, expected, rtol=1e-6)
    x = tracked(data)
    np.std(x, dtype=dtype).real.backward()
    np.testing.assert_allclose(x.grad, ag.grad(ag.std)(data.real), rtol=1e-6)
