"""SciPy's special functions of Tensors: values, slopes, checks of each."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings

import autograd as ag
from autograd.check.properties import calls_of, check_call

sp = pytest.importorskip("scipy.special")

# The names alone: the module is loaded by the tests, since others look at what is.
ONE = [
    "erf",
    "erfc",
    "erfcx",
    "ndtr",
    "log_ndtr",
    "gamma",
    "gammaln",
    "loggamma",
    "rgamma",
    "psi",
    "digamma",
    "expit",
    "log_expit",
    "exp10",
    "exp2",
    "expm1",
    "log1p",
    "cosm1",
    "exprel",
    "entr",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "j0",
    "j1",
]
OF_UNIT = ["erfinv", "erfcinv", "ndtri", "logit"]
TWO = [
    "beta",
    "betaln",
    "xlogy",
    "xlog1py",
    "rel_entr",
    "kl_div",
    "gammainc",
    "gammaincc",
]
TWO += ["iv", "ive", "jv"]
PLAIN = ["polygamma", "zeta"]  # no ufuncs
A = np.array([[0.3, 0.7], [0.2, 0.9]])


def module():
    from autograd.ops import special

    return special


def primitive(name):
    module()
    known = name if name in PLAIN else {"digamma": "psi"}.get(name, name)
    return ag.registry[f"special.{known}"]


@pytest.mark.parametrize("name", ONE + OF_UNIT)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_ufunc_of_scipy_of_a_tensor_gives_its_value_and_records_it(name, dtype):
    a, f = A.astype(dtype), getattr(sp, name)
    x = ag.tensor(a, requires_grad=True)
    y = f(x)
    expected = f(a)
    np.testing.assert_array_equal(y.data, expected)
    assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
    y.sum().backward()
    assert x.grad.dtype == dtype
    h = 1e-5
    slope = (f(A + h) - f(A - h)) / (2 * h)
    np.testing.assert_allclose(
        x.grad, slope, rtol=1e-8 if dtype is np.float64 else 1e-4
    )


@pytest.mark.parametrize("name", TWO)
def test_a_ufunc_of_two_operands_takes_arrays_and_numbers_beside_tensors(name):
    f = getattr(sp, name)
    y = ag.tensor(A, requires_grad=True)
    out = f(1.5, y)
    np.testing.assert_array_equal(out.data, f(1.5, A))
    out.sum().backward()
    h = 1e-5
    np.testing.assert_allclose(
        y.grad, (f(1.5, A + h) - f(1.5, A - h)) / (2 * h), rtol=1e-8
    )


@pytest.mark.parametrize("name", [*ONE, *OF_UNIT, *TWO, *PLAIN])
def test_derivatives_agree_with_the_oracles(name):
    op = primitive(name)

    @settings(max_examples=max(settings().max_examples // 5, 3))
    @given(calls_of(op))
    def check(drawn):
        check_call(op, *drawn)

    check.__name__ = f"check_{name}"
    check()


def test_these_are_all_that_are_declared():
    module()
    names = {name for name in ag.registry if name.startswith("special.")}
    listed = {*ONE, *OF_UNIT, *TWO, *PLAIN} - {"digamma"}
    assert names == {f"special.{name}" for name in listed}


def test_importing_autograd_imports_no_scipy():
    command = "import sys, autograd; assert not any(m.startswith('scipy') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", command], check=True)


def test_derivatives_go_on_from_the_logarithm_of_gamma():
    slope = sp.gammaln
    for n in range(4):
        slope = ag.grad(slope)
        expected = sp.polygamma(n, 2.5)
        assert slope(2.5) == pytest.approx(float(expected), rel=1e-13)


def test_xlogy_at_0_has_the_value_0_and_the_slopes_log_y_and_0():
    x, y = np.zeros(3), np.array([2.0, 0.5, 1.0])
    for i, expected in enumerate([np.log(y), np.zeros(3)]):
        g = ag.grad(lambda x, y: sp.xlogy(x, y).sum(), argnums=i)(x, y)
        np.testing.assert_array_equal(g, expected)
    assert ag.grad(sp.xlogy, argnums=1)(0.0, 0.0) == 0.0
    mixed = ag.grad(ag.grad(sp.xlogy, argnums=1), argnums=0)
    assert mixed(0.0, 4.0) == 0.25


def test_second_derivatives_at_0_are_limits_or_nan():
    curve = lambda f, *x: ag.jacobian(  # noqa: E731
        ag.grad(lambda x: f(x[0], x[1])), mode="reverse"
    )(np.array(x))
    with np.errstate(all="ignore"):
        for f in (sp.rel_entr, sp.kl_div):
            np.testing.assert_array_equal(
                curve(f, 0.0, 2.0), [[np.inf, -0.5], [-0.5, 0]]
            )
            assert np.isnan(curve(f, 0.0, 0.0)[1]).all()
        np.testing.assert_array_equal(curve(sp.xlogy, 0.0, 2.0), [[0, 0.5], [0.5, 0]])
        assert np.isnan(curve(sp.xlogy, 0.0, 0.0)[1]).all()
        np.testing.assert_array_equal(curve(sp.xlog1py, 0.0, 0.0), [[0, 1], [1, 0]])
        np.testing.assert_array_equal(curve(sp.xlog1py, 0.0, 1.0), [[0, 0.5], [0.5, 0]])


def test_slopes_that_would_cancel_do_not():
    assert ag.grad(sp.exprel)(0.0) == 0.5
    assert ag.grad(ag.grad(sp.exprel))(0.0) == pytest.approx(1 / 3, rel=1e-15)
    assert ag.grad(sp.exprel)(1e-9) == pytest.approx(0.5 + 1e-9 / 3, rel=1e-15)
    assert ag.grad(sp.rgamma)(0.0) == 1.0
    far = ag.tensor(np.array([-800.0, -3.0], np.float32), requires_grad=True)
    sp.log_ndtr(far).sum().backward()
    np.testing.assert_allclose(far.grad, [800.00125, 3.283099], rtol=1e-6)
    x = 1000.0
    assert ag.grad(sp.erfcx)(x) == pytest.approx(-1 / (np.sqrt(np.pi) * x**2), rel=1e-5)
    before, after = (ag.grad(sp.erfcx)(8 + h) for h in (-1e-12, 1e-12))
    assert before == pytest.approx(after, rel=1e-11)


def test_bessel_functions_of_other_orders_have_slopes_too():
    x = ag.tensor(A, requires_grad=True)
    sp.jv(0.5, x).sum().backward()
    h = 1e-6
    np.testing.assert_allclose(
        x.grad, (sp.jv(0.5, A + h) - sp.jv(0.5, A - h)) / (2 * h), rtol=1e-8
    )
    assert ag.grad(sp.j1)(0.0) == 0.5
    assert ag.grad(sp.i1)(0.0) == 0.5


@pytest.mark.parametrize("name", ["jv", "iv", "ive", "gammainc", "gammaincc"])
def test_a_derivative_by_an_order_is_refused_by_name(name):
    order = ag.tensor(1.5, requires_grad=True)
    y = getattr(sp, name)(order, 2.0)
    with pytest.raises(
        TypeError, match=f"the derivative of {name} by .* is not declared"
    ):
        y.backward()


def test_polygamma_and_zeta_are_functions_of_our_module():
    special = module()
    x = ag.tensor(A, requires_grad=True)
    np.testing.assert_array_equal(special.polygamma(1, x).data, sp.polygamma(1, A))
    np.testing.assert_array_equal(special.zeta(3.0, x).data, sp.zeta(3.0, A))
    special.zeta(3.0, x).sum().backward()
    np.testing.assert_allclose(x.grad, -3 * sp.zeta(4.0, A), rtol=1e-15)
    np.testing.assert_array_equal(sp.zeta(3.0, x).data, sp.zeta(3.0, A))


def test_i0_of_numpy_has_the_slope_of_scipy():
    x = ag.tensor(A, requires_grad=True)
    y = np.i0(x)
    np.testing.assert_allclose(y.data, np.i0(A), rtol=1e-15)
    y.sum().backward()
    np.testing.assert_allclose(x.grad, sp.i1(A), rtol=1e-15)


def test_a_special_function_without_a_derivative_is_refused_by_name():
    with pytest.raises(TypeError, match="airy"):
        sp.airy(ag.tensor(A))


def test_values_are_taken_as_well():
    x = ag.Value(0.5)
    y = sp.gammaln(x)
    y.backward()
    assert y.data == sp.gammaln(0.5)
    assert x.grad == sp.psi(0.5)


@pytest.mark.parametrize(
    "x", [np.float16(11.3), np.float32(92.0), 705.0, -700.0, -1.5, 0.5]
)
def test_the_slope_of_exprel_stays_in_the_range_of_its_value(x):
    exact = float(x)
    out = float(sp.exprel(exact))
    right = (
        out * (1 - 1 / exact) + 1 / exact
        if exact > 1
        else (np.exp(exact) - out) / exact
    )
    slope = ag.grad(sp.exprel)(x)
    np.testing.assert_allclose(slope, right, rtol=8 * np.finfo(np.asarray(x).dtype).eps)


@pytest.mark.parametrize(
    ("function", "x", "slope"),
    [
        ("erfinv", 1.0, np.inf),
        ("erfinv", -1.0, np.inf),
        ("erfcinv", 0.0, -np.inf),
        ("erfcinv", 5e-324, -np.inf),
        ("erfcinv", 2.0, -np.inf),
        ("ndtri", 0.0, np.inf),
        ("ndtri", 1.0, np.inf),
    ],
)
def test_inverses_of_bells_are_steep_at_their_ends(function, x, slope):
    from scipy import special

    with np.errstate(all="ignore"):
        assert ag.grad(getattr(special, function))(x) == slope


@pytest.mark.parametrize(
    ("a", "y"), [(np.float32(15.99), np.float32(80)), (15.9, 730.0), (3.0, 88.0)]
)
def test_the_density_of_gamma_has_a_slope_in_its_tail(a, y):
    from scipy import special

    second = ag.grad(ag.grad(lambda y: special.gammainc(a, y)))(y)
    a, y = float(a), float(y)
    density = np.exp((a - 1) * np.log(y) - y - special.gammaln(a))
    np.testing.assert_allclose(second, ((a - 1) / y - 1) * density, rtol=1e-4)


def test_the_density_of_gamma_ends_at_infinity_and_is_none_below_0():
    from scipy import special

    with np.errstate(all="ignore"):
        slope = ag.grad(special.gammainc, 1)
        assert np.isnan([slope(2.0, -1.0), slope(0.0, -1.0)]).all()
        assert slope(2.0, np.inf) == slope(3.5, np.inf) == 0


@pytest.mark.parametrize(
    ("x", "y"),
    [(-0.3, -1.7), (0.5, -1.5), (-2.5, 0.5), (-0.3, 0.3), (-0.3, -1.7000001)],
)
def test_the_slopes_of_beta_are_finite_where_it_is_0(x, y):
    mp = pytest.importorskip("mpmath")
    with mp.workdps(50):
        a, b, h = mp.mpf(x), mp.mpf(y), mp.mpf(10) ** -20
        exact = [
            float((mp.beta(a + h, b) - mp.beta(a - h, b)) / (2 * h)),
            float((mp.beta(a, b + h) - mp.beta(a, b - h)) / (2 * h)),
        ]
    found = ag.grad(sp.beta, (0, 1))(x, y)
    np.testing.assert_allclose(found, exact, rtol=1e-13)
