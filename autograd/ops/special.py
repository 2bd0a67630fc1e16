"""SciPy's special functions, for Tensors as well; imported when SciPy's are.

Calls such as ``scipy.special.gammaln(t)`` find theirs, once they are declared here. Rules are calls of SciPy's ufuncs, so they have derivatives again. ``polygamma`` and ``zeta`` are plain
functions in SciPy, which take no Tensors: those of this module do.

Formulas: Digital Library of Mathematical Functions, https://dlmf.nist.gov.
"""

import math
from typing import Any

import numpy as np
from scipy import special

from ..core.declare import NUMPY, declare, elementwise
from ..core.node import decides, raw
from ..core.primitive import Primitive
from .activations import bell, density
from .elementwise import INF, POSITIVE, REALS, UNIT
from .held import held
from .kinks import without_slope

__all__ = ["polygamma", "zeta"]

ROOT_2 = math.sqrt(2)
ROOT_PI = math.sqrt(math.pi)
ROOT_2PI = math.sqrt(2 * math.pi)


def _undeclared(name, operand):
    """The rule for an operand of which there is no derivative in closed form."""

    def rule():
        raise TypeError(
            f"the derivative of {name} by {operand} is not declared: it has to be a "
            "constant"
        )

    return rule


def _psi(x):
    """ψ(x); about its poles ψ(1 - x) - π / tan πx, of x less the pole."""
    apart = x - np.rint(x)
    near = np.logical_and(np.less(x, -0.5), np.less(np.abs(apart), 0.25))
    mirrored = special.psi(1 - np.where(near, x, 0))
    pole = math.pi / np.tan(math.pi * np.where(near, apart, 0.25))
    return np.where(near, mirrored - pole, special.psi(np.where(near, 1, x)))


def _exprel_slope(x, out):
    """(eˣ - exprel x) / x, with eˣ = 1 + x exprel x, which leaves the range sooner.

    And its series about 0, where these cancel.
    """
    near = np.less(np.abs(x), 1)
    u = np.where(near, x, 0)
    series: Any = 0.0
    for k in range(18, -1, -1):  # Σ (k + 1) xᵏ / (k + 2)!
        series = series * u + (k + 1) / math.factorial(k + 2)
    x = np.where(near, 1, x)
    falling = (np.exp(np.minimum(x, 0)) - out) / x
    return np.where(near, series, np.where(x < 0, falling, out * (1 - 1 / x) + 1 / x))


def _erfcx_slope(x, out):
    """2x erfcx x - 2/√π; a continued fraction where these cancel (DLMF 7.18.13)."""
    far = np.greater(x, 1.5)
    z = np.where(far, x, 2)
    fraction: Any = z
    for k in range(80, 1, -1):
        fraction = z + 0.5 * k / fraction
    return np.where(far, -out / fraction, 2 * x * out - 2 / ROOT_PI)


def _inverse_bell(tail, out):
    """exp(out²), of erfc |out| = tail; where that is small as erfcx |out| / tail.

    There half a unit of the last place of out were out² units of the power.
    """
    far = np.logical_and(np.less(tail, 0.5), np.less(np.abs(out), INF))
    z, tail = np.where(far, np.abs(out), 0), np.where(far, tail, 1)
    near = np.where(far, 0, out)
    return np.where(far, special.erfcx(z) / tail, np.exp(near * near))


def _log_ndtr_slope(x, out):
    """φ(x) / Φ(x); below 0 as √(2/π) / erfcx(-x/√2), where both are tiny."""
    above = np.greater(x, 0)
    below = math.sqrt(2 / math.pi) / special.erfcx(
        np.where(above, 0, x) / -math.sqrt(2)
    )
    return np.where(above, density(x) / np.exp(np.where(above, out, 0)), below)


def _rgamma_slope(x):
    """-ψ / Γ; below 1/2 the slope of Γ(1 - x) sin(πx) / π, which has no poles there."""
    below = np.less(x, 0.5)
    z = np.where(below, x, 0)
    angle = math.pi * (z - np.rint(z))
    sign = 1 - 2 * np.mod(np.rint(z), 2)
    wave = np.cos(angle) - np.sin(angle) * special.psi(1 - z) / math.pi
    y = np.where(below, 1, x)
    return np.where(
        below, sign * special.gamma(1 - z) * wave, -special.psi(y) * special.rgamma(y)
    )


