"""Products of matrices as lines and views: by BLAS, by panels, or as sums."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..flat import Kind
from .elements import as_number
from .lines import Lines, Number
from .panels import by_panels
from .reductions import reduced
from .views import View, seen, spread, whole


def matmul(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    """Of matrices, stacks of them, and vectors as rows or columns."""
    x, y = args
    floats = kind.dtype.name in ("float32", "float64")
    if params or not floats or not all(isinstance(a, View) for a in args):
        return None
    if any(lines.dtype(a) != kind.dtype for a in args):
        return None
    if len(x.shape) == 1:
        x = seen(x, lambda a: a[None, :])
    if len(y.shape) == 1:
        y = seen(y, lambda a: a[:, None])
    return lines.shaped(product(lines, x, y, kind.dtype), kind.shape)


def product(lines: Lines, x: View, y: View, dtype: np.dtype) -> View:
    """x @ y of two views of two axes at least."""
    m, k, n = x.shape[-2], x.shape[-1], y.shape[-1]
    if m == 1 and len(y.shape) == 2 and as_number(lines, x) == Number(1, dtype):
        return spread(_sum_of_rows(lines, y, dtype), (*x.shape[:-1], n))
    if len(y.shape) == 2 and len(x.shape) > 2:  # one product for all rows
        lead = x.shape[:-1]
        rows = lines.shaped(x, (math.prod(lead), k))
        return lines.shaped(product(lines, rows, y, dtype), (*lead, n))
    found = by_panels(lines, x, y)
    if found is not None:
        return found
    lead = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    x, y = spread(x, (*lead, m, k)), spread(y, (*lead, k, n))
    if not k:
        zero = lines.constant(np.zeros((), dtype))
        return spread(zero, (*lead, m, n))
    x, y = [a if is_matrix(a) else lines.copied(a) for a in (x, y)]
    return lines.emit("matmul", (x, y), None, (*lead, m, n), dtype)


def _sum_of_rows(lines: Lines, y: View, dtype: np.dtype) -> View:
    """A sum over the shape of the line it reads, so that it can join the same loops."""
    shape = lines[y.of].shape
    if y == whole(y.of, y.shape) and y.size == math.prod(shape):
        y = y if shape[-1:] != y.shape[-1:] else whole(y.of, shape)
    return reduced(
        lines, "sum", y, range(len(y.shape) - 1), Kind((1, y.shape[-1]), dtype)
    )


def is_matrix(x: View) -> bool:
    """Whether BLAS can read it: rows or columns side by side."""
    (m, n), (down, along) = x.shape[-2:], x.strides[-2:]
    by_rows = (along == 1 or n == 1) and (down >= n or m == 1)
    return by_rows or ((down == 1 or m == 1) and (along >= m or n == 1))


def affine(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    x, weight, bias = args
    if not all(isinstance(a, View) for a in args) or len(x.shape) < 2:
        return None
    if any(lines.dtype(a) != kind.dtype for a in args) or len(weight.shape) != 2:
        return None
    if kind.dtype.name not in ("float32", "float64"):
        return None
    shape = kind.shape
    if len(bias.shape) < 2:  # one row for all
        x = lines.shaped(x, (math.prod(shape[:-1]), x.shape[-1]))
        shape = (x.shape[0], shape[-1])
        found = by_panels(lines, x, seen(weight, np.transpose), spread(bias, shape[1:]))
        if found is not None:
            return lines.shaped(found, kind.shape)
    y = lines.shaped(product(lines, x, seen(weight, np.transpose), kind.dtype), shape)
    given = [spread(a, shape) for a in (y, bias)]
    made = lines.emit("add", given, kind.dtype, shape, kind.dtype)
    return lines.shaped(made, kind.shape)
