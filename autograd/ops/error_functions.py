"""The error function and the normal distribution, on arrays of floats.

Single and half precision look up the function and its slopes at the nearest place of a
table, and round once. So does erf of doubles, but it rounds more often; the others of
doubles compute. In double precision erf, erfc, Φ and e^(-x²) err by at most two units
of the last place, gelu by two and a half, φ by three and gelu's slope by six.

A tail is e^(-x²) P(t) / (a + x), x ≥ 0, with a polynomial P of t = (x - k) / (x + k):
the form of Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²)
erfc x in 0 ≤ x < ∞" (1981), https://doi.org/10.1090/S0025-5718-1981-0595058-X. The
coefficients are our own: Chebyshev expansions, computed with 60 digits and cut off.
"""

import math
from functools import cache

import numpy as np

from ..threads import helpers, in_parts
from .precision import of_reals

ERFC_A, ERFC_K = 0.875, 3.0
SHORT = (  # P for erfc x, as exact as single precision needs, for compiled code
    *(0.6936294609796526, -0.1901481593828375, 0.06832025142952465),
    *(0.008529890321242095, -0.032761126786816704, 0.02499910109945256),
    *(-0.010296783051445975, 0.0015555692584243775, 0.0007776131829204667),
    *(-0.0003822741681603257, -0.00011528769668922574),
)

ERFC = (  # P for erfc x; the first in two parts
    *(0.6936294436454773, 1.7182408759649977e-08, -0.1901481380784293),
    *(0.06832027846539952, 0.0085291031635625, -0.03276214275845214),
    *(0.025006826428364336, -0.010284331333725001, 0.0015301008091493482),
    *(0.0007204469402641929, -0.00037294528392918297, -2.8558629954788627e-05),
    *(5.772638836306344e-05, -5.173595087831107e-07, -9.253267846371557e-06),
    *(1.0495442318135489e-07, 1.621587411866335e-06, 8.807684923675829e-08),
    *(-2.91443466969828e-07, -4.967190536492217e-08, 4.5906144391228286e-08),
    *(1.4234079704111993e-08, -4.434613180939941e-09, -1.9706453346254373e-09),
)

UPPER_A, UPPER_K = 1.25, 5.0
UPPER = (  # P for Φ(-x), with e^(-x²/2); the first in two parts
    *(0.4807456433773041, 1.2716485270604344e-08, -0.1274166706500118),
    *(0.06004757139746443, -0.010218616930826091, -0.014437204895272083),
    *(0.01868348812251153, -0.012922572764442492, 0.005927289567525698),
    *(-0.001621184668487773, 4.1360897435369416e-05, 0.00016722735534784622),
    *(-5.336768326420484e-05, -8.235445642878345e-06, 8.743577887676494e-06),
    *(-2.37555762505306e-07, -1.2489103575633159e-06, 1.4379621799231285e-07),
    *(1.8878828726747494e-07, -2.4625263741317887e-08, -3.0354633691328474e-08),
    *(8.526821656729302e-10, 3.78917329151773e-09, 6.730971594815681e-10),
)

NEAR = (  # erf x / x in powers of x², up to x = 1, for compiled code
    *(1.1283791670955126, -0.37612638903183543, 0.1128379167094513),
    *(-0.026866170643256995, 0.005223977607269946, -0.0008548325982543225),
    *(0.00012055295112667001, -1.4924740785377576e-05, 1.6447471190594618e-06),
    *(-1.6208829856810202e-07, 1.3721520406351094e-08, -7.798543850549947e-10),
)

ROOT, ROOT_REST = -0.7517915246935645, 1.4956759177009883e-17
ABOUT_ROOT = (  # the slope of gelu / d in powers of d = x - its root, |d| up to .36
    *(0.4314939923140469, 0.3882849829905519, -0.01819967639867149),
    *(-0.11400823329718505, -0.014771522148141675, 0.019421679833497442),
    *(0.004539228369264235, -0.0022395378106901853, -0.0007448263875017037),
    *(0.00018633288205793225, 8.614887635758081e-05, -1.1126503254523396e-05),
    -7.624746287850643e-06,
)

