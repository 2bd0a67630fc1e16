"""Second derivatives where the first is a convention: they are infinite, and so NaN.

A length has the slope 0 at 0, by convention; but how fast does it change there? Nothing
that follows from that may be a number. Both primitives here have a value that says
nothing of it, and a slope that is NaN. Like all slopes it concerns what moves: a
tangent, or a cotangent of the whole, that is 0 gets 0.
"""

import math

import numpy as np

from ..core.declare import general

# A rule's result ----------------------------------------------------------------------


def _first(part, x, where, axis=()):
    return part


def _undefined(moved, x, where, axis):
    """NaN in each vector that moves, and where a mask says so; 0 elsewhere."""
    moves = np.any(np.not_equal(moved, 0), axis=axis, keepdims=True)
    nan = np.where(np.logical_and(moves, where), math.nan, 0.0)
    return without_slope(nan, x, where, axis=axis)


# The contribution ``part`` of a rule to ``x``, which ``where`` says has no slope by the
# vectors that x holds along ``axis``.
without_slope = general(
    _first,
    lambda g: g,
    lambda g, x, where, axis: _undefined(g, x, where, axis),
    None,
    push=lambda t, x, where, axis: t[0] + _undefined(t[1], x, where, axis),
    name="without slope",
    sample={},
)


# A partial ----------------------------------------------------------------------------


def _share(x, y, length):
    nowhere = np.equal(length, 0)
    return np.where(nowhere, 0, x / np.where(nowhere, 1, length))


def _inverse(length):
    nowhere = np.equal(length, 0)
    return np.where(nowhere, math.nan, 1 / np.where(nowhere, 1, length))


def _push_share(t, out, length):
    inverse = _inverse(length)
    moves = np.logical_or(np.not_equal(t[0], 0), np.not_equal(t[1], 0))
    still = np.logical_and(np.equal(length, 0), np.logical_not(moves))
    return np.where(still, 0, (t[0] - out * t[2]) * inverse)


# x / length, and 0 where that of x and y together is. A partial does not see what it is
# multiplied by: so a cotangent of 0 gets NaN, too.
share = general(
    _share,
    lambda g, length: g * _inverse(length),
    None,
    lambda g, out, length: -g * out * _inverse(length),
    push=_push_share,
    name="share",
    sample={},
)
