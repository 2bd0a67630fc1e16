"""Windows along one axis or several, one of them twice: wider than many, or narrow."""

from __future__ import annotations

import numpy as np

from ..context import Call, Context, Sample, call


def _view(c: Context) -> Call:
    shape = c.choice((5,), (4, 3), (2, 5), (7, 1), (2, 3, 2))
    x = c.array(shape)
    if c.flag():
        return call(x, window_shape=tuple([c.choice(*range(1, n + 1)) for n in shape]))
    axis = c.axis(x.ndim)
    n = shape[axis]
    if c.flag():  # one after the other, along the same axis
        first = c.choice(*range(1, n + 1))
        second = c.choice(*range(1, n - first + 2))
        return call(x, window_shape=(first, second), axis=(axis, axis))
    return call(x, window_shape=c.choice(*range(n + 1)), axis=axis)


def _add(c: Context) -> Call:
    x, options = _view(c)
    windows = np.lib.stride_tricks.sliding_window_view(*x, **options)
    axis = options.get("axis", tuple(range(x[0].ndim)))
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple([a % x[0].ndim for a in axes])
    return call(c.array(windows.shape), axes=axes)


SAMPLES: dict[str, Sample] = {"add windows": _add, "sliding_window_view": _view}
