"""Normalization on raw arrays: few passes over memory, sums as products with ones.

Two layouts are fast. *Rows*: (rows, n), each row normalized by itself. *Channels*:
(batch, groups, members, n), whose long rows are summed first; what is normalized
together is then a sum of these few sums. Both go block by block, which stays in cache.
"""

from __future__ import annotations

import numpy as np

BLOCK = 1 << 17  # elements at a time
ROWS = 1 << 10  # at most: sums over more are off by some rounding, in single precision
LONG = 32  # elements of a row, from which a product with ones pays


def _step(size):
    """How many rows of so many elements make a block."""
    return min(max(BLOCK // max(size, 1), 1), ROWS)


def blocks_of(count, size):
    """Slices over ``count`` rows of so many elements each."""
    step = _step(size)
    return [slice(i, i + step) for i in range(0, count, step) if size]


def _column(x):
    return x[..., None]


def row_sums(x):
    """Σ over the last axis: (…, n) → (…)."""
    return np.matmul(x, np.ones(x.shape[-1], x.dtype))


def column_sums(x):
    """Σ over the first axis: (rows, n) → (n,)."""
    return np.matmul(np.ones(len(x), x.dtype), x)


# Rows ---------------------------------------------------------------------------------


def standardize_rows(x, weight, bias, eps, centred):
    """(x - mean) / √(var + eps) · weight + bias; without mean and bias: not centred."""
    out = np.empty(x.shape, x.dtype)
    for rows in blocks_of(*x.shape):
        block, y = x[rows], out[rows]
        scale = _statistics(block, eps, centred, y)
        y *= scale
        y *= weight
        if bias is not None:
            y += bias
    return out


def _statistics(x, eps, centred, out):
    """1 / √(var + eps) of each row; the rows less their mean are left in ``out``."""
    n = x.shape[-1]
    if centred:
        x = np.subtract(x, _column(row_sums(x) / n), out=out)
    else:
        out[...] = x
    return _column(1 / np.sqrt(np.vecdot(x, x) / n + eps))


def pull_rows(g, x, weight, eps, centred):
    """The cotangents of the rows, the weight and the bias.

    dx = g · s ⊗ weight - (x - mean) s³ mean(gʷ (x - mean)) - s mean(gʷ), where all sums
    are products of g, and of g (x - mean), with vectors.
    """
    dx = np.empty(x.shape, x.dtype)
    n = x.shape[-1]
    dweight, dbias = np.zeros(n, x.dtype), np.zeros(n, x.dtype)
    apart = np.empty_like(x[: _step(n)])
    for rows in blocks_of(*x.shape):
        gb, part = g[rows], dx[rows]
        d = apart[: len(gb)]
        scale = _statistics(x[rows], eps, centred, d)
        dbias += column_sums(gb)
        np.multiply(gb, d, out=part)
        dweight += np.matmul(scale[:, 0], part)
        d *= scale**3 * _column(np.matmul(part, weight) / -n)
        np.multiply(scale, weight, out=part)
        part *= gb
        part += d
        if centred:
            part -= scale * _column(np.matmul(gb, weight) / n)
    return dx, dweight, dbias


# Channels -----------------------------------------------------------------------------


def moments(x, axes):
    """Mean and variance over some of the first three axes, and the last.

    Each row has its own, which are joined: exact also far from 0. (Chan, Golub and
    LeVeque, Updating formulae and a pairwise algorithm for computing sample variances,
    1979)
    """
    *lead, n = x.shape
    flat = x.reshape(-1, n)
    means = row_sums(flat) / n
    squares = np.empty_like(means)
    apart = np.empty_like(flat[: _step(n)])
    for rows in blocks_of(*flat.shape):
        d = apart[: len(flat[rows])]
        np.subtract(flat[rows], _column(means[rows]), out=d)
        squares[rows] = np.vecdot(d, d)
    means, squares = means.reshape(lead), squares.reshape(lead)
    mean = means.mean(axis=axes, keepdims=True)
    within = squares.mean(axis=axes, keepdims=True) / n
    return mean, within + np.square(means - mean).mean(axis=axes, keepdims=True)


def scaled(x, scale, shift):
    """x · scale + shift, of one each for a row of the last axis."""
    n = x.shape[-1]
    out = np.empty(x.shape, x.dtype)
    flat, to = x.reshape(-1, n), out.reshape(-1, n)
    scale, shift = (
        np.broadcast_to(a, x.shape[:-1]).reshape(-1, 1) for a in (scale, shift)
    )
    for rows in blocks_of(*flat.shape):
        y = np.multiply(flat[rows], scale[rows], out=to[rows])
        y += shift[rows]
    return out


def row_products(g, x, mean):
    """Σ g and Σ g (x - mean) of each row of the last axis."""
    *lead, n = x.shape
    g, flat = g.reshape(-1, n), x.reshape(-1, n)
    mean = np.broadcast_to(mean, lead).reshape(-1, 1)
    products = np.empty(len(flat), x.dtype)
    apart = np.empty_like(flat[: _step(n)])
    for rows in blocks_of(*flat.shape):
        d = apart[: len(flat[rows])]
        np.subtract(flat[rows], mean[rows], out=d)
        products[rows] = np.vecdot(g[rows], d)
    return row_sums(g).reshape(lead), products.reshape(lead)


def combined(g, by_g, x, by_x, shift):
    """g · by_g + x · by_x + shift, of one each for a row of the last axis."""
    n = x.shape[-1]
    out = np.empty(x.shape, x.dtype)
    gs, xs, to = (a.reshape(-1, n) for a in (g, x, out))
    by_g, by_x, shift = (
        np.broadcast_to(a, x.shape[:-1]).reshape(-1, 1) for a in (by_g, by_x, shift)
    )
    apart = np.empty_like(xs[: _step(n)])
    for rows in blocks_of(*xs.shape):
        y = np.multiply(gs[rows], by_g[rows], out=to[rows])
        y += np.multiply(xs[rows], by_x[rows], out=apart[: len(y)])
        y += shift[rows]
    return out
