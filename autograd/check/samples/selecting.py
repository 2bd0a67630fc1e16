"""Elements that are chosen: by places, by conditions, or by what is left of them."""

import math
from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call


def _along(c: Context, x: np.ndarray) -> tuple[int | None, int]:
    """An axis, and how long it is; None, and the number of all elements."""
    axis = c.axis_or_none(x.ndim)
    return axis, math.prod(x.shape) if axis is None else x.shape[axis]


def _take(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    axis, n = _along(c, x)
    mode = c.choice("raise", "wrap", "clip")
    low, high = (-n, n) if mode == "raise" else (-2 * n - 1, 3 * n)
    indices = c.integers(low, high, c.choice((), (3,), (2, 2), (0,)))
    return call(x, indices, axis=axis, mode=mode)


def _take_along_axis(c: Context) -> Call:
    """Places along an axis, beside an array whose other axes are as long, or of 1."""
    x = c.array(least=1, nonempty=True)
    axis = c.axis(x.ndim)
    sides = [c.choice(n, n, 1) for n in x.shape]
    sides[axis] = c.choice(2, 1, 4)
    n = x.shape[axis]
    return call(x, c.integers(-n, n, sides), axis=axis)


def _compress(c: Context) -> Call:
    condition = np.array([c.choice(True, False) for _ in range(2)])
    x = c.array(c.choice((3,), (2, 2), (2, 3, 2)))
    return call(condition, x, axis=c.choice(None, 0, -x.ndim))


def _extract(c: Context) -> Call:
    condition = np.array([c.choice(True, False) for _ in range(6)])
    return call(condition, c.array(c.choice((6,), (2, 3))))


def _delete(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    axis, n = _along(c, x)
    slices = slice(1, None, 2), slice(None, None, -2)
    where = c.choice(0, -1, n - 1, [0, -1, 0], [], *slices, np.arange(n) % 2 == 0)
    return call(x, where, axis=axis)


def _insert(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    axis, n = _along(c, x)
    where = c.choice(0, -1, n, [0, n, 0], [1, -1], slice(0, 2), [0])
    shape = list(x.shape) if axis is not None else [n]
    if isinstance(where, int):
        del shape[axis or 0]
    else:
        places = np.arange(n)[where] if isinstance(where, slice) else where
        shape[axis or 0] = len(places)
    return call(x, where, c.array(c.choice((), tuple(shape))), axis=axis)


def _select(c: Context) -> Call:
    """Conditions, as many choices, and a default: each broadcasts to one shape."""
    count = c.choice(1, 2, 3)
    masks = [np.asarray(c.array(c.narrower()) > 0) for _ in range(count)]
    choices = [c.array(c.narrower()) for _ in range(count)]
    return call(*masks, *choices, c.choice(0, c.array(c.narrower())))


def _choose(c: Context) -> Call:
    n = c.choice(1, 2, 3)
    mode = c.choice("raise", "wrap", "clip")
    choices = [c.array(c.narrower()) for _ in range(n)]
    low, high = (0, n) if mode == "raise" else (-2 * n, 3 * n)
    return call(c.integers(low, high, c.narrower()), *choices, mode=mode)


def _nan_to_num(c: Context) -> Call:
    x, copy, nan = c.array(), c.flag(), c.choice(0.0, 1.5)
    infinities: dict[str, Any] = {
        "posinf": c.choice(None, 2.0),
        "neginf": c.choice(None, -2.0),
    }
    return call(x, copy=copy, nan=nan, **infinities)


SAMPLES: dict[str, Sample] = {
    "choose": _choose,
    "compress": _compress,
    "delete": _delete,
    "extract": _extract,
    "insert": _insert,
    "nan_to_num": _nan_to_num,
    "select": _select,
    "take": _take,
    "take_along_axis": _take_along_axis,
}
