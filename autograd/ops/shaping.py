"""Rearranging elements: new shapes, joins, splits, selections, dtypes."""

import numpy as np

from ..core.declare import constant, linear
from ..core.node import Node
from ..core.space import NUMBERS

__all__ = [
    "astype",
    "broadcast_to",
    "concatenate",
    "expand_dims",
    "moveaxis",
    "ravel",
    "reshape",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "transpose",
    "where",
]


def _reshape(x, *, shape, order="C", copy=None):
    if order not in ("C", "F"):
        raise ValueError(
            f"order={order!r} depends on where elements lie in memory; say 'C' or 'F'"
        )
    if copy is None:
        return np.reshape(x, shape, order=order)
    return np.reshape(x, shape, order=order, copy=copy)


def _transpose(x, axes=None):
    return np.transpose(x, axes)


def _swapaxes(x, *, axis1, axis2):
    return np.swapaxes(x, axis1, axis2)


def _moveaxis(x, *, source, destination):
    return np.moveaxis(x, source, destination)


def _expand_dims(x, *, axis):
    return np.expand_dims(x, axis)


def _squeeze(x, axis=None):
    return np.squeeze(x, axis)


def _broadcast_to(x, *, shape):
    return np.broadcast_to(x, shape)


def _astype(x, *, dtype):
    return np.asarray(x).astype(dtype)


def _where(condition, x, y):
    return np.where(condition, x, y)


def _concatenate(*arrays, axis=0):
    return np.concatenate(arrays, axis=axis)


def _stack(*arrays, axis=0):
    return np.stack(arrays, axis=axis)


def _split(x, *, indices_or_sections, axis=0):
    return np.split(x, indices_or_sections, axis=axis)


def _back_to_shape(g, x_shape):
    return np.reshape(g, x_shape)


def _back_in_order(g, x_shape, order):
    return np.reshape(g, x_shape, order=order)


def _inverse(axes):
    return None if axes is None else tuple(np.argsort([a % len(axes) for a in axes]))


reshape = linear(
    _reshape,
    _back_in_order,
)
expand_dims = linear(
    _expand_dims,
    _back_to_shape,
)
squeeze = linear(_squeeze, _back_to_shape)
transpose = linear(
    _transpose,
    lambda g, axes: np.transpose(g, _inverse(axes)),
    symbol="ᵀ",
)
swapaxes = linear(
    _swapaxes,
    lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2),
)
moveaxis = linear(
    _moveaxis,
    lambda g, source, destination: np.moveaxis(g, destination, source),
)
broadcast_to = linear(
    _broadcast_to,
    lambda g: g,
)
_as_floats = linear(
    _astype,
    lambda g: g,
    name="astype",
)
_as_integers = constant(_astype, name="as integers")
_where_both = linear(
    _where,
    None,
    lambda g, condition: np.where(condition, g, 0),
    lambda g, condition: np.where(condition, 0, g),
    on_floats=lambda condition, x, y: x if condition else y,
)


def _split_like(g, arrays_shape, axis):
    ends = np.cumsum([shape[axis] for shape in arrays_shape])
    return np.split(g, ends[:-1].tolist(), axis=axis)


def _members(g, arrays_shape, axis):
    rows = np.moveaxis(g, axis, 0)
    return [rows[i] for i in range(len(arrays_shape))]


_concatenate_arrays = linear(
    _concatenate,
    joint=_split_like,
)
_stack_arrays = linear(
    _stack,
    joint=_members,
)
_split_at = linear(
    _split,
    lambda g, axis: np.concatenate(g, axis=axis),
)


def where(condition, x=None, y=None):
    """The elements of ``x`` where the condition holds, of ``y`` elsewhere.

    Without ``x`` and ``y``: the indices where it holds, one array for each axis.

    ∂/∂x = 1 where the condition holds, ∂/∂y = 1 elsewhere; 0 in the other lanes.

    >>> import autograd as ag
    >>> x = ag.tensor([-1.0, 2.0])
    >>> ag.where(x > 0, x, 0.0)
    Tensor([0., 2.])
    """
    if x is None and y is None:
        return np.nonzero(condition)
    if x is None or y is None:
        raise ValueError("where takes both x and y, or neither of them")
    return _where_both(condition, x, y)


