"""Rules for windows that slide: convolutions, and pools.

What all windows see at one tap is a view. Where windows are many, a convolution is a
line of its own (``convolutions.py``). Others copy these views side by side, as columns,
and are then products of matrices, one for each image.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...ops.pooling import windows_of
from ...ops.windows import Windows, windows
from ..flat import Kind
from .convolutions import Sliding
from .lines import TYPES, Lines, Number, Places
from .matrices import product
from .views import View, indexed, seen, spread, whole

FLOATS = ("float32", "float64")
FEW = 2  # windows along a line at most that are not worth vectors


def _padded(lines: Lines, x: View, w: Windows, fill: float = 0.0) -> View:
    """An image with elements around it, if windows see such."""
    if w.padded == w.shape:
        return x
    shape, dtype = (*x.shape[: -len(w.shape)], *w.padded), lines.dtype(x)
    place = indexed(whole(-1, shape), w.inside)
    places = Places(((place.offset, place.strides),), fill, False)
    return lines.emit("assemble", (x,), places, shape, dtype)


def _taps(lines: Lines, x: View, w: Windows, fill: float = 0.0) -> list[View]:
    """What all windows see, by tap."""
    room = _padded(lines, x, w, fill)
    return [indexed(room, tap) for tap in w.taps]


def _added(lines: Lines, parts: Sequence[View], shape: Any, w: Windows) -> View:
    """An image to which each tap's part is added where it was seen."""
    wide, dtype = (*shape[: -len(w.shape)], *w.padded), lines.dtype(parts[0])
    spots = [indexed(whole(-1, wide), tap) for tap in w.taps]
    places = Places(tuple([(s.offset, s.strides) for s in spots]), 0, True)
    room = lines.emit("assemble", parts, places, wide, dtype)
    return indexed(room, w.inside)


# Convolutions -------------------------------------------------------------------------


def _slides(w: Windows) -> bool:
    """Whether columns are copies, and more than the sums of a tile take."""
    return not _is_plain(w) and len(w.count) <= 3 and w.count[-1] > FEW


def _is_plain(w: Windows) -> bool:
    """Whether windows are the elements of an image, one by one."""
    return set(w.kernel) == {1} and w.count == w.shape == w.padded


