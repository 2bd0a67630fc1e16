"""Convolution and pooling, with PyTorch's names and arguments.

Inputs are (batch, channels, …), or (channels, …) without the first axis; one, two or
three axes follow the channels. Sizes are numbers, or one for each of these axes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd.ops.windows import Windows, each, windows

Size = int | tuple[int, ...]


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Any = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Any:
    """Filters (out, in / groups, k) slide over (batch, in, length).

    ``padding`` is a number, "same" or "valid"; ``dilation`` is how far the taps of a
    filter are apart; with ``groups``, channels and filters are divided into so many
    convolutions of their own.

    >>> import autograd as ag, numpy as np
    >>> conv1d(ag.tensor([[[1.0, 2.0, 4.0]]]), np.array([[[-1.0, 1.0]]]))
    Tensor([[[1., 2.]]])
    """
    return _conv(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Any = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Any:
    """Filters (out, in / groups, k, k) slide over (batch, in, height, width).

    The arguments are those of ``conv1d``.

    >>> import autograd as ag, numpy as np
    >>> conv2d(ag.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))
    Tensor([[[[4., 4.],
              [4., 4.]]]])
    """
    return _conv(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Any = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Any:
    """Filters (out, in / groups, k, k, k) slide over (batch, in, depth, height, width).

    The arguments are those of ``conv1d``.

    >>> import autograd as ag, numpy as np
    >>> conv3d(ag.ones((1, 1, 2, 2, 2)), np.ones((1, 1, 2, 2, 2)))
    Tensor([[[[[8.]]]]])
    """
    return _conv(3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Any:
    """The transpose of ``conv1d``: weight (in, out / groups, k).

    Each element adds the filter, times itself, to the result, which is stride times as
    long; ``output_padding`` adds to its length.

    >>> import autograd as ag, numpy as np
    >>> x, weight = ag.tensor([[[1.0, 2.0]]]), np.array([[[1.0, 10.0]]])
    >>> conv_transpose1d(x, weight, stride=2)
    Tensor([[[ 1., 10.,  2., 20.]]])
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _transposed(1, input, weight, bias, options)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Any:
    """The transpose of ``conv2d``: weight (in, out / groups, k, k).

    >>> import autograd as ag, numpy as np
    >>> x, weight = ag.ones((1, 3, 4, 4)), np.ones((3, 2, 2, 2))
    >>> conv_transpose2d(x, weight, stride=2).shape
    (1, 2, 8, 8)
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _transposed(2, input, weight, bias, options)


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Any:
    """The transpose of ``conv3d``: weight (in, out / groups, k, k, k).

    >>> import autograd as ag, numpy as np
    >>> conv_transpose3d(ag.ones((1, 1, 1, 1, 1)), np.ones((1, 2, 2, 2, 2))).shape
    (1, 2, 2, 2, 2)
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _transposed(3, input, weight, bias, options)


def max_pool1d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest of each window; the windows follow each other, if no stride is given.

    The gradient goes to the first of equal elements. ``ceil_mode`` adds a window for
    what is left at the end.

    >>> import autograd as ag
    >>> max_pool1d(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]), 2)
    Tensor([[[3., 5.]]])
    """
    return _max(1, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest of each window of an image: arguments as ``max_pool1d``.

    >>> import autograd as ag
    >>> max_pool2d(ag.ones((5, 3, 8, 8)), 2).shape
    (5, 3, 4, 4)
    """
    return _max(2, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest of each window of a volume: arguments as ``max_pool1d``.

    >>> import autograd as ag
    >>> max_pool3d(ag.ones((5, 3, 4, 4, 4)), 2).shape
    (5, 3, 2, 2, 2)
    """
    return _max(3, input, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of each window; the windows follow each other, if no stride is given.

    The zeros of the padding count, unless ``count_include_pad`` is False.

    >>> import autograd as ag
    >>> avg_pool1d(ag.tensor([[[1.0, 3.0, 2.0, 4.0]]]), 2)
    Tensor([[[2., 3.]]])
    """
    return _mean(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of each window of an image, or its sum over ``divisor_override``.

    >>> import autograd as ag
    >>> avg_pool2d(ag.ones((1, 1, 2, 2)), 2)
    Tensor([[[[1.]]]])
    """
    return _mean(
        2,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


def avg_pool3d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of each window of a volume, or its sum over ``divisor_override``.

    >>> import autograd as ag
    >>> avg_pool3d(ag.ones((1, 1, 2, 2, 2)), 2)
    Tensor([[[[[1.]]]]])
    """
    return _mean(
        3,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


def _batched(function: Callable[[Any], Any], ndim: int, input: Any) -> Any:
    """Of an input without the axis of the batch, too."""
    shape = getattr(input, "shape", None)
    if shape is None or len(shape) not in (ndim + 1, ndim + 2):
        got = type(input).__name__ if shape is None else f"shape {shape}"
        axes = ", ".join(
            ["length", "height, width", "depth, height, width"][ndim - 1 :][:1]
        )
        raise ValueError(
            f"expected an array (batch, channels, {axes}) or (channels, {axes}); got "
            f"{got}"
        )
    if len(shape) == ndim + 2:
        return function(input)
    return ag.squeeze(function(ag.expand_dims(input, axis=0)), axis=0)


def _with_bias(y: Any, bias: Any, ndim: int) -> Any:
    return y if bias is None else y + ag.reshape(bias, (-1,) + (1,) * ndim)


def _conv(ndim: int, input: Any, weight: Any, bias: Any, *options: Any) -> Any:
    def function(x: Any) -> Any:
        return _with_bias(ag.conv(x, weight, *options), bias, ndim)

    return _batched(function, ndim, input)


def _transposed(
    ndim: int, input: Any, weight: Any, bias: Any, options: tuple[Any, ...]
) -> Any:
    def function(x: Any) -> Any:
        return _with_bias(ag.conv_transpose(x, weight, *options), bias, ndim)

    return _batched(function, ndim, input)


def _max(ndim: int, input: Any, kernel_size: Size, *options: Any) -> Any:
    kernel = each("kernel_size", kernel_size, ndim)
    return _batched(lambda x: ag.max_pool(x, kernel, *options), ndim, input)


def _mean(
    ndim: int,
    input: Any,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None = None,
) -> Any:
    kernel = each("kernel_size", kernel_size, ndim)
    stride = kernel if stride is None else stride
    sliding = (kernel, stride, padding, 1, ceil_mode)

    def function(x: Any) -> Any:
        sums = ag.sum_pool(x, *sliding)
        if divisor is not None:
            return sums / divisor
        w = windows(x.shape[-ndim:], *sliding)
        if w.padded == w.shape:
            return sums * (1 / math.prod(kernel))
        beside = each("padding", padding if count_include_pad else 0, ndim, least=0)
        return sums / _counts(w, beside).astype(x.dtype)

    return _batched(function, ndim, input)


def _counts(w: Windows, beside: tuple[int, ...]) -> np.ndarray:
    """How many elements of each window count: of the input, and so much beside it."""
    counts = np.ones((), int)
    for n, k, s, (before, _), more, number in zip(
        w.shape, w.kernel, w.stride, w.padding, beside, w.count
    ):
        begin = np.arange(number) * s - before
        along = np.minimum(begin + k, n + more) - np.maximum(begin, -more)
        counts = np.multiply.outer(counts, along)
    return counts
