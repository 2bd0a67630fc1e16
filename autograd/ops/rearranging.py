"""Moving elements about: each result is made of copies of elements, or zeros.

Such a function says itself where its elements come from, if it is given their numbers:
so one transpose serves them all.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..core.composite import composed
from ..core.declare import linear
from ..core.primitive import Primitive
from .indexing import ARRAY_INDEX, scatter

__all__ = [
    "copy",
    "diag",
    "diagflat",
    "diagonal",
    "flip",
    "fliplr",
    "flipud",
    "repeat",
    "resize",
    "roll",
    "rollaxis",
    "rot90",
    "tile",
    "trace",
    "tril",
    "triu",
]


def rearranging(function: Callable[..., Any], **facts: Any) -> Primitive:
    """A primitive that moves, copies or leaves out elements, or puts zeros beside.

    >>> import numpy as np
    >>> import autograd as ag
    >>> twice = rearranging(lambda x: np.concatenate([x, x]), name="twice")
    >>> ag.vjp(twice, np.zeros(2))[1](np.array([1.0, 2.0, 3.0, 4.0]))
    (array([4., 6.]),)
    """
    _, *parameters = inspect.signature(function).parameters.values()

    def transposed(g: Any, x_shape: tuple[int, ...], *given: Any) -> Any:
        size = math.prod(x_shape)
        numbers = np.arange(1, size + 1).reshape(x_shape)
        params = dict(zip([each.name for each in parameters], given))
        places = np.ravel(function(numbers, **params))  # 0 where there is a zero
        flat = np.reshape(g, (places.size,))
        total = scatter(flat, places, template=(ARRAY_INDEX,), shape=(size + 1,))
        return np.reshape(total[1:], x_shape)

    names = ["g", "x_shape", *[each.name for each in parameters]]
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    transposed.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, positional) for name in names]
    )
    return linear(function, transposed, **facts)


# How parameters are drawn -------------------------------------------------------------


# Turned, and moved round --------------------------------------------------------------


def _flip(x, axis=None):
    return np.flip(x, axis)


def _roll(x, *, shift, axis=None):
    return np.roll(x, shift, axis)


def _rot90(x, k=1, axes=(0, 1)):
    return np.rot90(x, k, axes)


def _roll_back(g, shift, axis):
    back = tuple([-n for n in shift]) if isinstance(shift, tuple) else -shift
    return np.roll(g, back, axis)


flip = linear(
    _flip,
    lambda g, axis: np.flip(g, axis),
)
roll = linear(_roll, _roll_back)
rot90 = linear(
    _rot90,
    lambda g, k, axes: np.rot90(g, -k, axes),
)


@composed()
def flipud(x):
    """The rows from last to first.

    Its gradient is flipped back.

    >>> import autograd as ag
    >>> ag.flipud(ag.tensor([[1.0], [2.0]])).tolist()
    [[2.0], [1.0]]
    """
    return np.flip(x, 0)


@composed()
def fliplr(x):
    """The columns from last to first.

    Its gradient is flipped back.

    >>> import autograd as ag
    >>> ag.fliplr(ag.tensor([[1.0, 2.0]]))
    Tensor([[2., 1.]])
    """
    return np.flip(x, 1)


@composed()
def rollaxis(x, axis, start=0):
    """The axis moved until it lies before that of number ``start``.

    Its gradient is g with the axis moved back.

    >>> import autograd as ag
    >>> ag.rollaxis(ag.ones((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    numbered = np.empty(tuple(range(np.ndim(x))), bool)
    return np.transpose(x, np.rollaxis(numbered, axis, start).shape)


# Repeated -----------------------------------------------------------------------------


def _resize(x, *, new_shape):
    return np.resize(x, new_shape)


def _copy(x, order="K"):
    return np.copy(x, order)


resize = rearranging(_resize)
copy = linear(
    _copy,
    lambda g: g,
)


@composed()
def tile(x, reps):
    """The array repeated, as often along each axis as ``reps`` says.

    Its gradient is the sum of g over the repetitions.

    >>> import autograd as ag
    >>> ag.tile(ag.tensor([1.0, 2.0]), (2, 2)).shape
    (2, 4)
    """
    reps = [index(n) for n in np.atleast_1d(np.asarray(reps)).tolist()]
    shape = np.shape(x)
    shape = (1,) * (len(reps) - len(shape)) + shape
    reps = [1] * (len(shape) - len(reps)) + reps
    apart = [side for n in shape for side in (1, n)]
    repeated = [side for pair in zip(reps, shape) for side in pair]
    copies = np.copy(np.broadcast_to(np.reshape(x, apart), repeated), "C")
    return np.reshape(copies, [n * side for n, side in zip(reps, shape)])


@composed()
def repeat(x, repeats, axis=None):
    """Each element repeated, by one number or by one for each along the axis.

    Its gradient is the sum of g over the repetitions.

    >>> import autograd as ag
    >>> ag.repeat(ag.tensor([1.0, 2.0]), [1, 2])
    Tensor([1., 2., 2.])
    """
    if axis is None or not np.ndim(x):
        x, axis = np.reshape(x, (np.size(x),)), axis or 0
    axis = normalize_axis_index(axis, np.ndim(x))
    (*before, n), after = np.shape(x)[: axis + 1], np.shape(x)[axis + 1 :]
    repeats = np.asarray(repeats)
    if repeats.ndim:
        return np.take(x, np.repeat(np.arange(n), repeats), axis)
    apart, count = np.reshape(x, (*before, n, 1, *after)), len(np.repeat(0, repeats))
    copies = np.copy(np.broadcast_to(apart, (*before, n, count, *after)), "C")
    return np.reshape(copies, (*before, n * count, *after))


# Diagonals and triangles --------------------------------------------------------------


def _diag(x, k=0):
    return np.diag(x, k)


def _diagflat(x, k=0):
    return np.diagflat(x, k)


def _diagonal(x, offset=0, axis1=0, axis2=1):
    return np.diagonal(x, offset, axis1, axis2)


diag = rearranging(_diag)
diagflat = rearranging(_diagflat)
diagonal = rearranging(_diagonal)


@composed()
def trace(x, offset=0, axis1=0, axis2=1, dtype=None):
    """The sum of a diagonal: (…, n, m) → (…) for the axes of matrices.

    Its gradient is g on that diagonal.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.trace)(np.ones((2, 2)))
    array([[1., 0.],
           [0., 1.]])
    """
    return np.sum(np.diagonal(x, offset, axis1, axis2), axis=-1, dtype=dtype)


@composed()
def tril(x, k=0):
    """The lower triangle, with zeros above the k-th diagonal.

    Its gradient has the same zeros.

    >>> import autograd as ag
    >>> ag.tril(ag.ones((2, 2))).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    return np.where(_lower(np.shape(x), k), x, False)


@composed()
def triu(x, k=0):
    """The upper triangle, with zeros below the k-th diagonal.

    Its gradient has the same zeros.

    >>> import autograd as ag
    >>> ag.triu(ag.ones((2, 2))).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    return np.where(_lower(np.shape(x), k - 1), False, x)


def _lower(shape, k):
    rows, columns = (shape * 2)[-2:]  # as many as columns, for an array of one axis
    return np.tri(rows, columns, k, dtype=bool)
