"""Pooling: the largest element, or the sum, of each of the windows that slide."""

from __future__ import annotations

import math

import numpy as np

from ..core.declare import constant, general, linear
from ..core.node import Node
from ..threads import in_parts
from .patches import even_share
from .precision import of_reals
from .windows import windows

__all__ = ["argmax_pool", "max_pool", "sum_pool"]

PART = 1 << 18  # elements that windows see, at a time


def _seen(x, w, fill):
    """What the windows see of a padded array at each tap: views of it.

    Axes lie in memory as those of x do, here and in all that is made.
    """
    x = _padded(x, w, fill)
    return [x[tap] for tap in w.taps]


def _padded(x, w, fill):
    """x with as many elements around it, of one number, as the windows have it."""
    if w.padded == w.shape:
        return x
    room = np.full_like(x, fill, shape=(*x.shape[: -len(w.shape)], *w.padded))
    room[w.inside] = x
    return room


def windows_of(shape, kernel, stride, padding, dilation, ceil_mode):
    kernel = kernel if isinstance(kernel, tuple) else (kernel,) * (len(shape) - 2)
    stride = kernel if stride is None else stride
    lengths = tuple(shape[len(shape) - len(kernel) :])
    return windows(lengths, kernel, stride, padding, dilation, ceil_mode)


def _by_images(work, shape, w):
    """``work`` on slices of the first axis, of few images each, by a few threads."""
    if len(shape) == len(w.shape):
        work(slice(None))
        return
    most = PART // max(math.prod(shape[1:]), 1)
    in_parts(work, shape[0], even_share(shape[0], most))


# Sums ---------------------------------------------------------------------------------


def _sum_pool(x, *, kernel, stride=None, padding=0, dilation=1, ceil_mode=False):
    w = windows_of(x.shape, kernel, stride, padding, dilation, ceil_mode)
    first, *others = _seen(x, w, 0)
    total = np.array(first)
    for seen in others:
        total += seen
    return total


