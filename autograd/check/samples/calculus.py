"""Differences, slopes and areas, and what is joined to an array for them."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..context import Call, Context, Sample, call


def _diff(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    axis = c.axis(x.ndim)
    prepend, append = _end(c, x, axis), _end(c, x, axis)
    return call(x, prepend, append, n=c.choice(1, 0, 2, 3), axis=axis)


def _end(c: Context, x: np.ndarray, axis: int) -> np.ndarray | None:
    """None, a number, or an array that is joined along the axis."""
    sides = list(x.shape)
    sides[axis] = c.choice(1, 2)
    return c.choice(None, c.array(()), c.array(tuple(sides)))


def _gradient(c: Context) -> Call:
    f = c.array(c.choice((3,), (4,), (3, 4), (4, 3), (5,), (3, 3)))
    n = f.ndim
    axis = c.choice(None, *range(-n, n), tuple(range(n)))
    axes = normalize_axis_tuple(range(n) if axis is None else axis, n)
    each = [c.choice((), (f.shape[i],)) for i in axes]
    shapes = c.choice([], [()], each)
    spacings = [_spacing(c.array(shape, f.dtype)) for shape in shapes]
    return call(f, *spacings, axis=axis, edge_order=c.choice(1, 2))


def _spacing(x: np.ndarray) -> np.ndarray:
    """A distance that is not small; coordinates apart from one another."""
    return np.asarray(_increasing(x) if x.ndim else 1.5 + np.tanh(x), x.dtype)


def _increasing(x: np.ndarray) -> np.ndarray:
    return np.cumsum(1 + abs(np.tanh(x))) - 2


def _trapezoid(c: Context) -> Call:
    """Without coordinates, with some along the axis, or with one for each element."""
    y = c.array(least=1, nonempty=True)
    axis = c.axis(y.ndim)
    x = c.choice(None, c.array((y.shape[axis],)), c.array(y.shape))
    return call(y, x, dx=c.choice(1.0, 0.5), axis=axis)


def _interp(c: Context) -> Call:
    """Places, some at points of the curve unless it jumps there; and the curve."""
    x = c.array()
    steps = c.array((c.choice(3, 1, 2),))
    left, right = c.choice(None, None, 0.25), c.choice(None, None, 0.25)
    period = c.choice(None, None, 6.5)
    fp = c.array(steps.shape)
    jumps = left is not None or right is not None
    xp = (_increasing(steps) + (0.1 if jumps else 0)).astype(x.dtype)
    return call(x, xp, fp, left=left, right=right, period=period)


SAMPLES: dict[str, Sample] = {
    "diff": _diff,
    "ediff1d": lambda c: call(
        c.array(), c.choice(None, c.array()), c.choice(None, c.array())
    ),
    "gradient": _gradient,
    "interp": _interp,
    "trapezoid": _trapezoid,
    "unwrap": lambda c: call(
        p := c.array(least=1, nonempty=True),
        axis=c.axis(p.ndim),
        discont=c.choice(None, 3.7),
        period=c.choice(2 * math.pi, 3.3),
    ),
}