PLACES = 1 << 13  # a unit, in the table of erf for doubles
TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
FEW = 64  # elements: one by one, these take less time
BLOCK = 1 << 15  # elements whose intermediate results stay in the cache
LIMIT = 40.0  # where all tails are 0
ROOT_2PI = math.sqrt(2 * math.pi)


def _of_arrays(short, long, of_one=None, few_doubles=0):
    """The function of floats: ``short`` of single precision, or ``long`` of doubles.

    Few elements go one by one to ``of_one``, exact enough for single precision.
    """
    one_by_one = of_one and np.frompyfunc(of_one, 1, 1)

    def forward(x):
        x = np.asarray(of_reals(x))
        dtype = np.result_type(x, np.float16)
        is_long = dtype.itemsize > 4
        if one_by_one and x.size < (few_doubles if is_long else FEW):
            return np.asarray(one_by_one(x), dtype)
        return _in_blocks(short, long, x)[0]

    return forward


def _in_blocks(short, long, x, count=1):
    """So many results of a function, computed where the cache holds what it needs."""
    dtype, flat = np.result_type(x, np.float16), x.reshape(-1)
    function, work = (long, np.float64) if dtype.itemsize > 4 else (short, np.float32)
    outs = [np.empty(flat.shape, dtype) for _ in range(count)]

    def compute(part):
        found = function(flat[part].astype(work, copy=False))
        for out, each in zip(outs, found if count > 1 else (found,)):
            out[part] = each

    with np.errstate(under="ignore", invalid="ignore"):  # of tails that end; NaN
        # Threads do more at once, lest they wait for each other.
        several = flat.size > BLOCK and helpers()
        in_parts(compute, flat.size, 2 * BLOCK if several else BLOCK)
    return [out.reshape(x.shape) for out in outs]


def _polynomial(coefficients, x):
    out = coefficients[-1] * x
    for c in coefficients[-2:0:-1]:
        out += c
        out *= x
    out += coefficients[0]
    return out


def _within(x):
    """|x|, as far as anything changes."""
    out = np.clip(x, -LIMIT, LIMIT)  # takes less time than a minimum
    return np.abs(out, out=out)


def _gelu_slope_of(x, cdf, density):
    """Φ + x φ; by its own series where the two cancel."""
    out = cdf + np.copysign(_within(x), x) * density
    (near,) = np.nonzero(np.abs(x - ROOT) < 0.25)
    out[near] = _about_root(x[near])
    return out


def _about_root(x):
    d = (x - ROOT) - ROOT_REST
    return d * _polynomial(ABOUT_ROOT, d)


# Single precision, from tables --------------------------------------------------------


def _looked_up(of, low, high, steps=1 << 11, has_root=False):
    """The function of float32 of which ``of`` gives values and two derivatives.

    Those at the nearest place y of the table, a Taylor polynomial of x - y, which is
    exact; the sum is in double precision. About a root, where the value is small beside
    what is added, so is all. Beyond ``low`` and ``high``, nothing changes.
    """

    @cache
    def table():
        with np.errstate(under="ignore"):
            places = np.arange(low * steps, high * steps + 1) / steps
            value, slope, curvature = of(places)
            slope /= steps  # of what follows from one place to the next
            curvature /= 2 * steps**2
            if not has_root:
                slope = slope.astype(np.float32)
            return value, slope, curvature.astype(np.float32)

    def function(x):
        value, slope, half_curvature = table()
        d = np.clip(x, np.float32(low), np.float32(high))
        d *= np.float32(steps)
        y = np.rint(d)
        d -= y
        y -= np.float32(low * steps)
        i = y.astype(np.int32).astype(np.intp)  # at once it takes longer
        bend = half_curvature.take(i, mode="clip")
        bend *= d
        rest = slope.take(i, mode="clip")
        rest += bend
        rest *= d
        out = value.take(i, mode="clip")
        out += rest
        return out

    return function


def _erf_table(y):
    slope = TWO_OVER_ROOT_PI * _long_bell(y)
    return _long_erf(y), slope, -2 * y * slope


