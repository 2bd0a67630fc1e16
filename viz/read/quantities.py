"""Numbers in full, as a file can hold them: what a player shows, and grades by."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import numpy as np

from .words import SHOWN_IN_FULL, finite, norm, number, shape_and_dtype, sign

IN_FULL = 16  # elements; a larger array is summarised
LONGEST = 200  # letters of a text
SIGNS = {1: "plus", -1: "minus", 0: "", None: "mixed"}


def quantity(x: Any) -> Any:
    """A value as a story holds it.

    >>> quantity(0.1), quantity(float("nan")), quantity(True), quantity(None)
    (0.1, 'nan', 'True', 'None')
    >>> quantity(np.array([1.0, 2.0]))
    {'of': '(2,) float64', 'sign': 'plus', 'all': [1.0, 2.0]}
    """
    if not isinstance(x, np.ndarray):
        return _scalar(x)
    what = {"of": shape_and_dtype(x)}
    if x.dtype.kind not in "biufc":
        return what
    what["sign"] = SIGNS[sign(x)] if finite(x) else "alarm"
    whole = {"all": _nested(x)} if x.size <= IN_FULL else {}
    if x.size <= SHOWN_IN_FULL:
        return what | whole
    if x.dtype.kind == "b":
        return what | whole | {"brief": f"{int(x.sum()):,} of {x.size:,} true"}
    found = _statistics(x)
    return what | whole | found | {"brief": _brief(found)}


def legible(text: str, most: int = LONGEST) -> str:
    """A text of at most ``most`` letters, none of which turns or hides what follows.

    >>> legible("a\\u202eb\\n"), legible("x" * 9, 5)
    ('a\\\\u202eb\\\\n', 'xxxx…')
    """
    shown = []
    for letter in text[: most + 1]:
        hides = unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co")
        escaped = letter.encode("unicode_escape").decode() if hides else letter
        shown.append(escaped)
    whole = "".join(shown)
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def _scalar(x: Any) -> float | int | str:
    if isinstance(x, np.generic):
        x = x.item()
    if isinstance(x, int) and not isinstance(x, bool) and abs(x) < 2**53:
        return x
    if isinstance(x, float):
        return x if math.isfinite(x) else repr(x)
    if isinstance(x, bool | complex | int):
        return str(x).strip("()")
    return legible(repr(x), 80)


def _nested(x: np.ndarray) -> Any:
    if x.ndim == 0:
        return _scalar(x[()])
    return [_nested(np.asarray(part)) for part in x]


def _brief(found: dict[str, Any]) -> str:
    """What a box says of statistics: above all what is not finite, else the range."""
    if "nan" in found:
        return f"{found['nan']:,} NaN, {found['inf']:,} inf"
    if "min" not in found:
        return f"norm {number(found['norm'])}"
    low, high = map(number, (found["min"], found["max"]))
    return f"all {low}" if low == high else f"{low} … {high}"


def _statistics(x: np.ndarray) -> dict[str, Any]:
    known = x[np.isfinite(x)]
    found: dict[str, Any] = {}
    if known.size:
        wide = known.astype(np.complex128 if x.dtype.kind == "c" else np.float64)
        if x.dtype.kind != "c":
            found = {"min": float(wide.min()), "max": float(wide.max())}
        found |= {"mean": _scalar(wide.mean()), "norm": norm(wide)}
    if known.size < x.size:
        nans = int(np.isnan(x).sum())
        found |= {"nan": nans, "inf": x.size - known.size - nans}
    return found
