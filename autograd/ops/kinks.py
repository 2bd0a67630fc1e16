"""Second derivatives where the first is a convention: they are infinite, and so NaN.

A length has the slope 0 at 0, by convention; but how fast does it change there? Nothing
that follows from that may be a number. The primitive here has a value that says nothing
of it, and a slope that is NaN. Like all slopes it concerns what moves: a
tangent, or a cotangent of the whole, that is 0 gets 0.
"""

import math

import numpy as np

from ..core.declare import general
from ..core.node import Node
from ..core.primitive import Primitive
from ..core.zeros import weigh

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
without_slope: Primitive = general(
    _first,
    lambda g, x, where, axis: without_slope(g, x, where, axis=axis),
    lambda g, x, where, axis: _undefined(g, x, where, axis),
    None,
    push=lambda t, x, where, axis: t[0] + _undefined(t[1], x, where, axis),
    name="without slope",
)


def over_length(g, part, length, *operands):
    """g · part / length, and 0 where that is: operands have no slope there."""
    nowhere = np.equal(length, 0)
    slope = part / np.where(nowhere, 1, length)
    part = weigh(g, slope) if isinstance(slope, Node) else g * slope
    for x in operands:
        part = without_slope(part, x, nowhere)
    return part
