"""The gaps between eigenvalues, or singular values, also where they coincide.

Vectors of equal values are any basis of the space they span, and have no derivative.
So equal values count as far apart while no cotangent reaches their vectors, and as NaN
apart once one does. So what treats equal values alike, as a sum over all of them does,
or depends on the vectors of other values, has its exact derivative. What tells equal
values apart has none, and gets one that belongs to the vectors that were found.
"""

import numpy as np

from .matrices import off_diagonal


def apart(gaps, reached, size):
    """The gaps; ∞, or NaN where ``reached``, for those that are nothing but rounding.

    ``size`` is the largest of the values, (…, 1, 1).
    """
    n = gaps.shape[-1]
    rounding = n * np.finfo(gaps.dtype).eps * size
    nothing = np.less_equal(np.abs(gaps), rounding)
    instead = np.where(reached, np.nan, np.inf).astype(gaps.dtype)
    return np.where(nothing, instead, gaps)


def differences(values, reached):
    """valueⱼ - valueᵢ, apart: (…, n) → (…, n, n)."""
    gaps = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    reached = reached & off_diagonal(values.shape[-1])
    return apart(gaps, reached, largest(values))


def sums(values, reached):
    """valueⱼ + valueᵢ, apart: (…, n) → (…, n, n)."""
    gaps = np.expand_dims(values, -2) + np.expand_dims(values, -1)
    return apart(gaps, reached, largest(values))


def largest(values):
    """The largest size among the values, (…, n) → (…, 1, 1)."""
    return np.max(np.abs(values), axis=-1, keepdims=True, initial=0)[..., None]


def reached_pairs(*columns):
    """Pairs of vectors one of which has a cotangent that is not 0: (…, n, n)."""
    some = np.logical_or.reduce([np.not_equal(x, 0) for x in columns])
    each = some.any(axis=-2, keepdims=True)
    return each | np.swapaxes(each, -1, -2)
