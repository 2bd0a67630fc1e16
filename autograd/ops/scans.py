"""Scans: each result is a reduction of the elements along an axis as far as there.

Their derivatives are linear recurrences from the end, sₖ = bₖ + aₖ sₖ₊₁, which are
solved in log₂ n steps for all k at once.
"""

import numpy as np

from ..core.composite import composed
from ..core.declare import general, linear
from ..core.node import decides
from .held import held
from .reductions import in_dtype, of_primitive
from .shaping import concatenate, reshape
from .slopes import share_of_sum

__all__ = [
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "logcumsumexp",
    "nancumprod",
    "nancumsum",
]


def _cumsum(x, axis=None):
    return np.cumsum(x, axis)


def _cumprod(x, axis=None):
    return np.cumprod(x, axis)


def _logcumsumexp(x, axis=None):
    return np.logaddexp.accumulate(*_row(x, axis))


def _cummax(x, axis=None):
    return np.maximum.accumulate(*_row(x, axis))


def _cummin(x, axis=None):
    return np.minimum.accumulate(*_row(x, axis))


def _row(x, axis):
    """``x`` and the axis to go along: of all elements in a row, if it is None."""
    return (np.reshape(x, -1), 0) if axis is None or not np.ndim(x) else (x, axis)


def _at_end(x, axis):
    """``x`` with the axis to go along in the last place."""
    x, axis = _row(x, axis)
    return np.moveaxis(x, axis, -1)


def _back_in_place(g, shape, axis):
    """What ``_at_end`` undid."""
    if axis is None or not shape:
        return np.reshape(g, shape)
    return np.moveaxis(g, -1, axis)


def _summed_from_end(a, b):
    """sₖ = bₖ + aₖ sₖ₊₁ along the last axis; the last of a is not looked at.

    The step is doubled: sₖ = bₖ + aₖ sₖ₊ₘ becomes (bₖ + aₖ bₖ₊ₘ) + (aₖ aₖ₊ₘ) sₖ₊₂ₘ.
    """
    n, step = b.shape[-1], 1
    while step < n:
        b = np.concatenate(
            [b[..., :-step] + a[..., :-step] * b[..., step:], b[..., -step:]], axis=-1
        )
        a = np.concatenate([a[..., :-step] * a[..., step:], a[..., -step:]], axis=-1)
        step *= 2
    return b


def _next(x):
    """The element after each along the last axis; the last itself after the last."""
    return np.concatenate([x[..., 1:], x[..., -1:]], axis=-1)


def _first_then(value, x):
    """``value``, and then all but the last along the last axis."""
    return np.concatenate([np.full_like(x[..., :1], value), x[..., :-1]], axis=-1)


def _pull_cumsum(g, x_shape, axis):
    g, along = _row(g, axis)
    exact = np.result_type(g.dtype, np.float64)  # a running sum is not pairwise
    g = np.flip(np.cumsum(np.flip(g, along), axis=along, dtype=exact), along)
    return np.reshape(g, x_shape)


def _pull_cumprod(g, x, out, x_shape, axis):
    """∂L/∂xₖ = (x₀ ⋯ xₖ₋₁) sₖ with sₖ = gₖ + xₖ₊₁ sₖ₊₁: right with zeros, too."""
    g, x, out = (_at_end(each, axis) for each in (g, x, out))
    before = _first_then(1, out)
    return _back_in_place(before * _summed_from_end(_next(x), g), x_shape, axis)


def _runs(x, out):
    """Of a running extreme: which elements it is, how many it was so far, and whether
    it stays the same from each place to the next."""
    wins = np.logical_or(np.equal(x, out), np.isnan(x))
    same = np.logical_or(np.equal(out, _next(out)), np.isnan(out))
    back = np.flip(_first_then(0, 1.0 * same), -1)
    ties = np.flip(_summed_from_end(back, np.flip(1.0 * wins, -1)), -1)
    return wins, np.maximum(ties, 1), same


def _pull_extreme(g, x, out, x_shape, axis):
    """Each result goes to the elements so far that are equal to it, in equal parts."""
    g, x, out = (_at_end(each, axis) for each in (g, x, out))
    wins, ties, same = _runs(x, out)
    return _back_in_place(wins * _summed_from_end(1.0 * same, g / ties), x_shape, axis)


