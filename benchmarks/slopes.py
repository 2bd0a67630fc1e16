"""Slopes of functions of each element beside mpmath's, in every float dtype.

``python -m benchmarks.slopes`` prints for each the worst relative error, in units of
the last place of the dtype, over tails and ranges; and where it was found.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import autograd as ag

from .formulas import functions

DTYPES = (np.float16, np.float32, np.float64)
ALLOWED = 8
REASONS = {  # rows that are allowed more
    "power": "y - 1 rounds, which tells where x is very large or small",
    "sinc": "far out πx rounds, in NumPy's function as in the slope",
    "gelu_tanh": "the exponent rounds, in the function as in the slope",
    "BCE with logits": "σ(x) and the target cancel where they meet",
    "rel_entr": "log(x / y) + 1 cancels about its root",
    "beta": "ψ(x) and ψ(x + y) cancel where y is small beside x; SciPy's own values",
    "betaln": "ψ(x) and ψ(x + y) cancel likewise; NaN where x + y rounds to a pole",
    "i0e": "I₁ and I₀ cancel up to 20, from where on a series is used",
    "i1e": "I₁′ and I₁ cancel about the root, and up to 20",
    "j0": "far out SciPy's values oscillate with a rounded angle",
    "j1": "far out SciPy's values oscillate with a rounded angle",
    "jv(1)": "far out SciPy's values oscillate with a rounded angle",
    "jv(2.5)": "far out SciPy's values oscillate with a rounded angle",
    "iv(2.5)": "SciPy's values below 1e-30",
    "zeta(4)": "SciPy's values of negative numbers",
    "polygamma(1)": "SciPy's values of negative numbers",
    "polygamma(3)": "SciPy's values of negative numbers",
    "tanh": "1 - out² down to 1/128: another form costs each small step too much",
}
WITHOUT = {  # functions of each element that have no row
    "their slopes are 0, 1, or a given number": (
        *("positive", "fabs", "maximum", "minimum", "fmax", "fmin", "clip"),
        *("heaviside", "fraction", "nan_to_num", "prelu", "threshold"),
        *("hardshrink", "softshrink"),
    ),
    "that is a quotient, rounded to a whole number": ("remainder", "fmod"),
    "it is another one's": ("deg2rad", "rad2deg", "float_power", "softplus to"),
    "its logarithms end at -100": ("binary_cross_entropy",),
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


def table(
    places: tuple[float, ...] = PLACES, dtypes: Any = DTYPES, without: Any = ()
) -> list[Row]:
    """The rows of all functions; where the result is a normal number of the dtype."""
    rows = []
    for name, (function, *formulas) in functions().items():
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
