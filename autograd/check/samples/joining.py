"""Several arrays, and one that is cut into several."""

from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call


def _some(c: Context, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """One to three arrays of these shapes."""
    return [c.array(c.choice(*shapes)) for _ in range(c.choice(1, 2, 3))]


def _atleast(c: Context) -> Call:
    return call(*_some(c, (), (3,), (2, 3), (2, 1, 2), (0,)))


def _meshgrid(c: Context) -> Call:
    arrays = _some(c, (2,), (3,), (1,), ())
    options = {"copy": c.flag(), "sparse": c.flag()}
    return call(*arrays, **options, indexing=c.choice("xy", "ij"))


# Joined -------------------------------------------------------------------------------


def _vstack(c: Context) -> Call:
    arrays = _some(c, (3,), (2, 3), (1, 3))
    return call(*arrays, **_cast(c, arrays))


def _hstack(c: Context) -> Call:
    arrays = _some(c, *c.choice([(), (2,)], [(2, 3), (2, 1)]))
    return call(*arrays, **_cast(c, arrays))


def _cast(c: Context, arrays: list[np.ndarray]) -> dict[str, Any]:
    wide = np.result_type(np.float64, *[x.dtype for x in arrays]).name
    dtype = c.choice(None, wide)
    return {"dtype": dtype, "casting": c.choice("same_kind", "unsafe", "safe")}


# Cut apart ----------------------------------------------------------------------------


def _array_split(c: Context) -> Call:
    """Into sections that need not be equal, or at places."""
    x = c.array(least=1, nonempty=True)
    cuts = c.choice(1, 2, 3, (1,), (0, 2, 2), (2, 1), (-1,))
    return call(x, cuts, axis=c.axis(x.ndim))


def _evenly(c: Context) -> int | tuple[int, ...]:
    return c.choice(1, 2, (1,), (0, 1, 1))


SAMPLES: dict[str, Sample] = {
    "array_split": _array_split,
    "atleast_1d": _atleast,
    "atleast_2d": _atleast,
    "atleast_3d": _atleast,
    "broadcast_arrays": lambda c: call(c.array(c.narrower()), c.array(c.narrower())),
    "column_stack": lambda c: call(*_some(c, (3,), (3, 2))),
    "dsplit": lambda c: call(c.array(c.choice((2, 1, 2), (1, 1, 4))), _evenly(c)),
    "dstack": lambda c: call(*_some(c, *c.choice([(2,), (1, 2, 3)], [(2, 1)]))),
    "hsplit": lambda c: call(c.array(c.choice((4,), (2, 2), (1, 4, 2))), _evenly(c)),
    "hstack": _hstack,
    "meshgrid": _meshgrid,
    "unstack": lambda c: call(
        x := c.array(least=1, nonempty=True), axis=c.axis(x.ndim)
    ),
    "vsplit": lambda c: call(c.array(c.choice((2, 2), (2, 1, 2))), _evenly(c)),
    "vstack": _vstack,
}
