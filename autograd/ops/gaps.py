"""The gaps between eigenvalues, or singular values, also where they coincide.

Vectors of equal values are any basis of the space they span, and have no derivative.
So a rule that divides by a gap gets 0 for it while no cotangent reaches the vectors of
equal values, and NaN once one does. So what treats equal values alike, as a sum over
all of them does, or depends on the vectors of other values, has its exact derivative.
What tells equal values apart has a kink there, and gets one of the gradients close by:
of a matrix whose vectors are those that were found.
"""

from functools import reduce

import numpy as np

from .matrices import off_diagonal


def reciprocals(gaps, reached, size):
    """1 / gap; 0, or NaN where ``reached``, for gaps that are nothing but rounding.

    Rounding is that of numbers of this ``size``, (…, 1, 1).
    """
    n = gaps.shape[-1]
    rounding = 4 * n * np.finfo(gaps.dtype).eps * size
    nothing = np.less_equal(np.abs(gaps), rounding)
    instead = np.where(reached, np.nan, 0).astype(gaps.dtype)
    return np.where(nothing, instead, 1 / np.where(nothing, 1, gaps))


def over_differences(values, reached, size=None):
    """1 / (valueⱼ - valueᵢ): (…, n) → (…, n, n)."""
    gaps = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    reached = reached & off_diagonal(values.shape[-1])
    return reciprocals(gaps, reached, largest(values) if size is None else size)


def over_sums(values, reached):
    """1 / (valueⱼ + valueᵢ): (…, n) → (…, n, n)."""
    gaps = np.expand_dims(values, -2) + np.expand_dims(values, -1)
    return reciprocals(gaps, reached, largest(values))


def largest(values):
    """The largest size among the values, (…, n) → (…, 1, 1)."""
    return np.max(np.abs(values), axis=-1, keepdims=True, initial=0)[..., None]


def reached_pairs(*columns):
    """Pairs of vectors one of which has a cotangent that is not 0: (…, n, n)."""
    some = [np.any(np.not_equal(x, 0), axis=-2, keepdims=True) for x in columns]
    each = reduce(np.logical_or, some)
    return each | np.swapaxes(each, -1, -2)
