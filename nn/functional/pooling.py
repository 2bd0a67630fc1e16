"""Pooling, with PyTorch's names and arguments: one result for each window.

Inputs are (batch, channels, …), or (channels, …) without the first axis; one, two or
three axes follow the channels. Sizes are numbers, or one for each of these axes.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

import autograd as ag
from autograd.ops.windows import Windows, windows

from .arguments import weak
from .windows import Size, batched, each


def max_pool1d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window; the windows follow each other, if no stride is given.

    The gradient goes to the first of equal elements. ``ceil_mode`` adds a window for
    what is left at the end. With ``return_indices`` a pair: besides, where each was
    among the elements of its channel, which ``max_unpool1d`` takes.

    >>> import autograd as ag
    >>> max_pool1d(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]), 2)
    Tensor([[[3., 5.]]])
    """
    sliding = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max(1, input, *sliding, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window of an image: arguments as ``max_pool1d``.

    >>> import autograd as ag
    >>> max_pool2d(ag.ones((5, 3, 8, 8)), 2).shape
    (5, 3, 4, 4)
    """
    sliding = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max(2, input, *sliding, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window of a volume: arguments as ``max_pool1d``.

    >>> import autograd as ag
    >>> max_pool3d(ag.ones((5, 3, 4, 4, 4)), 2).shape
    (5, 3, 2, 2, 2)
    """
    sliding = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max(3, input, *sliding, return_indices)


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


def lp_pool1d(
    input: Any,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
) -> Any:
    """(Σ xᵖ)^(1/p) over each window, for p = ``norm_type``: 1 is the sum.

    Where the sum is 0, so is the gradient. As in PyTorch x is not taken absolute first.

    >>> import autograd as ag
    >>> lp_pool1d(ag.tensor([[[3.0, 4.0]]]), 2, 2)
    Tensor([[[5.]]])
    """
    return _lp(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Any,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
) -> Any:
    """(Σ xᵖ)^(1/p) over each window of an image, for p = ``norm_type``.

    As ``lp_pool1d``.

    >>> import autograd as ag
    >>> lp_pool2d(ag.ones((1, 1, 2, 2)), 2, 2).item()
    2.0
    """
    return _lp(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Any,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
) -> Any:
    """(Σ xᵖ)^(1/p) over each window of a volume, for p = ``norm_type``.

    As ``lp_pool1d``.

    >>> import autograd as ag
    >>> lp_pool3d(ag.ones((1, 1, 2, 2, 2)), 2, 2).item()
    2.8284271247461903
    """
    return _lp(3, input, norm_type, kernel_size, stride, ceil_mode)


def _max(
    ndim: int,
    input: Any,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    kernel = each("kernel_size", kernel_size, ndim)
    check_padding(kernel, padding)
    sliding = (kernel, stride, padding, dilation, ceil_mode)
    largest = batched(lambda x: ag.max_pool(x, *sliding), ndim, input)
    if not return_indices:
        return largest
    return largest, batched(lambda x: ag.argmax_pool(x, *sliding), ndim, input)


def check_padding(kernel: tuple[int, ...], padding: Size) -> None:
    """Raise unless a window beyond an edge sees an element, at least.

    >>> check_padding((3, 3), 1)
    """
    beside = each("padding", padding, len(kernel), least=0)
    if any(2 * p > k for p, k in zip(beside, kernel)):
        raise ValueError(
            "padding of pooling is at most half of the kernel, so that each window "
            f"sees an element; got padding {beside} and kernel {kernel}"
        )


def check_norm(norm_type: float) -> None:
    """Raise unless there is a norm of this order over windows.

    >>> check_norm(2)
    """
    if not isinstance(norm_type, Real) or not 0 < norm_type < math.inf:
        raise ValueError(f"norm_type is a positive, finite number; got {norm_type!r}")


def check_divisor(divisor: float | None) -> None:
    """Raise unless sums can be divided by this.

    >>> check_divisor(4)
    """
    if divisor is not None and not (isinstance(divisor, Real) and abs(divisor) > 0):
        raise ValueError(
            f"divisor_override is a number other than 0, or None; got {divisor!r}"
        )


def _lp(
    ndim: int,
    input: Any,
    norm_type: float,
    kernel_size: Size,
    stride: Size | None,
    ceil_mode: bool,
) -> Any:
    norm_type = weak(norm_type)
    check_norm(norm_type)
    kernel = each("kernel_size", kernel_size, ndim)
    powers = input if norm_type == 1 else ag.power(input, norm_type)
    means = _mean(ndim, powers, kernel, stride, 0, ceil_mode, True)
    sums = means * math.prod(kernel)
    if norm_type == 1:
        return sums
    none = ag.equal(sums, 0)
    roots = ag.power(ag.where(none, 1, sums), 1 / norm_type)
    return ag.where(none, 0, roots)


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
    check_padding(kernel, padding)
    check_divisor(divisor)
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

    return batched(function, ndim, input)


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
