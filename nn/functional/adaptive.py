"""Pooling to a given size, whatever the size of the input: PyTorch's adaptive pooling.

Along an axis of n elements the i-th of m windows goes from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉, so
windows differ in length, and overlap, unless m divides n.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

import autograd as ag
from autograd.ops.held import held
from autograd.ops.indexing import getitem

from .windows import Size, batched, each

Matrix = np.ndarray
Sizes = int | None | tuple[int | None, ...]  # None: as long as it is


def adaptive_avg_pool1d(input: Any, output_size: Size) -> Any:
    """(batch, channels, length) → (batch, channels, output_size): means of windows.

    >>> import autograd as ag
    >>> adaptive_avg_pool1d(ag.tensor([[[1.0, 2.0, 3.0]]]), 2)
    Tensor([[[1.5, 2.5]]])
    """
    return _mean(1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Sizes) -> Any:
    """(batch, channels, …) → (batch, channels, *output_size); None keeps a length.

    >>> import autograd as ag
    >>> adaptive_avg_pool2d(ag.ones((5, 3, 7, 8)), (None, 2)).shape
    (5, 3, 7, 2)
    """
    return _mean(2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Sizes) -> Any:
    """(batch, channels, …) → (batch, channels, *output_size), of volumes.

    >>> import autograd as ag
    >>> adaptive_avg_pool3d(ag.ones((5, 3, 7, 8, 9)), 1).shape
    (5, 3, 1, 1, 1)
    """
    return _mean(3, input, output_size)


def adaptive_max_pool1d(
    input: Any, output_size: Size, return_indices: bool = False
) -> Any:
    """(batch, channels, length) → (batch, channels, output_size): the largest of each.

    The gradient goes to the first of equal elements. With ``return_indices`` a pair:
    besides, where each was among the elements of its channel.

    >>> import autograd as ag
    >>> adaptive_max_pool1d(ag.tensor([[[1.0, 3.0, 2.0]]]), 2)
    Tensor([[[3., 3.]]])
    """
    return _max(1, input, output_size, return_indices)


def adaptive_max_pool2d(
    input: Any, output_size: Sizes, return_indices: bool = False
) -> Any:
    """(batch, channels, …) → (batch, channels, *output_size): as in one dimension.

    >>> import autograd as ag
    >>> adaptive_max_pool2d(ag.ones((5, 3, 7, 8)), (None, 2)).shape
    (5, 3, 7, 2)
    """
    return _max(2, input, output_size, return_indices)


def adaptive_max_pool3d(
    input: Any, output_size: Sizes, return_indices: bool = False
) -> Any:
    """(batch, channels, …) → (batch, channels, *output_size), of volumes.

    >>> import autograd as ag
    >>> adaptive_max_pool3d(ag.ones((5, 3, 7, 8, 9)), 2).shape
    (5, 3, 2, 2, 2)
    """
    return _max(3, input, output_size, return_indices)


def _mean(ndim: int, input: Any, output_size: Sizes) -> Any:
    def function(x: Any) -> Any:
        lengths = x.shape[-ndim:]
        sizes = _sizes(lengths, output_size)
        if all(n % m == 0 for n, m in zip(lengths, sizes)):
            kernel = tuple([n // m for n, m in zip(lengths, sizes)])
            return ag.sum_pool(x, kernel) * (1 / math.prod(kernel))
        for axis, (n, m) in enumerate(zip(lengths, sizes), start=-ndim):
            x = along(axis, _means(n, m), x)
        return x

    return batched(function, ndim, input)


def _max(ndim: int, input: Any, output_size: Sizes, return_indices: bool) -> Any:
    def places(x: Any) -> np.ndarray:
        lengths = x.shape[-ndim:]
        sizes = _sizes(lengths, output_size)
        flat = np.reshape(held(ag.asarray(x)), (*x.shape[:-ndim], math.prod(lengths)))
        return np.reshape(_largest(flat, lengths, sizes), (*x.shape[:-ndim], *sizes))

    def values(x: Any) -> Any:
        lead, lengths = x.shape[:-ndim], x.shape[-ndim:]
        sizes = _sizes(lengths, output_size)
        if all(n % m == 0 for n, m in zip(lengths, sizes)):
            return ag.max_pool(x, tuple([n // m for n, m in zip(lengths, sizes)]))
        flat = ag.reshape(x, (*lead, math.prod(lengths)))
        at = np.reshape(places(x), (*lead, math.prod(sizes)))
        return ag.reshape(ag.take_along_axis(flat, at, axis=-1), (*lead, *sizes))

    if getattr(input, "dtype", None) == np.bool:
        raise TypeError(
            "adaptive_max_pool takes real numbers, no booleans. Cast them first, as by "
            "ag.astype(x, np.uint8)"
        )
    largest = batched(values, ndim, input)
    if not return_indices:
        return largest
    return largest, batched(lambda x: ag.asarray(places(x)), ndim, input)


def _largest(
    x: np.ndarray, lengths: tuple[int, ...], sizes: tuple[int, ...]
) -> np.ndarray:
    """Where the largest of each window is: (…, elements) → (…, windows)."""
    seen = _elements(lengths, sizes)
    taps = np.argmax(x[..., seen], axis=-1)
    return getitem(seen, (np.arange(len(seen)), taps))


def _sizes(lengths: tuple[int, ...], output_size: Sizes) -> tuple[int, ...]:
    given = output_size if isinstance(output_size, (tuple, list)) else [output_size]
    if len(given) == 1:
        given = [*given] * len(lengths)
    if len(given) == len(lengths):
        given = tuple([n if m is None else m for m, n in zip(given, lengths)])
    return each("output_size", tuple(given), len(lengths))


def _bounds(n: int, m: int) -> list[tuple[int, int]]:
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


@lru_cache(maxsize=256)
def _means(n: int, m: int) -> Matrix:
    """The matrix (m, n) of the means of m windows over n elements."""
    matrix = np.zeros((m, n))
    for row, (begin, end) in zip(matrix, _bounds(n, m)):
        row[begin:end] = 1 / (end - begin)
    return matrix


@lru_cache(maxsize=64)
def _elements(lengths: tuple[int, ...], sizes: tuple[int, ...]) -> np.ndarray:
    """Which elements each window sees: (windows, taps), the last one over and over."""
    found = np.zeros((1, 1), np.intp)
    for n, m in zip(lengths, sizes):
        bounds = _bounds(n, m)
        taps = np.arange(max(end - begin for begin, end in bounds))
        seen = np.array([np.minimum(begin + taps, end - 1) for begin, end in bounds])
        found = found[:, None, :, None] * n + seen[None, :, None, :]
        windows, more, old, new = found.shape
        found = np.reshape(found, (windows * more, old * new))
    return found


def along(axis: int, matrix: Matrix, x: Any) -> Any:
    """The product of a matrix (m, n) with an axis of n elements, counted from the end.

    >>> import numpy as np
    >>> along(-2, np.ones((1, 3)), np.ones((5, 3, 2))).shape
    (5, 1, 2)
    """
    dtype = x.dtype if x.dtype.kind in "fc" else np.float64
    matrix = matrix.astype(dtype)
    if axis == -1:
        return ag.matmul(x, matrix.T)
    shape = x.shape
    lead, after = shape[:axis], shape[axis + 1 :]
    flat = ag.reshape(x, (*lead, shape[axis], math.prod(after)))
    return ag.reshape(ag.matmul(matrix, flat), (*lead, len(matrix), *after))
