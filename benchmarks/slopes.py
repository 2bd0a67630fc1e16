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
    }


def _sinc_slope(x: Any) -> Any:
    import mpmath as m

    return (m.cospi(x) - m.sincpi(x)) / x


def table(places: tuple[float, ...] = PLACES, dtypes: Any = DTYPES) -> list[Row]:
    """The rows of all functions; where the result is a normal number of the dtype."""
    rows = []
    for name, (function, *formulas) in _functions().items():
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
