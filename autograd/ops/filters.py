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
from functools import lru_cache
from typing import Any

import numpy as np

from ..blas import products_in_parts
from ..core.composite import composed
from ..core.declare import multilinear
from .patches import Patches
from .windows import Ends, Sizes, each, ends_of, windows

__all__ = ["conv", "conv_transpose"]

PARTS = 4  # sums of filters' gradients that are added up apart


def _patches(
    x_shape: Sizes,
    weight_shape: Sizes,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Patches:
    ndim = len(weight_shape) - 2
    if ndim < 1 or len(x_shape) != len(weight_shape):
        _check(x_shape, weight_shape, groups)
    stride, dilation = each("stride", stride, ndim), each("dilation", dilation, ndim)
    ends = ends_of(padding, weight_shape[2:], stride, dilation)
    (groups,) = each("groups", groups, 1)
    return _kept(x_shape, weight_shape, stride, ends, dilation, groups)


@lru_cache(maxsize=1024)  # of sizes that were looked at: True is no 1
def _kept(
    x_shape: Sizes,
    weight_shape: Sizes,
    stride: Sizes,
    ends: Ends,
    dilation: Sizes,
    groups: int,
) -> Patches:
    _check(x_shape, weight_shape, groups)
    n, channels, *shape = x_shape
    w = windows(tuple(shape), weight_shape[2:], stride, ends, dilation)
    return Patches(w, n, channels, groups)


def _check(x_shape: Sizes, weight_shape: Sizes, groups: int) -> None:
    if len(x_shape) != len(weight_shape) or len(x_shape) < 3:
        raise ValueError(
            "conv needs images (n, channels, …) and filters (filters, channels, …) of "
            f"as many axes, 3 or more; got {x_shape} and {weight_shape}"
        )
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
    x = np.moveaxis(x, 1, -1)

    def some(part):
        for images, lines in patches.blocks[part]:
            room = patches.room(x, images, lines, work)
            result = by_group[:, images, lines]
            if patches.channels == 1 < groups:
                _tap_by_tap(patches.seen(room, lines), taps, result)
            else:
                rows = patches.factors(room, lines)
                _sum_of_products(rows, by_product, patches.ordered(result))

    products_in_parts(some, len(patches.blocks), 1)
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
    y = _grouped(np.moveaxis(y, 1, -1).astype(work, copy=False), groups)

    def some(images):
        room = np.zeros((images.stop - images.start, *w.padded, channels), work)
        for lines in patches.by_lines:
            seen = patches.seen(room[:, lines.start * w.stride[0] :], lines)
            products = np.matmul(_as_rows(y[:, images, lines]), taps)
            products = np.reshape(products, seen.shape)
            for tap in np.ndindex(*w.kernel):
                at = (..., *tap, slice(None))
                seen[at] += products[at]
        out[images] = room[(..., *w.inside[1:], slice(None))]

    products_in_parts(some, patches.n, patches.images)
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
    each = -(-len(patches.blocks) // PARTS)
    room = (math.prod(patches.apart), groups, patches.width, filters // groups)
    sums = np.zeros((PARTS, *room), work)
    x = np.moveaxis(x, 1, -1)
    y = _grouped(np.moveaxis(y, 1, -1).astype(work, copy=False), groups)

    def some(part):
        total = sums[part.start // each]
        for images, lines in patches.blocks[part]:
            right = _as_rows(patches.ordered(y[:, images, lines]))
            factors = patches.factors(patches.room(x, images, lines, work), lines)
            for i, rows in enumerate(factors):
                total[i] += np.matmul(np.swapaxes(rows, 1, 2), right)

    products_in_parts(some, len(patches.blocks), max(each, 1))
    total = sums.sum(axis=0)
    by_tap = (groups, *kernel, channels, filters // groups)  # not -1: any may be 0
    total = np.reshape(np.moveaxis(total, 0, 1), by_tap)
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
    more = each("output_padding", output_padding, len(kernel), least=0)
    steps = each("stride", stride, len(kernel))
    apart = each("dilation", dilation, len(kernel))
    ends = ends_of(padding, kernel, steps, apart)
    for extra, step, d in zip(more, steps, apart):
        if extra >= max(step, d):
            raise ValueError(
                f"output_padding must be less than stride or dilation; got {more} with "
                f"stride {steps} and dilation {apart}"
            )
    zeros = [(0, 0)] * (len(kernel) + 2)
    if any(extra >= step for extra, step in zip(more, steps)):
        # Windows leave less than a stride open: what is more shows what the padding
        # cut off, and then zeros.
        zeros[2:] = [(0, max(n - after, 0)) for n, (_, after) in zip(more, ends)]
        pairs = zip(more, ends)
        padding = ends = tuple([(b, max(after - n, 0)) for n, (b, after) in pairs])
        more = (0,) * len(kernel)
    shape = [
        (n - 1) * s - sum(end) + d * (k - 1) + 1 + extra
        for n, s, end, d, k, extra in zip(lengths, steps, ends, apart, kernel, more)
    ]
    image = to_image(x, weight, tuple(shape), stride, padding, dilation, groups)
    return np.pad(image, zeros) if any(after for _, after in zeros) else image