def cast_to(dtype, casting, arrays):
    """Arrays in a dtype, if NumPy's rule of that name allows it."""
    dtype = np.dtype(dtype)
    for x in arrays:
        if not np.can_cast(x.dtype, dtype, casting):
            raise TypeError(f"cannot cast {x.dtype} to {dtype} by the rule {casting!r}")
    return [astype(x, dtype) for x in arrays]


def concatenate(arrays, axis=0, dtype=None, casting="same_kind"):
    """Join arrays along an axis they have: shapes agree everywhere else.

    With ``axis=None`` they are joined as if each were of one axis.

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> ag.concatenate([ag.tensor([1.0, 2.0]), ag.tensor([3.0])])
    Tensor([1., 2., 3.])
    """
    if dtype is not None:
        arrays = cast_to(dtype, casting, arrays)
    if axis is None:
        arrays, axis = [reshape(x, (-1,)) for x in arrays], 0
    return _concatenate_arrays(*arrays, axis=axis)


def stack(arrays, axis=0, dtype=None, casting="same_kind"):
    """Join arrays of one shape along a new axis.

    Each array's gradient is its slice of g.

    >>> import autograd as ag
    >>> ag.stack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])]).shape
    (2, 2)
    """
    if dtype is not None:
        arrays = cast_to(dtype, casting, arrays)
    return _stack_arrays(*arrays, axis=axis)


def split(x, indices_or_sections, axis=0):
    """Cut along an axis into equal sections, or before the places that are given.

    Each part's g goes to where it was cut from.

    >>> import autograd as ag
    >>> [each.tolist() for each in ag.split(ag.tensor([1.0, 2.0, 3.0]), [1])]
    [[1.0], [2.0, 3.0]]
    """
    if np.ndim(indices_or_sections) == 0:
        return _split_at(x, indices_or_sections, axis)
    cuts = [int(i) for i in indices_or_sections]
    if cuts == sorted(cuts) and (not cuts or cuts[0] >= 0):
        return _split_at(x, tuple(cuts), axis)
    rows = np.moveaxis(x, axis, 0)
    parts = [rows[i:j] for i, j in zip([0, *cuts], [*cuts, None])]
    return tuple([np.moveaxis(part, 0, axis) for part in parts])


def astype(x, dtype, *, copy=True, device=None):
    """``x`` in another dtype; integers and booleans have no gradient.

    With ``copy=False`` itself, if it has that dtype. The only device is "cpu".

    >>> import autograd as ag
    >>> ag.astype(ag.tensor([1.5]), "float32")
    Tensor([1.5], dtype=float32)
    """
    dtype = np.dtype(dtype)
    if dtype.kind not in NUMBERS:
        raise TypeError(f"a Tensor holds numbers or booleans; got dtype {dtype}")
    if device not in (None, "cpu"):
        raise ValueError(f"the only device is 'cpu'; got {device!r}")
    if not copy and hasattr(x, "dtype") and x.dtype == dtype:  # None == dtype(float)
        return x
    return (_as_integers if dtype.kind in "biu" else _as_floats)(x, dtype=dtype)


def ravel(x, order="C"):
    """The elements in one axis, in the order "C", "F", or that of memory ("K", "A").

    Its gradient is g in the shape of ``x``.

    >>> import autograd as ag
    >>> ag.ravel(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 2., 3., 4.])
    """
    if order in ("A", "K"):
        array = x._raw if isinstance(x, Node) else np.asarray(x)
        if order == "K":
            outer_first = np.argsort([-abs(n) for n in array.strides], kind="stable")
            x, order = np.transpose(x, outer_first), "C"
        else:
            order = "F" if array.flags.fnc else "C"
    return reshape(x, (-1,), order)