def _erfc_table(y):
    slope = -TWO_OVER_ROOT_PI * _long_bell(y)
    return _long_erfc(y), slope, -2 * y * slope


_erf_above_0 = _looked_up(_erf_table, 0, 4, steps=1 << 12, has_root=True)
_short_erfc = _looked_up(_erfc_table, -4, 11)


def _short_erf(x):
    return np.copysign(_erf_above_0(np.abs(x)), x)


LOW, HIGH, STEPS = np.float32(-15), np.float32(6), np.float32(1 << 11)  # of Φ


@cache
def _normal_tables():
    """At each place Φ, gelu's slope, and φ over the steps."""
    with np.errstate(under="ignore"):
        places = np.arange(LOW * STEPS, HIGH * STEPS + 1, dtype=np.float64) / STEPS
        cdf, density = _long_normal(places)
        slope = _gelu_slope_of(places, cdf, density)
        return cdf, slope, (density / STEPS).astype(np.float32)


def _nearest(x):
    """φ(y) (x - y) for the nearest place y of the tables; y, in steps; y (x - y) / 2.

    And the number of that place.
    """
    d = np.clip(x, LOW, HIGH)
    d *= STEPS
    y = np.rint(d)
    d -= y
    half = y * d
    half *= 0.5 / STEPS**2
    i = (y - LOW * STEPS).astype(np.int32).astype(np.intp)  # at once it takes longer
    d *= _normal_tables()[2].take(i, mode="clip")
    return d, y, half, i


def _cdf_at(i, d, half):
    """Φ(y) + φ(y) (x - y) (1 - y (x - y) / 2), in double precision."""
    rest = np.float32(1) - half
    rest *= d
    out = _normal_tables()[0].take(i, mode="clip")
    out += rest
    return out


def _gelu_slope_at(i, d, y, half, x):
    """As above, with 2 - y² + (y² - 4) y (x - y) / 2; about its root by its series."""
    y *= y
    y *= 1 / STEPS**2
    rest = y - np.float32(4)
    rest *= half
    y -= np.float32(2)
    rest -= y
    rest *= d
    out = _normal_tables()[1].take(i, mode="clip")
    out += rest
    (near,) = np.nonzero(np.abs(x - np.float32(ROOT)) < np.float32(2**-6))
    out[near] = _about_root(x[near].astype(np.float64))
    return out


def _short_normal(x):
    d, _, half, i = _nearest(x)
    return _cdf_at(i, d, half)


def _times(x, cdf):
    """x Φ(x), in place."""
    cdf *= np.clip(x, LOW, np.float32(np.inf))  # from where Φ is 0
    return cdf


def _short_gelu(x):
    return _times(x, _short_normal(x))


def _short_bell(x):
    a = _within(x.astype(np.float64))
    return np.exp(-a * a)


def _short_density(x):
    a = _within(x.astype(np.float64))
    return np.exp(-0.5 * a * a) / ROOT_2PI


def _short_gelu_slope(x):
    d, y, half, i = _nearest(x)
    return _gelu_slope_at(i, d, y, half, x)


def _short_gelu_and_slope(x):
    d, y, half, i = _nearest(x)
    return _times(x, _cdf_at(i, d, half)), _gelu_slope_at(i, d, y, half, x)


# Double precision ---------------------------------------------------------------------


def _upper(x):
    """The upper half of the digits of x; products of two such halves are exact."""
    c = x * 134217729.0  # Dekker (1971), https://doi.org/10.1007/BF01397083
    return c - (c - x)


def _bell_in_parts(x, curvature):
    """(e, w, y, x - y) with e^(-c x²) = e (1 - w), e = e^(-c y²), and y² is exact."""
    y = np.rint(x * 2.0**20) * 2.0**-20
    rest = x - y
    w = curvature * rest * (x + y)
    return np.exp(-curvature * y * y), w * (1 - w * (0.5 - w / 6)), y, rest


