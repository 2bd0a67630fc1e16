"""The error function, the normal distribution and gelu, against mpmath."""

import copy
import math

import mpmath
import numpy as np
import pytest

import autograd as ag
from autograd import threads
from autograd.check import check_grads
from autograd.core import zeros
from autograd.ops import error_functions as ours


def phi(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


RIGHT = {
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "normal_cdf": phi,
    "gelu": lambda x: x * phi(x),
    "gelu_slope": lambda x: phi(x) + x * mpmath.npdf(x),
    "bell": lambda x: mpmath.exp(-x * x),
    "density": mpmath.npdf,
}
MORE = {"gelu": 2.5, "density": 3, "gelu_slope": 6}  # of more operations


def places(dtype, reach):
    random = np.random.default_rng(0)
    x = np.concatenate(
        [
            *(random.uniform(0, high, 60) for high in (1, 6, reach)),
            *(np.exp2(random.uniform(-90, 0, 40)), [0.0]),
            0.7517915246935645 + np.exp2(random.uniform(-52, -1, 40)),
        ]
    )
    return np.unique(np.concatenate([x, -x]).astype(dtype))


def units_off(function, right, x):
    """The worst error where the result is normal, in units of the last place."""
    info, worst = np.finfo(x.dtype), 0.0
    with mpmath.workdps(50):
        for value, at in zip(function(x), x, strict=True):
            exact = right(mpmath.mpf(float(at)))
            if abs(exact) >= float(info.tiny):
                unit = float(info.eps) * 2.0 ** math.floor(mpmath.log(abs(exact), 2))
                worst = max(worst, float(abs(mpmath.mpf(float(value)) - exact)) / unit)
    return worst


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", RIGHT)
def test_values_err_by_two_units_of_the_last_place_at_most(name, dtype):
    x = places(dtype, 37.5)
    function = getattr(ours, name)
    allowed = MORE.get(name, 2) if dtype is np.float64 else 0.55
    assert units_off(function, RIGHT[name], x) <= allowed
    ends = range(9, x.size, 9)  # few elements take another way

    def on_few(x):
        return np.concatenate([function(part) for part in np.split(x, ends)])

    assert units_off(on_few, RIGHT[name], x) <= allowed


def test_the_ends_are_exact_and_nan_stays():
    ends = np.array([-np.inf, -0.0, 0.0, np.inf, np.nan] * 100)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(ours.erf(ends)[:5], [-1, -0.0, 0, 1, np.nan])
        np.testing.assert_array_equal(ours.erfc(ends)[:5], [2, 1, 1, 0, np.nan])
        np.testing.assert_array_equal(
            ours.normal_cdf(ends)[:5], [0, 0.5, 0.5, 1, np.nan]
        )
        np.testing.assert_array_equal(
            ours.gelu_slope(ends)[:5], [0, 0.5, 0.5, 1, np.nan]
        )
    assert np.signbit(ours.erf(ends)[1])


def test_gelu_in_single_precision_ends_in_zero_and_in_its_operand():
    ends = np.array([-np.inf, -1e38, -20, -0.0, 0, 7, 3e38, np.inf, np.nan], np.float32)
    with np.errstate(all="raise"):
        found = ours.gelu(np.tile(ends, 20))[:9]
    np.testing.assert_array_equal(found, [0, 0, 0, 0, 0, 7, *ends[-3:]])


@pytest.mark.parametrize("name", list(RIGHT))
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_parts_by_several_threads_are_those_of_one(name, dtype, monkeypatch):
    x = np.linspace(-9, 9, 5 * ours.BLOCK + 3).astype(dtype)
    found = []
    for count in (0, 3):
        monkeypatch.setattr(threads, "_helpers", threads.Helpers(count))
        found.append(getattr(ours, name)(x))
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("name", ["erf", "erfc", "gelu"])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 300, 20000])
def test_arrays_of_every_size_and_layout_are_taken_by_element(name, size):
    function = getattr(ag, name)
    x = np.linspace(-5, 5, size)
    parts = x if size < 300 else np.array_split(x, size // 50)  # as before, in turns
    expected = np.array([y for part in parts for y in np.atleast_1d(function(part))])
    np.testing.assert_allclose(function(x), expected, rtol=2e-15)
    wide = np.stack([x, x])[:, ::-1]
    np.testing.assert_array_equal(function(wide).shape, (2, size))
    np.testing.assert_allclose(function(wide.T)[:, 1], expected[::-1], rtol=2e-15)


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        (np.array([1, 2]), np.float64),
        (np.array([True]), np.float16),
        (np.ones(2, np.float32), np.float32),
        (np.ones(100, np.longdouble), np.longdouble),
    ],
)
def test_the_dtype_is_the_operands_if_that_is_one_of_floats(given, dtype):
    assert ag.erf(given).dtype == ag.gelu(given).dtype == dtype


@pytest.mark.parametrize("name", ["erf", "erfc", "gelu"])
def test_complex_numbers_are_refused(name):
    with pytest.raises(TypeError, match="of real numbers got complex128"):
        getattr(ag, name)(np.ones(3) * 1j)


def test_slopes_of_gelu_follow_its_curve_to_the_third_order():
    f = ag.gelu
    for x in (-6.0, -0.75, 0.0, 0.3, 4.0):
        for _ in range(3):
            f = ag.grad(f)
        with mpmath.workdps(40):
            right = float(mpmath.diff(RIGHT["gelu"], mpmath.mpf(x), 3))
        assert abs(f(x) - right) <= 1e-14 * max(abs(right), 1e-9)
        f = ag.gelu


