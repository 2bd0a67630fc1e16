"""What mathematics.h takes from the engine's own tables, as C text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...ops import error_functions as tables


def horner(coefficients: Sequence[float], x: str = "x", end: str = "") -> str:
    """A polynomial as C text, lowest power first.

    >>> horner([1.0, 2.0, 3.0])
    '(1.0 + x*(2.0 + x*3.0))'
    """
    first, *others = coefficients
    text = f"{float(first)!r}{end}" if first >= 0 else f"({float(first)!r}{end})"
    return f"({text} + {x}*{horner(others, x, end)})" if others else text


def definitions() -> str:
    """The polynomials of the error function and the normal distribution."""
    root = np.float32(tables.ROOT)
    lines = [
        f"#define SHORT(x) {horner(tables.SHORT)}",
        f"#define NEAR(x) {horner(tables.NEAR)}",
        f"#define ROOT {tables.ROOT!r}",
        f"#define ROOT_REST {tables.ROOT_REST!r}",
        f"#define ABOUT_ROOT(x) {horner(tables.ABOUT_ROOT)}",
        f"#define ROOT_F {float(root)!r}f",
        f"#define ROOT_REST_F {tables.ROOT - float(root)!r}f",
        f"#define ABOUT_ROOT_F(x) {horner(tables.ABOUT_ROOT[:9], end='f')}",
    ]
    for name, values in (("ERFC", tables.ERFC), ("UPPER", tables.UPPER)):
        lines += [
            f"#define {name}_FIRST {values[0]!r}",
            f"#define {name}_REST(x) {horner(values[1:])}",
        ]
    return "\n".join(lines) + "\n"


VECTORS = {
    "exp", "exp2", "expm1", "log", "log2", "log1p", "sigmoid", "tanh", "erf", "erfc",
    "bell", "normal density", "normal cdf", "gelu", "gelu slope",
}  # fmt: skip
ONE_BY_ONE = {
    "log10", "cbrt", "hypot", "fmod", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "arctan2", "sinh", "cosh", "arcsinh", "arccosh", "arctanh",
}  # fmt: skip


def manner(name: str, dtype: np.dtype) -> str:
    """How a loop computes a function: "vectors", "one by one", or "" where it may be.

    A function of libm makes a loop slow for all that stands in it.
    """
    if name in ("power", "float_power"):
        return "vectors" if dtype == np.float32 else "one by one"
    return "vectors" if name in VECTORS else "one by one" * (name in ONE_BY_ONE)