def _tail(x, bell, a, k, coefficients):
    """e^(-c x²) P(t) / (a + x), 0 ≤ x ≤ 40, of halves whose products are exact."""
    e, w, y, rest = bell
    first, *others = coefficients
    lower = _polynomial(others, (x - k) / (x + k))
    total = first + lower
    upper = _upper(total)
    lower += first - upper
    quotient = _upper(total / (a + x))
    lower = (lower - quotient * rest + (upper - quotient * (a + y))) / (a + x)
    upper = _upper(e)
    lower = (e - upper) * quotient + e * (lower - w * (quotient + lower))
    return upper * quotient + lower


@cache
def _erf_and_slope():
    """At each place of a table, whose square is exact."""
    y = np.arange(6 * PLACES + 1) / PLACES
    return np.array([math.erf(each) for each in y]), TWO_OVER_ROOT_PI * np.exp(-y * y)


def _long_erf(x):
    """erf y + erf′ y · d (1 - yd + (2y²d² - d²) / 3), with d = x - y.

    The Taylor polynomial at the nearest place y of the table; d⁴ is at most 2⁻⁵⁶.
    """
    value, slope = _erf_and_slope()
    d = np.clip(x, -6.0, 6.0)  # beyond, it is 1
    np.abs(d, out=d)
    y = np.rint(d * PLACES)
    i = y.astype(np.int32).astype(np.intp)
    y *= 1 / PLACES
    d -= y
    y *= d
    squares = d * d
    squares *= -1 / 3
    out = y * (2 / 3)
    out -= 1
    out *= y
    out += squares
    out *= d  # which is added last: one rounding less
    out += d
    out *= slope.take(i, mode="clip")
    out += value.take(i, mode="clip")
    return np.copysign(out, x, out=out)


def _long_erfc(x):
    a = _within(x)
    tail = _tail(a, _bell_in_parts(a, 1.0), ERFC_A, ERFC_K, ERFC)
    return np.where(x < 0, 2 - tail, tail)


def _long_normal(x):
    """Φ(x) and φ(x)."""
    a = _within(x)
    e, w, *_ = bell = _bell_in_parts(a, 0.5)
    tail = _tail(a, bell, UPPER_A, UPPER_K, UPPER)
    return np.where(x < 0, tail, 1 - tail), (e - e * w) / ROOT_2PI


def _long_bell(x):
    """e^(-y²) (1 - w + w²/2 - w³/6), w = x² - y², for y whose square is exact."""
    x = _within(x)
    y = x * 2.0**20
    np.rint(y, out=y)
    y *= 2.0**-20
    w = x - y
    x += y
    w *= x
    y *= y
    bell = np.exp(np.negative(y, out=y), out=y)
    out = w * (-1 / 6)
    out += 0.5
    out *= w
    out -= 1
    out *= w
    out *= bell
    out += bell
    return out


def _long_density(x):
    e, w, *_ = _bell_in_parts(_within(x), 0.5)
    return (e - e * w) / ROOT_2PI


# Both ---------------------------------------------------------------------------------


def _cdf_of_one(x):
    return 0.5 * math.erfc(x * -math.sqrt(0.5))


def _gelu_of_one(x):
    return x * _cdf_of_one(x)


def _long_gelu_and_slope(x):
    cdf, density = _long_normal(x)
    return x * cdf, _gelu_slope_of(x, cdf, density)


def gelu_and_slope(x):
    """Both of a real array, as each by itself has them; None if it is of few elements.

    They take much less time together, as they share what is looked up.
    """
    if x.size < FEW:
        return None
    return _in_blocks(_short_gelu_and_slope, _long_gelu_and_slope, x, count=2)


erf = _of_arrays(_short_erf, _long_erf, math.erf, few_doubles=256)
erfc = _of_arrays(_short_erfc, _long_erfc, math.erfc)
normal_cdf = _of_arrays(_short_normal, lambda x: _long_normal(x)[0], _cdf_of_one)
gelu = _of_arrays(_short_gelu, lambda x: x * _long_normal(x)[0], _gelu_of_one)
gelu_slope = _of_arrays(
    _short_gelu_slope, lambda x: _gelu_slope_of(x, *_long_normal(x))
)
bell = _of_arrays(_short_bell, _long_bell)
density = _of_arrays(_short_density, _long_density)
