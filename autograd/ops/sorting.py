"""Sorting, and what is chosen by rank: each result is one of the elements.

The order is that of the data, found once; equal elements keep theirs, so each gets the
gradient of the place where a stable sort puts it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..core.composite import composed
from ..core.declare import linear
from ..core.node import Node, numbers, told
from .held import held
from .indexing import along, getitem
from .shaping import concatenate, ravel

__all__ = [
    "intersect1d",
    "partition",
    "setdiff1d",
    "setxor1d",
    "sort",
    "topk",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


def _in_order(x, order, axis=-1):
    return np.take_along_axis(np.asarray(x), order, axis)


def _back_from_order(g, order, axis):
    return in_order(g, np.argsort(order, axis=axis), axis=axis)


in_order = linear(
    _in_order,
    _back_from_order,
    None,
)


def data_of(x):
    """The array itself, for what is chosen by it and has no derivative."""
    return held(x) if isinstance(x, Node) else np.asarray(x)


def fixed(name, x):
    """An option that has no derivative: a number, or a node that is not tracked."""
    if isinstance(x, Node) and x.tracked:
        raise TypeError(
            f"{name}= has no derivative here, and takes a number; got {told(x)}, whose "
            "gradient would be lost"
        )
    return numbers(x, f"{name}=")


def like(x, array):
    """An array that was found from the data, as a node if ``x`` is one."""
    return type(x).leaf(array) if isinstance(x, Node) else array


@composed(
    analytic=False,
)
def sort(x, axis=-1, kind=None, *, stable=None, descending=False):
    """The elements along an axis in order; ``axis=None``: of all of them.

    Whatever ``kind`` says, equal elements keep their order. NaN counts as the largest.

    Its gradient is g, each element back in the place that it came from.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.vjp(ag.sort, np.array([3.0, 1.0]))[1](np.array([10.0, 20.0]))
    (array([20., 10.]),)
    """
    np.sort(np.empty(0), kind=kind, stable=stable)  # raises, as NumPy's
    if axis is None:
        x, axis = ravel(x), -1
    return in_order(x, _ranked(x, axis, descending), axis=axis)


def _ranked(x, axis, descending=False):
    """The places of the elements from first to last, those of equals from the left."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    turned = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return np.shape(x)[axis] - 1 - np.flip(turned, axis)


@composed(
    analytic=False,
)
def partition(x, kth, axis=-1):
    """The elements along an axis, so arranged that the ``kth`` is in its place.

    Those before are no larger and those after no smaller: here, they are all sorted.

    Its gradient is that of ``sort``.

    >>> import autograd as ag
    >>> ag.partition(ag.tensor([3.0, 1.0, 2.0]), 1)
    Tensor([1., 2., 3.])
    """
    np.argpartition(x, kth, axis=axis)  # raises, as NumPy's
    return sort(x, axis)


@composed(
    analytic=False,
)
def topk(x, k=1, axis=-1, largest=True):
    """The ``k`` largest elements along an axis, from the largest, and their indices.

    With ``largest=False`` the smallest, from the smallest. (…, n, …) → (…, k, …)

    Its gradient is g at the places of those elements, 0 elsewhere.

    >>> import autograd as ag
    >>> ag.topk(ag.tensor([1.0, 3.0, 2.0]), 2)
    (Tensor([3., 2.]), Tensor([1, 2]))
    """
    n = np.shape(x)[normalize_axis_index(axis, np.ndim(x))]
    if not 0 <= k <= n:
        raise ValueError(f"k={k} elements of {n} along axis {axis}")
    order = _ranked(x, axis, descending=largest)
    first = (slice(None),) * (axis % np.ndim(x)) + (slice(k),)
    return getitem(in_order(x, order, axis=axis), first), order[first]


# Sets ---------------------------------------------------------------------------------


