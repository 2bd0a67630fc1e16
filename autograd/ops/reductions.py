"""Reductions over one axis, several, or all, with every keyword that NumPy's have.

The primitives take ``axis=`` and ``keepdims=``; the public functions hand on to them,
and to others when ``where=``, ``initial=``, ``dtype=`` ... are given.
"""

import math
import warnings
from typing import Any

import numpy as np

from ..core.composite import composed
from ..core.declare import general, linear
from ..core.node import Node, decides, numbers, told
from .held import held
from .shaping import astype

__all__ = ["logsumexp", "max", "mean", "min", "prod", "sum", "var"]

FEW = 1 << 12  # elements that are written sooner than a view of one is made


def spread(g, shape, axis, keepdims):
    """A reduction's cotangent at every element that went in: the transpose of sum."""
    if axis is not None and not keepdims and shape:  # NumPy takes axis=0 of numbers
        g = np.expand_dims(g, axis)
    if not isinstance(g, Node) and not np.ndim(g) and math.prod(shape) <= FEW:
        whole = np.empty(shape, getattr(g, "dtype", float))
        whole.fill(g)  # as np.full does it, without the way there
        return whole
    return np.broadcast_to(g, shape)


def count(shape, axis):
    """How many elements go into each result."""
    if axis is None or not shape:
        return math.prod(shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    return math.prod([shape[i] for i in axes])


def divided(g, n):
    """g / n in the dtype of ``g``, in which so large a number may be infinite."""
    return g / n if n < 65504 else (g / np.float64(n)).astype(g.dtype)


def over_axes(function, of_two=""):
    """``function`` of one array, with the two keywords that all reductions have.

    ``of_two`` is what others call by the same name, of two arrays.
    """

    def reduced(x, axis=None, keepdims=False):
        try:
            return function(x, axis=axis, keepdims=keepdims)
        except TypeError:
            if not of_two or not isinstance(axis, (Node, np.ndarray)):
                raise
            raise TypeError(
                f"an axis is a whole number; got {told(axis)}. Of two arrays, element "
                f"by element, write {of_two}(x, y)"
            ) from None

    reduced.__name__ = function.__name__
    return reduced


def _sum(x, axis=None, keepdims=False):
    if type(x) is np.ndarray:  # as NumPy does, without the way there
        return np.add.reduce(x, axis=axis, keepdims=keepdims)
    return np.sum(x, axis=axis, keepdims=keepdims)


def _mean(x, axis=None, keepdims=False):
    if type(x) is np.ndarray and x.dtype.char in "fd" and x.ndim and x.size:
        return np.add.reduce(x, axis=axis, keepdims=keepdims) / count(x.shape, axis)
    return np.mean(x, axis=axis, keepdims=keepdims)


def of_primitive(op):
    """Mark the public function of a primitive, which is called through it."""

    def marked(function):
        function.primitive = op
        return function

    return marked


def wide_enough(function, x, **options):
    """NumPy's, which sums squares of halves in halves; here in single precision."""
    if x.dtype != np.float16:
        return function(x, **options)
    with np.errstate(over="ignore"):
        return np.asarray(function(x, dtype=np.float32, **options)).astype(x.dtype)


def _var(x, axis=None, ddof=0, keepdims=False):
    return wide_enough(np.var, x, axis=axis, ddof=ddof, keepdims=keepdims)


def _logsumexp(x, axis=None, keepdims=False):
    least = given(initial=0 if 0 in np.shape(x) else None)  # log Σ of nothing is -∞
    top = np.max(x, axis=axis, keepdims=True, **least)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore"):  # log 0, where every x is -∞
        total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis=axis)


sum_ = linear(
    _sum,
    lambda g, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims),
    symbol="Σ",
)
mean_ = linear(
    _mean,
    lambda g, x_shape, axis, keepdims: spread(
        divided(g, count(x_shape, axis)), x_shape, axis, keepdims
    ),
)


def _pull_extreme(g, x, out, x_shape, axis, keepdims):
    return pull_extreme_of_chosen(g, x, True, out, x_shape, axis, keepdims, None)


max_ = general(over_axes(np.max, "np.maximum"), _pull_extreme)
min_ = general(over_axes(np.min, "np.minimum"), _pull_extreme)


def _pull_var(g, x, x_shape, axis, ddof, keepdims):
    """∂var/∂x = 2 (x - mean) / (n - ddof); NaN where that is no positive number."""
    apart = np.conj(x - np.mean(x, axis=axis, keepdims=True))
    n = count(x_shape, axis) - ddof
    share = divided(g, n) if n > 0 else g * np.nan
    return spread(share, x_shape, axis, keepdims) * (2 * apart)


var_ = general(_var, _pull_var, analytic=False)


def _pull_logsumexp(g, x, out, x_shape, axis, keepdims):
    """softmax(x); where the result is infinite, its share of those that made it so."""
    out = spread(out, x_shape, axis, keepdims)
    finite = np.isfinite(out)
    apart = np.where(finite, x, 0) - np.where(finite, out, 0)
    weights = np.where(finite, np.exp(apart), np.equal(x, out))
    share = weights / np.sum(weights, axis=axis, keepdims=True)
    return spread(g, x_shape, axis, keepdims) * share


