"""The functions of one element: as C, or as NumPy code of others that are C."""

from __future__ import annotations

from typing import Any

import numpy as np

from .lines import TYPES, Lines, Number
from .views import View, spread

COMPARED = {  # in the dtype that its operands have together; the result is a boolean
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "isnan": "{0} != {0}",
    "isfinite": "{0} - {0} == 0",
    "isinf": "{0} == INFINITY || {0} == -INFINITY",
    "signbit": "signbit({0}) != 0",
    "logical_and": "({0} != 0) & ({1} != 0)",
    "logical_or": "({0} != 0) | ({1} != 0)",
    "logical_xor": "({0} != 0) ^ ({1} != 0)",
    "logical_not": "{0} == 0",
}
ARITHMETIC = {  # in the dtype of the result
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "negative": "-{0}",
    "positive": "{0}",
    "copy": "{0}",
    "conjugate": "{0}",
    "real": "{0}",
    "maximum": "({0} > {1}) | ({0} != {0}) ? {0} : {1}",
    "minimum": "({0} < {1}) | ({0} != {0}) ? {0} : {1}",
    "square": "{0} * {0}",
}
OF_FLOATS = {  # likewise, of floating numbers alone
    "divide": "{0} / {1}",
    "reciprocal": "1 / {0}",
    "fmax": "({0} >= {1}) | ({1} != {1}) ? {0} : {1}",
    "fmin": "({0} <= {1}) | ({1} != {1}) ? {0} : {1}",
    "sign": "{0} != {0} ? {0} : ({0} > 0) - ({0} < 0)",
    "weigh": "{0} == 0 ? 0 : {0} * {1}",  # 0 · ∞ is 0
    "weigh either": "({0} == 0) | ({1} == 0) ? 0 : {0} * {1}",
}
OF_INTEGERS = {
    "sign": "({0} > 0) - ({0} < 0)",
    "bitwise_and": "{0} & {1}",
    "bitwise_or": "{0} | {1}",
    "bitwise_xor": "{0} ^ {1}",
    "absolute": "{0} < 0 ? -{0} : {0}",
}
CALLED = {  # of mathematics.h, where x_f is of float and x_d of double
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "power",
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "hypot",
    "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "absolute", "fabs",
    "copysign", "floor", "ceil", "trunc", "rint", "fmod", "erf", "erfc", "sigmoid",
    "bell", "normal density", "normal cdf", "gelu", "gelu slope",
}  # fmt: skip
ALIKE = {"float_power": "power", "fabs": "absolute"}
BOOLEANS = {  # NumPy's arithmetic of booleans
    "add": "{0} | {1}",
    "multiply": "{0} & {1}",
    "maximum": "{0} | {1}",
    "minimum": "{0} & {1}",
    "copy": "{0}",
    "positive": "{0}",
    "conjugate": "{0}",
    "real": "{0}",
}
CHEAP = (
    set(ARITHMETIC)
    | set(COMPARED)
    | {"astype", "where", "sign", "absolute", "bitwise_and", "weigh", "weigh either"}
)
ELEMENTS = CHEAP | set(OF_FLOATS) | set(OF_INTEGERS) | CALLED


def expression(op: str, dtype: np.dtype) -> str | None:
    """The C text of a function in a dtype, with places for its operands."""
    if op in COMPARED:
        return COMPARED[op]
    if dtype.kind == "b":
        return BOOLEANS.get(op)
    if op in ARITHMETIC:
        return ARITHMETIC[op]
    if dtype.kind != "f":
        return OF_INTEGERS.get(op)
    if op in CALLED:
        name = ALIKE.get(op, op).replace(" ", "_")
        return f"{name}_{'f' if dtype == np.float32 else 'd'}({{args}})"
    return OF_FLOATS.get(op)


def of_elements(
    lines: Lines, name: str, args: Any, shape: tuple[int, ...], dtype: np.dtype
) -> View | None:
    """A line for a function of each element; None if it has no form in C."""
    given = [as_number(lines, x) for x in args]
    known = [d for d in map(lines.dtype, given) if d is not None]
    if not all(d.name in TYPES for d in (*known, dtype)):
        return None
    work = dtype
    if name in ("astype", "as integers"):
        if dtype.kind in "iu" and known[0].kind == "f":
            return None  # what NumPy makes of NaN and of large numbers is its own
        name = "astype"
        if dtype.kind == "b":
            name, given = "not_equal", [*given, Number(0, None)]
    if name in COMPARED:
        work = np.result_type(
            *[x.value if lines.dtype(x) is None else lines.dtype(x) for x in given]
        )
        if work.name not in TYPES or (name in FLOATS_ONLY and work.kind != "f"):
            return None
    elif name not in ("astype", "where"):
        widest = max([d.itemsize for d in known if d.kind == "f"], default=0)
        if expression(name, work) is None or (
            work.kind == "f" and widest > work.itemsize
        ):
            return None
    if not all(_fits(x, work) for x in given):
        return None
    given = [spread(x, shape) if isinstance(x, View) else x for x in given]
    return lines.emit(name, given, work, shape, dtype)


FLOATS_ONLY = ("isinf", "signbit")


def as_number(lines: Lines, x: Any) -> Any:
    """A constant whose elements are all the same, as one number."""
    if isinstance(x, View) and lines[x.of].op == "constant" and x.size:
        array = lines[x.of].params.reshape(-1)
        if (
            array.dtype.name in TYPES
            and array[:1].tobytes() * array.size == array.tobytes()
        ):
            return Number(array[0], array.dtype)
    return x


def _fits(x: Any, dtype: np.dtype) -> bool:
    """Whether a number can stand in the text as one of that dtype."""
    if isinstance(x, View) or dtype.kind not in "iu":
        return True
    return np.iinfo(dtype).min <= x.value <= np.iinfo(dtype).max
