"""Elements in some order, equal ones among them."""

import numpy as np

from ..context import Call, Context, Sample, call


def _in_order(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    axis = c.choice(-1, 0)
    return call(x, np.argsort(c.array(x.shape), axis=axis), axis=axis)


def _sort(c: Context) -> Call:
    x = pairs(c)
    axis, descending = c.axis_or_none(x.ndim), c.flag()
    kind = c.choice(None, "stable", "quicksort")
    stable = c.choice(None, True) if kind is None else None
    return call(x, axis=axis, kind=kind, stable=stable, descending=descending)


def _partition(c: Context) -> Call:
    x = pairs(c)
    return call(x, c.choice(0, -1, (0, -1)), axis=c.axis_or_none(x.ndim))


def _topk(c: Context) -> Call:
    x = pairs(c)
    axis = c.axis(x.ndim)
    return call(x, k=c.choice(1, 0, x.shape[axis]), axis=axis, largest=c.flag())


def _unique(c: Context) -> Call:
    """No two elements are equal or close: where they are, the result's length jumps."""
    x = _with_ties(c.array(), 1)
    axis = c.axis_or_none(x.ndim)
    names = ("return_index", "return_inverse", "return_counts", "equal_nan", "sorted")
    return call(x, axis=axis, **{name: c.flag() for name in names})


def pairs(c: Context) -> np.ndarray:
    """Ties are pairs: of three, whose middle one has no derivative along a line that is
    linear in the direction, no rule could agree with the oracles."""
    return _with_ties(c.array(least=1, nonempty=True), c.choice(1, 2))


def _with_ties(x: np.ndarray, count: int) -> np.ndarray:
    """As many elements in some order, so many of each, and the others 0.5 apart."""
    ranks = np.argsort(np.ravel(x)) // count
    return (0.5 * ranks - 1).reshape(x.shape).astype(x.dtype)


SAMPLES: dict[str, Sample] = {
    "in_order": _in_order,
    "partition": _partition,
    "sort": _sort,
    "topk": _topk,
    "unique": _unique,
}
