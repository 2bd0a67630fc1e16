"""Back from pooling, with PyTorch's names: the largest elements where they were found.

Inputs and sizes are those of ``pooling.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.node import decides
from autograd.ops.held import held, presumed

from .windows import Size, each


def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Each element where ``max_pool1d`` found it, 0 elsewhere.

    ``indices`` are those of ``return_indices=True``; ``output_size`` is the shape that
    was pooled, where it is not (length - 1)·stride - 2·padding + kernel.

    Raises:
        ValueError: an index beyond the result, or an output size that cannot have been
            pooled to this.

    >>> import autograd as ag
    >>> from nn.functional import max_pool1d
    >>> x = ag.tensor([[[1.0, 3.0, 2.0, 5.0]]])
    >>> max_unpool1d(*max_pool1d(x, 2, return_indices=True), 2)
    Tensor([[[0., 3., 0., 5.]]])
    """
    return _unpool(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Each element of an image where ``max_pool2d`` found it: see ``max_unpool1d``.

    >>> import autograd as ag
    >>> from nn.functional import max_pool2d
    >>> largest, indices = max_pool2d(ag.ones((1, 1, 4, 4)), 2, return_indices=True)
    >>> max_unpool2d(largest, indices, 2).shape
    (1, 1, 4, 4)
    """
    return _unpool(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Each element of a volume where ``max_pool3d`` found it: see ``max_unpool1d``.

    >>> import autograd as ag
    >>> from nn.functional import max_pool3d
    >>> x = ag.ones((1, 1, 2, 2, 2))
    >>> max_unpool3d(*max_pool3d(x, 2, return_indices=True), 2).sum().item()
    1.0
    """
    return _unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _unpool(
    ndim: int,
    input: Any,
    indices: Any,
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    output_size: Sequence[int] | None,
) -> Any:
    kernel = each("kernel_size", kernel_size, ndim)
    steps = each("stride", kernel if stride is None else stride, ndim)
    beside = each("padding", padding, ndim, least=0)
    lengths = input.shape[-ndim:]
    usual = [
        (n - 1) * s - 2 * p + k for n, s, p, k in zip(lengths, steps, beside, kernel)
    ]
    size = usual if output_size is None else [*output_size][-ndim:]
    if len(size) != ndim or any(abs(n - m) >= s for n, m, s in zip(size, usual, steps)):
        raise ValueError(
            f"output_size differs from {tuple(usual)} by less than the stride {steps}; "
            f"got {tuple(output_size or size)}"
        )
    at, count = held(ag.asarray(indices)), math.prod(size)
    if at.shape != input.shape or at.dtype.kind not in "iu":
        raise ValueError(
            f"indices are integers of the input's shape {input.shape}, as pooling with "
            f"return_indices=True gives them; got {at.dtype} of shape {at.shape}"
        )
    if not decides(at):
        within = np.logical_and(at >= 0, at < count)
        at = presumed(at, within, "all indices lay within the output")
    elif at.size and not 0 <= at.min() <= at.max() < count:
        raise ValueError(
            f"indices of an output {tuple(size)} lie between 0 and {count - 1}; "
            f"got {at.min()} to {at.max()}"
        )

    lead = input.shape[:-ndim]
    flat = ag.reshape(input, (*lead, math.prod(lengths)))
    zeros = np.zeros((*lead, count), input.dtype)
    at = np.reshape(at, flat.shape)
    return ag.reshape(ag.put_along_axis(zeros, at, flat, -1), (*lead, *size))