def _beta_slope(x, y, out):
    """B (ψ(x) - ψ(x + y)); where Γ(x + y) has a pole, B is 0 and 1 / Γ has a slope."""
    both = x + y
    sides = special.gamma(x) * special.gamma(y)
    pole = np.logical_and(np.less(both, 0.125), np.isfinite(held(sides)))
    pole = np.logical_and(pole, np.less(np.abs(both - np.rint(held(both))), 0.125))
    if decides(both) and not np.any(raw(pole)):
        return out * (special.psi(x) - special.psi(both))
    z = np.where(pole, both, 0)
    turned = special.psi(x) * special.rgamma(z) + _rgamma_slope(z)
    elsewhere = out * (special.psi(x) - special.psi(np.where(pole, 1, both)))
    return np.where(pole, np.where(pole, sides, 1) * turned, elsewhere)


def _log_ratio(x, y):
    """log(x / y), also where the quotient is about 1 or leaves the range."""
    ratio = x / y
    near = np.logical_and(np.greater(ratio, 0.5), np.less(ratio, 2))
    tiny = np.finfo(np.result_type(ratio)).tiny
    inside = np.logical_and(np.greater_equal(ratio, tiny), np.less(ratio, INF))
    about_1 = special.log1p((x - y) / np.where(near, y, INF))
    far = np.where(inside, np.log(np.where(inside, ratio, 1)), np.log(x) - np.log(y))
    return np.where(near, about_1, far)


def _by_y(x, y):
    """x / y, and 0 where both are 0: there it depends on the way, and has no slope."""
    both = np.logical_and(np.equal(x, 0), np.equal(y, 0))
    part = x / np.where(both, 1, y)
    return without_slope(without_slope(part, x, both), y, both)


def _kl_slope_by_y(x, y):
    """1 - x / y, exact about 0; of 0 and 0 that is 1."""
    return np.where(np.equal(x, 0), 1 - _by_y(x, y), (y - x) / y)


def _gamma_density(x, y):
    """y^(x - 1) e⁻ʸ / Γ(x); by logarithms, which round more, beyond a factor's range."""
    info = np.finfo(np.result_type(x, y))
    inside = np.logical_and(y >= 0, y < -2 * math.log(info.tiny))
    within = np.logical_and(x < 16, inside)
    z, t = np.where(within, x, 1), np.where(within, y, 1)
    root = np.power(t, 0.5 * (z - 1)) * np.exp(-0.5 * t)
    direct = special.rgamma(z) * root * root
    z, t = np.where(within, 1, x), np.where(within, 1, np.minimum(y, info.max))
    large = np.exp(special.xlogy(z - 1, t) - t - special.gammaln(z))
    return np.where(within, direct, large)


def _halved(function, sign):
    """Of Bessel functions: half the sum, or difference, of those of the next orders."""
    return lambda x, y: 0.5 * (function(x - 1, y) + sign * function(x + 1, y))


def _order_2(function, x):
    """Bessel's iv or ive of order 2, which SciPy has not where x is next to nothing."""
    tiny = np.less(np.abs(x), 1e-30)
    return np.where(tiny, x * x / 8, function(2, np.where(tiny, 1, x)))


def _i0e_slope(x, out):
    return _scaled_slope(0, x, out, special.i1e)


def _i1e_slope(x, out):
    def slope(z):
        return 0.5 * (special.i0e(z) + _order_2(special.ive, z))

    return _scaled_slope(1, x, out, slope)


def _scaled_slope(order, x, out, slope):
    """(e^-|x| I(x))′ = e^-|x| I′(x) ∓ out; from 20 on a series, as these cancel.

    That of e⁻ˣ √(2πx) I(x) in powers of 1/x (DLMF 10.40.1), term by term.
    """
    size = np.abs(x)
    far = np.greater(size, 20)
    near = np.where(far, 1, x)
    v = 1 / np.where(far, size, 20)
    series: Any = 0.0
    for k in range(30, 0, -1):
        ratio = ((2 * k - 1) ** 2 - 4 * order**2) / (8 * k)
        series = ratio * v * (k + 0.5 + series)
    falling = -np.sqrt(v / (2 * math.pi)) * v * (0.5 + series)
    falling = falling if order else falling * np.sign(x)
    return np.where(far, falling, slope(near) - np.sign(near) * out)


def _ive_slope(x, y, out):
    return 0.5 * (special.ive(x - 1, y) + special.ive(x + 1, y)) - np.sign(y) * out


def _polygamma(n, x):
    return special.polygamma(n, x)


def _zeta(x, q):
    return special.zeta(x, q)


polygamma: Primitive = elementwise(
    _polygamma,
    _undeclared("polygamma", "n"),
    lambda n, x: polygamma(n + 1, x),
    name="special.polygamma",
    symbol="ψ",
    domain=(REALS, POSITIVE),
    analytic=False,
)
zeta: Primitive = elementwise(
    _zeta,
    _undeclared("zeta", "x"),
    lambda x, q: -x * zeta(x + 1, q),
    name="special.zeta",
    symbol="ζ",
    domain=(REALS, POSITIVE),
    analytic=False,
)