logsumexp = general(_logsumexp, _pull_logsumexp)


def _pull_prod(g, x, x_shape, axis, keepdims):
    """The product of the others, without division: right with any number of zeros."""
    n = len(x_shape)
    axes = (
        range(n)
        if axis is None or not n
        else axis
        if isinstance(axis, tuple)
        else (axis,)
    )
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


prod_ = general(over_axes(np.prod), _pull_prod, symbol="Π", analytic=True)


# With NumPy's other keywords ----------------------------------------------------------


def chosen(x, where, instead, dtype=None):
    """``x`` in a dtype, with another value in place of what ``where`` leaves out."""
    x = in_dtype(x, dtype)
    if where is True:
        return x
    if data_type(where).kind != "b":
        raise TypeError(
            f"where= takes booleans; got {data_type(where)}. Compare it: where != 0"
        )
    return np.where(np.broadcast_to(where, np.shape(x)), x, instead)


def counted(where, shape, axis, keepdims):
    """How many of the elements that ``where`` chooses go into each result."""
    return np.sum(np.broadcast_to(where, shape), axis=axis, keepdims=keepdims)


def per(total, n, complaint):
    """``total`` / n, in a float dtype; NaN or ∞ with a warning where n is 0."""
    n = astype(held(n), np.result_type(total.dtype, 1.0))
    if decides(n):
        if n.all():
            return total / n
        warnings.warn(complaint, RuntimeWarning, stacklevel=4)
    without = np.where(np.equal(total, 0), np.nan, np.inf).astype(n.dtype)
    return np.where(n, total / np.where(n, n, 1), without)


@composed(name="sum of chosen")
def _sum_of_chosen(x, where, axis=None, keepdims=False, dtype=None, initial=None):
    total = sum_(chosen(x, where, 0, dtype), axis=axis, keepdims=keepdims)
    total = in_dtype(total, dtype)  # NumPy widens integers
    return total if initial is None else astype(initial, total.dtype) + total


@composed(name="prod of chosen")
def _prod_of_chosen(x, where, axis=None, keepdims=False, dtype=None, initial=None):
    total = prod_(chosen(x, where, 1, dtype), axis=axis, keepdims=keepdims)
    total = in_dtype(total, dtype)
    return total if initial is None else astype(initial, total.dtype) * total


@composed(name="mean of chosen")
def _mean_of_chosen(x, where, axis=None, keepdims=False, dtype=None):
    if where is True:
        return in_dtype(mean_(in_dtype(x, dtype), axis=axis, keepdims=keepdims), dtype)
    half = np.dtype(dtype or data_type(x)) == np.float16
    wide, dtype = (np.float32, np.float16) if half else (dtype, dtype)  # as NumPy's
    total = sum_(chosen(x, where, 0, wide), axis=axis, keepdims=keepdims)
    n = counted(where, np.shape(x), axis, keepdims)
    return in_dtype(per(total, n, "Mean of empty slice"), dtype)


@composed(
    name="var of chosen",
    analytic=False,
)
def _var_of_chosen(x, where, mean, axis=None, ddof=0, keepdims=False, dtype=None):
    half = np.dtype(dtype or data_type(x)) == np.float16
    wide, dtype = (np.float32, np.float16) if half else (dtype, dtype)  # as the mean
    x = in_dtype(x, wide)
    if mean is None:
        mean = _mean_of_chosen(x, where, axis=axis, keepdims=True, dtype=wide)
    apart = chosen(x - mean, where, 0)
    squares = np.real(apart * np.conj(apart))
    total = sum_(squares, axis=axis, keepdims=keepdims)
    n = np.maximum(counted(where, np.shape(x), axis, keepdims) - ddof, 0)
    return in_dtype(per(total, n, "Degrees of freedom <= 0 for slice"), dtype)


def in_dtype(x, dtype):
    """``x`` in a dtype, or in its own if that is None."""
    return x if dtype is None else astype(x, dtype, copy=False)


def data_type(x):
    """The dtype of an array, a node, a number or a list."""
    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype


def given(**keywords: Any) -> dict[str, Any]:
    """Those that are not None."""
    return {key: value for key, value in keywords.items() if value is not None}


def number_of(initial):
    """``initial`` of an extreme, by which there is no derivative here."""
    if isinstance(initial, Node) and initial.tracked:
        raise TypeError(
            "initial= has no derivative here, and takes a number. Write "
            "np.maximum(np.max(x), initial), or np.minimum(np.min(x), initial)"
        )
    return numbers(initial, "initial=")


def _max_of_chosen(x, where, axis=None, keepdims=False, initial=None):
    options = given(initial=initial)
    return np.max(x, axis=axis, keepdims=keepdims, where=where, **options)


