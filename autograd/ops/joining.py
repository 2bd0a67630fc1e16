"""Arrays side by side, and cut apart: along rows, columns, depths, in blocks."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from ..core.composite import composed
from .shaping import concatenate

__all__ = [
    "append",
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block",
    "broadcast_arrays",
    "column_stack",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "meshgrid",
    "unstack",
    "vsplit",
    "vstack",
]

# Of at least so many axes -------------------------------------------------------------


def _each(function, arrays):
    found = tuple([function(x) for x in arrays])
    return found[0] if len(found) == 1 else found


@composed()
def atleast_1d(*arrays):
    """Numbers as arrays of one axis; a tuple for several arrays.

    Its gradient is g in the shape that it had.

    >>> import autograd as ag
    >>> ag.atleast_1d(ag.tensor(2.0))
    Tensor([2.])
    """
    return _each(lambda x: _with_axes(x, 1), arrays)


@composed()
def atleast_2d(*arrays):
    """() → (1, 1) and (n,) → (1, n); a tuple for several arrays.

    Its gradient is g in the shape that it had.

    >>> import autograd as ag
    >>> ag.atleast_2d(ag.tensor([2.0, 3.0])).shape
    (1, 2)
    """
    return _each(lambda x: _with_axes(x, 2), arrays)


@composed()
def atleast_3d(*arrays):
    """() → (1, 1, 1), (n,) → (1, n, 1), (n, m) → (n, m, 1); a tuple for several.

    Its gradient is g in the shape that it had.

    >>> import autograd as ag
    >>> ag.atleast_3d(ag.tensor([2.0, 3.0])).shape
    (1, 2, 1)
    """
    return _each(
        lambda x: _with_axes(np.expand_dims(x, -1) if 0 < np.ndim(x) < 3 else x, 3),
        arrays,
    )


def _with_axes(x, least):
    missing = least - np.ndim(x)
    if missing > 0:
        return np.reshape(x, (1,) * missing + np.shape(x))
    return x if hasattr(x, "dtype") else np.asarray(x)


# Joined -------------------------------------------------------------------------------


def vstack(tup, dtype=None, casting="same_kind"):
    """Join along the first axis, after (n,) → (1, n).

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> ag.vstack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])]).shape
    (2, 2)
    """
    return _vstack(*tup, dtype=dtype, casting=casting)


def hstack(tup, dtype=None, casting="same_kind"):
    """Join along the second axis; arrays of one axis along that.

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> ag.hstack([ag.tensor([1.0, 2.0]), ag.tensor([3.0])])
    Tensor([1., 2., 3.])
    """
    return _hstack(*tup, dtype=dtype, casting=casting)


def dstack(tup):
    """Join along the third axis, after (n,) → (1, n, 1) and (n, m) → (n, m, 1).

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> ag.dstack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])]).shape
    (1, 2, 2)
    """
    return _dstack(*tup)


def column_stack(tup):
    """Join as columns, (n,) → (n, 1), of one matrix.

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> ag.column_stack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])])
    Tensor([[1., 3.],
            [2., 4.]])
    """
    return _column_stack(*tup)


def block(arrays):
    """Join nested lists of arrays: the innermost along the last axis, and so on.

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> a, b = ag.tensor([[1.0]]), ag.tensor([[2.0]])
    >>> ag.block([[a, b], [b, a]])
    Tensor([[1., 2.],
            [2., 1.]])
    """
    depth, ndim = _depth(arrays)
    return _joined(arrays, depth, max(depth, ndim))


def _depth(arrays):
    """How deep the lists are nested, and the largest number of axes of what they hold.

    Raises TypeError for a tuple, ValueError for an empty list or unequal depths.
    """
    if isinstance(arrays, tuple):
        raise TypeError("block takes nested lists of arrays; got a tuple")
    if not isinstance(arrays, list):
        return 0, np.ndim(arrays)
    if not arrays:
        raise ValueError("block got an empty list")
    depths, ndims = zip(*map(_depth, arrays))
    if len(set(depths)) > 1:
        raise ValueError(f"block got lists nested to unequal depths: {depths}")
    return depths[0] + 1, max(ndims)


def _joined(arrays, depth, ndim):
    if depth == 0:
        return _with_axes(arrays, ndim)
    rows = [_joined(each, depth - 1, ndim) for each in arrays]
    return concatenate(rows, axis=-depth)


def append(arr, values, axis=None):
    """Join two arrays along an axis; as if each were of one axis if that is None.

    Each array's gradient is its part of g.

    >>> import autograd as ag
    >>> ag.append(ag.tensor([1.0, 2.0]), 3.0)
    Tensor([1., 2., 3.])
    """
    if axis is None:
        arr, values = (np.reshape(x, (np.size(x),)) for x in (arr, values))
        axis = 0
    return concatenate([arr, values], axis=axis)


@composed(name="vstack")
def _vstack(*arrays, dtype=None, casting="same_kind"):
    return concatenate([_with_axes(x, 2) for x in arrays], 0, dtype, casting)


@composed(name="hstack")
def _hstack(*arrays, dtype=None, casting="same_kind"):
    rows = [_with_axes(x, 1) for x in arrays]
    axis = 0 if rows and np.ndim(rows[0]) == 1 else 1
    return concatenate(rows, axis, dtype, casting)


@composed(name="dstack")
def _dstack(*arrays):
    return concatenate([atleast_3d(x) for x in arrays], 2)


@composed(name="column_stack")
def _column_stack(*arrays):
    columns = [np.expand_dims(x, 1) if np.ndim(x) == 1 else x for x in arrays]
    return concatenate([_with_axes(x, 2) for x in columns], 1)


# Cut apart ----------------------------------------------------------------------------


@composed()
def array_split(x, indices_or_sections, axis=0):
    """Cut along an axis as ``split`` does; sections may differ by one in length.

    Each part's g goes to where it was cut from.

    >>> import autograd as ag
    >>> [len(part) for part in ag.array_split(ag.tensor([1.0, 2.0, 3.0]), 2)]
    [2, 1]
    """
    cuts = indices_or_sections
    if np.ndim(cuts) == 0:
        if cuts <= 0:
            raise ValueError(f"the number of sections must be positive; got {cuts}")
        each, longer = divmod(np.shape(x)[axis], int(cuts))
        sizes = [each + 1] * longer + [each] * (int(cuts) - longer)
        cuts = list(accumulate(sizes))[:-1]
    return np.split(x, cuts, axis)


def _cut(x, indices_or_sections, axis, least):
    if np.ndim(x) < least:
        raise ValueError(
            f"an array of {least} or more axes is cut so; it has {np.ndim(x)}"
        )
    return np.split(x, indices_or_sections, axis)


@composed()
def hsplit(x, indices_or_sections):
    """Cut along the second axis; an array of one axis along that.

    Into so many equal parts, or before the places that are listed.

    Each part's g goes to where it was cut from.

    >>> import autograd as ag
    >>> ag.hsplit(ag.tensor([1.0, 2.0, 3.0]), [1])
    (Tensor([1.]), Tensor([2., 3.]))
    """
    return _cut(x, indices_or_sections, min(np.ndim(x) - 1, 1), 1)


@composed()
def vsplit(x, indices_or_sections):
    """Cut along the first axis.

    Into so many equal parts, or before the places that are listed.

    Each part's g goes to where it was cut from.

    >>> import autograd as ag
    >>> [part.shape for part in ag.vsplit(ag.ones((4, 3)), 2)]
    [(2, 3), (2, 3)]
    """
    return _cut(x, indices_or_sections, 0, 2)


@composed()
def dsplit(x, indices_or_sections):
    """Cut along the third axis.

    Into so many equal parts, or before the places that are listed.

    Each part's g goes to where it was cut from.

    >>> import autograd as ag
    >>> [part.shape for part in ag.dsplit(ag.ones((2, 3, 4)), [1])]
    [(2, 3, 1), (2, 3, 3)]
    """
    return _cut(x, indices_or_sections, 2, 3)


@composed()
def unstack(x, axis=0):
    """A tuple of what lies at each place of an axis.

    Each part's g goes to where it was.

    >>> import autograd as ag
    >>> ag.unstack(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1)[0]
    Tensor([1., 3.])
    """
    if np.ndim(x) == 0:
        raise ValueError("an array of no axes cannot be unstacked")
    rows = np.moveaxis(x, axis, 0)
    return tuple([rows[i] for i in range(len(rows))])


# Broadcast ----------------------------------------------------------------------------


@composed()
def broadcast_arrays(*arrays):
    """A list of the arrays, all of the shape they broadcast to.

    Each gradient is summed over the axes along which its array was repeated.

    >>> import autograd as ag
    >>> [x.shape for x in ag.broadcast_arrays(ag.ones((2, 1)), ag.ones(3))]
    [(2, 3), (2, 3)]
    """
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return [np.broadcast_to(x, shape) for x in arrays]


@composed()
def meshgrid(*arrays, copy=True, sparse=False, indexing="xy"):
    """Coordinates of a grid: each array lies along an axis of its own.

    Each gradient is the sum of g over the other axes.

    >>> import autograd as ag
    >>> x, y = ag.meshgrid(ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0, 5.0]))
    >>> x.shape
    (3, 2)
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"indexing is 'xy' or 'ij'; got {indexing!r}")
    order = list(range(len(arrays)))
    if indexing == "xy":
        order[:2] = order[:2][::-1]
    sides = np.ones((len(arrays), len(arrays)), int)
    for i, x in enumerate(arrays):
        sides[i, order[i]] = np.size(x)
    found = [np.reshape(x, tuple(map(int, shape))) for x, shape in zip(arrays, sides)]
    if not sparse:
        found = list(np.broadcast_arrays(*found))
    return [np.copy(x) for x in found] if copy else found
