"""Differences, slopes, integrals, interpolation and phases of samples."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads

A = np.array([[0.5, -1.25, 2.0, 1.0], [3.5, 0.75, -0.3, 0.1], [1.5, 0.2, 0.9, -2.0]])
UNEVEN = np.array([0.0, 1.0, 1.5, 3.5])
XP, FP = np.array([-1.0, 0.5, 2.0]), np.array([3.0, 1.0, 2.0])


def tracked(a):
    return ag.tensor(a, requires_grad=True)


CALLS = {
    "diff": lambda np, x: np.diff(x),
    "diff n": lambda np, x: np.diff(x, 2, axis=0),
    "diff none": lambda np, x: np.diff(x, n=0),
    "diff too often": lambda np, x: np.diff(x, n=5),
    "diff prepend": lambda np, x: np.diff(x, prepend=0.0),
    "diff both": lambda np, x: np.diff(x, 1, 0, x[:1], np.ones((2, 4))),
    "diff append": lambda np, x: np.diff(x[0], append=[1.0, 5.0], n=3),
    "ediff1d": lambda np, x: np.ediff1d(x),
    "ediff1d ends": lambda np, x: np.ediff1d(x, to_begin=x[:, :1], to_end=[1.0, 2.0]),
    "ediff1d of one": lambda np, x: np.ediff1d(x[0, 0], to_end=9.0),
    "gradient": lambda np, x: np.gradient(x),
    "gradient axis": lambda np, x: np.gradient(x, axis=-1),
    "gradient scalar": lambda np, x: np.gradient(x, 0.5, edge_order=2),
    "gradient scalars": lambda np, x: np.gradient(x, 0.5, 2.0),
    "gradient coordinates": lambda np, x: np.gradient(x, UNEVEN, axis=1),
    "gradient list": lambda np, x: np.gradient(x, [0, 1, 3, 4], axis=1, edge_order=2),
    "gradient even": lambda np, x: np.gradient(x, np.arange(4.0) * 0.5, axis=1),
    "gradient mixed": lambda np, x: np.gradient(x, 2.0, UNEVEN, edge_order=2),
    "gradient axes": lambda np, x: np.gradient(x, UNEVEN, 0.3, axis=(1, 0)),
    "gradient of one axis": lambda np, x: np.gradient(x[0], axis=(0,)),
    "gradient by coordinates": lambda np, x: np.gradient(A[:, 0], np.cumsum(x[:, 0] ** 2)),
    "gradient by distance": lambda np, x: np.gradient(A, x[0, 0], x[1, 0], edge_order=2),
    "trapezoid": lambda np, x: np.trapezoid(x),
    "trapezoid dx": lambda np, x: np.trapezoid(x, dx=0.5, axis=0),
    "trapezoid x": lambda np, x: np.trapezoid(x, UNEVEN, axis=1),
    "trapezoid all x": lambda np, x: np.trapezoid(x, x=x * x, axis=0),
    "trapezoid by x": lambda np, x: np.trapezoid(A, x=x[0]),
    "trapezoid by dx": lambda np, x: np.trapezoid(x, dx=[[1.0, 2.0, 0.5]]),
    "interp": lambda np, x: np.interp(x, XP, FP),
    "interp number": lambda np, x: np.interp(0.7, XP, x[0, :3]),
    "interp ends": lambda np, x: np.interp(x, XP, FP, left=-9.0, right=9.0),
    "interp period": lambda np, x: np.interp(x, [2.5, -1.0, 0.5], x[0, :3], period=3.0),
    "interp xp": lambda np, x: np.interp([-0.5, 1.0, 7.0], np.cumsum(x[0] ** 2), x[1]),
    "interp one": lambda np, x: np.interp(x, [0.3], x[0, :1], left=1.0),
    "interp list": lambda np, x: np.interp([0.0, 1.0], [0.0, 2.0], x[0, :2]),
    "unwrap": lambda np, x: np.unwrap(5 * x),
    "unwrap axis": lambda np, x: np.unwrap(x, 1.7, axis=0, period=2.5),
    "unwrap period": lambda np, x: np.unwrap(x, period=1.3),
}  # fmt: skip


def assert_same(found, expected):
    if isinstance(expected, tuple):
        assert isinstance(found, tuple)
        for each, other in zip(found, expected, strict=True):
            assert_same(each, other)
        return
    assert type(found) is ag.Tensor
    assert (found.dtype, found.shape) == (expected.dtype, np.shape(expected))
    np.testing.assert_allclose(found.data, expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys_and_derivatives_right(name):
    f = CALLS[name]
    assert_same(f(np, tracked(A)), f(np, A))
    if name != "diff too often":
        check_grads(lambda x: f(np, x), A)


@pytest.mark.parametrize("name", ["diff", "gradient mixed", "trapezoid x", "unwrap axis"])  # fmt: skip
def test_single_precision_is_kept(name):
    a = A.astype(np.float32)
    x = tracked(a)
    found, expected = CALLS[name](np, x), CALLS[name](np, a)
    for each, other in zip(_several(found), _several(expected)):
        assert each.dtype == other.dtype
        np.testing.assert_allclose(each.data, other, rtol=1e-5, atol=1e-6)
    _several(found)[0].sum().backward()
    assert x.grad.dtype == np.float32


def _several(found):
    return found if isinstance(found, tuple) else (found,)


def gradient(f, *arrays):
    found = ag.grad(lambda *xs: np.sum(f(*xs)), tuple(range(len(arrays))))
    return [g.tolist() for g in found(*map(np.array, arrays))]


def test_slopes_at_the_edges_are_those_of_a_parabola_through_uneven_points():
    x = np.array([0.0, 1.0, 3.0])
    weights = ag.jacobian(lambda f: np.gradient(f, x, edge_order=2))(np.zeros(3))
    # the derivatives at 0, 1 and 3 of Lagrange's polynomials (x - 1)(x - 3) / 3,
    # x (x - 3) / -2 and x (x - 1) / 6
    expected = np.array([[-4 / 3, 3 / 2, -1 / 6], [-2 / 3, 1 / 2, 1 / 6], [2 / 3, -3 / 2, 5 / 6]])  # fmt: skip
    np.testing.assert_allclose(weights, expected, atol=1e-15)
    np.testing.assert_allclose(np.gradient(tracked(x**2), x, edge_order=2).data, 2 * x)
    check_grads(lambda f, x: np.gradient(f, x, edge_order=2), np.array([1.0, 2.0, 5.0]), x)  # fmt: skip


def test_evenly_spaced_coordinates_that_are_tracked_get_their_gradient():
    f = np.array([1.0, 2.0, 5.0])
    check_grads(lambda f, x: np.gradient(f, x), f, np.arange(3.0))
    slopes = np.gradient(tracked(f), tracked(np.arange(3.0))).data
    assert slopes.tolist() == np.gradient(f).tolist()


def test_an_infinite_sample_spoils_no_central_slope_but_those_beside_it():
    f = np.array([1.0, 2.0, np.inf, 4.0, 5.0])
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(np.gradient(tracked(f)).data, np.gradient(f))


def test_interpolation_has_gradients_for_all_that_it_takes():
    x, xp, fp = gradient(np.interp, [0.5, 5.0], [0.0, 2.0], [1.0, 3.0])
    assert x == [1, 0]  # the slope, and none outside
    assert fp == [0.75, 1.25]
    assert xp == [-0.75, -0.25]


def test_at_a_point_of_the_curve_the_slope_is_that_to_its_right():
    x, _, fp = gradient(np.interp, [0.0, 1.0, 3.0], [0.0, 1.0, 3.0], [0.0, 2.0, 8.0])
    assert x == [2, 3, 0]
    assert fp == [1, 1, 1]


def test_interpolation_takes_nan_infinities_and_steps_as_numpys_does():
    x = np.array([np.nan, 0.0, 0.5, 1.0, 1.5, 2.0, 9.0])
    for xp, fp in (
        ([0.0, 1.0, 1.0, 2.0], [1.0, 2.0, 3.0, 4.0]),
        ([0.0, 1.0, 2.0, 2.0], [1.0, 2.0, 3.0, 4.0]),
        ([0.0, 1.0, 2.0], [1.0, np.inf, 4.0]),
        ([0.0, 1.0, 2.0], [np.inf, np.inf, -np.inf]),
    ):
        found = np.interp(tracked(x), xp, fp)
        np.testing.assert_array_equal(found.data, np.interp(x, xp, fp))
    fp = np.array([1 + 1j, 0, 2])
    found = np.interp(A, XP, tracked(fp))
    np.testing.assert_allclose(found.data, np.interp(A, XP, fp), rtol=1e-14)
    check_grads(lambda fp: np.interp(A, XP, fp), fp)


def test_bools_differ_where_they_change():
    x = ag.tensor([True, False, False])
    assert np.diff(x).data.tolist() == [True, False]


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda x: np.diff(x, n=-1), ValueError, "diff.*non-negative"),
        (lambda x: np.diff(x, axis=2), np.exceptions.AxisError, "diff"),
        (lambda x: np.diff(x[0, 0]), np.exceptions.AxisError, "diff"),
        (lambda x: np.diff(x, prepend=np.ones((2, 1))), ValueError, "diff"),
        (lambda x: np.ediff1d(x, to_end=1j), TypeError, "ediff1d.*to_end"),
        (lambda x: np.gradient(x, 1.0, 2.0, 3.0), TypeError, "gradient.*arguments"),
        (lambda x: np.gradient(x, np.ones(2), axis=0), ValueError, "gradient.*axis 0"),
        (lambda x: np.gradient(x, edge_order=3), ValueError, "gradient.*edge_order"),
        (lambda x: np.gradient(x[:1]), ValueError, "gradient.*2 or more"),
        (lambda x: np.trapezoid(x, np.ones(3)), ValueError, "trapezoid"),
        (lambda x: np.interp(x, [0.0, 1.0], [1.0]), ValueError, "interp.*length"),
        (lambda x: np.interp(x, [], []), ValueError, "interp.*empty"),
        (lambda x: np.interp(x, XP, FP, period=0), ValueError, "interp.*period"),
        (lambda x: np.unwrap(x, axis=2), np.exceptions.AxisError, "unwrap"),
    ],
)
def test_bad_input_raises_numpys_error_and_names_the_function(call, error, told):
    with pytest.raises(error, match=told):
        call(tracked(A))