def _min_of_chosen(x, where, axis=None, keepdims=False, initial=None):
    options = given(initial=initial)
    return np.min(x, axis=axis, keepdims=keepdims, where=where, **options)


def pull_extreme_of_chosen(g, x, where, out, x_shape, axis, keepdims, initial):
    """Ties split equally, also with ``initial``; NaN is an extreme wherever it is."""
    whole = spread(out, x_shape, axis, keepdims)
    wins = np.logical_or(np.equal(x, whole), np.isnan(x))
    wins = wins if where is True else np.logical_and(wins, where)
    ties = np.sum(wins, axis=axis, keepdims=True)
    if initial is not None:
        ties = ties + np.equal(whole, initial)
    return spread(g, x_shape, axis, keepdims) * (wins / np.maximum(ties, 1))


EXTREME: dict[str, Any] = {
    "analytic": False,
}
_max_of_chosen = general(
    _max_of_chosen, pull_extreme_of_chosen, None, name="max of chosen", **EXTREME
)
_min_of_chosen = general(
    _min_of_chosen, pull_extreme_of_chosen, None, name="min of chosen", **EXTREME
)


@of_primitive(sum_)
def sum(x, axis=None, keepdims=False, *, dtype=None, initial=None, where=True):
    """The sum over axes: of what ``where`` chooses, in ``dtype``, plus ``initial``.

    ∂/∂xᵢ = 1, and 0 for what ``where`` leaves out.

    >>> import autograd as ag
    >>> ag.sum(ag.tensor([1.0, 2.0, 3.0]), where=[True, False, True], initial=10.0)
    Tensor(14.)
    """
    if where is True and dtype is None and initial is None:
        return sum_.call(x, axis=axis, keepdims=keepdims)
    return _sum_of_chosen(x, where, axis, keepdims, dtype, initial)


@of_primitive(prod_)
def prod(x, axis=None, keepdims=False, *, dtype=None, initial=None, where=True):
    """The product over axes: of what ``where`` chooses, in ``dtype``, by ``initial``.

    ∂/∂xᵢ = Π xⱼ over j ≠ i, with any number of zeros.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.prod)(np.array([0.0, 2.0, 3.0]))
    array([6., 0., 0.])
    """
    if where is True and dtype is None and initial is None:
        return prod_.call(x, axis=axis, keepdims=keepdims)
    return _prod_of_chosen(x, where, axis, keepdims, dtype, initial)


@of_primitive(mean_)
def mean(x, axis=None, keepdims=False, *, dtype=None, where=True):
    """The mean over axes, of what ``where`` chooses; computed in ``dtype``.

    ∂/∂xᵢ = 1/n.

    >>> import autograd as ag
    >>> ag.mean(ag.tensor([1.0, 2.0, 6.0]), where=[True, True, False])
    Tensor(1.5)
    """
    if where is True and dtype is None:
        return mean_.call(x, axis=axis, keepdims=keepdims)
    return _mean_of_chosen(x, where, axis, keepdims, dtype)


@of_primitive(max_)
def max(x, axis=None, keepdims=False, *, initial=None, where=True):
    """The maximum over axes, of what ``where`` chooses and ``initial``.

    Ties share the gradient equally.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.max)(np.array([1.0, 3.0, 3.0]))
    array([0. , 0.5, 0.5])
    """
    if where is True and initial is None:
        return max_.call(x, axis=axis, keepdims=keepdims)
    return _max_of_chosen(x, where, axis, keepdims, number_of(initial))


@of_primitive(min_)
def min(x, axis=None, keepdims=False, *, initial=None, where=True):
    """The minimum over axes, of what ``where`` chooses and ``initial``.

    Ties share the gradient equally.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.min)(np.array([1.0, 3.0, 1.0]))
    array([0.5, 0. , 0.5])
    """
    if where is True and initial is None:
        return min_.call(x, axis=axis, keepdims=keepdims)
    return _min_of_chosen(x, where, axis, keepdims, number_of(initial))


def degrees(ddof, correction):
    """What is taken off the number of elements, by either of its names."""
    if correction is None:
        return ddof
    if ddof != 0:
        raise ValueError("ddof and correction can't be provided simultaneously")
    return correction


@of_primitive(var_)
def var(
    x, axis=None, ddof=0, keepdims=False, *,
    dtype=None, where=True, mean=None, correction=None,
):  # fmt: skip
    """The variance over axes, Σ |x - mean|² / (n - ddof), of what ``where`` chooses.

    ``mean``, if it is known already, has the shape that ``keepdims`` gives it.

    ∂/∂xᵢ = 2 (xᵢ - mean) / (n - ddof).

    >>> import autograd as ag
    >>> ag.var(ag.tensor([1.0, 2.0, 3.0]), correction=1)
    Tensor(1.)
    """
    ddof = degrees(ddof, correction)
    if where is True and dtype is None and mean is None:
        return var_.call(x, axis=axis, ddof=ddof, keepdims=keepdims)
    return _var_of_chosen(x, where, mean, axis, ddof, keepdims, dtype)
