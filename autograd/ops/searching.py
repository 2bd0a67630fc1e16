"""Where something is, and how often: integers and booleans, without a derivative."""

import numpy as np

from ..core.composite import composed
from ..core.declare import constant
from ..core.node import numbers, raw
from .reductions import over_axes
from .sorting import like

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "count_nonzero",
    "nonzero",
    "searchsorted",
]


def _argsort(x, axis=-1, kind=None, order=None, stable=True, descending=False):
    """The last of equals first, where the largest come first: then turned around."""
    if order is not None:
        raise ValueError("order= is for structured arrays, which have no derivative")
    if not descending:
        return np.argsort(x, axis=axis, kind=kind, stable=None if kind else stable)
    if axis is None:
        x, axis = np.ravel(x), -1
    backward = np.argsort(np.flip(x, axis), axis=axis, stable=True)
    return np.flip(np.shape(x)[axis] - 1 - backward, axis)


def _searchsorted(x1, x2, side="left", sorter=None):
    return np.searchsorted(x1, x2, side=side, sorter=raw(sorter))


argmax = constant(over_axes(np.argmax))
argmin = constant(over_axes(np.argmin))
count_nonzero = constant(over_axes(np.count_nonzero))
all = constant(over_axes(np.all))
any = constant(over_axes(np.any))
argsort = constant(
    _argsort,
)
searchsorted = constant(
    _searchsorted,
)


@composed()
def nonzero(x):
    """The places of what is not 0: a vector of indices for each axis.

    How many there are is known by the numbers of ``x`` alone.

    >>> import autograd as ag
    >>> ag.nonzero(ag.tensor([3.0, 0.0, 2.0]))
    (Tensor([0, 2]),)
    """
    return tuple([like(x, each) for each in np.nonzero(numbers(x, "np.nonzero"))])


nonzero.tracks = False  # places have no derivative
