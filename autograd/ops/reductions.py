"""Reductions over one axis, several, or all: each with ``axis=`` and ``keepdims=``."""

import numpy as np

from ..primitive import general, linear

REDUCTION = {"x": "array", "axis": "axes", "keepdims": "flag"}
NONEMPTY = {**REDUCTION, "x": "nonempty array"}


def spread(g, shape, axis, keepdims):
    """A reduction's cotangent at every element that went in: the transpose of sum."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)


def count(shape, axis):
    """How many elements go into each result."""
    if axis is None:
        return int(np.prod(shape))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([shape[i] for i in axes]))


def _sum(x, axis=None, keepdims=False):
    return np.sum(x, axis=axis, keepdims=keepdims)


def _mean(x, axis=None, keepdims=False):
    return np.mean(x, axis=axis, keepdims=keepdims)


def _prod(x, axis=None, keepdims=False):
    return np.prod(x, axis=axis, keepdims=keepdims)


def _max(x, axis=None, keepdims=False):
    return np.max(x, axis=axis, keepdims=keepdims)


def _min(x, axis=None, keepdims=False):
    return np.min(x, axis=axis, keepdims=keepdims)


def _var(x, axis=None, ddof=0, keepdims=False):
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _logsumexp(x, axis=None, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore"):  # log 0, where every x is -∞
        total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis=axis)


sum = linear(
    _sum,
    lambda g, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims),
    symbol="Σ",
    of_ones=True,
    sample=REDUCTION,
)
mean = linear(
    _mean,
    lambda g, x_shape, axis, keepdims: spread(
        g / count(x_shape, axis), x_shape, axis, keepdims
    ),
    sample=NONEMPTY,
)


def _pull_extreme(g, x, out, x_shape, axis, keepdims):
    """Ties split equally."""
    wins = np.equal(x, spread(out, x_shape, axis, keepdims))
    wins = np.logical_or(wins, np.isnan(x))  # NaN is the extreme wherever there is one
    ties = np.sum(wins, axis=axis, keepdims=True)
    return spread(g, x_shape, axis, keepdims) * (wins / ties)


max = general(_max, _pull_extreme, kinks="ties split equally", sample=NONEMPTY)
min = general(_min, _pull_extreme, kinks="ties split equally", sample=NONEMPTY)


def _pull_var(g, x, x_shape, axis, ddof, keepdims):
    """∂var/∂x = 2 (x - mean) / (n - ddof)."""
    apart = np.conj(x - np.mean(x, axis=axis, keepdims=True))
    return (
        spread(g, x_shape, axis, keepdims) * apart * (2 / (count(x_shape, axis) - ddof))
    )


var = general(
    _var, _pull_var, analytic=False, sample={**NONEMPTY, "ddof": "degrees of freedom"}
)


def _pull_logsumexp(g, x, out, x_shape, axis, keepdims):
    """softmax(x); where the result is infinite, its share of those that made it so."""
    out = spread(out, x_shape, axis, keepdims)
    finite = np.isfinite(out)
    apart = np.where(finite, x, 0) - np.where(finite, out, 0)
    weights = np.where(finite, np.exp(apart), np.equal(x, out))
    share = weights / np.sum(weights, axis=axis, keepdims=True)
    return spread(g, x_shape, axis, keepdims) * share


logsumexp = general(_logsumexp, _pull_logsumexp, sample=NONEMPTY)


def _pull_prod(g, x, x_shape, axis, keepdims):
    """The product of the others, without division: right with any number of zeros."""
    n = len(x_shape)
    axes = range(n) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    reduced = [i % n for i in axes]
    order = [i for i in range(n) if i not in reduced] + reduced
    kept = [x_shape[i] for i in order[: n - len(reduced)]]
    rows = np.reshape(np.transpose(x, order), (*kept, count(x_shape, axis)))
    others = _before(rows) * _before(rows[..., ::-1])[..., ::-1]
    others = np.reshape(others, [x_shape[i] for i in order])
    back = sorted(range(n), key=order.__getitem__)
    return spread(g, x_shape, axis, keepdims) * np.transpose(others, back)


def _before(x):
    """For each element of the last axis the product of those before: log₂ n steps."""
    n = x.shape[-1]
    x = np.concatenate([np.ones_like(x[..., :1]), x[..., :-1]], axis=-1)
    step = 1
    while step < n:
        x = np.concatenate([x[..., :step], x[..., step:] * x[..., :-step]], axis=-1)
        step *= 2
    return x


prod = general(_prod, _pull_prod, symbol="Π", sample=REDUCTION, analytic=True)
