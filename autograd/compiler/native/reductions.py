"""Reductions as lines and views: sums, extremes and their places, means."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..flat import Kind
from .lines import TYPES, Lines, Number
from .views import View


def reduction(name: str) -> Callable[..., Any]:
    """A sum, a product, an extreme; or whether any, or all."""

    def rule(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
        x = args[0]
        if not isinstance(x, View) or not set(params) <= {"axis", "keepdims"}:
            return None
        ends = lines.dtype(x).name, kind.dtype.name
        if not set(ends) <= set(TYPES) or (name in ("max", "min") and not x.size):
            return None
        if name in ("any", "all"):
            x = lines.emit(
                "not_equal", (x, Number(0, None)), lines.dtype(x), x.shape, bool
            )
        elif lines.dtype(x) != kind.dtype:
            x = lines.emit("astype", (x,), kind.dtype, x.shape, kind.dtype)
        return reduced(lines, name, x, _axes(params["axis"], len(x.shape)), kind)

    return rule


def reduced(lines: Lines, name: str, x: View, axes: Sequence[int], kind: Kind) -> View:
    kept = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
    made = lines.emit(name, (x,), tuple(axes), kept, kind.dtype)
    return lines.shaped(made, kind.shape)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None or ndim == 0:
        return tuple(range(ndim))
    return tuple(sorted(normalize_axis_tuple(axis, ndim)))


def mean(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    x = args[0]
    if not isinstance(x, View) or kind.dtype.name not in ("float32", "float64"):
        return None
    total = reduction("sum")(lines, args, params, kind)
    count = x.size // max(math.prod(kind.shape), 1)
    if total is None or not count:
        return None
    number = Number(kind.dtype.type(count), kind.dtype)
    return lines.emit("divide", (total, number), kind.dtype, kind.shape, kind.dtype)


def place_of_extreme(name: str) -> Callable[..., Any]:
    def rule(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
        x, axis = args[0], params.get("axis")
        known = set(params) <= {"axis", "keepdims"}
        if not known or not isinstance(x, View) or not x.size:
            return None
        if lines.dtype(x).name not in TYPES:
            return None
        if axis is None:
            x, axis = lines.shaped(x, (x.size,)), 0
        axis = normalize_axis_index(axis, len(x.shape))
        return reduced(lines, name, x, (axis,), kind)

    return rule
