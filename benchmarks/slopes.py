"""Slopes of functions of each element beside mpmath's, in every float dtype.

``python -m benchmarks.slopes`` prints for each the worst relative error, in units of
the last place of the dtype, over tails and ranges; and where it was found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd as ag

DTYPES = (np.float16, np.float32, np.float64)
ALLOWED = 8
REASONS = {  # rows that are allowed more
    "power": "xʸ⁻¹ may overflow just before y brings the product back into the range",
    "sinc": "far out πx rounds, in NumPy's function as in the slope",
    "gelu_tanh": "the exponent rounds, in the function as in the slope",
    "erfinv": "half a unit of the result is out² units of exp(out²)",
    "rel_entr": "log(x / y) + 1 cancels about its root",
    "beta": "ψ(x) and ψ(x + y) cancel where y is small beside x",
    "betaln": "ψ(x) and ψ(x + y) cancel where y is small beside x",
    "i0e": "I₁ and I₀ cancel up to 20, from where on a series is used",
    "i1e": "I₁′ and I₁ cancel about the root, and up to 20",
    "j0": "far out SciPy's values oscillate with a rounded angle",
    "j1": "far out SciPy's values oscillate with a rounded angle",
    "tanh": "1 - out² down to 1/128: another form costs each small step too much",
}
PLACES = (
    *(1e-320, 1e-300, 1e-40, 1e-30, 1e-7, 6e-5, 0.01, 0.3, 0.74, 0.9, 0.999, 1.0),
    *(1.001, 1.7, 3.0, 5.5, 9.0, 16.0, 40.0, 88.0, 300.0, 700.0, 6e4, 1e10, 1e20),
    *(1e30, 1e150, 1e200, 1e300),
)


class Row(NamedTuple):
    """The worst error of a slope, in units of the last place, and where it is."""

    name: str
    dtype: str
    error: float
    at: tuple[float, ...]


def _functions() -> dict[str, tuple[Callable[..., Any], ...]]:
    """By name: the function, and mpmath's formula of each of its slopes."""
    import mpmath as m

    def sech2(x):
        return m.sech(x) ** 2

    def sigmoid(x):
        return 1 / (1 + m.exp(-x))

    def bell(x):
        return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)

    def share(x, y):
        return 1 / (1 + m.exp(y - x))

    def share2(x, y):
        return 1 / (1 + m.power(2, y - x))

    return {
        "tanh": (np.tanh, sech2),
        "sigmoid": (ag.sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
        "silu": (ag.silu, lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
        "softplus": (ag.softplus, sigmoid),
        "erf": (ag.erf, lambda x: 2 / m.sqrt(m.pi) * m.exp(-x * x)),
        "erfc": (ag.erfc, lambda x: -2 / m.sqrt(m.pi) * m.exp(-x * x)),
        "gelu": (ag.gelu, lambda x: m.erfc(-x / m.sqrt(2)) / 2 + x * bell(x)),
        "arctan": (np.arctan, lambda x: 1 / (1 + x * x)),
        "arcsinh": (np.arcsinh, lambda x: 1 / m.sqrt(1 + x * x)),
        "arccosh": (np.arccosh, lambda x: 1 / m.sqrt((x - 1) * (x + 1))),
        "arcsin": (np.arcsin, lambda x: 1 / m.sqrt((1 - x) * (1 + x))),
        "arccos": (np.arccos, lambda x: -1 / m.sqrt((1 - x) * (1 + x))),
        "arctanh": (np.arctanh, lambda x: 1 / ((1 - x) * (1 + x))),
        "exp": (np.exp, m.exp),
        "exp2": (np.exp2, lambda x: m.power(2, x) * m.log(2)),
        "expm1": (np.expm1, m.exp),
        "log": (np.log, lambda x: 1 / x),
        "log2": (np.log2, lambda x: 1 / (x * m.log(2))),
        "log10": (np.log10, lambda x: 1 / (x * m.log(10))),
        "log1p": (np.log1p, lambda x: 1 / (1 + x)),
        "sqrt": (np.sqrt, lambda x: 1 / (2 * m.sqrt(x))),
        "cbrt": (np.cbrt, lambda x: 1 / (3 * m.cbrt(abs(x)) ** 2)),
        "square": (np.square, lambda x: 2 * x),
        "reciprocal": (np.reciprocal, lambda x: -1 / x**2),
        "sinh": (np.sinh, m.cosh),
        "cosh": (np.cosh, m.sinh),
        "sin": (np.sin, m.cos),
        "cos": (np.cos, lambda x: -m.sin(x)),
        "tan": (np.tan, lambda x: m.sec(x) ** 2),
        "arctan2": (
            np.arctan2,
            lambda x, y: y / (x * x + y * y),
            lambda x, y: -x / (x * x + y * y),
        ),
        "hypot": (
            np.hypot,
            lambda x, y: x / m.sqrt(x * x + y * y),
            lambda x, y: y / m.sqrt(x * x + y * y),
        ),
        "divide": (np.divide, lambda x, y: 1 / y, lambda x, y: -x / y**2),
        "multiply": (np.multiply, lambda x, y: y, lambda x, y: x),
        "power": (
            lambda x, y: np.power(np.abs(x), y),
            lambda x, y: m.sign(x) * y * abs(x) ** (y - 1),
            lambda x, y: abs(x) ** y * m.log(abs(x)),
        ),
        "sinc": (np.sinc, _sinc_slope),
        "absolute": (np.abs, m.sign),
        "normal density": (ag.registry["normal density"], lambda x: -x * bell(x)),
        "normal cdf": (ag.registry["normal cdf"], bell),
        "relu": (ag.relu, lambda x: m.mpf(x > 0)),
        "logaddexp": (np.logaddexp, share, lambda x, y: share(y, x)),
        "logaddexp2": (np.logaddexp2, share2, lambda x, y: share2(y, x)),
        **_smooth_activations(),
        **_special_functions(),
    }


def _smooth_activations() -> dict[str, tuple[Callable[..., Any], ...]]:
    import mpmath as m

    def sigmoid(x):
        return 1 / (1 + m.exp(-x))

    def gate(x):
        return m.sqrt(8 / m.pi) * (x + m.mpf(0.044715) * x**3)

    def gate_slope(x):
        return m.sqrt(8 / m.pi) * (1 + 3 * m.mpf(0.044715) * x * x)

    def tanh_gelu(x):
        s, rest = sigmoid(gate(x)), sigmoid(-gate(x))
        return s * (1 + x * rest * gate_slope(x))

    def mish(x):
        w = m.tanh(m.log1p(m.exp(x)))
        return w + x * sigmoid(x) * m.sech(m.log1p(m.exp(x))) ** 2

    return {
        "gelu_tanh": (ag.gelu_tanh, tanh_gelu),
        "mish": (ag.mish, mish),
        "log_sigmoid": (ag.log_sigmoid, lambda x: sigmoid(-x)),
        "softsign": (ag.softsign, lambda x: 1 / (1 + abs(x)) ** 2),
        "tanhshrink": (ag.tanhshrink, lambda x: m.tanh(x) ** 2),
    }


def _special_functions() -> dict[str, tuple[Callable[..., Any], ...]]:
    """SciPy's of one operand, and of two those whose slopes mpmath has."""
    import mpmath as m
    from scipy import special as s

    def bell(x):
        return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)

    def erfcx(x):
        if x > 1e6:
            v = 1 / (2 * x * x)
            return -2 / m.sqrt(m.pi) * v * (1 - 3 * v * (1 - 5 * v))
        return 2 * x * m.exp(x * x) * m.erfc(x) - 2 / m.sqrt(m.pi)

    def log_ndtr(x):
        if x < -1e6:
            return -x * (1 + 1 / x**2 - 2 / x**4)
        return bell(x) / (m.erfc(-x / m.sqrt(2)) / 2)

    def exprel(x):
        if abs(x) < 1e-15:
            return m.mpf(1) / 2 + x / 3 + x * x / 8
        return (m.exp(x) * (x - 1) + 1) / x**2

    def rgamma(x):
        if x <= 0 and x == m.floor(x):
            return (-1) ** int(-x) * m.factorial(-x)
        return -m.psi(0, x) * m.rgamma(x)

    def logistic(x):
        return 1 / (1 + m.exp(-x))

    def ratio(x, y):
        return m.psi(0, x) - m.psi(0, y)

    def i(n, x):
        return m.besseli(n, x)

    return {
        "erfcx": (s.erfcx, erfcx),
        "erfinv": (s.erfinv, lambda x: m.sqrt(m.pi) / 2 * m.exp(m.erfinv(x) ** 2)),
        "log_ndtr": (s.log_ndtr, log_ndtr),
        "gamma": (s.gamma, lambda x: m.gamma(x) * m.psi(0, x)),
        "gammaln": (s.gammaln, lambda x: m.psi(0, x)),
        "rgamma": (s.rgamma, rgamma),
        "psi": (s.psi, lambda x: m.psi(1, x)),
        "expit": (s.expit, lambda x: logistic(x) * logistic(-x)),
        "log_expit": (s.log_expit, lambda x: logistic(-x)),
        "logit": (s.logit, lambda x: 1 / (x * (1 - x))),
        "exp10": (s.exp10, lambda x: m.power(10, x) * m.log(10)),
        "cosm1": (s.cosm1, lambda x: -m.sin(x)),
        "special expm1": (s.expm1, m.exp),
        "exprel": (s.exprel, exprel),
        "entr": (s.entr, lambda x: -m.log(x) - 1),
        "xlogy": (s.xlogy, lambda x, y: m.log(y), lambda x, y: x / y),
        "xlog1py": (s.xlog1py, lambda x, y: m.log1p(y), lambda x, y: x / (1 + y)),
        "rel_entr": (
            s.rel_entr,
            lambda x, y: m.log(x / y) + 1,
            lambda x, y: -x / y,
        ),
        "kl_div": (s.kl_div, lambda x, y: m.log(x / y), lambda x, y: 1 - x / y),
        "beta": (
            s.beta,
            lambda x, y: m.beta(x, y) * ratio(x, x + y),
            lambda x, y: m.beta(x, y) * ratio(y, x + y),
        ),
        "betaln": (
            s.betaln,
            lambda x, y: ratio(x, x + y),
            lambda x, y: ratio(y, x + y),
        ),
        "i0": (s.i0, lambda x: i(1, x)),
        "i1": (s.i1, lambda x: (i(0, x) + i(2, x)) / 2),
        "i0e": (s.i0e, lambda x: m.exp(-abs(x)) * (i(1, x) - m.sign(x) * i(0, x))),
        "i1e": (
            s.i1e,
            lambda x: m.exp(-abs(x)) * ((i(0, x) + i(2, x)) / 2 - m.sign(x) * i(1, x)),
        ),
        "j0": (s.j0, lambda x: -m.besselj(1, x)),
        "j1": (s.j1, lambda x: (m.besselj(0, x) - m.besselj(2, x)) / 2),
    }


def _sinc_slope(x: Any) -> Any:
    import mpmath as m

    return (m.cospi(x) - m.sincpi(x)) / x


def table(
    places: tuple[float, ...] = PLACES, dtypes: Any = DTYPES, without: Any = ()
) -> list[Row]:
    """The rows of all functions; where the result is a normal number of the dtype."""
    rows = []
    for name, (function, *formulas) in _functions().items():
        if name in without:
            continue
        for dtype in dtypes:
            with np.errstate(all="ignore"):
                rows.append(_worst(name, function, formulas, dtype, places))
    return rows


def _worst(name: str, function: Any, formulas: Any, dtype: Any, places: Any) -> Row:
    info = np.finfo(dtype)
    line = np.array([*places, *(-x for x in places)]).astype(dtype)
    line = np.unique(line[np.isfinite(line)])
    grid = np.meshgrid(*[line] * len(formulas))
    xs = [np.ravel(each) for each in grid]
    out, pull = ag.vjp(function, *xs)
    worst = 0.0
    at: tuple[float, ...] = ()
    for formula, slopes in zip(formulas, pull(np.ones_like(out)), strict=True):
        for *x, value, slope in zip(*xs, out, slopes, strict=True):
            if not np.isfinite(value):
                continue
            error = _error(formula, [float(each) for each in x], float(slope), info)
            if error > worst:
                worst, at = error, tuple(map(float, x))
    return Row(name, np.dtype(dtype).name, worst, at)


def _error(formula: Any, x: list[float], slope: float, info: Any) -> float:
    import mpmath as m

    with m.workdps(60):
        try:
            right = formula(*[m.mpf(each) for each in x])
        except (OverflowError, ZeroDivisionError, ValueError):
            return 0.0
        if not isinstance(right, m.mpf) or not (
            float(info.tiny) <= abs(right) <= float(info.max)
        ):
            return 0.0
        if not np.isfinite(slope):
            return float("inf")
        unit = m.mpf(2) ** m.floor(m.log(abs(right), 2)) * m.mpf(float(info.eps))
        return float(abs(m.mpf(slope) - right) / unit)


if __name__ == "__main__":
    for row in sorted(table(), key=lambda row: -row.error):
        mark = ""
        if row.error > ALLOWED:
            mark = "  above: " + REASONS.get(row.name, "unexplained")
        print(f"{row.name:12} {row.dtype:8} {row.error:10.3g}  {row.at}{mark}")
