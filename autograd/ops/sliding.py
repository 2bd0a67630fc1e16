"""Windows that slide along axes as NumPy gives them: views, a new axis for each."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..core.declare import linear

__all__ = ["sliding_window_view"]


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


sliding_window_view = linear(
    _sliding_window_view,
    lambda g, x_shape, axis: add_windows(g, axes=_axes(axis, len(x_shape))),
)
add_windows = linear(
    _add_windows,
    lambda g, y_shape, axes: sliding_window_view(
        g, y_shape[len(y_shape) - len(axes) :], axes
    ),
    name="add windows",
)