def _pull_logcumsumexp(g, x, out, x_shape, axis):
    """∂L/∂xₖ = exp(xₖ - outₖ) sₖ with sₖ = gₖ + exp(outₖ - outₖ₊₁) sₖ₊₁.

    As shares of a sum of two, of outₖ₋₁ and xₖ, since outₖ may have rounded. Where the
    result is infinite, those share it equally that made it so.
    """
    g, x, out = (_at_end(each, axis) for each in (g, x, out))
    wins, ties, same = _runs(x, out)
    finite = np.isfinite(out)
    top = np.max(held(x), axis=-1, keepdims=True, initial=-np.inf)
    far = np.isfinite(top) & (np.abs(top) > 8)
    # There the results have fewer digits than their differences.
    if not decides(far) or far.any():
        x = x - np.where(far, top, 0)
        out = logcumsumexp(x, axis=-1)
    here = np.where(finite, x, 0)
    before = np.where(finite, _first_then(-np.inf, out), 0)
    share = np.where(finite, share_of_sum(here, before), wins / ties)
    kept = _next(share_of_sum(before, here))
    kept = np.where(_next(finite), kept, same * (ties / _next(ties)))
    return _back_in_place(share * _summed_from_end(kept, g), x_shape, axis)


_cumsum_along = linear(_cumsum, _pull_cumsum)
_cumprod_along = general(_cumprod, _pull_cumprod)
logcumsumexp = general(_logcumsumexp, _pull_logcumsumexp, analytic=False)
cummax = general(_cummax, _pull_extreme, analytic=False)
cummin = general(_cummin, _pull_extreme, analytic=False)


@of_primitive(_cumsum_along)
def cumsum(x, axis=None, dtype=None):
    """The sums of the elements as far as each, along an axis or of all in a row.

    ∂outₖ/∂xᵢ = 1 for i ≤ k.

    >>> import autograd as ag
    >>> ag.cumsum(ag.tensor([1.0, 2.0, 3.0]))
    Tensor([1., 3., 6.])
    """
    return in_dtype(_cumsum_along(in_dtype(x, dtype), axis=axis), dtype)


@of_primitive(_cumprod_along)
def cumprod(x, axis=None, dtype=None):
    """The products of the elements as far as each, along an axis or of all in a row.

    ∂outₖ/∂xᵢ = Π xⱼ over the other j ≤ k, for i ≤ k, with any number of zeros.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda x: np.sum(ag.cumprod(x)))(np.array([2.0, 0.0, 3.0]))
    array([1., 8., 0.])
    """
    return in_dtype(_cumprod_along(in_dtype(x, dtype), axis=axis), dtype)


@composed()
def cumulative_sum(x, *, axis=None, dtype=None, include_initial=False):
    """Sums of the elements as far as each; ``include_initial`` puts a 0 in front.

    ∂outₖ/∂xᵢ = 1 for i ≤ k.

    >>> import autograd as ag
    >>> ag.cumulative_sum(ag.tensor([1.0, 2.0]), include_initial=True)
    Tensor([0., 1., 3.])
    """
    x = x if np.ndim(x) else reshape(x, (1,))
    axis = _only_axis(x, axis)
    return _after(0, cumsum(x, axis, dtype), axis, include_initial)


@composed()
def cumulative_prod(x, *, axis=None, dtype=None, include_initial=False):
    """Products of the elements as far as each; ``include_initial`` puts a 1 in front.

    ∂outₖ/∂xᵢ = Π xⱼ over the other j ≤ k, for i ≤ k.

    >>> import autograd as ag
    >>> ag.cumulative_prod(ag.tensor([2.0, 3.0]))
    Tensor([2., 6.])
    """
    x = x if np.ndim(x) else reshape(x, (1,))
    axis = _only_axis(x, axis)
    return _after(1, cumprod(x, axis, dtype), axis, include_initial)


def _only_axis(x, axis):
    if axis is None and np.ndim(x) != 1:
        raise ValueError("axis= must be given for an array of other than one axis")
    return 0 if axis is None else axis


def _after(initial, out, axis, included):
    if not included:
        return out
    sides = list(np.shape(out))
    sides[axis] = 1
    return concatenate([np.full(sides, initial, out.dtype), out], axis=axis)


def nancumsum(x, axis=None, dtype=None):
    """Like ``cumsum``, with 0 in place of NaN, which gets no gradient.

    >>> import autograd as ag
    >>> ag.nancumsum(ag.tensor([1.0, float("nan"), 3.0]))
    Tensor([1., 1., 4.])
    """
    return cumsum(np.where(np.isnan(x), 0, x), axis, dtype)


def nancumprod(x, axis=None, dtype=None):
    """Like ``cumprod``, with 1 in place of NaN, which gets no gradient.

    >>> import autograd as ag
    >>> ag.nancumprod(ag.tensor([2.0, float("nan"), 3.0]))
    Tensor([2., 2., 6.])
    """
    return cumprod(np.where(np.isnan(x), 1, x), axis, dtype)