@pytest.mark.parametrize(("low", "high"), [(-13, 13), (-1.2, -0.3), (-1e-3, 1e-3)])
def test_the_slope_of_gelu_in_single_precision_is_that_of_double(low, high):
    x = np.linspace(low, high, 40002, dtype=np.float32)
    right = ag.grad(lambda x: ag.sum(ag.gelu(x)))(x.astype(float))
    for y in (x, x.reshape(3, -1).T.reshape(-1, order="F")):
        found = ag.grad(lambda x: ag.sum(ag.gelu(x)))(y)
        units = np.spacing(np.abs(right).astype(np.float32).clip(1.2e-38))
        assert (abs(found - right) / units).max() < 8


def test_the_slope_of_gelu_at_the_ends_and_in_any_layout():
    x = np.array([[0.0, np.inf, -100.0], [1e30, np.nan, 1.0]], np.float32)
    found = ag.grad(lambda x: ag.sum(ag.gelu(x)))(x.T)
    right = ag.grad(lambda x: ag.sum(ag.gelu(x)))(x.T.astype(float))
    np.testing.assert_allclose(found, right, rtol=1e-6)


# The slope that is kept ---------------------------------------------------------------


def gelu_of(size, dtype=np.float64):
    x = ag.tensor(np.linspace(-6, 6, size).astype(dtype), requires_grad=True)
    return x, ag.gelu(x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_slope_kept_with_a_value_is_that_of_the_rule_to_the_last_bit(dtype):
    x, y = gelu_of(ours.BLOCK + 500, dtype)
    np.testing.assert_array_equal(y.data, ours.gelu(x.data))
    np.testing.assert_array_equal(y._slope, ours.gelu_slope(x.data))
    seed = np.cos(x.data)
    for count in (1, 2):
        y.backward(seed)
        np.testing.assert_array_equal(x.grad, count * (seed * ours.gelu_slope(x.data)))
    y._slope[:] = 0.5  # what forward mode takes, too, where it is not recorded
    (pushed,) = zeros.pushed([y], {x: seed}).values()
    np.testing.assert_array_equal(pushed, seed / 2)
    (recorded,) = zeros.pushed([y], {x: ag.tensor(seed)}, lift=True).values()
    np.testing.assert_array_equal(recorded.data, seed * ours.gelu_slope(x.data))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("size", [3, 5000])
def test_gelu_by_tanh_keeps_the_slope_of_its_rule_as_well(size, dtype):
    x = ag.tensor(np.linspace(-40, 40, size).astype(dtype), requires_grad=True)
    y = ag.gelu_tanh(x)
    y.sum().backward()
    np.testing.assert_array_equal(y.data, ag.gelu_tanh(x.data))
    np.testing.assert_array_equal(x.grad, y._slope)
    rule = ag.registry["gelu_tanh"].written[0]
    np.testing.assert_array_equal(y._slope, rule(x.data))


@pytest.mark.parametrize("function", [ag.gelu, ag.gelu_tanh])
def test_what_keeps_its_slope_passes_the_checker_in_both_modes(function):
    random = np.random.default_rng(0)
    check_grads(function, random.normal(size=(9, 8)), order=2)
    check_grads(lambda x: function(np.sin(x)) * x, random.normal(size=80), order=2)


def test_no_slope_is_kept_where_no_sweep_will_ask_for_it():
    x, y = gelu_of(100)
    assert hasattr(y, "_slope")
    with ag.no_grad():
        without = ag.gelu(x)
    small, constant = gelu_of(20)[1], ag.gelu(ag.tensor(x.data))
    for z in (without, small, constant, copy.deepcopy(y)):
        assert not hasattr(z, "_slope")
    recorded = ag.record(ag.gelu, x.data).program(x.data)
    np.testing.assert_array_equal(recorded, y.data)


def test_a_copy_without_the_kept_slope_has_the_same_gradient():
    x, y = gelu_of(100)
    twin_x, twin = copy.deepcopy((x, y))
    y.sum().backward()
    twin.sum().backward()
    np.testing.assert_array_equal(x.grad, twin_x.grad)


def test_a_freed_graph_holds_no_slope_and_says_that_it_is_freed():
    y = gelu_of(100)[1]
    y.sum().backward(free=True)
    assert y._slope is None
    with pytest.raises(ValueError, match="was freed by backward"):
        y.sum().backward()


def test_a_write_into_the_operand_is_refused_though_its_slope_is_kept():
    x, y = gelu_of(100)
    with ag.no_grad():
        x.data += 1
    with pytest.raises(ag.StaleWriteError):
        y.sum().backward()


def test_an_underflow_that_shall_be_told_names_the_function_and_its_operand():
    x = ag.tensor(np.float32([1e-20, 1.0]), requires_grad=True)
    told = r"gelu_tanh got .*\(2,\).*: underflow"
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match=told):
        ag.gelu_tanh(x)


def test_a_compiled_step_has_the_gradient_of_the_kept_slope():
    x = np.linspace(-5, 5, 300)
    step = ag.value_and_grad(lambda x: ag.sum(ag.gelu(x) * ag.gelu_tanh(x)))
    for found, right in zip(ag.compile(step, backend="numpy")(x), step(x), strict=True):
        np.testing.assert_allclose(found, right, rtol=1e-13)