def _columns(lines: Lines, x: View, w: Windows, groups: int) -> View:
    """(n, groups, channels of a group · taps, windows)"""
    n, channels = x.shape[:2]
    if _is_plain(w):
        return lines.shaped(x, (n, groups, channels // groups, math.prod(w.count)))
    views = _taps(lines, x, w)
    shape = (n, channels, len(views), *w.count)
    spots = [indexed(whole(-1, shape), (..., t, *_all(w))) for t in range(len(views))]
    places = Places(tuple([(s.offset, s.strides) for s in spots]), None, False)
    made = lines.emit("assemble", views, places, shape, lines.dtype(x))
    wide = (n, groups, channels // groups * len(views), math.prod(w.count))
    return lines.shaped(made, wide)


def _all(w: Windows) -> tuple[slice, ...]:
    return (slice(None),) * len(w.count)


def _of_floats(lines: Lines, args: Any, kind: Kind) -> bool:
    views = all(isinstance(x, View) and lines.dtype(x) == kind.dtype for x in args)
    return views and kind.dtype.name in FLOATS and all(x.size for x in args)


def _by_group(lines: Lines, weight: View, groups: int) -> View:
    filters = weight.shape[0]
    shape = (1, groups, filters // groups, math.prod(weight.shape[1:]))
    return lines.shaped(weight, shape)


def _stacked(lines: Lines, y: View, groups: int) -> View:
    """Results (n, filters, …) as (n, groups, filters of a group, windows)."""
    n, filters = y.shape[:2]
    shape = (n, groups, filters // groups, math.prod(y.shape[2:]))
    return lines.shaped(y, shape)


def _geometry(shape: Any, kernel: Any, params: Any) -> Windows:
    given = params["stride"], params["padding"], params["dilation"]
    return windows(tuple(shape), tuple(kernel), *given)


def conv(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    if not _of_floats(lines, args, kind) or not math.prod(kind.shape):
        return None
    (x, weight), groups = args, params["groups"]
    w = _geometry(x.shape[2:], weight.shape[2:], params)
    if _slides(w):
        shape = (groups, weight.shape[0] // groups, *weight.shape[1:])
        return _convolved(lines, x, lines.shaped(weight, shape), w, groups)
    columns = _columns(lines, x, w, groups)
    made = product(lines, _by_group(lines, weight, groups), columns, kind.dtype)
    return lines.shaped(made, kind.shape)


def _convolved(lines: Lines, x: View, weight: View, w: Windows, groups: int) -> View:
    """By filters (groups, filters of a group, channels of a group, …)."""
    shape = (x.shape[0], weight.shape[0] * weight.shape[1], *w.count)
    sliding = Sliding(w, groups)
    return lines.emit("convolve", (x, weight), sliding, shape, lines.dtype(x))


def _turned(lines: Lines, y: View, weight: View, w: Windows, groups: int) -> Any:
    """With a stride of 1: the windows of the results, of filters turned around."""
    ends = [
        (d * (k - 1) - before, d * (k - 1) - after)
        for (before, after), k, d in zip(w.padding, w.kernel, w.dilation)
    ]
    cut = [slice(max(0, -a), n - max(0, -b)) for (a, b), n in zip(ends, w.count)]
    y = indexed(y, (..., *cut))
    padding = tuple([(max(0, a), max(0, b)) for a, b in ends])
    back = windows(tuple(y.shape[2:]), w.kernel, 1, padding, w.dilation)
    if not y.size or not _slides(back):
        return None
    shape = (groups, weight.shape[0] // groups, *weight.shape[1:])
    axes = tuple(range(3, len(shape)))
    weight = seen(
        lines.shaped(weight, shape), lambda a: np.flip(np.swapaxes(a, 1, 2), axes)
    )
    return _convolved(lines, y, weight, back, groups)


def conv_to_image(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    if not _of_floats(lines, args, kind) or not math.prod(kind.shape):
        return None
    (y, weight), groups = args, params["groups"]
    w = _geometry(params["shape"], weight.shape[2:], params)
    if set(w.stride) == {1}:
        made = _turned(lines, y, weight, w, groups)
        if made is not None:
            return made
    turned = seen(_by_group(lines, weight, groups), lambda a: np.swapaxes(a, -1, -2))
    made = product(lines, turned, _stacked(lines, y, groups), kind.dtype)
    shape = (*kind.shape[:2], len(w.taps), *w.count)
    made = lines.shaped(made, shape)
    parts = [indexed(made, (..., t, *_all(w))) for t in range(len(w.taps))]
    return _added(lines, parts, kind.shape, w)


def conv_to_filters(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    if not _of_floats(lines, args, kind) or not math.prod(kind.shape):
        return None
    (x, y), groups = args, params["groups"]
    w = _geometry(x.shape[2:], params["kernel"], params)
    if _slides(w):
        return lines.emit("filters", (x, y), Sliding(w, groups), *kind)
    columns = _columns(lines, x, w, groups)
    turned = seen(columns, lambda a: np.swapaxes(a, -1, -2))
    y = _stacked(lines, y, groups)
    shape = (groups, y.shape[2], turned.shape[3])
    made = lines.emit("matmul", (y, turned), "summed", shape, kind.dtype)
    return lines.shaped(made, kind.shape)


# Pools --------------------------------------------------------------------------------


def _pool(function: Callable[..., Any]) -> Callable[..., Any]:
    """A rule for a pool of an image ``args[0]``, whose windows are known."""

    def rule(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
        views = all(isinstance(x, View) for x in args)
        if not views or not math.prod(kind.shape) or kind.dtype.name not in TYPES:
            return None
        if lines.dtype(args[0]).name not in FLOATS:
            return None
        given = dict(params)
        shape = given.pop("shape", args[0].shape)
        geometry = given.pop("geometry", None) or tuple(
            [given[k] for k in ("kernel", "stride", "padding", "dilation", "ceil_mode")]
        )
        return function(lines, args, windows_of(shape, *geometry), kind)

    return rule


def _folded(lines: Lines, op: str, views: Sequence[View]) -> View:
    dtype, total = lines.dtype(views[0]), views[0]
    for view in views[1:]:
        total = lines.emit(op, (total, view), dtype, view.shape, dtype)
    return total


@_pool
def sum_pool(lines: Lines, args: Any, w: Windows, kind: Kind) -> View:
    return _folded(lines, "add", _taps(lines, args[0], w))


@_pool
def max_pool(lines: Lines, args: Any, w: Windows, kind: Kind) -> View:
    return _folded(lines, "maximum", _taps(lines, args[0], w, -math.inf))


@_pool
def spread_to_windows(lines: Lines, args: Any, w: Windows, kind: Kind) -> View:
    return _added(lines, [args[0]] * len(w.taps), kind.shape, w)


def _is_tap(lines: Lines, taps: View, i: int) -> View:
    number = Number(i, None)
    return lines.emit("equal", (taps, number), lines.dtype(taps), taps.shape, bool)


@_pool
def put_in_windows(lines: Lines, args: Any, w: Windows, kind: Kind) -> View:
    (y, taps), dtype = args, kind.dtype
    taps = spread(taps, y.shape)
    parts = [
        lines.emit(
            "where",
            (_is_tap(lines, taps, i), y, Number(0, None)),
            dtype,
            y.shape,
            dtype,
        )
        for i in range(len(w.taps))
    ]
    return _added(lines, parts, kind.shape, w)


@_pool
def pick_in_windows(lines: Lines, args: Any, w: Windows, kind: Kind) -> Any:
    (x, taps), dtype = args, kind.dtype
    total: Any = Number(0, None)
    for i, view in enumerate(_taps(lines, x, w)):
        chosen = (_is_tap(lines, spread(taps, view.shape), i), view, total)
        total = lines.emit("where", chosen, dtype, view.shape, dtype)
    return total


@_pool
def largest_tap(lines: Lines, args: Any, w: Windows, kind: Kind) -> Any:
    """The first tap that is the largest, or no number; never one of the padding."""
    (x, top), dtype, work = args, kind.dtype, lines.dtype(args[0])
    inside = np.zeros(w.padded, bool)
    inside[w.inside] = True
    found: Any = Number(len(w.taps) - 1, None)
    views = _taps(lines, x, w, -math.inf)
    for i, (tap, view) in reversed([*enumerate(zip(w.taps, views))]):
        shape = view.shape
        hit = lines.emit("equal", (view, spread(top, shape)), work, shape, bool)
        none = lines.emit("isnan", (view,), work, shape, bool)
        hit = lines.emit("logical_or", (hit, none), np.dtype(bool), shape, bool)
        mask = inside[tap]
        if not mask.all():
            real = spread(lines.constant(np.ascontiguousarray(mask)), shape)
            hit = lines.emit("logical_and", (hit, real), np.dtype(bool), shape, bool)
        found = lines.emit("where", (hit, Number(i, None), found), dtype, shape, dtype)
    return found


RULES: dict[str, Callable[..., Any]] = {
    "conv": conv,
    "conv to image": conv_to_image,
    "conv to filters": conv_to_filters,
    "sum_pool": sum_pool,
    "max_pool": max_pool,
    "spread to windows": spread_to_windows,
    "put in windows": put_in_windows,
    "pick in windows": pick_in_windows,
    "largest_tap": largest_tap,
}
