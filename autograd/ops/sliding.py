"""What windows see that slide: as NumPy gives it, views; or copied out, as columns."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..core.declare import linear
from .windows import windows

__all__ = ["fold", "sliding_window_view", "unfold"]

# Views -------------------------------------------------------------------------------


def _sliding_window_view(x, *, window_shape, axis=None, writeable=False):
    if writeable:
        raise TypeError(
            "writeable=True is for writing into x through its windows, which the graph "
            "cannot record; write x = x.at[index].set(values)"
        )
    try:
        return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis)
    except ValueError as error:
        given = f"window_shape={window_shape}, axis={axis}"
        raise type(error)(f"{given}: {error}") from None


def _add_windows(y, *, axes):
    """The windows added where they lay, the last axis of ``y`` first."""
    for axis in reversed(axes):
        y = _added_along(axis, y)
    return y


def _added_along(axis, y):
    """(…, n, …, w) → (…, n + w - 1, …), in as many sums as the shorter has elements."""
    count, size = y.shape[axis], y.shape[-1]
    shape = [*y.shape[:-1]]
    shape[axis] = count + size - 1
    out = np.zeros(shape, y.dtype)
    windows = np.moveaxis(y, axis, -2)  # (…, n, w)
    room = np.moveaxis(out, axis, -1)
    if size <= count:
        for i in range(size):
            room[..., i : i + count] += windows[..., i]
    else:
        for i in range(count):
            room[..., i : i + size] += windows[..., i, :]
    return out


def _axes(axis, ndim):
    if axis is None:
        return tuple(range(ndim))
    return normalize_axis_tuple(axis, ndim, allow_duplicate=True)


def _where_they_lay(g, x_shape, axis):
    return add_windows(g, _axes(axis, len(x_shape)))


sliding_window_view = linear(_sliding_window_view, _where_they_lay)
add_windows = linear(
    _add_windows,
    lambda g, y_shape, axes: sliding_window_view(
        g, y_shape[len(y_shape) - len(axes) :], axes
    ),
    name="add windows",
)


# Columns ------------------------------------------------------------------------------


def _unfold(x, *, kernel, stride=1, padding=0, dilation=1):
    w = _windows(x.shape[2:], kernel, stride, padding, dilation)
    if w.padded != w.shape:
        room = np.zeros((*x.shape[:2], *w.padded), x.dtype)
        room[w.inside] = x
        x = room
    n, channels = x.shape[:2]
    columns = np.empty((n, channels, len(w.taps), *w.count), x.dtype)
    for i, tap in enumerate(w.taps):
        columns[:, :, i] = x[tap]
    return np.reshape(columns, (n, channels * len(w.taps), math.prod(w.count)))


def _fold(y, *, shape, kernel, stride=1, padding=0, dilation=1):
    w = _windows(shape, kernel, stride, padding, dilation)
    taps = len(w.taps)
    n, rows, count = y.shape if y.ndim == 3 else (0, 1, -1)
    if count != math.prod(w.count) or rows % taps:
        raise ValueError(
            f"windows of {w.kernel} on axes of {w.shape} have columns (n, a multiple "
            f"of {taps}, {math.prod(w.count)}); got {y.shape}"
        )
    columns = np.reshape(y, (n, rows // taps, taps, *w.count))
    room = np.zeros((n, rows // taps, *w.padded), y.dtype)
    for i, tap in enumerate(w.taps):
        room[tap] += columns[:, :, i]
    return room[w.inside]


def _windows(shape, kernel, *geometry):
    kernel = kernel if isinstance(kernel, tuple) else (kernel,) * len(shape)
    return windows(tuple(shape), kernel, *geometry)


def _pull_unfold(g, x_shape, kernel, stride, padding, dilation):
    return fold(g, x_shape[2:], kernel, stride, padding, dilation)


unfold = linear(_unfold, _pull_unfold)
fold = linear(
    _fold,
    lambda g, kernel, stride, padding, dilation: unfold(
        g, kernel, stride, padding, dilation
    ),
)
