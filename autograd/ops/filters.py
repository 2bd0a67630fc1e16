"""Convolution of signals, images and volumes, as the layers of networks do it.

Three maps that are each other's transposes: from an image and filters to the result;
from the result and filters back to the image; from the image and the result back to the
filters. Each is linear in both, and the derivatives of each are the other two.

How it gets fast: channels lie last, so that what a window sees are a few long runs of
memory. These are copied out, a row for each window, as many at a time as the cache
holds, and each map is then one product of matrices. Results keep their channels last in
memory, whatever their axes are, so that the next layer finds them so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..core.composite import composed
from ..core.declare import multilinear
from .windows import Sizes, Windows, each, ends_of, windows

__all__ = ["conv", "conv_transpose"]

CACHE = 1 << 21  # bytes of what windows see, at a time
LONG = 32  # elements along a line that a window sees, from which these make a product


# What windows see ---------------------------------------------------------------------


class Patches:
    """What windows see of images (n, …, channels), as rows, for so many groups.

    A product is of rows (groups, windows, taps · channels of a group), whose taps were
    copied side by side. Where those along a line are many already, only these are, and
    what windows see on the next lines are rows further on: for each of them a product.

    As many images are taken at a time as the cache holds, or lines of one image. Where
    there are several products the images are within the lines, so that lines further
    on are one matrix, of all images.
    """

    def __init__(self, w: Windows, n: int, channels: int, groups: int) -> None:
        self.windows, self.n, self.groups = w, n, groups
        self.channels = channels // groups
        along = w.kernel[-1] * self.channels
        by_lines = len(w.kernel) == 2 and w.kernel[0] > 1 and w.stride[0] == 1
        self.apart = w.kernel[:1] if by_lines and along >= LONG else ()
        self.beside = w.kernel[len(self.apart) :]
        self.width = math.prod(self.beside) * self.channels
        self.by_tap = not self.apart and w.count[-1] > 2 * along
        line = 4 * max(1, math.prod(w.count[1:]) * self.width * groups)  # bytes
        fit = max(1, CACHE // line)
        self.lines = min(fit, w.count[0])
        self.images = max(1, min(n, fit // w.count[0]))

    def blocks(self) -> Iterator[tuple[slice, list[slice]]]:
        """Which images are taken together, and then which lines of them."""
        count = self.windows.count[0]
        lines = [
            slice(i, min(i + self.lines, count)) for i in range(0, count, self.lines)
        ]
        for i in range(0, self.n, self.images):
            yield slice(i, min(i + self.images, self.n)), lines

    def room(self, dtype: Any) -> np.ndarray:
        """Zeros (n, …, channels), where a block of images and its padding find room."""
        padded, channels = self.windows.padded, self.groups * self.channels
        if not self.apart:
            return np.zeros((self.images, *padded, channels), dtype)
        shape = (*padded[:-1], self.images, padded[-1], channels)
        return np.moveaxis(np.zeros(shape, dtype), -3, 0)

    def inside(self, room: np.ndarray, n: int) -> np.ndarray:
        """Where ``n`` images lie in their room: (n, …, channels)."""
        return room[:n][(*self.windows.inside, slice(None))]

    def seen(self, room: np.ndarray, n: int, lines: slice) -> np.ndarray:
        """A view of a room: (groups, n, windows …, taps …, channels of a group)."""
        w, size = self.windows, room.itemsize
        image, *steps, _ = room.strides
        shape = (self.groups, n, lines.stop - lines.start, *w.count[1:], *w.kernel)
        begins = [s * step for s, step in zip(w.stride, steps)]
        taps = [d * step for d, step in zip(w.dilation, steps)]
        return as_strided(
            room[:, lines.start * w.stride[0] :],
            (*shape, self.channels),
            (self.channels * size, image, *begins, *taps, size),
        )

    def ordered(self, x: np.ndarray) -> np.ndarray:
        """(groups, n, …, channels of a group) with axes in the order of rows."""
        return np.moveaxis(x, 1, -3) if self.apart else x

    def factors(
        self, room: np.ndarray, n: int, lines: slice, copies: np.ndarray | None
    ) -> Iterator[np.ndarray]:
        """The rows of each product, copied unless windows are one element."""
        if self.apart:
            yield from self._lines_further_on(room, n, lines, copies)
        else:
            yield self._rows(self.seen(room, n, lines), copies)

    def _rows(self, seen: np.ndarray, copies: np.ndarray | None) -> np.ndarray:
        """What is copied at once is what a window sees of a line; or where lines are
        much longer, what all windows of a line see at one tap.
        """
        ndim = len(self.windows.count)
        shape = (self.groups, math.prod(seen.shape[1 : ndim + 2]), self.width)
        if copies is None:
            return np.reshape(seen, shape)
        out = copies[: seen.size]
        if not self.by_tap:
            np.copyto(np.reshape(out, seen.shape), seen)
            return np.reshape(out, shape)
        seen = np.transpose(seen, (0, *range(ndim + 2, seen.ndim), *range(1, ndim + 2)))
        np.copyto(np.reshape(out, seen.shape), seen)
        return np.swapaxes(np.reshape(out, (shape[0], shape[2], shape[1])), 1, 2)

    def _lines_further_on(
        self, room: np.ndarray, n: int, lines: slice, copies: Any
    ) -> Iterator[np.ndarray]:
        w, size = self.windows, room.itemsize
        image, down, along, _ = room.strides
        count, apart = lines.stop - lines.start, w.dilation[0]
        seen = as_strided(
            room[:, lines.start :],
            (self.groups, self._high(count), n, w.count[1], w.kernel[1], self.channels),
            (
                self.channels * size,
                down,
                image,
                w.stride[1] * along,
                w.dilation[1] * along,
                size,
            ),
        )
        every = np.reshape(copies[: seen.size], seen.shape)
        np.copyto(every, seen)
        for first in range(0, apart * w.kernel[0], apart):
            part = every[:, first : first + count]
            yield np.reshape(part, (self.groups, count * n * w.count[1], self.width))

    def _high(self, lines: int) -> int:
        """How many lines of a room are seen by so many lines of windows."""
        return lines + self.windows.dilation[0] * (self.windows.kernel[0] - 1)

    def copies(self, dtype: Any) -> np.ndarray | None:
        """Where the rows of a block find room; None where they need not be copied."""
        if self.groups == 1 and self.width == self.channels and not self.apart:
            return None
        high = self._high(self.lines) if self.apart else self.lines
        lines = self.images * high * math.prod(self.windows.count[1:])
        return np.empty(self.groups * lines * self.width, dtype)


@lru_cache(maxsize=1024)
def _patches(
    x_shape: Sizes,
    weight_shape: Sizes,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Patches:
    _check(x_shape, weight_shape, groups)
    n, channels, *shape = x_shape
    kernel = tuple(weight_shape[2:])
    w = windows(tuple(shape), kernel, stride, padding, dilation)
    return Patches(w, n, channels, groups)


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
    patches = _patches(x.shape, weight.shape, stride, padding, dilation, groups)
    dtype, work = _dtypes(x, weight)
    out = np.empty((len(x), *patches.windows.count, len(weight)), dtype)
    by_group = _grouped(out, groups)
    taps = _by_group(weight.astype(work, copy=False), groups)
    by_product = np.split(taps, math.prod(patches.apart), axis=1)
    x, room = np.moveaxis(x, 1, -1), patches.room(work)
    copies = patches.copies(work)
    for images, all_lines in patches.blocks():
        n = images.stop - images.start
        patches.inside(room, n)[...] = x[images]
        for lines in all_lines:
            part = by_group[:, images, lines]
            if patches.channels == 1 < groups:
                _tap_by_tap(patches.seen(room, n, lines), taps, part)
            else:
                factors = patches.factors(room, n, lines, copies)
                _sum_of_products(factors, by_product, patches.ordered(part))
    return np.moveaxis(out, -1, 1)


def _sum_of_products(factors, taps, out):
    """The sum over the products, whose rows lie as ``out`` does."""
    if len(taps) == 1:
        np.matmul(next(factors), taps[0], out=_as_rows(out))
        return
    total = np.matmul(next(factors), taps[0])
    product = np.empty_like(total)
    for rows, weight in zip(factors, taps[1:]):
        total += np.matmul(rows, weight, out=product)
    out[...] = np.reshape(total, out.shape)


def _tap_by_tap(seen, taps, out):
    """The sum over the taps where groups have one channel: no matrices to speak of.

    The weights stand once for each window of a line, so that one run is a whole line.
    """
    out = np.moveaxis(out, 0, -2)  # (n, windows …, groups, filters of a group)
    seen = np.moveaxis(seen[..., 0], 0, -1)
    kernel = seen.shape[out.ndim - 2 : -1]
    taps = np.repeat(np.moveaxis(taps, 0, 1)[:, None], out.shape[-3], axis=1)
    total, product = np.zeros((2, *out.shape), seen.dtype)
    for weight, tap in zip(taps, np.ndindex(*kernel)):
        part = seen[(..., *tap, slice(None))][..., None]
        total += np.multiply(part, weight, out=product)
    out[...] = total


def _by_group(weight, groups):
    """(filters, channels, …) → (groups, taps · channels, filters of a group)."""
    shape = (groups, len(weight) // groups, math.prod(weight.shape[1:]))
    return np.swapaxes(np.reshape(np.moveaxis(weight, 1, -1), shape), 1, 2)


def _grouped(x, groups):
    """(n, …, channels) → (groups, n, …, channels of a group), a view."""
    *shape, channels = x.shape
    return np.moveaxis(np.reshape(x, (*shape, groups, channels // groups)), -2, 0)


def _as_rows(x):
    """(groups, …, channels of a group), with the axes between as one."""
    return np.reshape(x, (len(x), math.prod(x.shape[1:-1]), x.shape[-1]))


def _to_image(y, weight, *, shape, stride=1, padding=0, dilation=1, groups=1):
    """An image where every window got its result times the filter: the sum of these."""
    channels = weight.shape[1] * groups
    x_shape = (len(y), channels, *shape)
    patches = _patches(x_shape, weight.shape, stride, padding, dilation, groups)
    w = patches.windows
    _check_results(y, patches, len(weight))
    if set(w.stride) == {1}:
        return _to_image_at_once(y, weight, w, groups)
    dtype, work = _dtypes(y, weight)
    out = np.empty((len(y), *shape, channels), dtype)
    taps = np.swapaxes(_by_group(weight.astype(work, copy=False), groups), 1, 2)
    y, room = (
        _grouped(np.moveaxis(y, 1, -1).astype(work, copy=False), groups),
        patches.room(work),
    )
    for images, all_lines in patches.blocks():
        n = images.stop - images.start
        room.fill(0)
        for lines in all_lines:
            seen = patches.seen(room, n, lines)
            products = np.matmul(_as_rows(y[:, images, lines]), taps)
            products = np.reshape(products, seen.shape)
            for tap in np.ndindex(*w.kernel):
                at = (..., *tap, slice(None))
                seen[at] += products[at]
        out[images] = patches.inside(room, n)
    return np.moveaxis(out, -1, 1)


def _to_image_at_once(y, weight, w, groups):
    """With a stride of 1: the windows of the result, of filters turned around."""
    padding = []
    for (before, after), k, d in zip(w.padding, w.kernel, w.dilation):
        padding.append((d * (k - 1) - before, d * (k - 1) - after))
    cut = [slice(max(0, -a), n - max(0, -b)) for (a, b), n in zip(padding, w.count)]
    ends = tuple([(max(0, a), max(0, b)) for a, b in padding])
    filters, channels, *kernel = weight.shape
    turned = np.flip(weight, tuple(range(2, weight.ndim)))
    turned = np.reshape(turned, (groups, filters // groups, channels, *kernel))
    shape = (groups * channels, filters // groups, *kernel)
    turned = np.reshape(np.swapaxes(turned, 1, 2), shape)
    return _conv(y[(..., *cut)], turned, 1, ends, w.dilation, groups)


def _to_filters(x, y, *, kernel, stride=1, padding=0, dilation=1, groups=1):
    """What each tap of a filter met, times the results."""
    filters, channels = y.shape[1], x.shape[1] // groups
    shape = (filters, channels, *kernel)
    patches = _patches(x.shape, shape, stride, padding, dilation, groups)
    _check_results(y, patches, filters)
    dtype, work = _dtypes(x, y)
    count = math.prod(patches.apart)
    total = np.zeros((count, groups, patches.width, filters // groups), work)
    x, room = np.moveaxis(x, 1, -1), patches.room(work)
    y = _grouped(np.moveaxis(y, 1, -1).astype(work, copy=False), groups)
    copies = patches.copies(work)
    for images, all_lines in patches.blocks():
        n = images.stop - images.start
        patches.inside(room, n)[...] = x[images]
        for lines in all_lines:
            part = _as_rows(patches.ordered(y[:, images, lines]))
            for i, rows in enumerate(patches.factors(room, n, lines, copies)):
                total[i] += np.matmul(np.swapaxes(rows, 1, 2), part)
    total = np.reshape(np.moveaxis(total, 0, 1), (groups, *kernel, channels, -1))
    total = np.moveaxis(total, (-1, -2), (1, 2))
    return np.reshape(total, shape).astype(dtype, order="C", copy=False)


def _check_results(y, patches, filters):
    count = (patches.n, filters, *patches.windows.count)
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