declare(polygamma)
declare(zeta, special._ufuncs._zeta)  # which special.zeta(x, q) calls


def _declare(ufunc, *partials, **facts):
    name = ufunc.__name__
    facts = {"analytic": False, "symbol": name} | facts
    declare(elementwise(ufunc, *partials, name=f"special.{name}", **facts), ufunc)


# fmt: off
# ====== =================  partials, by argument

_declare(special.erf,       lambda x: 2 / ROOT_PI * bell(x))
_declare(special.erfc,      lambda x: -2 / ROOT_PI * bell(x))
_declare(special.erfcx,     _erfcx_slope)
_declare(special.erfinv,    lambda x, out: ROOT_PI / 2 * _inverse_bell(1 - np.abs(x), out), domain=UNIT)
_declare(special.erfcinv,   lambda x, out: -ROOT_PI / 2 * _inverse_bell(np.minimum(x, 2 - x), out), domain=(0.0, 2.0))
_declare(special.ndtr,      lambda x: density(x))
_declare(special.log_ndtr,  _log_ndtr_slope)
_declare(special.ndtri,     lambda x, out: ROOT_2PI * _inverse_bell(2 * np.minimum(x, 1 - x), out / ROOT_2), domain=(0.0, 1.0))

_declare(special.gamma,     lambda x, out: out * _psi(x),                          domain=POSITIVE, symbol="Γ")
_declare(special.gammaln,   _psi,                                                  domain=POSITIVE)
_declare(special.loggamma,  lambda x: special.psi(x),                              domain=POSITIVE)
_declare(special.rgamma,    _rgamma_slope,                                         domain=(-0.5, INF))
_declare(special.psi,       lambda x: polygamma(1, x),                             domain=POSITIVE, symbol="ψ")
_declare(special.beta,      _beta_slope, lambda x, y, out: _beta_slope(y, x, out),   domain=(0.25, 80.0))
_declare(special.betaln,    lambda x, y: special.psi(x) - special.psi(x + y),
                            lambda x, y: special.psi(y) - special.psi(x + y),      domain=(0.25, 80.0))
_declare(special.gammainc,  _undeclared("gammainc", "a"), _gamma_density,          domain=POSITIVE)
_declare(special.gammaincc, _undeclared("gammaincc", "a"), lambda x, y: -_gamma_density(x, y), domain=POSITIVE)

_declare(special.expit,     lambda x, out: out * special.expit(-x))
_declare(special.logit,     lambda x: 1 / (x * (1 - x)),                           domain=(0.0, 1.0))
_declare(special.log_expit, lambda x: special.expit(-x))
_declare(special.exp10,     lambda out: out * math.log(10))
_declare(special.exp2,      lambda out: out * math.log(2))
_declare(special.expm1,     lambda x: np.exp(x))
_declare(special.log1p,     lambda x: 1 / (1 + x),                                 domain=(-1.0, INF))
_declare(special.cosm1,     lambda x: -np.sin(x))
_declare(special.exprel,    _exprel_slope)

_declare(special.xlogy,     lambda y: np.log(y), _by_y,                            domain=POSITIVE)
_declare(special.xlog1py,   lambda y: special.log1p(y), lambda x, y: x / (1 + y),  domain=(REALS, (-1.0, INF)))
_declare(special.entr,      lambda x: -np.log(x) - 1,                              domain=POSITIVE)
_declare(special.rel_entr,  lambda x, y: _log_ratio(x, y) + 1, lambda x, y: -_by_y(x, y),   domain=POSITIVE)
_declare(special.kl_div,    _log_ratio, _kl_slope_by_y,          domain=(0.0, 10.0))

_declare(special.i0,        lambda x: special.i1(x))
_declare(special.i1,        lambda x: 0.5 * (special.i0(x) + _order_2(special.iv, x)))
_declare(special.i0e,       _i0e_slope)
_declare(special.i1e,       _i1e_slope)
_declare(special.iv,        _undeclared("iv", "the order"), _halved(special.iv, 1))
_declare(special.ive,       _undeclared("ive", "the order"), _ive_slope)
_declare(special.j0,        lambda x: -special.j1(x))
_declare(special.j1,        lambda x: 0.5 * (special.j0(x) - special.jv(2, x)))
_declare(special.jv,        _undeclared("jv", "the order"), _halved(special.jv, -1))
# fmt: on

NUMPY[special.digamma] = NUMPY[special.psi]
