"""Normalization of batches whose channels lie last in memory, as convolutions lay them.

An array (n, channels, …) is then a matrix with a column for each channel, and so is one
without further axes. Several of its rows are taken side by side as a line, as long as
loops are fast on, and some lines at a time, which stay in the cache of one core.
"""

from __future__ import annotations

import math

import numpy as np

from ..threads import in_parts
from .patches import even_share

LINE = 1 << 10  # elements of several rows
PART = 1 << 18  # elements at a time: with fewer, threads wait for Python


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


class Lines:
    """How rows of a matrix lie side by side as lines, which are taken in parts."""

    def __init__(self, rows, channels):
        longest = 1 << (max(LINE // channels, 1).bit_length() - 1)
        self.side = math.gcd(rows, longest)
        self.count, self.channels = rows // self.side, channels
        self.each = even_share(self.count, PART // (self.side * channels))

    def of(self, x):
        """(rows, channels) → (lines, side · channels), a view."""
        return x.reshape(self.count, -1)

    def along(self, *vectors):
        """(channels,) → (side · channels,)"""
        return [np.tile(v, self.side) for v in vectors]

    def total(self, lines):
        """Σ of all rows: (…, side · channels) → (channels,)"""
        return lines.sum(axis=0).reshape(-1, self.channels).sum(axis=0)

    def by_parts(self, work):
        """What ``work`` gives for each part, in order: arrays with an axis of these."""
        found = [()] * -(-self.count // self.each)

        def some(part):
            found[part.start // self.each] = work(part)

        in_parts(some, self.count, self.each)
        return [np.stack(each) for each in zip(*found)]

    def each_part(self, work):
        """Call ``work`` for each part."""
        in_parts(work, self.count, self.each)


def moments_of_columns(x):
    """Mean and variance of each column: those of parts, which are joined.

    Exact also far from 0: what is left once the mean is taken away corrects it. (Chan,
    Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample
    variances, 1979)
    """
    lines = Lines(*x.shape)
    wide = lines.of(x)

    def of(part):
        block = wide[part]
        n = np.asarray(len(block) * lines.side, x.dtype)
        mean = lines.total(block) / n
        d = block - lines.along(mean)[0]
        rest = lines.total(d) / n
        squares = lines.total(np.square(d, out=d)) - n * np.square(rest)
        return n, mean + rest, squares

    n, means, squares = lines.by_parts(of)
    mean = n @ means / len(x)
    between = n @ np.square(means - mean)
    return mean, (squares.sum(axis=0) + between) / len(x)


def standardize_columns(x, weight, bias, eps):
    """(x - mean) / √(var + eps) · weight + bias, and mean and variance."""
    mean, var = moments_of_columns(x)
    lines, out = Lines(*x.shape), np.empty_like(x)
    scale = weight / np.sqrt(var + eps)
    scale, shift = lines.along(scale, bias - mean * scale)
    wide, to = lines.of(x), lines.of(out)

    def some(part):
        y = np.multiply(wide[part], scale, out=to[part])
        y += shift

    lines.each_part(some)
    return out, mean, var


def pull_columns(g, x, weight, eps, mean, var):
    """The cotangents of x, the weight and the bias."""
    lines, dx = Lines(*x.shape), np.empty_like(x)
    gs, xs, to = lines.of(g), lines.of(x), lines.of(dx)
    (means,) = lines.along(mean)

    def of(part):
        block, d = gs[part], xs[part] - means
        return lines.total(block), lines.total(np.multiply(d, block, out=d))

    sums, products = [each.sum(axis=0) for each in lines.by_parts(of)]
    s = 1 / np.sqrt(var + eps)
    by_g = weight * s
    by_x = -(s**3) * weight * products / len(x)
    shift = -by_g * sums / len(x) - by_x * mean
    wide_by_g, wide_by_x, wide_shift = lines.along(by_g, by_x, shift)

    def some(part):
        y = np.multiply(gs[part], wide_by_g, out=to[part])
        y += xs[part] * wide_by_x
        y += wide_shift

    lines.each_part(some)
    return dx, products * s, sums
