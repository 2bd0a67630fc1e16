"""Spread, averages, and how observations vary together."""

from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call
from .reductions import degrees_of_freedom, fewest, reduction_of_some, some_chosen

POSITIVE = (0.0, float("inf"))


def _std(c: Context) -> Call:
    x, where, axis = some_chosen(c)
    keepdims = c.flag()
    ddof = degrees_of_freedom(c, fewest(x, where, axis), 0, 1, 0.5)
    return call(x, where, axis=axis, ddof=ddof, keepdims=keepdims)


def _weighted(c: Context) -> Call:
    """Weights are positive, for all elements or along the axis."""
    x = c.array(nonempty=True)
    axis = c.axis_or_none(x.ndim)
    sides = x.shape if axis is None else (x.shape[axis],)
    weights = abs(c.array(c.choice(x.shape, sides), domain=POSITIVE)) + 0.5
    return call(x, weights, axis=axis, returned=c.flag(), keepdims=c.flag())


def _bincount(c: Context) -> Call:
    weights = c.array((c.choice(4, 1, 0, 3),))
    x = np.arange(len(weights)) ** 2 % 3
    return call(weights, x, minlength=c.choice(0, 5))


def _cov(c: Context) -> Call:
    x, y, options = _observed(c)
    n = x.shape[-1 if options["rowvar"] else 0]
    weights = c.choice(None, 0.5 + np.tanh(c.array((n,), domain=POSITIVE)))
    options["fweights"] = c.choice(None, (1, 2, 1, 3)[:n])
    options |= {"bias": c.flag(), "ddof": c.choice(None, 0, 0, 1)}
    return call(x, y, weights, **options)


def _corrcoef(c: Context) -> Call:
    x, y, options = _observed(c)
    return call(x, y, **options)


def _observed(c: Context) -> tuple[np.ndarray, Any, dict[str, Any]]:
    x = _moderate(c.array(c.choice((2, 4), (3, 2), (4,), (2, 2))))
    y = c.choice(None, _moderate(c.array(x.shape)))
    return x, y, {"rowvar": c.flag(), "dtype": c.choice(None, np.complex128)}


def _moderate(x: np.ndarray) -> np.ndarray:
    """Spread over a few units: where a variance is small, its square root is steep."""
    apart = 2 * np.cos(2.0 * np.arange(x.size).reshape(x.shape))
    return (np.tanh(x) + apart).astype(x.dtype)


SAMPLES: dict[str, Sample] = {
    "bincount": _bincount,
    "corrcoef": _corrcoef,
    "cov": _cov,
    "ptp": reduction_of_some,
    "std": _std,
    "weighted average": _weighted,
}
