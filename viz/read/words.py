"""What a drawing says about a number or an array, as short rows of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..view import SIGNS, Row

SHOWN_IN_FULL = 4  # elements; a larger array is summarised
MOST_NAMED = 3  # kinds of operations in a fold, origins or marks in a caption


def number(x: Any) -> str:
    """Four significant digits.

    >>> number(2.0), number(-0.0001234567), number(1 + 2j), number(True)
    ('2', '-0.0001235', '1+2j', 'True')
    """
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    text = f"{x:.4g}"
    return "0" if text == "-0" else text


def count(n: int, what: str) -> str:
    """A number of things, in words.

    >>> count(1, "operation"), count(12_000, "operation")
    ('1 operation', '12,000 operations')
    """
    plural = {"leaf": "leaves", "box": "boxes", "dashed box": "dashed boxes"}.get(
        what, what + "s"
    )
    return f"{n:,} {what if n == 1 else plural}"


def listed(names: Sequence[str]) -> str:
    """The first few of several names.

    >>> listed(["add", "exp"]), listed(["add", "exp", "log", "sin"])
    ('add, exp', 'add, exp, log, …')
    """
    return ", ".join([*names[:MOST_NAMED], *["…"] * (len(names) > MOST_NAMED)])


def shape_and_dtype(array: np.ndarray) -> str:
    """``(32, 16) float32``; a scalar's shape is left out."""
    return f"{array.shape} {array.dtype}" if array.ndim else str(array.dtype)


def written_out(array: np.ndarray) -> str:
    """Every element, in nested brackets.

    >>> written_out(np.array([[1.0, 2.5]]))
    '[[1, 2.5]]'
    """
    if array.ndim == 0:
        return number(array[()])
    return "[" + ", ".join(written_out(np.asarray(part)) for part in array) + "]"


def data_rows(data: Any) -> list[Row]:
    """The rows of a value: a number in full, an array by its shape and statistics."""
    if not isinstance(data, np.ndarray):
        known = isinstance(data, bool | int | float | complex | np.generic)
        text = number(data) if known else repr(data)
        return [Row("data", text, "plain" if finite(data) else "alarm")]
    rows = [Row("", shape_and_dtype(data), "muted")]
    if data.dtype.kind not in "biufc":
        return rows
    if data.size <= SHOWN_IN_FULL:
        return [*rows, Row("data", written_out(data), _alarm(data))]
    if data.dtype.kind == "b":
        return [*rows, Row("true", f"{int(data.sum()):,} of {data.size:,}")]
    return [*rows, *_statistics(data)]


def gradient_rows(gradient: Any) -> list[Row]:
    """The rows of a gradient that is there: its value, or its norm."""
    if not isinstance(gradient, np.ndarray) or gradient.size <= SHOWN_IN_FULL:
        array = np.asarray(gradient)
        style = SIGNS[sign(gradient)] if finite(array) else "alarm"
        return [Row("grad", written_out(array), style)]
    style = "neutral" if finite(gradient) else "alarm"
    return [Row("grad norm", number(norm(gradient)), style)]


def norm(x: Any) -> float:
    """The square root of the sum of squared magnitudes."""
    if type(x) is float:
        return abs(x)
    with np.errstate(all="ignore"):
        wide = np.abs(np.asarray(x)).astype(np.float64, copy=False)
        largest = float(wide.max(initial=0.0))
        if largest == 0.0 or not math.isfinite(largest):
            return largest
        return largest * float(np.sqrt(np.sum((wide / largest) ** 2)))


def finite(x: Any) -> bool:
    """Whether no element of a number, an array or a tuple of arrays is NaN or infinite.

    >>> finite(1.0), finite(np.array([1.0, np.nan])), finite("text")
    (True, False, True)
    """
    if type(x) is float:
        return math.isfinite(x)
    if isinstance(x, tuple | list):
        return all(map(finite, x))
    array = np.asarray(x)
    return array.dtype.kind not in "fc" or bool(np.all(np.isfinite(array)))


def sign(x: Any) -> int | None:
    """1, -1 or 0 if every element has that sign (0 beside others counts for both)."""
    if type(x) is float:
        return (x > 0) - (x < 0) if math.isfinite(x) else None
    array = np.asarray(x)
    if array.dtype.kind == "c" or not finite(array):
        return None
    low, high = array.min(initial=0), array.max(initial=0)
    if low == 0 and high == 0:
        return 0
    return 1 if low >= 0 else -1 if high <= 0 else None


def _statistics(data: np.ndarray) -> list[Row]:
    finite = data[np.isfinite(data)]
    rows = []
    if finite.size:
        wide = finite.astype(np.complex128 if data.dtype.kind == "c" else np.float64)
        if np.all(wide == wide[0]):
            rows.append(Row("all", number(wide[0])))
        else:
            if data.dtype.kind != "c":
                rows.append(
                    Row("range", f"{number(wide.min())} … {number(wide.max())}")
                )
            rows.append(Row("mean", number(wide.mean())))
            rows.append(Row("norm", number(norm(wide))))
    if finite.size < data.size:
        nans = int(np.isnan(data).sum())
        infinite = data.size - finite.size - nans
        parts = [f"{nans:,} NaN"] * bool(nans) + [f"{infinite:,} inf"] * bool(infinite)
        rows.append(Row("not finite", ", ".join(parts), "alarm"))
    return rows


def _alarm(array: np.ndarray) -> str:
    return "plain" if finite(array) else "alarm"
