"""Normalization of batches whose channels lie last in memory, as convolutions lay them.

An array (n, channels, …) is then a matrix with a column for each channel, and so is one
without further axes. Sums of its columns are products with ones, block by block, which
stays in cache.
"""

from __future__ import annotations

import numpy as np

from .moments import blocks_of, column_sums


def columns_of(x):
    """The matrix (n · …, channels) that x is a view of; None if it is none."""
    last = np.moveaxis(x, 1, -1)
    by_rows = x.ndim > 2 and x.flags.c_contiguous
    if not x.size or by_rows or not last.flags.c_contiguous:
        return None
    return last.reshape(-1, x.shape[1])


def back(columns, shape):
    """(n · …, channels) → (n, channels, …), a view."""
    n, channels, *rest = shape
    return np.moveaxis(columns.reshape(n, *rest, channels), -1, 1)


def moments_of_columns(x):
    """Mean and variance of each column, in two passes: the second corrects the mean."""
    blocks = blocks_of(*x.shape)
    mean = sum(column_sums(x[rows]) for rows in blocks) / len(x)
    rest, squares = np.zeros_like(mean), np.zeros_like(mean)
    apart = np.empty_like(x[blocks[0]])
    for rows in blocks:
        d = np.subtract(x[rows], mean, out=apart[: len(x[rows])])
        rest += column_sums(d)
        squares += column_sums(np.square(d, out=d))
    rest /= len(x)
    return mean + rest, np.maximum(squares / len(x) - np.square(rest), 0)


def standardize_columns(x, weight, bias, eps):
    """(x - mean) / √(var + eps) · weight + bias, and mean and variance."""
    mean, var = moments_of_columns(x)
    scale = weight / np.sqrt(var + eps)
    shift = bias - mean * scale
    out = np.empty_like(x)
    for rows in blocks_of(*x.shape):
        y = np.multiply(x[rows], scale, out=out[rows])
        y += shift
    return out, mean, var


def pull_columns(g, x, weight, eps, mean, var):
    """The cotangents of x, the weight and the bias."""
    s = 1 / np.sqrt(var + eps)
    blocks = blocks_of(*x.shape)
    sums, products = np.zeros_like(mean), np.zeros_like(mean)
    apart = np.empty_like(x[blocks[0]])
    for rows in blocks:
        d = np.subtract(x[rows], mean, out=apart[: len(x[rows])])
        sums += column_sums(g[rows])
        products += column_sums(np.multiply(d, g[rows], out=d))
    by_g = weight * s
    by_x = -(s**3) * weight * products / len(x)
    shift = -by_g * sums / len(x) - by_x * mean
    dx = np.empty_like(x)
    for rows in blocks:
        part = np.multiply(g[rows], by_g, out=dx[rows])
        part += np.multiply(x[rows], by_x, out=apart[: len(part)])
        part += shift
    return dx, products * s, sums
