"""Reductions: over one axis, several, or all, of all elements or of those chosen."""

from typing import Any

import numpy as np

from ...ops.reductions import count, counted
from ..context import Call, Context, Sample, call


def reduction(c: Context) -> Call:
    """Of any array, also an empty one."""
    x = c.array()
    return call(x, axis=c.axes(x.ndim), keepdims=c.flag())


def reduction_of_some(c: Context) -> Call:
    """Of an array that has elements."""
    x = c.array(nonempty=True)
    return call(x, axis=c.axes(x.ndim), keepdims=c.flag())


def _var(c: Context) -> Call:
    x = c.array(nonempty=True)
    axis, keepdims = c.axes(x.ndim), c.flag()
    ddof = degrees_of_freedom(c, count(x.shape, axis), 0, 1, 2, 0.5)
    return call(x, axis=axis, keepdims=keepdims, ddof=ddof)


def degrees_of_freedom(c: Context, n: int, *options: float) -> float:
    """What is taken off the number of elements, of which something must remain."""
    return c.choice(*[ddof for ddof in options if ddof < n])


# Of what a mask chooses ---------------------------------------------------------------


def _sum_of_chosen(c: Context) -> Call:
    x, where, options = _chosen(c)
    options |= {"dtype": c.choice(None, np.float64), "initial": c.choice(None, 2.0)}
    return call(x, where, **options)


def extreme_of_chosen(c: Context) -> Call:
    x, where, options = _chosen(c)
    return call(x, where, **options, initial=c.choice(0.5, -1000.0, 1000.0))


def _chosen(c: Context) -> tuple[np.ndarray, Any, dict[str, Any]]:
    x = c.array()
    where = c.choice(_mask(c, x), True)
    return x, where, {"axis": c.axes(x.ndim), "keepdims": c.flag()}


def _mask(c: Context, x: np.ndarray) -> np.ndarray:
    """Which elements take part, of a shape that broadcasts to the array."""
    sides = [c.choice(side, side, 1) for side in x.shape]
    return c.array(tuple(sides[c.choice(0, 0, 1) :])) > 0


def _mean_of_chosen(c: Context) -> Call:
    x, where, axis = some_chosen(c)
    keepdims, dtype = c.flag(), c.choice(None, np.float64)
    return call(x, where, axis=axis, keepdims=keepdims, dtype=dtype)


def _var_of_chosen(c: Context) -> Call:
    x, where, axis = some_chosen(c)
    options = {"keepdims": c.flag(), "dtype": c.choice(None, np.float64)}
    mean = c.choice(None, c.array(np.mean(x, axis=axis, keepdims=True).shape))
    ddof = degrees_of_freedom(c, fewest(x, where, axis), 0, 1, 0.5)
    return call(x, where, mean, axis=axis, ddof=ddof, **options)


def some_chosen(c: Context) -> tuple[np.ndarray, Any, Any]:
    """An array, a mask that leaves something of every slice along the axes; these."""
    x = c.array(nonempty=True)
    axis = c.axes(x.ndim)
    where = _mask(c, x)
    return x, where if fewest(x, where, axis) else True, axis


def fewest(x: np.ndarray, where: Any, axis: Any) -> int:
    """The least number of elements that go into any result."""
    return counted(where, x.shape, axis, True).min()


SAMPLES: dict[str, Sample] = {
    "logsumexp": reduction_of_some,
    "max": reduction_of_some,
    "max of chosen": extreme_of_chosen,
    "mean": reduction_of_some,
    "mean of chosen": _mean_of_chosen,
    "min": reduction_of_some,
    "min of chosen": extreme_of_chosen,
    "prod": reduction,
    "prod of chosen": _sum_of_chosen,
    "sum": reduction,
    "sum of chosen": _sum_of_chosen,
    "var": _var,
    "var of chosen": _var_of_chosen,
}
