"""Convolution of signals, images and volumes, as the layers of networks do it.

Three maps that are each other's transposes: from an image and filters to the result;
from the result and filters back to the image; from the image and the result back to the
filters. Each is linear in both, and the derivatives of each are the other two.

How it gets fast: an image lies padded in one row, so that what all windows see at one
tap is one slice of that row: the result is a sum over the taps, of a product of
matrices each, and no windows are copied out. With a stride there is such a row for each
phase, of every stride-th element. What lies between the ends of the lines is computed
for nothing and left out. Some images are taken at a time, as many as the cache holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from ..core.composite import composed
from ..core.declare import multilinear
from .windows import Sizes, each, ends_of, windows

__all__ = ["conv", "conv_transpose"]

CACHE = 1 << 20  # bytes of rows at a time
FEW = 32  # channels, below which one product of all taps together is faster


# How images lie -----------------------------------------------------------------------


class Rows:
    """How images (n, channels, …) lie in rows, for filters (filters, channels, …).

    Arrays are (n, groups, channels or filters of a group, length).
    """

    def __init__(
        self,
        x_shape: Sizes,
        weight_shape: Sizes,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: int,
    ) -> None:
        _check(x_shape, weight_shape, groups)
        n, channels, *shape = x_shape
        filters, self.channels, *kernel = weight_shape
        w = windows(tuple(shape), tuple(kernel), stride, padding, dilation)
        self.windows, self.n = w, n
        self.groups, self.filters = groups, filters // groups
        self.lines = [-(-n // s) for n, s in zip(w.padded, w.stride)]
        self.length = self._begin([n - 1 for n in w.count]) + 1  # that windows begin in
        phases: dict[Sizes, int] = {}
        self.taps = []  # the phase of each, and where its slice begins
        for tap in w.taps:
            phase = tuple([at % s for at, s in zip(tap, w.stride)])
            begin = self._begin([at // s for at, s in zip(tap, w.stride)])
            self.taps.append((phases.setdefault(phase, len(phases)), begin))
        self.phases = [self._phase(phase) for phase in phases]
        size = 4 * (len(phases) * channels + filters) * math.prod(self.lines)
        self.block = max(1, min(n, CACHE // max(size, 1)))  # images at a time

    def _begin(self, place: list[int]) -> int:
        """Where a place of an image is in its row."""
        begin = 0
        for at, n in zip(place, self.lines):
            begin = begin * n + at
        return begin

    def _phase(self, phase: Sizes) -> tuple[Any, Any]:
        """Which elements of an image are of a phase, and where they lie in its rows."""
        taken, places = [], []
        w = self.windows
        for at, n, s, (before, _) in zip(phase, w.shape, w.stride, w.padding):
            first = (at - before) % s
            place = (first + before - at) // s
            taken.append(slice(first, None, s))
            places.append(slice(place, place + max(0, -(-(n - first) // s))))
        return (..., *taken), (..., *places)

    def blocks(self) -> Iterator[tuple[slice, int]]:
        """Which images are taken together, and how many these are."""
        for i in range(0, self.n, self.block):
            yield slice(i, i + self.block), min(self.block, self.n - i)

    def grouped(self, x: Any) -> np.ndarray:
        """(n, channels, …) → (n, groups, channels of a group, …), a view."""
        n, channels, *shape = x.shape
        return np.reshape(x, (n, self.groups, channels // self.groups, *shape))

    def images(self, dtype: Any) -> np.ndarray:
        """Zeros, where a block of images finds room, in each phase."""
        rows = (self.groups, self.channels, *self.lines)
        return np.zeros((len(self.phases), self.block, *rows), dtype)

    def results(self, dtype: Any) -> np.ndarray:
        """Zeros, where the results of a block of images find room."""
        return np.zeros((self.block, self.groups, self.filters, *self.lines), dtype)

    def lay(self, x: np.ndarray, room: np.ndarray) -> None:
        """Put a block of images into their room."""
        x = self.grouped(x)
        for (taken, places), row in zip(self.phases, room):
            row[: len(x)][places] = x[taken]

    def take(self, room: np.ndarray, x: np.ndarray) -> None:
        """Get a block of images out of their room."""
        x = self.grouped(x)
        for (taken, places), row in zip(self.phases, room):
            x[taken] = row[: len(x)][places]

    def seen(self, room: np.ndarray, n: int) -> list[np.ndarray]:
        """What the windows of ``n`` images see at each tap, views of their room."""
        rows = np.reshape(room, (*room.shape[:4], -1))[:, :n]
        return [rows[phase, ..., at : at + self.length] for phase, at in self.taps]

    def of_results(self, room: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
        """The results of ``n`` images as rows, and without what lies between lines."""
        rows = np.reshape(room, (*room.shape[:3], -1))[:n, ..., : self.length]
        inside: Any = (slice(n), ..., *[slice(n) for n in self.windows.count])
        return rows, room[inside]

    def by_tap(self, weight: np.ndarray) -> np.ndarray:
        """(filters, channels, …) → (taps, groups, filters of a group, channels)."""
        shape = (self.groups, self.filters, self.channels, len(self.taps))
        return np.ascontiguousarray(np.moveaxis(np.reshape(weight, shape), -1, 0))


@lru_cache(maxsize=1024)
def _rows(*geometry: Any) -> Rows:
    return Rows(*geometry)


def _check(x_shape: Sizes, weight_shape: Sizes, groups: int) -> None:
    if len(x_shape) != len(weight_shape) or len(x_shape) < 3:
        raise ValueError(
            "conv needs images (n, channels, …) and filters (filters, channels, …) of "
            f"as many axes, 3 or more; got {x_shape} and {weight_shape}"
        )
    each("groups", groups, 1)
    channels, (filters, own) = x_shape[1], weight_shape[:2]
    if channels != own * groups or filters % groups:
        raise ValueError(
            f"conv with groups={groups} needs filters (a multiple of {groups}, "
            f"{channels / groups:g}, …) for images {x_shape}; got {weight_shape}"
        )


def _dtypes(*arrays: Any) -> tuple[Any, Any]:
    """Those of the result, and of the work: half precision is summed in single."""
    dtype = np.result_type(*arrays)
    return dtype, np.result_type(dtype, np.float32) if dtype == np.float16 else dtype


# The three maps -----------------------------------------------------------------------


def _conv(x, weight, stride=1, padding=0, dilation=1, groups=1):
    rows = _rows(x.shape, weight.shape, stride, padding, dilation, groups)
    dtype, work = _dtypes(x, weight)
    images, results = rows.images(work), rows.results(work)
    out = np.empty((len(x), len(weight), *rows.windows.count), dtype)
    weight = weight.astype(work, copy=False)
    multiply = _together if rows.channels < FEW else _one_by_one
    taps = rows.by_tap(weight)
    for block, n in rows.blocks():
        rows.lay(x[block], images)
        row, inside = rows.of_results(results, n)
        multiply(taps, rows.seen(images, n), row)
        rows.grouped(out[block])[...] = inside
    return out


def _together(taps, seen, out):
    """The sum of the products of all taps, as one product of larger matrices."""
    columns = np.concatenate(seen, axis=2)
    np.matmul(np.concatenate([*taps], axis=2), columns, out=out)


def _one_by_one(taps, seen, out):
    np.matmul(taps[0], seen[0], out=out)
    product = np.empty(out.shape, out.dtype)
    for tap, part in zip(taps[1:], seen[1:]):
        out += np.matmul(tap, part, out=product)


def _to_image(y, weight, *, shape, stride=1, padding=0, dilation=1, groups=1):
    """An image where every window got its result times the filter: the sum of these."""
    x_shape = (len(y), weight.shape[1] * groups, *shape)
    rows = _rows(x_shape, weight.shape, stride, padding, dilation, groups)
    _check_results(y, rows)
    dtype, work = _dtypes(y, weight)
    images, results = rows.images(work), rows.results(work)
    out = np.zeros(x_shape, dtype)
    taps = np.swapaxes(rows.by_tap(weight.astype(work, copy=False)), -1, -2)
    multiply = np.multiply if rows.filters == 1 else np.matmul
    part = np.empty((*images.shape[1:4], rows.length), work)
    for block, n in rows.blocks():
        row, inside = rows.of_results(results, n)
        inside[...] = rows.grouped(y[block])
        images.fill(0)
        for tap, seen in zip(taps, rows.seen(images, n)):
            seen += multiply(tap, row, out=part[:n])
        rows.take(images, out[block])
    return out


def _to_filters(x, y, *, kernel, stride=1, padding=0, dilation=1, groups=1):
    """What each tap of a filter met, times the results."""
    shape = (y.shape[1], x.shape[1] // groups, *kernel)
    rows = _rows(x.shape, shape, stride, padding, dilation, groups)
    _check_results(y, rows)
    dtype, work = _dtypes(x, y)
    images, results = rows.images(work), rows.results(work)
    taps = np.zeros((len(rows.taps), groups, rows.filters, rows.channels), work)
    for block, n in rows.blocks():
        rows.lay(x[block], images)
        row, inside = rows.of_results(results, n)
        inside[...] = rows.grouped(y[block])
        for tap, seen in zip(taps, rows.seen(images, n)):
            tap += np.sum(np.matmul(row, np.swapaxes(seen, -1, -2)), axis=0)
    return np.reshape(np.moveaxis(taps, 0, -1), shape).astype(dtype)


def _check_results(y, rows):
    count = (rows.n, rows.filters * rows.groups, *rows.windows.count)
    if y.shape != count:
        raise ValueError(f"these windows have results of shape {count}; got {y.shape}")


def _image_of(g, weight, x_shape, stride, padding, dilation, groups):
    return to_image(g, weight, x_shape[2:], stride, padding, dilation, groups)


def _filters_of(g, x, weight_shape, stride, padding, dilation, groups):
    return to_filters(x, g, weight_shape[2:], stride, padding, dilation, groups)


def _filters_of_image(g, y, weight_shape, stride, padding, dilation, groups):
    return to_filters(g, y, weight_shape[2:], stride, padding, dilation, groups)


conv = multilinear(_conv, _image_of, _filters_of, symbol="∗")
to_image = multilinear(
    _to_image,
    lambda g, weight, stride, padding, dilation, groups: conv(
        g, weight, stride, padding, dilation, groups
    ),
    _filters_of_image,
    name="conv to image",
)
to_filters = multilinear(
    _to_filters,
    lambda g, y, x_shape, stride, padding, dilation, groups: to_image(
        y, g, x_shape[2:], stride, padding, dilation, groups
    ),
    lambda g, x, stride, padding, dilation, groups: conv(
        x, g, stride, padding, dilation, groups
    ),
    name="conv to filters",
)


@composed()
def conv_transpose(
    x, weight, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """The transpose of ``conv``: each element adds the filter times itself, once.

    Shapes: x (n, channels, …), weight (channels, filters / groups, …). Each axis of the
    result has (length - 1)·stride - 2·padding + dilation·(kernel - 1) + 1 elements, and
    ``output_padding`` more after these.

    >>> import autograd as ag, numpy as np
    >>> x, weight = ag.tensor([[[1.0, 2.0]]]), np.array([[[1.0, 10.0]]])
    >>> ag.conv_transpose(x, weight, stride=2)
    Tensor([[[ 1., 10.,  2., 20.]]])
    """
    lengths, kernel = np.shape(x)[2:], np.shape(weight)[2:]
    if len(lengths) != len(kernel) or not kernel:
        raise ValueError(
            "conv_transpose needs images (n, channels, …) and filters (channels, "
            f"filters, …) of as many axes, 3 or more; got {np.shape(x)} and "
            f"{np.shape(weight)}"
        )
    ends = ends_of(padding, kernel, stride, dilation)
    more = each("output_padding", output_padding, len(kernel), least=0)
    steps = each("stride", stride, len(kernel))
    apart = each("dilation", dilation, len(kernel))
    for extra, step, d in zip(more, steps, apart):
        if extra >= max(step, d):
            raise ValueError(
                f"output_padding must be less than stride or dilation; got {more} with "
                f"stride {steps} and dilation {apart}"
            )
    shape = [
        (n - 1) * s - sum(end) + d * (k - 1) + 1 + extra
        for n, s, end, d, k, extra in zip(lengths, steps, ends, apart, kernel, more)
    ]
    return to_image(x, weight, tuple(shape), stride, padding, dilation, groups)
