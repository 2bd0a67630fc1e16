"""Elements that change their places, or take several."""

import math
from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call

OFFSETS = (0, 1, -1, 5)  # of a diagonal


def _roll(c: Context) -> Call:
    """One shift, or as many as there are axes, which may be named twice."""
    x = c.array()
    axis = c.choice(c.axis_or_none(x.ndim), (-1, 0), (0, 0, -1)) if x.ndim else None
    several = (2, -1, 7)[: len(axis)] if isinstance(axis, tuple) else 3
    return call(x, shift=c.choice(1, -2, 0, 5, several), axis=axis)


def _repeat(c: Context) -> Call:
    """All elements as often, or each a number of times of its own."""
    x = c.array()
    axis = c.axis_or_none(x.ndim)
    n = math.prod(x.shape) if axis is None else x.shape[axis]
    each = np.array([c.choice(1, 0, 3) for _ in range(n)], int)
    return call(x, c.choice(2, each, 0, [3]), axis=axis)


# Diagonals ----------------------------------------------------------------------------


def _trace(c: Context) -> Call:
    x = c.array(least=2)
    wide = np.result_type(x.dtype, np.float64).name
    return call(x, **_of_two_axes(c, x), dtype=c.choice(None, wide))


def _of_two_axes(c: Context, x: np.ndarray) -> dict[str, Any]:
    n = x.ndim
    first = c.axis(n)
    second = c.choice(*[i for i in range(-n, n) if (i - first) % n])
    return {"axis1": first, "axis2": second, "offset": c.choice(*OFFSETS)}


def _triangle(c: Context) -> Call:
    return call(c.array(least=1, nonempty=True), k=c.choice(*OFFSETS))


SAMPLES: dict[str, Sample] = {
    "copy": lambda c: call(c.array(), order=c.choice("K", "C", "F", "A")),
    "diag": lambda c: call(c.array(least=1, most=2), k=c.choice(*OFFSETS)),
    "diagflat": lambda c: call(c.array(), k=c.choice(*OFFSETS)),
    "diagonal": lambda c: call(x := c.array(least=2), **_of_two_axes(c, x)),
    "flip": lambda c: call(x := c.array(), axis=c.axes(x.ndim)),
    "fliplr": lambda c: call(c.array(least=2)),
    "flipud": lambda c: call(c.array(least=1, nonempty=True)),
    "repeat": _repeat,
    "resize": lambda c: call(
        c.array(), new_shape=c.choice((), 5, (2, 3), (0, 2), (3, 1, 4))
    ),
    "roll": _roll,
    "rollaxis": lambda c: call(
        x := c.array(least=1, nonempty=True),
        c.axis(x.ndim),
        start=c.choice(*range(-x.ndim, x.ndim + 1)),
    ),
    "rot90": lambda c: call(
        c.array(least=2),
        k=c.choice(1, 2, -1, 7, 0),
        axes=c.choice((0, 1), (1, 0), (-1, 0)),
    ),
    "tile": lambda c: call(c.array(), c.choice(2, (1, 3), (2, 1, 2), (0, 2), 1, ())),
    "trace": _trace,
    "tril": _triangle,
    "triu": _triangle,
}
