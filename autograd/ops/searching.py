"""Where something is, and how often: integers and booleans, without a derivative."""

import numpy as np

from ..core.declare import constant
from .reductions import REDUCTION, over_axes

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

NONEMPTY = {"x": "nonempty array", "axis": "one axis or none", "keepdims": "flag"}


def _nonzero(x):
    return np.nonzero(x)


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
    return np.searchsorted(x1, x2, side=side, sorter=sorter)


def _sorted(c):
    return np.sort(c.array((c.choice(3, 1, 0, 5),)))


argmax = constant(over_axes(np.argmax), sample=NONEMPTY)
argmin = constant(over_axes(np.argmin), sample=NONEMPTY)
count_nonzero = constant(over_axes(np.count_nonzero), sample=REDUCTION)
all = constant(over_axes(np.all), sample=REDUCTION)
any = constant(over_axes(np.any), sample=REDUCTION)
nonzero = constant(_nonzero, sample={"x": "1-d or more"})
argsort = constant(
    _argsort,
    sample={
        "x": "1-d or more",
        "axis": lambda c: c.choice(-1, 0, None),
        "stable": "flag",
        "descending": "flag",
    },
)
searchsorted = constant(
    _searchsorted,
    sample={"x1": _sorted, "x2": "array", "side": ("left", "right")},
)