@composed(
    analytic=False,
)
def unique(
    x, return_index=False, return_inverse=False, return_counts=False, axis=None, *,
    equal_nan=True, sorted=True,
):  # fmt: skip
    """The different elements, or slices along an axis, sorted in any case.

    The gradient of each goes to where it occurs first. Besides, as they are asked for:
    where that is, the indices that make x of them, and how often each occurs.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda x: np.sum(ag.unique(x) ** 2))(np.array([3.0, 1.0, 3.0]))
    array([6., 2., 0.])
    """
    data = numbers(x, "the different elements")
    _, *found = np.unique(data, True, True, True, axis, equal_nan=equal_nan)
    index, inverse, counts = [like(x, each) for each in found]
    if axis is None:
        values = getitem(ravel(x), index)
    else:
        values = getitem(x, along(axis % np.ndim(x), index))
    asked = zip((return_index, return_inverse, return_counts), (index, inverse, counts))
    rest = [each for wanted, each in asked if wanted]
    return (values, *rest) if rest else values


class UniqueAll(NamedTuple):
    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    values: Any
    inverse_indices: Any


def unique_all(x):
    """The different elements, sorted; where each is first, and where in all; how often.

    Here and in its kin, as in NumPy, one NaN differs from another.

    Each value's gradient goes to where it occurs first.

    >>> import autograd as ag
    >>> ag.unique_all(ag.tensor([3.0, 1.0, 3.0])).counts
    Tensor([1, 2])
    """
    return UniqueAll(*unique(x, True, True, True, equal_nan=False))


def unique_counts(x):
    """The different elements, sorted, and how often each occurs.

    A value's gradient goes to where it occurs first.

    >>> import autograd as ag
    >>> ag.unique_counts(ag.tensor([3.0, 1.0, 3.0]))
    UniqueCounts(values=Tensor([1., 3.]), counts=Tensor([1, 2]))
    """
    return UniqueCounts(*unique(x, return_counts=True, equal_nan=False))


def unique_inverse(x):
    """The different elements, sorted, and the indices that make ``x`` of them.

    A value's gradient goes to where it occurs first.

    >>> import autograd as ag
    >>> values, places = ag.unique_inverse(ag.tensor([3.0, 1.0, 3.0]))
    >>> values[places]
    Tensor([3., 1., 3.])
    """
    return UniqueInverse(*unique(x, return_inverse=True, equal_nan=False))


def unique_values(x):
    """The different elements, sorted.

    Each value's gradient goes to where it occurs first.

    >>> import autograd as ag
    >>> ag.unique_values(ag.tensor([3.0, 1.0, 3.0]))
    Tensor([1., 3.])
    """
    return unique(x, equal_nan=False)


def union1d(ar1, ar2):
    """The different elements of two arrays, sorted; those in both are of the first.

    Each value's gradient goes to where it occurs first.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.union1d(ag.tensor([3.0, 1.0]), np.array([2.0, 1.0]))
    Tensor([1., 2., 3.])
    """
    return unique(concatenate([ravel(ar1), ravel(ar2)]))


def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    """The different elements of the first that are in the second too, sorted.

    Their gradients go to the first array.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.intersect1d(ag.tensor([3.0, 1.0]), np.array([2.0, 1.0]))
    Tensor([1.])
    """
    one, two = [numbers(each, "the common elements") for each in (ar1, ar2)]
    _, *found = np.intersect1d(one, two, assume_unique, True)
    values = getitem(concatenate([ravel(ar1), ravel(ar2)]), found[0])
    return (values, *[like(values, i) for i in found]) if return_indices else values


def setdiff1d(ar1, ar2, assume_unique=False):
    """The different elements of the first that are not in the second, sorted.

    Its gradient goes to the first array.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.setdiff1d(ag.tensor([3.0, 1.0]), np.array([2.0, 1.0]))
    Tensor([3.])
    """
    ar1 = ravel(ar1) if assume_unique else unique(ar1)
    return getitem(ar1, np.isin(ar1, ar2, invert=True))


def setxor1d(ar1, ar2, assume_unique=False):
    """The different elements that are in one of two arrays and not in both, sorted.

    Each value's gradient goes to where it occurs first.

    >>> import autograd as ag
    >>> ag.setxor1d(ag.tensor([1.0, 2.0]), ag.tensor([2.0, 3.0]))
    Tensor([1., 3.])
    """
    if not assume_unique:
        ar1, ar2 = unique(ar1), unique(ar2)
    both = concatenate([ravel(ar1), ravel(ar2)])
    values, counts = unique(both, return_counts=True)
    return getitem(values, counts == 1)
