"""Medians, quantiles and percentiles: what stands at a rank, or between two."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..core.composite import composed
from ..core.declare import constant
from ..core.node import Node, decides, raw
from . import reductions
from .held import held
from .indexing import getitem
from .shaping import broadcast_to, reshape, transpose
from .sorting import data_of
from .statistics import weights_along

__all__ = [
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]


def _in_rows(x, axis):
    """The axes that are reduced in one row each; the shapes of results."""
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else normalize_axis_tuple(axis, len(shape))
    others = [i for i in range(len(shape)) if i not in axes]
    rows = math.prod([shape[i] for i in others])
    size = math.prod([shape[i] for i in axes])
    kept = tuple([1 if i in axes else n for i, n in enumerate(shape)])
    left = tuple([shape[i] for i in others])
    return reshape(transpose(x, (*others, *axes)), (rows, size)), kept, left


def _rank(data, *given, function, method=None):
    """The places of the elements below and above a rank, k + t; t; whether it is NaN.

    It is found in NumPy's own way: as that quantile of the ranks, 0 … n - 1, which are
    NaN where the elements in that order are. ``given`` are q, and weights. (rows, n) →
    (rows, quantiles)
    """
    order = np.argsort(data, axis=-1, kind="stable")
    nan = np.isnan(np.take_along_axis(data, order, axis=-1))
    ranks = np.where(nan, np.nan, np.arange(data.shape[1]))
    options = {} if method is None else {"method": method}
    if len(given) == 2:
        options["weights"] = np.take_along_axis(given[1], order, axis=-1)
    elif not nan.any():
        ranks = ranks[:1]
    rank = getattr(np, function)(ranks, *given[:1], axis=-1, **options)  # (…, rows)
    shape = rank.shape[:-1]
    rank = np.broadcast_to(rank, (*shape, len(data)))
    rank = np.reshape(rank, (math.prod(shape), len(data))).T
    lost = np.isnan(rank)
    rank = np.where(lost, 0, rank)
    below, above = np.floor(rank).astype(int), np.ceil(rank).astype(int)
    number = np.arange(len(data))[:, None]
    return order[number, below], order[number, above], rank - below, lost


rank_of = constant(_rank, name="rank")


def _by_rank(x, between, axis, keepdims, *given, **how):
    """What ``between`` makes of the elements around a rank, k + t."""
    rows, kept, left = _in_rows(x, axis)
    below, above, t, lost = rank_of(held(rows), *given, **how)
    number = np.arange(np.shape(rows)[0])[:, None]
    found = between(getitem(rows, (number, below)), getitem(rows, (number, above)), t)
    if not decides(lost) or lost.any():
        found = np.where(lost, np.nan, found)
    shape = np.shape(given[0]) if given else ()
    return reshape(found.T, (*shape, *(kept if keepdims else left)))


def _mean_of_two(low, high, t):
    return (low + high) / 2


@composed(analytic=False)
def median(x, axis=None, keepdims=False):
    """The element in the middle, or the mean of the two there, over axes.

    Its gradient goes to the one or the two in the middle.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.median)(np.array([5.0, 1.0, 2.0, 9.0]))
    array([0.5, 0. , 0.5, 0. ])
    """
    if not np.size(x):
        return reductions.mean(x, axis, keepdims)  # NaN

    return _by_rank(x, _mean_of_two, axis, keepdims, function="median")


@composed(analytic=False)
def nanmedian(x, axis=None, keepdims=False):
    """Like ``median``, of what is not NaN: NaN, with a warning, where all are.

    Its gradient goes to the one or the two in the middle; NaN gets 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.nanmedian)(np.array([5.0, 1.0, np.nan]))
    array([0.5, 0.5, 0. ])
    """
    if not np.size(x):
        return reductions.mean(x, axis, keepdims)  # NaN

    return _by_rank(x, _mean_of_two, axis, keepdims, function="nanmedian")


def _quantile(function, x, q, axis, method, keepdims, weights):
    if isinstance(q, Node) and q.tracked:
        raise TypeError("q= has no derivative here; use q.detach()")
    q = q if isinstance(q, (int, float)) else data_of(q)
    number = np.zeros(1, np.result_type(raw(x)))
    dtype = getattr(np, function)(number, raw(q), method=method).dtype
    given = [q]
    if weights is not None:
        weights = weights_along(data_of(weights), np.shape(x), axis)
        given += _in_rows(broadcast_to(weights, np.shape(x)), axis)[:1]

    def between(low, high, t):
        """From the nearer one; where t = 0 it is that, even beside an infinite one."""
        if dtype.kind in "biu":
            return low
        t = t.astype(dtype)
        apart = np.where(t == 0, 0, high) - np.where(t == 0, 0, low)
        return np.where(t >= 0.5, high - apart * (1 - t), low + apart * t)

    how = {"function": function, "method": method}
    return _by_rank(x, between, axis, keepdims, *given, **how)


@composed(analytic=False)
def quantile(x, q, axis=None, method="linear", keepdims=False, *, weights=None):
    """What a share ``q`` of the elements over axes stays below. → (shape of q, …)

    Between two elements by the ``method``: any of NumPy's. There is no derivative by q.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda x: ag.quantile(x, 0.25))(np.array([3.0, 1.0, 2.0]))
    array([0. , 0.5, 0.5])
    """
    return _quantile("quantile", x, q, axis, method, keepdims, weights)


@composed(analytic=False)
def nanquantile(x, q, axis=None, method="linear", keepdims=False, *, weights=None):
    """Like ``quantile``, of what is not NaN: NaN, with a warning, where all are.

    Its gradient goes to the elements beside it; NaN gets 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanquantile(ag.tensor([1.0, np.nan, 2.0]), 0.5)
    Tensor(1.5)
    """
    if not np.size(x):
        return reductions.mean(x, axis, keepdims)  # NaN
    return _quantile("nanquantile", x, q, axis, method, keepdims, weights)


def _share(q):
    if isinstance(q, (int, float)):
        return q / 100
    return np.true_divide(q, 100)


@composed(analytic=False)
def percentile(x, q, axis=None, method="linear", keepdims=False, *, weights=None):
    """What ``q`` per cent of the elements stay below: see ``quantile``.

    Its gradient goes to the elements beside it.

    >>> import autograd as ag
    >>> ag.percentile(ag.tensor([3.0, 1.0, 2.0]), [0, 50])
    Tensor([1., 2.])
    """
    return quantile(x, _share(q), axis, method, keepdims, weights=weights)


@composed(analytic=False)
def nanpercentile(x, q, axis=None, method="linear", keepdims=False, *, weights=None):
    """Like ``percentile``, of what is not NaN: NaN, with a warning, where all are.

    Its gradient goes to the elements beside it; NaN gets 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanpercentile(ag.tensor([1.0, np.nan, 2.0]), 50)
    Tensor(1.5)
    """
    return nanquantile(x, _share(q), axis, method, keepdims, weights=weights)
