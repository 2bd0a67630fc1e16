"""New Tensors: from data, or filled by a pattern."""

from __future__ import annotations

from typing import Any

import numpy as np

from .tensor import Tensor


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A leaf that holds a copy of ``data``: of the dtype NumPy would give it.

    >>> import autograd as ag
    >>> ag.tensor([1, 2]).dtype
    dtype('int64')
    """
    return Tensor(data, requires_grad, dtype)


def asarray(data: Any, dtype: Any = None) -> Tensor:
    """``data`` as a Tensor: itself if it is one, else a leaf that shares its memory.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = np.zeros(2)
    >>> ag.asarray(a).data is a
    True
    """
    if isinstance(data, Tensor):
        return data if dtype is None or data.dtype == dtype else data.astype(dtype)
    return Tensor.leaf(np.asarray(data, dtype=dtype))


def zeros(shape: Any, dtype: Any = float, requires_grad: bool = False) -> Tensor:
    """A leaf of zeros."""
    return Tensor(np.zeros(shape, dtype), requires_grad)


def ones(shape: Any, dtype: Any = float, requires_grad: bool = False) -> Tensor:
    """A leaf of ones."""
    return Tensor(np.ones(shape, dtype), requires_grad)


def full(shape: Any, value: Any, dtype: Any = None) -> Tensor:
    """A leaf filled with one value."""
    return Tensor.leaf(np.full(shape, value, dtype))


def arange(*args: Any, dtype: Any = None) -> Tensor:
    """A leaf of evenly spaced values: ``arange([start,] stop[, step])``."""
    return Tensor.leaf(np.arange(*args, dtype=dtype))


def linspace(start: float, stop: float, num: int = 50, dtype: Any = None) -> Tensor:
    """A leaf of ``num`` evenly spaced values from ``start`` to ``stop``."""
    return Tensor.leaf(np.linspace(start, stop, num, dtype=dtype))


def eye(n: int, m: int | None = None, dtype: Any = float) -> Tensor:
    """A leaf with ones on the diagonal."""
    return Tensor.leaf(np.eye(n, m, dtype=dtype))
