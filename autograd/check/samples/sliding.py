"""Windows along one axis, several, or twice along one; and what they see as columns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...ops.windows import windows
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


def _geometry(c: Context) -> tuple[tuple[int, ...], dict[str, Any], tuple[int, ...]]:
    """The lengths of axes, how windows slide over them, and how many these are."""
    kernel = tuple([c.choice(2, 3, 1) for _ in range(c.choice(2, 1, 3))])
    dilation = c.choice(1, 2)
    shape = tuple([dilation * (k - 1) + c.choice(2, 1, 3) for k in kernel])
    options = {"stride": c.choice(1, 2), "padding": c.choice(0, 1)}
    count = windows(shape, kernel, dilation=dilation, **options).count
    return shape, {"kernel": kernel, **options, "dilation": dilation}, count


def _unfold(c: Context) -> Call:
    shape, options, _ = _geometry(c)
    return call(c.array((c.choice(1, 2), c.choice(2, 1), *shape)), **options)


def _fold(c: Context) -> Call:
    shape, options, count = _geometry(c)
    rows = c.choice(2, 1) * math.prod(options["kernel"])
    y = c.array((c.choice(1, 2), rows, math.prod(count)))
    return call(y, shape=shape, **options)


SAMPLES: dict[str, Sample] = {
    "add windows": _add,
    "fold": _fold,
    "sliding_window_view": _view,
    "unfold": _unfold,
}
