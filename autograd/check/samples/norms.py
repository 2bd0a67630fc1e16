"""Norms of vectors and of matrices, of every order that has a derivative."""

import math
from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call

SPECTRAL = (2, -2, "nuc")


def _length(c: Context) -> Call:
    """Differences of other orders show little: these are tested at chosen points."""
    x = c.array()
    return call(x, p=c.choice(2, 1), axis=c.axes(x.ndim), keepdims=c.flag())


def _vector_norm(c: Context) -> Call:
    x = c.array(nonempty=True)
    axis, keepdims = c.axes(x.ndim), c.flag()
    return call(x, axis=axis, keepdims=keepdims, ord=c.choice(2, 1, math.inf, 0))


def _matrix_norm(c: Context) -> Call:
    """Of full rank, if the order is to be spectral: singular values of 0 are kinks."""
    if c.choice(True, True, True, False):
        x = c.array(least=2, nonempty=True)
        return call(x, keepdims=c.flag(), ord=_matrix_order(c, x))
    order = c.choice(*SPECTRAL)
    return call(c.full_rank(), keepdims=c.flag(), ord=order)


def _norm(c: Context) -> Call:
    """Any array; matrices of full rank, over two axes, for the spectral orders."""
    if c.choice(True, True, True, False):
        x = c.array(nonempty=True)
        axis, order = _axis_and_order(c, x)
    else:
        order, axis = c.choice(*SPECTRAL), c.choice((-2, -1), (-1, -2))
        x = c.full_rank()
    return call(x, ord=order, axis=axis, keepdims=c.flag())


def _axis_and_order(c: Context, x: np.ndarray) -> tuple[Any, Any]:
    """Of a vector norm along one axis, or of a matrix norm over two; all, otherwise."""
    n = x.ndim
    vector = c.choice(None, 2, 1, math.inf, -math.inf, 0)
    matrix = _matrix_order(c, x)
    kind = c.choice(*["all", "one", "two"][: n + 1])
    if kind == "all":
        return None, {1: vector, 2: matrix}.get(n)
    first = c.choice(*range(-n, n))
    if kind == "one" or n == 1:
        return first, vector
    second = c.choice(*[i for i in range(n) if i != first % n])
    return (first, second), matrix


def _matrix_order(c: Context, x: np.ndarray) -> Any:
    """Where the kinks of |0| and of ties meet, they may hide each other from a test."""
    sums = () if (x == 0).any() else (1, -1, math.inf, -math.inf)
    return c.choice("fro", *sums)


SAMPLES: dict[str, Sample] = {
    "length": _length,
    "matrix_norm": _matrix_norm,
    "norm": _norm,
    "vector_norm": _vector_norm,
}
