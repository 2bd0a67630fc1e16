"""``pad``: more elements around an array, in all modes that have a derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.composite import composed
from ..core.declare import linear
from ..core.node import Node, decides, numbers
from .rearranging import rearranging

__all__ = ["pad"]

COPIES = ("edge", "reflect", "symmetric", "wrap")
STATISTICS = {"maximum": "max", "minimum": "min", "mean": "mean", "median": "median"}
KEYWORDS: dict[str, Any] = {
    "constant_values": 0,
    "end_values": 0,
    "stat_length": None,
    "reflect_type": "even",
}


def _pad_zeros(x, *, pad_width):
    return np.pad(x, pad_width)


def _pad_copies(x, *, pad_width, mode):
    return np.pad(x, pad_width, mode)


def _inside(g, pad_width):
    ends = zip(pairs(pad_width, np.ndim(g)), np.shape(g))
    return g[tuple([slice(before, n - after) for (before, after), n in ends])]


def pairs(widths, ndim):
    """What is given for before and after each axis, in NumPy's short forms too."""
    return np.broadcast_to(np.asarray(widths, object), (ndim, 2)).tolist()


_zeros_around = linear(
    _pad_zeros,
    _inside,
    name="pad zeros",
)
_copies_around = rearranging(
    _pad_copies,
    name="pad copies",
)


@composed()
def pad(
    x,
    pad_width,
    mode="constant",
    constant_values=0,
    end_values=0,
    stat_length=None,
    reflect_type="even",
):
    """``x`` with more elements before and after each axis, as NumPy's modes say.

    The modes "empty" and a function that writes in place are refused: they have no
    derivative.

    >>> import autograd as ag
    >>> ag.pad(ag.tensor([1.0, 2.0, 3.0]), (0, 2), mode="reflect")
    Tensor([1., 2., 3., 2., 1.])
    """
    given = (constant_values, end_values, stat_length, reflect_type)
    options = {
        name: value
        for (name, default), value in zip(KEYWORDS.items(), given)
        if value is not default and not np.array_equal(value, default)
    }
    if not isinstance(x, Node):
        return np.pad(x, pad_width, mode, **options)
    return _padded(x, pad_width, mode, options)


def _padded(x, pad_width, mode, options):
    if x.dtype.kind in "biu" and (decides(x) or mode not in COPIES or options):
        numbers(x, f"np.pad of integers with mode={mode!r}")
        return type(x).leaf(np.pad(x._raw, pad_width, mode, **options))
    if mode == "empty" or callable(mode):
        raise TypeError(f"mode={mode!r} has no derivative; the others have one")
    pad_width = _hashable(pad_width, x.ndim)
    if mode == "constant" and not options:
        return _zeros_around(x, pad_width)
    if mode in COPIES and not options:
        return _copies_around(x, pad_width, mode)
    # Raises what NumPy does, and costs little.
    np.pad(np.broadcast_to(np.zeros((), x.dtype), x.shape), pad_width, mode, **options)
    if mode == "constant":
        return _with_constants(x, pad_width, options["constant_values"])
    for axis, width in enumerate(pairs(pad_width, x.ndim)):
        if any(width):
            before, after = _beside(x, axis, width, mode, options)
            x = np.concatenate([before, x, after], axis)
    return x


def _hashable(pad_width, ndim):
    if isinstance(pad_width, dict):
        whole = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            whole[axis] = width if np.ndim(width) else (width, width)
        pad_width = whole
    return tuple(map(tuple, pairs(pad_width, ndim))) or 0


def _with_constants(x, pad_width, values):
    outside = np.pad(np.zeros(x.shape, bool), pad_width, constant_values=True)
    constants = np.pad(np.zeros(x.shape, x.dtype), pad_width, constant_values=values)
    return np.where(outside, constants, _zeros_around(x, pad_width))


def _part(x, axis, start, stop, step=None):
    return x[(slice(None),) * axis + (slice(start, stop, step),)]


def _beside(x, axis, width, mode, options):
    """What goes before and after, along one axis."""
    n = x.shape[axis]
    ends = [_part(x, axis, 0, 1), _part(x, axis, n - 1, n)]
    if mode == "linear_ramp":
        ramps = []
        values = pairs(options.get("end_values", 0), x.ndim)[axis]
        for value, edge, count in zip(values, ends, width):
            steps = np.arange(count, dtype=x.dtype) / max(count, 1)
            steps = steps.reshape((-1,) + (1,) * (x.ndim - 1 - axis))
            ramps.append(value + (edge - value) * steps)
        return ramps[0], np.flip(ramps[1], axis)
    if mode in STATISTICS:
        function = getattr(np, STATISTICS[mode])
        lengths = pairs(options.get("stat_length"), x.ndim)[axis]
        first, last = [n if k is None else min(k, n) for k in lengths]
        found = [
            function(part, axis=axis, keepdims=True)
            for part in (_part(x, axis, 0, first), _part(x, axis, n - last, n))
        ]
        return [np.repeat(part, k, axis) for part, k in zip(found, width)]
    if n == 1:
        return [np.repeat(part, k, axis) for part, k in zip(ends, width)]
    return _reflected(x, axis, width, skip=mode == "reflect")


def _reflected(x, axis, width, skip):
    """Turned about both edges, 2 · edge - x, until it is wide enough."""
    n = x.shape[axis]
    before, after = width
    whole = x
    while before or after:
        m = whole.shape[axis]
        period = (m - skip) // (n - skip) * (n - skip)
        left, right = min(before, period), min(after, period)
        first, last = _part(whole, axis, 0, 1), _part(whole, axis, m - 1, m)
        lower = np.flip(_part(whole, axis, skip, skip + left), axis)
        upper = np.flip(_part(whole, axis, m - skip - right, m - skip), axis)
        whole = np.concatenate([2 * first - lower, whole, 2 * last - upper], axis)
        before, after = before - left, after - right
    end = width[0] + n
    return _part(whole, axis, 0, width[0]), _part(whole, axis, end, end + width[1])