def _spread(y, *, shape, kernel, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Every element of a window gets its result: the transpose of the sums."""
    w = windows_of(shape, kernel, stride, padding, dilation, ceil_mode)
    room = np.zeros_like(y, shape=(*shape[: -len(w.shape)], *w.padded))
    for tap in w.taps:
        room[tap] += y
    return room[w.inside]


def _pull_sum(g, x_shape, kernel, stride, padding, dilation, ceil_mode):
    return spread_to_windows(g, x_shape, kernel, stride, padding, dilation, ceil_mode)


sum_pool = linear(_sum_pool, _pull_sum)
spread_to_windows = linear(
    _spread,
    lambda g, kernel, stride, padding, dilation, ceil_mode: sum_pool(
        g, kernel, stride, padding, dilation, ceil_mode
    ),
    name="spread to windows",
)


# The largest --------------------------------------------------------------------------


def _max_pool(x, *, kernel, stride=None, padding=0, dilation=1, ceil_mode=False):
    x = of_reals(x)
    if x.dtype == bool:
        raise TypeError(
            "it takes real numbers, no booleans. Cast them first, as by "
            "ag.astype(x, np.uint8)"
        )
    w = windows_of(x.shape, kernel, stride, padding, dilation, ceil_mode)
    out = np.empty_like(x, shape=(*x.shape[: -len(w.shape)], *w.count))

    def some(part):
        top = _padded(x[part], w, _least(x.dtype))
        for axis in range(-len(w.shape), -1):
            top = _largest_along(axis, top, w)
        _largest_along(-1, top, w, out[part])

    _by_images(some, x.shape, w)
    return out


def _largest_along(axis, x, w, out=None):
    """The largest of what the windows see along one axis: of lines of x, first."""
    step, reach = w.stride[axis], w.dilation[axis]
    to = step * (w.count[axis] - 1) + 1
    within = (slice(None),) * (-1 - axis)
    first, *others = [
        x[(..., slice(at, at + to, step), *within)]
        for at in range(0, reach * w.kernel[axis], reach)
    ]
    top = np.maximum(first, others[0] if others else first, out=out)
    for other in others[1:]:
        np.maximum(top, other, out=top)
    return top


def _least(dtype):
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _largest(x, out, w):
    """Which tap of each window is the largest: the first of them, or the first NaN."""
    taps = np.empty_like(out, np.min_scalar_type(len(w.taps) - 1))
    for i, is_largest in enumerate(_where_largest(x, out, w)):
        np.copyto(taps, i, where=is_largest)
    return taps


def _where_largest(x, out, w):
    """For each tap, in which windows it is the largest, and none before it is."""
    has_nan = bool((out != out).any())
    by_nan = x.dtype.kind == "f" and not has_nan  # it is no largest
    *others, _ = _seen(x, w, np.nan if by_nan else _least(x.dtype))
    beside = None if by_nan else _seen(np.zeros(w.shape, bool), w, True)
    open_ = np.ones_like(out, bool)
    for i, seen in enumerate(others):
        largest = seen == out
        if has_nan:
            largest |= seen != seen
        if beside is not None:
            largest &= ~beside[i]
        largest &= open_
        open_ ^= largest
        yield largest
    yield open_  # if it is none of these, it is the last


def _picked(x, taps, *, kernel, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The element at one tap of each window."""
    w = windows_of(x.shape, kernel, stride, padding, dilation, ceil_mode)
    out = np.zeros_like(x, shape=taps.shape)
    for i, seen in enumerate(_seen(x, w, 0)):
        np.copyto(out, seen, where=taps == i)
    return out


def _put(
    y, taps, *, shape, kernel, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Each result goes to one tap of its window: the transpose of picking these."""
    w = windows_of(shape, kernel, stride, padding, dilation, ceil_mode)
    out = np.empty_like(y, shape=shape)

    def some(part):
        masks = (taps[part] == i for i in range(len(w.taps)))
        _put_into(out[part], y[part], masks, w)

    _by_images(some, shape, w)
    return out


def _put_into(out, y, masks, w):
    """Into ``out``, which nobody has written yet: for each tap, where its mask is."""
    room = out
    if w.padded != w.shape:
        room = np.empty_like(out, shape=(*out.shape[: -len(w.shape)], *w.padded))
    ends = [n * k for n, k in zip(w.count, w.kernel)]
    if w.stride != w.kernel or tuple(ends) != w.padded:  # else all is written below
        room.fill(0)
    apart = all(s > d * (k - 1) for s, d, k in zip(w.stride, w.dilation, w.kernel))
    for tap, mask in zip(w.taps, masks):
        part = room[tap]
        if apart:
            _masked(y, mask, out=part)
        else:
            part += _masked(y, mask)
    if room is not out:
        out[...] = room[w.inside]


def _masked(y, mask, out=None):
    """y where the mask is true, else 0: its bits times 1 or 0, also of no number."""
    if y.dtype.kind != "f" or y.itemsize > 8:
        out = np.empty_like(y) if out is None else out
        out[...] = np.where(mask, y, 0)
        return out
    bits = np.dtype(f"i{y.itemsize}")
    out = out if out is None else out.view(bits)
    return np.multiply(y.view(bits), mask.view(np.int8), out=out).view(y.dtype)


def _pull_max(g, x, out, x_shape, kernel, stride, padding, dilation, ceil_mode):
    geometry = (kernel, stride, padding, dilation, ceil_mode)
    if not any(isinstance(each, Node) for each in (g, x, out)):
        return _to_largest(g, x, out, windows_of(x_shape, *geometry))
    taps = largest_tap(x, out, geometry=geometry)
    return put_in_windows(g, taps, x_shape, *geometry)


def _to_largest(g, x, out, w):
    """The same at once, while some images are in the cache."""
    dx = np.empty_like(x, dtype=g.dtype)

    def some(part):
        y = np.empty_like(out[part], dtype=g.dtype)
        y[...] = g[part]  # once: it may lie otherwise than x, which each tap would pay
        _put_into(dx[part], y, _where_largest(x[part], out[part], w), w)

    _by_images(some, x.shape, w)
    return dx


def _pull_picked(g, taps, x_shape, kernel, stride, padding, dilation, ceil_mode):
    geometry = (kernel, stride, padding, dilation, ceil_mode)
    return put_in_windows(g, taps, x_shape, *geometry)


def _argmax_pool(x, *, kernel, stride=None, padding=0, dilation=1, ceil_mode=False):
    w = windows_of(x.shape, kernel, stride, padding, dilation, ceil_mode)
    out = _max_pool(
        x,
        kernel=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )
    taps = np.unravel_index(_largest(x, out, w), w.kernel)
    place = np.zeros(out.shape, np.intp)
    axes = zip(taps, w.shape, w.stride, w.dilation, w.padding, np.indices(w.count))
    for tap, n, s, d, (before, _), at in axes:
        place = place * n + (at * s + tap * d - before)
    return place


def _largest_tap(x, top, *, geometry):
    return _largest(x, top, windows_of(x.shape, *geometry))


largest_tap = constant(_largest_tap)
argmax_pool = constant(_argmax_pool)
max_pool = general(_max_pool, _pull_max, analytic=False)
pick_in_windows = linear(_picked, _pull_picked, None, name="pick in windows")
put_in_windows = linear(
    _put,
    lambda g, taps, kernel, stride, padding, dilation, ceil_mode: pick_in_windows(
        g, taps, kernel, stride, padding, dilation, ceil_mode
    ),
    None,
    name="put in windows",
)
