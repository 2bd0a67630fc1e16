"""Reductions with all of NumPy's keywords, and those that ignore NaN."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads

A = np.array([[0.5, -1.25, 2.0], [3.5, 0.75, -0.3]])
MASK = np.array([[True, False, True], [False, True, True]])
NAN = np.nan
HOLES = np.array([[NAN, 2.0, 4.0], [1.0, NAN, 7.0]])

REDUCTIONS = {
    "sum dtype": lambda np, x: np.sum(x, dtype=np.float32),
    "sum positional dtype": lambda np, x: np.sum(x, 0, np.float64),
    "sum where": lambda np, x: np.sum(x, axis=1, where=MASK),
    "sum where broadcast": lambda np, x: np.sum(x, where=MASK[0], initial=1.5),
    "sum where one": lambda np, x: np.sum(x, axis=0, keepdims=True, where=MASK[:, :1]),
    "sum initial": lambda np, x: np.sum(x, axis=(0, 1), initial=2.0),
    "sum of floats as integers": lambda np, x: np.sum(x, dtype=int),
    "mean dtype": lambda np, x: np.mean(x, axis=0, dtype=np.float32),
    "mean where": lambda np, x: np.mean(x, axis=1, where=MASK, keepdims=True),
    "mean where tuple": lambda np, x: np.mean(x, axis=(-1, 0), where=MASK[0]),
    "prod": lambda np, x: np.prod(x, axis=1, dtype=np.float32),
    "prod where": lambda np, x: np.prod(x, axis=0, where=MASK, initial=3.0),
    "max where": lambda np, x: np.max(x, axis=1, where=MASK, initial=-9.0),
    "max initial": lambda np, x: np.max(x, axis=0, initial=1.0, keepdims=True),
    "amax": lambda np, x: np.amax(x, initial=9.0),
    "min where": lambda np, x: np.min(x, axis=(0, 1), where=MASK, initial=9.0),
    "min initial": lambda np, x: np.amin(x, 0, None, False, 0.1),
    "var dtype": lambda np, x: np.var(x, axis=1, dtype=np.float32),
    "var where": lambda np, x: np.var(x, axis=0, where=MASK, keepdims=True),
    "var ddof": lambda np, x: np.var(x, axis=1, where=MASK, ddof=1),
    "var correction": lambda np, x: np.var(x, axis=(0, 1), correction=1.5),
    "var mean": lambda np, x: np.var(x, 0, mean=np.mean(x, axis=0, keepdims=True)),
    "var of a mean elsewhere": lambda np, x: np.var(x, 1, mean=np.ones((2, 1))),
    "std": lambda np, x: np.std(x),
    "std axis": lambda np, x: np.std(x, axis=0, ddof=1, keepdims=True),
    "std tuple": lambda np, x: np.std(x, axis=(1, 0), correction=1),
    "std where": lambda np, x: np.std(x, axis=1, where=MASK),
    "std mean": lambda np, x: np.std(x, axis=1, mean=np.mean(x, 1, keepdims=True)),
    "std dtype": lambda np, x: np.std(x, dtype=np.float32),
    "ptp": lambda np, x: np.ptp(x, axis=1),
    "ptp keepdims": lambda np, x: np.ptp(x, keepdims=True),
    "add.reduce where": lambda np, x: np.add.reduce(x, 1, where=MASK, initial=1.0),
}
IGNORING_NAN = {
    "nansum": lambda np, x: np.nansum(x),
    "nansum axis": lambda np, x: np.nansum(x, axis=0, keepdims=True, initial=2.0),
    "nansum where": lambda np, x: np.nansum(x, axis=1, where=MASK, dtype=np.float32),
    "nanprod": lambda np, x: np.nanprod(x, axis=1),
    "nanprod where": lambda np, x: np.nanprod(x, where=MASK[0], initial=2.0),
    "nanmean": lambda np, x: np.nanmean(x, axis=1),
    "nanmean where": lambda np, x: np.nanmean(x, where=MASK, keepdims=True),
    "nanvar": lambda np, x: np.nanvar(x, axis=1, ddof=1),
    "nanvar all": lambda np, x: np.nanvar(x, correction=2),
    "nanstd": lambda np, x: np.nanstd(x, axis=(0, 1)),
    "nanstd axis": lambda np, x: np.nanstd(x, axis=1, keepdims=True),
    "nanmax": lambda np, x: np.nanmax(x, axis=0),
    "nanmax where": lambda np, x: np.nanmax(x, axis=1, where=MASK, initial=0.0),
    "nanmin": lambda np, x: np.nanmin(x),
    "nanmin initial": lambda np, x: np.nanmin(x, axis=1, keepdims=True, initial=1.5),
    "nanmean of numbers": lambda np, x: np.nanmean(x[1:, ::2], axis=0),
}
CALLS = {name: (f, A) for name, f in REDUCTIONS.items()}
CALLS |= {name: (f, HOLES) for name, f in IGNORING_NAN.items()}


def tracked(a):
    return ag.tensor(a, requires_grad=True)


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys_and_derivatives_right(name):
    f, a = CALLS[name]
    y, expected = f(np, tracked(a)), f(np, a)
    assert type(y) is ag.Tensor
    assert y.dtype == expected.dtype
    assert y.shape == np.shape(expected)
    np.testing.assert_allclose(y.data, expected, rtol=2e-7 if y.dtype == np.float32 else 1e-15)  # fmt: skip
    if y.dtype == np.float64:
        check_grads(lambda x: f(np, x), a)


@pytest.mark.parametrize("name", IGNORING_NAN)
def test_nan_gets_no_gradient(name):
    x = tracked(HOLES)
    IGNORING_NAN[name](np, x).sum().backward()
    assert np.isfinite(x.grad).all()
    assert not x.grad[np.isnan(HOLES)].any()


def gradient(f, a):
    return ag.grad(lambda x: np.sum(f(x)))(np.array(a)).tolist()


def test_the_sum_of_what_a_broadcast_mask_chooses_leaves_out_the_rest():
    assert gradient(lambda x: np.sum(x, axis=0, where=MASK[:1]), A) == [[1, 0, 1]] * 2
    assert gradient(lambda x: np.sum(x, where=MASK[:, :1]), A) == [[1] * 3, [0] * 3]


def test_what_is_left_out_may_be_anything():
    a = [[1.0, NAN, 3.0], [np.inf, 2.0, 4.0]]
    for f in (np.sum, np.mean, np.var, np.std):
        x = tracked(a)
        y = f(x, axis=1, where=MASK)
        y.sum().backward()
        assert np.isfinite(y.data).all()
        assert np.isfinite(x.grad).all()
        assert not x.grad[~MASK].any()


def test_the_product_of_elements_with_zeros():
    assert gradient(np.prod, [2.0, 0.0, 3.0]) == [0, 6, 0]
    assert gradient(np.prod, [2.0, 0.0, 0.0]) == [0, 0, 0]
    hessian = ag.hessian(lambda x: np.prod(x))(np.array([2.0, 0.0, 0.0]))
    assert hessian.tolist() == [[0, 0, 0], [0, 0, 2], [0, 2, 0]]


def test_an_initial_value_that_is_the_maximum_takes_the_gradient_or_shares_it():
    assert gradient(lambda x: np.max(x, initial=5.0), [1.0, 3.0]) == [0, 0]
    assert gradient(lambda x: np.max(x, initial=3.0), [1.0, 3.0]) == [0, 0.5]
    assert gradient(lambda x: np.max(x, initial=0.0), [1.0, 1.0]) == [0.5, 0.5]
    assert np.max(tracked(np.ones((0, 2))), axis=0, initial=4.0).data.tolist() == [4, 4]


def test_a_variance_over_several_axes_is_right_in_forward_mode():
    a = np.arange(8.0).reshape(2, 2, 2)
    t = np.ones((2, 2, 2))
    t[0] = 3
    _, tangent = ag.jvp(lambda x: np.var(x, axis=(0, 2)), (a,), (t,))
    apart = a - a.mean(axis=(0, 2), keepdims=True)
    np.testing.assert_allclose(tangent, (2 * apart * t).sum((0, 2)) / 4)


def test_the_deviation_of_equal_elements_has_a_gradient_of_zero():
    assert gradient(np.std, [2.0, 2.0]) == [0, 0]
    assert gradient(np.std, [0.1, 0.1, 0.1]) == [0, 0, 0]  # their mean is not 0.1
    assert gradient(lambda x: np.std(x, axis=1), [[1.0, 1.0], [1.0, 3.0]]) == [
        [0, 0],
        [-0.5, 0.5],
    ]
    mean = np.full((1,), 2.0)
    assert gradient(lambda x: np.std(x, mean=mean), [2.0, 2.0]) == [0, 0]
    slope = ag.jvp(np.std, (np.ones(2),), (np.array([1.0, 2.0]),))[1]
    assert slope == 0
    with np.errstate(invalid="ignore"):
        assert np.isnan(ag.hessian(np.std)(np.ones(2))).all()


def test_the_deviation_is_right_in_single_precision_and_of_complex_numbers():
    x = tracked(np.float32([1, 2, 4]))
    y = np.std(x)
    y.backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    z = np.array([1 + 1j, 2 - 1j, 0.5])
    np.testing.assert_allclose(np.std(tracked(z)).data, np.std(z), rtol=1e-15)
    check_grads(np.std, z, order=1)


def test_a_tracked_mean_takes_its_part_of_the_gradient_of_a_variance():
    m = tracked([[2.0]])
    ag.var(np.array([[1.0, 4.0]]), axis=1, mean=m).sum().backward()
    assert m.grad.tolist() == [[-1.0]]  # Σ -2 (x - m) / n


ALL_NAN = np.array([[NAN, NAN], [1.0, 2.0]])


@pytest.mark.parametrize("name", ["nanmax", "nanmin", "nanmean", "nanvar", "nanstd", "nanmedian"])  # fmt: skip
def test_a_slice_of_nan_alone_gives_nan_a_warning_and_no_gradient(name):
    f = getattr(np, name)
    x = tracked(ALL_NAN)
    with pytest.warns(RuntimeWarning):
        y = f(x, axis=1)
    with pytest.warns(RuntimeWarning):
        np.testing.assert_array_equal(y.data, f(ALL_NAN, axis=1))
    y.sum().backward()
    assert x.grad[0].tolist() == [0, 0]
    assert x.grad[1].any()


def test_a_variance_of_too_few_numbers_is_nan_with_a_warning():
    x = tracked([[1.0, NAN], [1.0, 2.0]])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        y = np.nanvar(x, axis=1, ddof=1)
    np.testing.assert_array_equal(y.data, [NAN, 0.5])
    y.sum().backward()
    assert x.grad.tolist() == [[0, 0], [-1, 1]]


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda x: np.sum(x, axis=2), np.exceptions.AxisError, "sum"),
        (
            lambda x: np.sum(x, where=np.ones((2, 2, 3), bool)),
            ValueError,
            "sum of chosen",
        ),
        (lambda x: np.max(x, where=MASK), ValueError, "max of chosen.*initial"),
        (lambda x: np.nanmax(x, where=MASK), ValueError, "nanmax.*initial"),
        (lambda x: np.var(x, ddof=1, correction=1), ValueError, "simultaneously"),
        (lambda x: np.std(x, axis=(0, 0)), ValueError, "std"),
        (lambda x: np.ptp(x[:0]), ValueError, "ptp"),
        (lambda x: np.sum(x, out=np.empty(())), TypeError, "out="),
    ],
)
def test_bad_input_raises_numpys_error_and_names_the_function(call, error, told):
    with pytest.raises(error, match=told):
        call(tracked(A))


def test_a_call_without_further_keywords_is_one_node_of_the_primitive():
    for name in ("sum", "mean", "prod", "max", "min", "var"):
        node = getattr(np, name)(tracked(A), axis=0)
        assert node.op is ag.registry[name]
        assert node.op is getattr(ag, name).primitive


@pytest.mark.parametrize(
    "reduce",
    [
        *(np.mean, np.nanmean, np.average, np.var, np.std, np.nanvar),
        lambda x: np.mean(x, where=np.arange(70_000) % 2 == 0),
        lambda x: np.var(x, where=np.arange(70_000) % 7 > 0),
    ],
)
def test_more_elements_than_a_half_holds_are_counted(reduce):
    x = np.random.default_rng(0).random(70_000).astype(np.float16)
    found = ag.grad(lambda x: reduce(x) * np.float16(1000))(x)
    expected = ag.grad(lambda x: reduce(x) * 1000)(x.astype(float))
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, expected, 4e-3, 4e-3 * np.abs(expected).max())


def test_what_was_broadcast_over_many_rows_gets_their_exact_sum():
    rng = np.random.default_rng(0)
    for dtype, rows in ((np.float16, 5000), (np.float32, 1_000_000)):
        rows = rng.random((rows, 2)).astype(dtype)
        for add in (lambda b, rows: rows + b, lambda b, rows: rows - 3 * b * rows):
            g = ag.vjp(lambda b, add=add, rows=rows: add(b, rows), np.ones(2, dtype))[1]
            exact = ag.vjp(
                lambda b, add=add, rows=rows: add(b, rows.astype(float)), np.ones(2)
            )[1]
            weights = np.full(rows.shape, 0.5, dtype)
            found, expected = g(weights)[0], exact(weights.astype(float))[0]
            eps = np.finfo(dtype).eps
            np.testing.assert_allclose(found, expected, 2 * eps, 0)


def test_a_layers_bias_gets_the_exact_sum_of_many_rows():
    g = np.random.default_rng(0).random((200_000, 2)).astype(np.float32)
    x, w, b = np.ones((200_000, 1), np.float32), np.ones((2, 1), np.float32), g[0]
    found = ag.vjp(lambda b: ag.affine(x, w, b), b)[1](g)[0]
    np.testing.assert_allclose(found, g.sum(0, dtype=float), 1e-7)


def of_ufunc(ufunc):
    return lambda x, axis, **options: ufunc.reduce(x, axis, **options)


OF_NUMBERS = [np.sum, np.prod, np.max, np.min, np.nansum, np.nanprod, np.nanmax]
OF_NUMBERS += [np.nanmin, np.ptp, ag.logsumexp]
OF_NUMBERS += map(of_ufunc, (np.add, np.multiply, np.maximum, np.minimum, np.logaddexp))


@pytest.mark.parametrize("reduce", OF_NUMBERS)
@pytest.mark.parametrize("options", [{"axis": 0}, {"axis": -1}, {"axis": ()}])
@pytest.mark.parametrize("keepdims", [False, True])
def test_an_array_without_axes_is_reduced_over_its_last(reduce, options, keepdims):
    slope = ag.grad(lambda x: reduce(x, **options, keepdims=keepdims))(np.array(2.0))
    assert slope == (reduce is not np.ptp)


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "nancumsum", "nancumprod"])
def test_an_array_without_axes_is_scanned_along_its_first(name):
    def total(x):
        return np.sum(getattr(np, name)(x, axis=0))

    assert ag.grad(total)(np.array(2.0)) == 1
    assert ag.grad(lambda x: np.sum(ag.logcumsumexp(x, axis=0)))(np.array(2.0)) == 1


@pytest.mark.parametrize("spread", [np.var, np.std])
@pytest.mark.parametrize("x", [[1.0, 2.0, 4.0], [1.0, 1.0, 1.0]])
@pytest.mark.parametrize("ddof", [3, 4, 7.5])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_degrees_of_freedom_there_is_no_slope(spread, x, ddof):
    assert np.isnan(ag.grad(lambda x: spread(x, ddof=ddof))(np.array(x))).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_reductions_of_nothing():
    nothing = np.ones((2, 0))
    for softmax in (ag.softmax, ag.log_softmax):
        assert softmax(ag.tensor(nothing)).shape == (2, 0)
        assert ag.grad(lambda x, f=softmax: np.sum(f(x)))(nothing).shape == (2, 0)
    for reduce in (ag.logsumexp, of_ufunc(np.logaddexp)):
        found = reduce(ag.tensor(nothing), 1)
        np.testing.assert_array_equal(found, [-np.inf, -np.inf])
        assert ag.grad(lambda x, f=reduce: np.sum(f(x, 1)))(nothing).shape == (2, 0)
    for of in (np.cov, np.corrcoef):
        np.testing.assert_array_equal(of(ag.tensor(nothing)), of(nothing))


@pytest.mark.parametrize(
    "name",
    [
        "sum",
        "prod",
        "mean",
        "var",
        "std",
        "nansum",
        "nanprod",
        "nanmean",
        "cumsum",
        "cumprod",
    ],
)
@pytest.mark.parametrize("dtype", [np.uint8, "int32", np.float32])
@pytest.mark.parametrize("given", [np.uint8, np.float64])
def test_the_dtype_that_was_asked_for_is_the_results(name, dtype, given):
    x = np.array([1, 2, 4], given)
    expected = getattr(np, name)(x if "nan" not in name else np.uint8(x), dtype=dtype)
    found = getattr(np, name)(ag.tensor(x), dtype=dtype).data
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    x = np.diag(x)
    assert np.trace(ag.tensor(x), dtype=dtype).dtype == np.trace(x, dtype=dtype).dtype


@pytest.mark.parametrize("name", ["sum", "prod", "max", "nansum", "nanprod"])
@pytest.mark.parametrize("initial", [np.float64(2.5), 2.5, 3, np.int64(300)])
@pytest.mark.parametrize("given", [np.uint8, np.float16, np.float32])
def test_what_a_reduction_begins_with_has_its_dtype(name, initial, given):
    x = np.array([1, 2, 4], given)
    try:
        expected = getattr(np, name)(x, initial=initial)
    except OverflowError:
        return
    found = getattr(np, name)(ag.tensor(x), initial=initial).data
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "name", ["sum", "prod", "mean", "var", "std", "nansum", "nanmean", "nanvar"]
)
def test_a_mask_is_of_booleans(name):
    for mask in ([1, 0, 1], [1.0, 0.0, 1.0]):
        with pytest.raises(TypeError, match="bool"):
            getattr(np, name)(ag.tensor([1.0, 2.0, 4.0]), where=np.array(mask))


@pytest.mark.parametrize("reduce", [np.max, np.min, np.nanmax, np.nanmin, np.amax])
def test_an_initial_value_with_a_history_is_told_what_to_write(reduce):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"np.maximum\(np.max\(x\), initial\)"):
        reduce(x, initial=x[0])
    assert reduce(x, initial=ag.tensor(1.0)).data in (1.0, 2.0)
