"""NumPy's ufuncs and functions of each element: values, conventions, odd cases."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads

X = np.array([[0.3, -0.7, 2.5], [1.5, -2.25, 0.0]])
Y = np.array([1.5, -2.0, 0.75])
P = np.abs(X) + 0.5
Z = X + 1j * X[::-1]
K, J = np.array([12, 7, -5]), np.array([8, 2, 3])

CALLS = {
    "cbrt": lambda np, x: np.cbrt(x),
    "deg2rad": lambda np, x: np.deg2rad(x),
    "rad2deg": lambda np, x: np.rad2deg(x),
    "degrees": lambda np, x: np.degrees(x),
    "radians": lambda np, x: np.radians(x),
    "fabs": lambda np, x: np.fabs(x),
    "fmax": lambda np, x: np.fmax(x, Y),
    "fmin": lambda np, x: np.fmin(Y, x),
    "fmod": lambda np, x: np.fmod(x, Y),
    "fmod by": lambda np, x: np.fmod(7.3, x),
    "heaviside": lambda np, x: np.heaviside(Y, x),
    "copysign": lambda np, x: np.copysign(x, Y),
    "ldexp": lambda np, x: np.ldexp(x, [1, -2, 3]),
    "frexp": lambda np, x: np.frexp(x)[0],
    "modf": lambda np, x: np.modf(x)[0],
    "divmod": lambda np, x: np.divmod(x, 0.4)[1],
    "logaddexp2": lambda np, x: np.logaddexp2(x, Y),
    "float_power": lambda np, x: np.float_power(x, 1.5),
    "pow": lambda np, x: np.pow(x, 3),
    "acos": lambda np, x: np.acos(x / 9),
    "asin": lambda np, x: np.asin(x / 9),
    "atan2": lambda np, x: np.atan2(x, Y),
    "asinh": lambda np, x: np.asinh(x),
    "sinc": lambda np, x: np.sinc(x),
    "angle": lambda np, x: np.angle(x + 1j),
    "angle in degrees": lambda np, x: np.angle(x + 1j, deg=True),
    "real_if_close": lambda np, x: np.real_if_close(x + 1e-18j),
    "real": lambda np, x: np.real(x),
    "conj": lambda np, x: np.conj(x),
    "fmax.reduce": lambda np, x: np.fmax.reduce(x, axis=1),
    "logaddexp2 dtype": lambda np, x: np.logaddexp2(x, Y, dtype=np.float64),
}


@pytest.mark.parametrize("name", CALLS)
def test_numpys_functions_of_tensors_have_its_values_and_are_recorded(name):
    call = CALLS[name]
    x = ag.tensor(P, requires_grad=True)
    ours, theirs = call(np, x), np.asarray(call(np, P))
    assert ours.requires_grad
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    np.testing.assert_array_equal(ours.data, theirs)
    check_grads(lambda x: call(np, x), P, order=1)


SINGLE = ["cbrt", "deg2rad", "fabs", "fmax", "sinc", "modf", "ldexp", "frexp", "fmod"]


@pytest.mark.parametrize("name", SINGLE)
def test_single_precision_stays_single(name):
    f = CALLS[name]
    a = P.astype(np.float32)
    x = ag.tensor(a, requires_grad=True)
    y = f(np, x)
    y.sum().backward()
    assert y.dtype == f(np, a).dtype
    assert x.grad.dtype == np.float32


CONSTANTS = {
    "around": lambda x: np.around(x, 1),
    "round": lambda x: np.round(x),
    "round decimals": lambda x: np.round(x, decimals=-1),
    "fix": lambda x: np.fix(x),
    "isreal": lambda x: np.isreal(x),
    "iscomplex": lambda x: np.iscomplex(x),
    "isposinf": lambda x: np.isposinf(x),
    "isneginf": lambda x: np.isneginf(x),
    "signbit": lambda x: np.signbit(x),
    "sign": lambda x: np.sign(x),
    "nextafter": lambda x: np.nextafter(x, 5.0),
    "spacing": lambda x: np.spacing(x),
    "exponent": lambda x: np.frexp(x)[1],
    "integer": lambda x: np.modf(x)[1],
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_functions_without_a_derivative_give_untracked_tensors(name):
    f = CONSTANTS[name]
    for a in (X, np.array([np.inf, -np.inf, np.nan, -0.0]), np.array(2.5)):
        y = f(ag.tensor(a, requires_grad=True))
        assert type(y) is ag.Tensor
        assert not y.requires_grad
        np.testing.assert_array_equal(y.data, f(a))
        assert y.dtype == np.asarray(f(a)).dtype


INTEGERS = {
    "gcd": lambda x: np.gcd(x, J),
    "lcm": lambda x: np.lcm(J, x),
    "bitwise_and": lambda x: np.bitwise_and(x, J),
    "bitwise_or": lambda x: np.bitwise_or(x, J),
    "bitwise_xor": lambda x: np.bitwise_xor(x, 3),
    "invert": lambda x: np.invert(x),
    "left_shift": lambda x: np.left_shift(x, 2),
    "bitwise_right_shift": lambda x: np.bitwise_right_shift(x, 1),
    "bitwise_count": lambda x: np.bitwise_count(x),
    "gcd.reduce": lambda x: np.gcd.reduce(x),
}


@pytest.mark.parametrize("name", INTEGERS)
def test_functions_of_integers_take_integer_tensors(name):
    f = INTEGERS[name]
    y = f(ag.tensor(K))
    assert type(y) is ag.Tensor
    np.testing.assert_array_equal(y.data, f(K))
    assert y.dtype == np.asarray(f(K)).dtype


@pytest.mark.parametrize(
    ("call", "kind", "name"),
    [
        (lambda x: np.gcd(x, x), TypeError, "gcd"),
        (lambda x: np.isnat(x), TypeError, "isnat"),
        (lambda x: np.fmod(x, np.ones(5)), ValueError, "fmod"),
        (lambda x: np.ldexp(x, 1.5), TypeError, "ldexp"),
    ],
)
def test_bad_input_raises_numpys_kind_of_error_and_names_the_function(call, kind, name):
    with pytest.raises(kind, match=name):
        call(ag.tensor(X, requires_grad=True))


# Conventions ----------------------------------------------------------------------------


def slopes(f, *xs):
    return ag.grad(lambda *xs: f(*xs).sum(), argnums=tuple(range(len(xs))))(*xs)


def test_fmax_and_fmin_give_nan_no_gradient_and_split_ties():
    x = np.array([np.nan, 1.0, np.nan, 2.0, 3.0])
    y = np.array([1.0, np.nan, np.nan, 2.0, 1.0])
    for f, last in ((np.fmax, [1, 0]), (np.fmin, [0, 1])):
        dx, dy = slopes(f, x, y)
        assert dx.tolist() == [0, 1, 0, 0.5, last[0]]
        assert dy.tolist() == [1, 0, 0, 0.5, last[1]]


def test_copysign_takes_the_sign_of_a_negative_0():
    x, y = np.array([3.0, -3.0, 0.0, 3.0]), np.array([-0.0, -0.0, -0.0, -2.0])
    dx, dy = slopes(np.copysign, x, y)
    assert dx.tolist() == [-1, 1, 0, -1]
    assert not dy.any()


def test_heaviside_has_a_slope_by_its_value_at_0_alone():
    dx, dy = slopes(np.heaviside, np.array([-1.0, 0.0, 1.0]), np.array([0.5, 0.5, 0.5]))
    assert not dx.any()
    assert dy.tolist() == [0, 1, 0]


def test_ldexp_scales_exactly_where_the_power_alone_would_overflow():
    tiny = np.array([5e-324, 1.0])
    x = ag.tensor(tiny, requires_grad=True)
    y = np.ldexp(x, np.array([1074, 2]))
    assert y.data.tolist() == [1.0, 4.0]
    np.ldexp(ag.tensor(1.0, requires_grad=True), 3).backward()
    mantissa, exponent = np.frexp(x)
    assert mantissa.data.tolist() == [0.5, 0.5]
    assert exponent.data.tolist() == [-1073, 1]


def test_parts_of_infinities_and_zeros_are_numpys():
    a = np.array([np.inf, -np.inf, -0.0, -2.5])
    for f in (np.modf, np.frexp):
        for ours, theirs in zip(f(ag.tensor(a)), f(a), strict=True):
            np.testing.assert_array_equal(ours.data, theirs)
            np.testing.assert_array_equal(np.signbit(ours.data), np.signbit(theirs))


def test_fmod_counts_whole_multiples_where_a_quotient_would_round_up():
    for x, y in ((0.9, 0.1), (-0.9, 0.1), (0.9, -0.1), (1e17, 3.0)):
        dx, dy = slopes(np.fmod, x, y)
        assert dx == 1
        assert dy == -round((x - np.fmod(x, y)) / y)
    assert slopes(np.fmod, 0.9, 0.1)[1] == -8


def test_sinc_has_the_right_slopes_near_0():
    first = ag.grad(np.sinc)
    second = ag.grad(first)
    third = ag.grad(second)
    for x in (0.0, 1e-12, 1e-5, 1e-3):
        u = (np.pi * x) ** 2
        assert first(x) == pytest.approx(-(np.pi**2) * x * (1 / 3 - u / 30), rel=1e-9)
        assert second(x) == pytest.approx(-(np.pi**2) * (1 / 3 - u / 10), rel=1e-9)
        assert third(x) == pytest.approx(np.pi**4 * x / 5, rel=1e-4)
    for f, tolerance in ((first, 1e-14), (second, 1e-13), (third, 1e-12)):
        for sign in (1, -1):  # where the series ends
            inside, outside = f(sign * 0.5 - sign * 1e-15), f(sign * 0.5)
            assert inside == pytest.approx(outside, rel=tolerance, abs=tolerance)
    check_grads(np.sinc, np.array([0.2 + 0.3j, 1.5 - 0.5j]))


def test_parts_of_real_tensors_are_numpys():
    x = ag.tensor(X, requires_grad=True)
    for f in (np.real, np.imag, np.conj, np.angle, np.real_if_close):
        np.testing.assert_array_equal(f(x).data, f(X))
        assert f(x).dtype == f(X).dtype
    np.imag(x).sum().backward()
    assert not x.grad.any()
    assert x.grad.dtype == X.dtype
    x.grad = None
    (np.real(x) * 3 + np.conj(x)).sum().backward()
    assert x.grad.tolist() == np.full_like(X, 4).tolist()


def test_real_if_close_keeps_what_is_not_close():
    z = ag.tensor(Z, requires_grad=True)
    assert np.real_if_close(z).dtype == complex
    assert np.real_if_close(z, tol=1e300).dtype == float
    near = Z.real + 1e-14j
    for tol in (1, 10, 1000, 0.1):
        assert (
            np.real_if_close(ag.tensor(near), tol).dtype
            == np.real_if_close(near, tol).dtype
        )


def test_the_angle_turns_with_the_imaginary_part():
    z = ag.tensor([2 + 0j, 1j], requires_grad=True)
    np.angle(z).sum().backward()
    np.testing.assert_allclose(z.grad, [0.5j, -1.0], atol=1e-15)


def test_values_take_them_too():
    v = ag.Value(2.5)
    fraction, whole = np.modf(v)
    assert (fraction.data, whole.data) == (0.5, 2.0)
    mantissa, exponent = np.frexp(v)
    assert (mantissa.data, exponent.data) == (0.625, 2.0)
    np.ldexp(v, 3).backward()
    assert v.grad == 8.0


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.maximum, np.fmax])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.complex64])
def test_accumulate_computes_in_the_dtype_it_is_given(ufunc, dtype):
    x = np.full(3, 200, np.uint8)
    out = ufunc.accumulate(ag.tensor(x), dtype=dtype)
    right = ufunc.accumulate(x, dtype=dtype)
    assert out.dtype == right.dtype
    np.testing.assert_array_equal(out.data, right)


@pytest.mark.parametrize("ufunc", [np.fmax, np.hypot, np.logaddexp2, np.add])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reduce_takes_an_array_of_no_axes_as_one_element(ufunc, axis, keepdims):
    x = ag.tensor(2.0, requires_grad=True)
    out = ufunc.reduce(x, axis=axis, keepdims=keepdims)
    assert out.shape == ()
    out.backward()
    assert (out.data, x.grad) == (2.0, 1.0)


@pytest.mark.parametrize(("y", "x"), [(1.0, np.inf), (np.inf, 1.0), (-np.inf, np.inf)])
def test_the_angle_of_a_point_at_infinity_stands_still(y, x):
    assert ag.grad(np.arctan2, argnums=(0, 1))(y, x) == (0.0, 0.0)
    z = complex(x, y)
    assert ag.grad(np.angle)(z) == 0


@pytest.mark.parametrize("mask", [[1, 0], np.array([1.0, 0.0]), ag.tensor([1, 0])])
def test_where_takes_booleans_only(mask):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    for call in (lambda: np.exp(x, where=mask), lambda: np.add(x, 1, where=mask)):
        with pytest.raises(TypeError, match=r"where= takes booleans; got"):
            call()
    assert np.exp(x, where=np.asarray(ag.asarray(mask).data, bool))[1].item() == 0


def test_one_axis_may_stand_in_a_tuple_and_a_number_has_one():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    for ufunc in (np.add, np.multiply, np.maximum):
        found, expected = ufunc.accumulate(x, axis=(0,)), ufunc.accumulate(x.data)
        np.testing.assert_array_equal(found.data, expected)
    for f in (np.cumulative_sum, np.cumulative_prod):
        np.testing.assert_array_equal(f(x[1]).data, [2])
        assert ag.grad(lambda x, f=f: np.sum(f(x)))(2.0) == 1
    empty = np.apply_along_axis(np.cumsum, 1, ag.zeros((3, 0)))
    assert empty.shape == (3, 0)
    with pytest.raises(ValueError, match="no vector"):
        np.apply_along_axis(np.cumsum, 0, ag.zeros((3, 0)))
