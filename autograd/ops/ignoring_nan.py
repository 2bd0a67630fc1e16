"""Reductions that ignore NaN, which gets no gradient."""

import numpy as np

from ..core.declare import general
from ..core.node import decides
from . import reductions, statistics
from .reductions import (
    EXTREME,
    degrees,
    given,
    number_of,
    pull_extreme_of_chosen,
)
from .sorting import data_of

__all__ = ["nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar"]


def _numbers(x, where=True):
    """Which of the elements that ``where`` chooses are not NaN: True, if all are."""
    nan = np.isnan(data_of(x))
    if decides(nan) and not nan.any():
        return where
    return np.logical_and(np.logical_not(nan), data_of(where))


def nansum(x, axis=None, keepdims=False, *, dtype=None, initial=None, where=True):
    """Like ``sum``, of what is not NaN.

    ∂/∂xᵢ = 1; NaN gets 0.

    >>> import autograd as ag
    >>> ag.nansum(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor(4.)
    """
    where = _numbers(x, where)
    return reductions.sum(x, axis, keepdims, dtype=dtype, initial=initial, where=where)


def nanprod(x, axis=None, keepdims=False, *, dtype=None, initial=None, where=True):
    """Like ``prod``, of what is not NaN.

    ∂/∂xᵢ = Π xⱼ over the others; NaN gets 0.

    >>> import autograd as ag
    >>> ag.nanprod(ag.tensor([2.0, float("nan"), 3.0]))
    Tensor(6.)
    """
    where = _numbers(x, where)
    return reductions.prod(x, axis, keepdims, dtype=dtype, initial=initial, where=where)


def nanmean(x, axis=None, keepdims=False, *, dtype=None, where=True):
    """Like ``mean``, of what is not NaN; NaN, with a warning, where there is nothing.

    ∂/∂xᵢ = 1/n over what is not NaN, which gets 0.

    >>> import autograd as ag
    >>> ag.nanmean(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor(2.)
    """
    where, axis = _numbers(x, where), axis if np.ndim(x) else None
    return reductions.mean(x, axis, keepdims, dtype=dtype, where=where)


def nanvar(
    x, axis=None, ddof=0, keepdims=False, *,
    dtype=None, where=True, mean=None, correction=None,
):  # fmt: skip
    """Like ``var``, of what is not NaN; NaN where no more than ``ddof`` are.

    ∂/∂xᵢ = 2 (xᵢ - mean) / (n - ddof); NaN gets 0.

    >>> import autograd as ag
    >>> ag.nanvar(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor(1.)
    """
    return _of_numbers(
        reductions.var,
        x,
        axis,
        ddof,
        keepdims,
        where,
        correction,
        dtype=dtype,
        mean=mean,
    )


def nanstd(
    x, axis=None, ddof=0, keepdims=False, *,
    dtype=None, where=True, mean=None, correction=None,
):  # fmt: skip
    """Like ``std``, of what is not NaN; NaN where no more than ``ddof`` are.

    ∂/∂xᵢ = (xᵢ - mean) / ((n - ddof) std); NaN gets 0.

    >>> import autograd as ag
    >>> ag.nanstd(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor(1.)
    """
    return _of_numbers(
        statistics.std,
        x,
        axis,
        ddof,
        keepdims,
        where,
        correction,
        dtype=dtype,
        mean=mean,
    )


def _of_numbers(spread, x, axis, ddof, keepdims, where, correction, **options):
    """A spread of what is no NaN; NaN where no more numbers are than come off."""
    where, axis = _numbers(x, where), axis if np.ndim(x) else None
    n = reductions.counted(where, np.shape(x), axis, keepdims)
    few = np.less_equal(n, degrees(ddof, correction))
    options |= {"where": where, "correction": correction}
    found = spread(x, axis, ddof, keepdims, **options)
    return found if decides(few) and not np.any(few) else np.where(few, np.nan, found)


def _nanmax(x, where, axis=None, keepdims=False, initial=None):
    options = given(initial=initial, where=None if where is True else where)
    return np.nanmax(x, axis=axis, keepdims=keepdims, **options)


def _nanmin(x, where, axis=None, keepdims=False, initial=None):
    options = given(initial=initial, where=None if where is True else where)
    return np.nanmin(x, axis=axis, keepdims=keepdims, **options)


def _pull_extreme(g, x, where, out, x_shape, axis, keepdims, initial):
    where = np.logical_and(where, np.logical_not(np.isnan(x)))
    return pull_extreme_of_chosen(g, x, where, out, x_shape, axis, keepdims, initial)


_nanmax_of_chosen = general(_nanmax, _pull_extreme, None, **EXTREME)
_nanmin_of_chosen = general(_nanmin, _pull_extreme, None, **EXTREME)


def nanmax(x, axis=None, keepdims=False, *, initial=None, where=True):
    """Like ``max``, of what is not NaN; NaN, with a warning, where all are.

    ∂ = 1 at the largest element; equal ones share, NaN gets 0.

    >>> import autograd as ag
    >>> ag.nanmax(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor(3.)
    """
    return _nanmax_of_chosen(x, where, axis, keepdims, number_of(initial))


def nanmin(x, axis=None, keepdims=False, *, initial=None, where=True):
    """Like ``min``, of what is not NaN; NaN, with a warning, where all are.

    ∂ = 1 at the smallest element; equal ones share, NaN gets 0.

    >>> import autograd as ag
    >>> ag.nanmin(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor(1.)
    """
    return _nanmin_of_chosen(x, where, axis, keepdims, number_of(initial))
