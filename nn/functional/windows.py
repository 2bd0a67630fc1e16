"""Convolution and what windows see, with PyTorch's names and arguments.

Inputs are (batch, channels, …), or (channels, …) without the first axis; one, two or
three axes follow the channels. Sizes are numbers, or one for each of these axes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd.ops.windows import each

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


def unfold(
    input: Any,
    kernel_size: Size,
    dilation: Size = 1,
    padding: Size = 0,
    stride: Size = 1,
) -> Any:
    """(batch, channels, height, width) → (batch, channels · taps, windows).

    What each window sees of an image, as a column: the taps of a channel follow each
    other. A convolution is a product of a matrix with it.

    >>> import autograd as ag
    >>> unfold(ag.ones((5, 3, 4, 4)), kernel_size=(2, 3)).shape
    (5, 18, 6)
    """
    kernel = each("kernel_size", kernel_size, 2)
    return batched(lambda x: ag.unfold(x, kernel, stride, padding, dilation), 2, input)


def fold(
    input: Any,
    output_size: Size,
    kernel_size: Size,
    dilation: Size = 1,
    padding: Size = 0,
    stride: Size = 1,
) -> Any:
    """(batch, channels · taps, windows) → (batch, channels, *output_size).

    The transpose of ``unfold``: each column is added where its window lay, so that
    elements in several windows are sums.

    >>> import autograd as ag
    >>> fold(ag.ones((1, 4, 2)), output_size=(2, 3), kernel_size=2).tolist()
    [[[[1.0, 2.0, 1.0], [1.0, 2.0, 1.0]]]]
    """
    shape = each("output_size", output_size, 2)
    kernel = each("kernel_size", kernel_size, 2)
    single = np.ndim(input) == 2
    x = ag.expand_dims(input, axis=0) if single else input
    image = ag.fold(x, shape, kernel, stride, padding, dilation)
    return ag.squeeze(image, axis=0) if single else image


def batched(function: Callable[[Any], Any], ndim: int, input: Any) -> Any:
    """Of an input without the axis of the batch, too."""
    shape = getattr(input, "shape", None)
    if shape is None or len(shape) not in (ndim + 1, ndim + 2):
        got = type(input).__name__ if shape is None else f"shape {shape}"
        axes = ["length", "height, width", "depth, height, width"][ndim - 1]
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

    return batched(function, ndim, input)


def _transposed(
    ndim: int, input: Any, weight: Any, bias: Any, options: tuple[Any, ...]
) -> Any:
    def function(x: Any) -> Any:
        return _with_bias(ag.conv_transpose(x, weight, *options), bias, ndim)

    return batched(function, ndim, input)
