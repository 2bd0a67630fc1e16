"""Products of matrices, and the affine map of a layer."""

import math

import numpy as np

from ..blas import product
from ..core.declare import general, multilinear

__all__ = ["affine", "matmul"]

FEW = 1024  # rows that are summed in single precision
ONES = np.ones(FEW, np.float32)


def _matmul_left(g, x_shape, y):
    if len(x_shape) == 1 and np.ndim(y) == 1:
        return g * y
    if np.ndim(y) == 1:  # (…, n) @ (n,) → (…)
        return np.expand_dims(g, -1) * y
    if len(x_shape) == 1:  # (n,) @ (…, n, m) → (…, m)
        return np.matmul(y, np.expand_dims(g, -1))[..., 0]
    return np.matmul(g, np.swapaxes(y, -1, -2))


def _matmul_right(g, x, y_shape):
    if len(y_shape) == 1 and np.ndim(x) == 1:
        return g * x
    if np.ndim(x) == 1:  # (n,) @ (…, n, m) → (…, m)
        return np.expand_dims(x, -1) * np.expand_dims(g, -2)
    if len(y_shape) == 1:  # (…, n) @ (n,) → (…)
        return np.matmul(np.expand_dims(g, -2), x)[..., 0, :]
    if len(y_shape) == 2:  # one for the whole stack: summed in the product
        return np.matmul(_rows(x).mT, _rows(g))
    return np.matmul(np.swapaxes(x, -1, -2), g)


matmul = multilinear(np.matmul, _matmul_left, _matmul_right, symbol="@")


def _affine(x, weight, bias):
    y = _by_rows(x, weight.mT)
    if np.shape(bias) == y.shape[-1:] and bias.dtype == y.dtype:
        return np.add(y, bias, out=y)
    return y + bias


def _rows(x):
    if x.ndim == 2:
        return x
    *lead, n = x.shape
    return np.reshape(x, (math.prod(lead), n))  # not -1: n may be 0


def _by_rows(x, matrix):
    """x @ matrix, of all rows in one product: of many small ones each costs a call."""
    if x.ndim < 3 or matrix.ndim > 2:
        return _product(x, matrix)
    y = _product(_rows(x), matrix)
    return np.reshape(y, (*x.shape[:-1], matrix.shape[-1]))


def _product(x, matrix):
    """x @ matrix; of raw ones by what takes NumPy the least to set about."""
    raw = type(x) is type(matrix) is np.ndarray
    if raw and matrix.ndim == 2 and 0 < x.ndim < 3:
        return product(x, matrix)
    return np.matmul(x, matrix)


def _onto_bias(g, bias_shape):
    """Summed over the rows, as a product with ones: BLAS is the fastest at it."""
    if bias_shape != g.shape[-1:]:
        return g
    rows = _rows(g)
    n, kind = len(rows), g.dtype.char  # of half and of single precision
    if kind == "e" or (kind == "f" and n > FEW):
        return g  # it rounds after each row; the sweep sums more exactly
    return _product(ONES[:n] if kind == "f" else np.ones(n, rows.dtype), rows)


affine = general(
    _affine,
    lambda g, weight: _by_rows(g, weight),
    lambda g, x: _product(_rows(g).mT, _rows(x)),
    _onto_bias,
    analytic=True,
    symbol="x Wᵀ + b",
)
