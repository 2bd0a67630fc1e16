"""New Tensors: from data, or filled by a pattern."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .core import tree
from .core.call import raised_again
from .core.declare import declare
from .core.node import Node, decides, raw
from .core.rules import FAILURES
from .core.space import unmasked
from .ops.elementwise import positive
from .ops.filling import linspace as between
from .ops.keywords import with_keywords
from .ops.shaping import broadcast_to, stack
from .tensor import Tensor, check_dtype

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "tensor",
    "zeros",
    "zeros_like",
]


def _new(name: str, *args: Any, **keywords: Any) -> Any:
    """NumPy's array of that function, or its error with what it was called with."""
    try:
        return getattr(np, name)(*args, **keywords)
    except FAILURES as error:
        return raised_again(name, error, [x for x in args if x is not None])


def of_one_shape(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Refuse ``zeros(2, 3)``, whose 3 stands where the dtype does."""
    name = make.__name__

    @wraps(make)
    def checked(*args: Any, **keywords: Any) -> Tensor:
        if len(args) > 1 and all(isinstance(x, (int, np.integer)) for x in args):
            raise TypeError(
                f"{name} takes the shape as one tuple, {name}({args}), and then a dtype"
            )
        return make(*args, **keywords)

    return checked


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A leaf that holds a copy of ``data``: of the dtype NumPy would give it.

    >>> import autograd as ag
    >>> ag.tensor([1, 2]).dtype
    dtype('int64')
    """
    if isinstance(dtype, bool):
        raise TypeError(
            f"tensor got {dtype} for its dtype; write tensor(data, requires_grad=…)"
        )
    return Tensor(data, requires_grad, dtype)


def asarray(
    data: Any, dtype: Any = None, *, device: Any = None, copy: bool | None = None
) -> Tensor:
    """``data`` as a Tensor: itself if it is one, else a leaf that shares its memory.

    A list with Tensors in it is stacked. ``copy=True`` copies in any case;
    ``copy=False`` raises ValueError where nothing can be shared.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = np.zeros(2)
    >>> ag.asarray(a).data is a
    True
    """
    check_device(device)
    nested = isinstance(data, (list, tuple))
    if nested and any(isinstance(x, Node) for x in tree.leaves(data)):
        data = stack([asarray(each) for each in data])
    if isinstance(data, Tensor):
        if dtype is not None and data.dtype != dtype:
            if copy is False:
                raise ValueError(
                    f"copy=False, but {data.dtype} cannot become {np.dtype(dtype)} "
                    "without a copy"
                )
            return data.astype(dtype)
        return _copied(data) if copy else data
    array = np.array(unmasked(data, "asarray"), dtype=dtype, copy=copy)
    return _leaf(array, device)


def _copied(x: Tensor) -> Tensor:
    lone = not x.tracked and decides(x)
    return Tensor.leaf(np.array(x._raw)) if lone else positive(x)


def check_device(device: Any) -> None:
    """There is one device."""
    if device not in (None, "cpu"):
        raise ValueError(f"the only device is 'cpu'; got {device!r}")


def _leaf(array: Any, device: Any, requires_grad: bool = False) -> Tensor:
    check_device(device)
    array = np.asarray(array)
    check_dtype(array.dtype, requires_grad)
    return Tensor.leaf(array, tracked=requires_grad)


@of_one_shape
def zeros(
    shape: Any, dtype: Any = None, *, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A leaf of zeros.

    >>> import autograd as ag
    >>> ag.zeros((2, 2)).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    return _leaf(_new("zeros", shape, dtype), device, requires_grad)


@of_one_shape
def ones(
    shape: Any, dtype: Any = None, *, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A leaf of ones.

    >>> import autograd as ag
    >>> ag.ones(2)
    Tensor([1., 1.])
    """
    return _leaf(_new("ones", shape, dtype), device, requires_grad)


@of_one_shape
def empty(shape: Any, dtype: Any = None, *, device: Any = None) -> Tensor:
    """A leaf of whatever was in memory.

    >>> import autograd as ag
    >>> ag.empty((2, 3)).shape
    (2, 3)
    """
    return _leaf(_new("empty", shape, dtype), device)


def full(
    shape: Any, fill_value: Any, dtype: Any = None, *, device: Any = None
) -> Tensor:
    """Filled with one value: a leaf; of a tracked value its broadcast.

    >>> import autograd as ag
    >>> ag.full(2, 7.0)
    Tensor([7., 7.])
    >>> ag.grad(lambda value: ag.sum(ag.full((2, 3), value)))(7.0)
    6.0
    """
    if any(isinstance(x, Node) for x in tree.leaves(fill_value)):
        fill_value = asarray(fill_value, dtype, device=device)
        if fill_value.tracked or not decides(fill_value):
            return broadcast_to(fill_value, shape)
    return _leaf(_new("full", shape, raw(fill_value), dtype), device)


def zeros_like(x: Any, dtype: Any = None, *, device: Any = None) -> Tensor:
    """A leaf of zeros, of the shape and dtype of another.

    >>> import autograd as ag
    >>> ag.zeros_like(ag.tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return _leaf(np.zeros_like(raw(x), dtype), device)


def ones_like(x: Any, dtype: Any = None, *, device: Any = None) -> Tensor:
    """A leaf of ones, of the shape and dtype of another.

    >>> import autograd as ag
    >>> ag.ones_like(ag.tensor([1.0, 2.0]))
    Tensor([1., 1.])
    """
    return _leaf(np.ones_like(raw(x), dtype), device)


def empty_like(x: Any, dtype: Any = None, *, device: Any = None) -> Tensor:
    """A leaf of whatever was in memory, of the shape and dtype of another.

    >>> import autograd as ag
    >>> ag.empty_like(ag.tensor([1.0, 2.0])).shape
    (2,)
    """
    return _leaf(np.empty_like(raw(x), dtype), device)


def full_like(
    x: Any,
    fill_value: Any,
    dtype: Any = None,
    *,
    device: Any = None,
    shape: Any = None,
) -> Tensor:
    """Filled with one value, of the shape and dtype of another, unless told others.

    >>> import autograd as ag
    >>> ag.full_like(ag.tensor([1.0, 2.0]), 7.0)
    Tensor([7., 7.])
    """
    like = np.asarray(raw(x))
    shape = like.shape if shape is None else shape
    return full(
        shape, fill_value, like.dtype if dtype is None else dtype, device=device
    )


declare(full_like, np.full_like)


def arange(
    start: Any,
    stop: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
) -> Tensor:
    """A leaf of evenly spaced values: ``arange([start,] stop[, step])``.

    >>> import autograd as ag
    >>> ag.arange(1, 7, 2)
    Tensor([1, 3, 5])
    """
    if stop is None:
        start, stop = 0, start
    return _leaf(_new("arange", start, stop, step, dtype=dtype), device)


@with_keywords
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """``num`` evenly spaced values from ``start`` to ``stop``, along a new axis.

    A leaf; of Tensors xᵢ = start (1 - wᵢ) + stop wᵢ with its derivatives, wᵢ from 0 to
    1. Without ``endpoint`` it stops before ``stop``; with ``retstep`` the step comes,
    too.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.linspace(0, 1, 3)
    Tensor([0. , 0.5, 1. ])
    >>> ag.grad(lambda stop: ag.sum(ag.linspace(0.0, stop, 3)))(1.0)
    1.5
    """
    check_device(device)
    if isinstance(start, Node) or isinstance(stop, Node):
        return between(start, stop, num, endpoint, retstep, dtype, axis)
    values, step = _new(
        "linspace", start, stop, num, endpoint, retstep=True, dtype=dtype, axis=axis
    )
    leaf = Tensor.leaf(values)
    return (leaf, step) if retstep else leaf


def eye(
    n_rows: int,
    n_cols: int | None = None,
    *,
    k: int = 0,
    dtype: Any = None,
    device: Any = None,
) -> Tensor:
    """A leaf with ones on the diagonal, or on the ``k``-th above it.

    >>> import autograd as ag
    >>> ag.eye(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return _leaf(_new("eye", n_rows, n_cols, k=k, dtype=dtype or float), device)


def from_dlpack(x: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A leaf that shares the memory of another library's array.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.from_dlpack(np.ones(2))
    Tensor([1., 1.])
    """
    return _leaf(np.from_dlpack(x, device=device, copy=copy), device)
