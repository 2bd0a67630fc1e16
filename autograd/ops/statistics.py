"""Statistics: spread, averages, quantiles, covariance."""

import warnings

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..core.composite import composed
from ..core.declare import general
from ..core.node import Node, decides, raw
from ..core.primitive import REALS
from ..core.space import unmasked
from . import reductions
from .held import presumed
from .indexing import ARRAY_INDEX, getitem, scatter
from .kinks import without_slope
from .norms import in_range
from .reductions import counted, degrees, spread, wide_enough
from .shaping import astype, broadcast_to, concatenate, reshape, transpose
from .sorting import data_of, like

__all__ = ["average", "bincount", "corrcoef", "cov", "ptp", "std"]

# Spread -------------------------------------------------------------------------------


def _std(x, where, axis=None, ddof=0, keepdims=False):
    """NumPy's; scaled where squares leave the range, as a length."""

    def spread_of(x):
        options = {"axis": axis, "ddof": ddof, "keepdims": keepdims, "where": where}
        return wide_enough(np.std, x, **options)

    with np.errstate(over="ignore", under="ignore"):
        out = spread_of(x)
    return in_range(spread_of, x, out, axis=axis, where=where)


def _by_element(g, x, where, out, x_shape, axis, ddof, keepdims):
    """g ∂std/∂x = g (x - mean) / ((n - ddof) std)."""
    n = counted(where, x_shape, axis, True)
    freedom = np.where(n > ddof, n - ddof, np.nan)  # the result is none without
    mean = np.sum(x / np.maximum(n, 1), axis=axis, keepdims=True, where=where)
    apart = np.conj(x - mean)
    top = np.max(x, axis=axis, keepdims=True, where=where, initial=-np.inf)
    low = np.min(x, axis=axis, keepdims=True, where=where, initial=np.inf)
    out = spread(out, x_shape, axis, keepdims)
    flat = np.logical_or(np.equal(top, low), np.equal(out, 0))
    still = np.logical_or(np.logical_and(flat, n > ddof), np.logical_not(where))
    slope = np.where(still, 0, apart) / np.where(still, 1, out * freedom)
    nowhere = np.logical_and(flat, np.logical_and(where, n > 1))
    return without_slope(g * slope, x, nowhere, axis=axis)


def _pull_std(g, x, where, out, x_shape, axis, ddof, keepdims):
    g = spread(g, x_shape, axis, keepdims)
    return _by_element(g, x, where, out, x_shape, axis, ddof, keepdims)


def _push_std(t, x, where, out, x_shape, axis, ddof, keepdims):
    parts = _by_element(t[0], x, where, out, x_shape, axis, ddof, keepdims)
    return np.real(np.sum(parts, axis=axis, keepdims=keepdims))


_std_of_chosen = general(
    _std,
    _pull_std,
    None,
    push=_push_std,
    analytic=False,
)


def std(
    x, axis=None, ddof=0, keepdims=False, *,
    dtype=None, where=True, mean=None, correction=None,
):  # fmt: skip
    """The standard deviation over axes, √var, of what ``where`` chooses.

    Its gradient is 0 where all elements are equal.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.std)(np.array([1.0, 1.0])), ag.grad(ag.std)(np.array([1.0, 3.0]))
    (array([0., 0.]), array([-0.5,  0.5]))
    """
    ddof = degrees(ddof, correction)
    if dtype is not None and np.dtype(dtype).kind in "biu":
        options = {"dtype": dtype, "where": where, "mean": mean}
        variance = reductions.var(x, axis, ddof, keepdims, **options)
        return astype(np.sqrt(variance), dtype)
    x = x if dtype is None else astype(x, dtype)
    if dtype is not None and np.dtype(dtype).kind == "c":  # real, and called complex
        return astype(std(x, axis, ddof, keepdims, where=where, mean=mean), dtype)
    if mean is None:
        return _std_of_chosen(x, where, axis=axis, ddof=ddof, keepdims=keepdims)
    options = {"dtype": dtype, "where": where, "mean": mean}
    variance = reductions.var(x, axis, ddof, keepdims, **options)
    flat = np.equal(variance, 0)
    return np.where(flat, 0, np.sqrt(np.where(flat, 1, variance)))


@composed(analytic=False)
def ptp(x, axis=None, keepdims=False):
    """The range of the elements, max - min, over axes.

    ∂ = 1 at the largest, -1 at the smallest element; equal ones share.

    >>> import autograd as ag
    >>> ag.ptp(ag.tensor([3.0, 1.0, 7.0]))
    Tensor(6.)
    """
    return reductions.max(x, axis, keepdims) - reductions.min(x, axis, keepdims)


# Averages -----------------------------------------------------------------------------


def weights_along(weights, shape, axis):
    """Weights as an array that broadcasts to a shape: given for all, or for axes."""
    if np.shape(weights) == shape:
        return weights
    if axis is None:
        raise TypeError(
            "axis= must be given where the weights have another shape: "
            f"{np.shape(weights)}, for {shape}"
        )
    axes = normalize_axis_tuple(axis, len(shape))
    sides = tuple([shape[i] for i in axes])
    if np.shape(weights) != sides:
        raise ValueError(
            f"weights along axes {axes} have the shape {sides}; got {np.shape(weights)}"
        )
    weights = transpose(weights, tuple(np.argsort(axes)))
    return reshape(weights, tuple([n if i in axes else 1 for i, n in enumerate(shape)]))


@composed(
    name="weighted average",
    domain=((-np.inf, np.inf), (0.0, np.inf)),
)
def _weighted(x, weights, axis=None, returned=False, keepdims=False):
    weights = _weights(weights)
    types = [data_of(each).dtype for each in (x, weights)]
    dtype = np.result_type(*types, 1.0)
    if dtype == np.float16:  # in which 65,520 weights of 1 are infinite
        wide = [astype(each, np.float32) for each in (x, weights)]
        found = _weighted(*wide, axis, returned, keepdims)
        halves = [astype(y, dtype) for y in (found if returned else [found])]
        return tuple(halves) if returned else halves[0]
    weights = astype(weights, dtype)
    weights = weights_along(weights, np.shape(x), axis)
    whole = reductions.sum(broadcast_to(weights, np.shape(x)), axis, keepdims)
    whole = whole if isinstance(whole, Node) else like(x, whole)
    some = np.all(np.not_equal(data_of(whole), 0))
    if decides(some) and not some:
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    whole = presumed(whole, some, "the weights did not sum to zero")
    found = reductions.sum(x * weights, axis, keepdims) / whole
    return (found, whole) if returned else found


def average(x, axis=None, weights=None, returned=False, *, keepdims=False):
    """The mean over axes, Σ w x / Σ w, and with ``returned`` also Σ w.

    Weights have the shape of ``x``, or that of the axes; they have a gradient, too.

    >>> import autograd as ag
    >>> ag.average(ag.tensor([1.0, 4.0]), weights=[2.0, 1.0])
    Tensor(2.)
    """
    if weights is not None:
        return _weighted(x, weights, axis, returned, keepdims)
    found = reductions.mean(x, axis, keepdims)
    if not returned:
        return found
    count = np.size(data_of(x)) / np.size(data_of(found))
    return found, np.full_like(found, count)


def _weights(given):
    return given if isinstance(given, Node) else np.asarray(unmasked(given, "weights="))


# Counts -------------------------------------------------------------------------------


@composed(
    name="bincount",
    analytic=False,
)
def _bincount(weights, x, minlength=0):
    places = data_of(x)
    if np.shape(weights) != places.shape:
        raise ValueError("The weights and list don't have the same length.")
    if np.iscomplexobj(weights):
        raise TypeError("weights are real numbers")
    weights = astype(weights, np.float64)
    return _counted(places, weights, minlength)


def _counted(places, weights, minlength):
    """The sums of weights by place; as many as the largest place makes them."""
    n = len(np.bincount(raw(places), minlength=minlength))
    count = np.maximum(np.max(places, initial=-1) + 1, minlength)
    places = presumed(astype(places, np.intp), count == n, f"there were {n} bins")
    return scatter(weights, places, template=(ARRAY_INDEX,), shape=(n,))


def bincount(x, weights=None, minlength=0):
    """How often each integer from 0 occurs in ``x``, or the sum of its weights.

    (n,), (n,) → (m,), with m > max(x) and no less than ``minlength``.

    ∂/∂weightsᵢ = g at the bin xᵢ.

    >>> import autograd as ag
    >>> ag.bincount([0, 2, 2], ag.tensor([1.0, 2.0, 3.0]))
    Tensor([1., 0., 5.])
    """
    if weights is None:
        places = data_of(x)
        if decides(places):
            return like(x, np.bincount(places, minlength=minlength))
        return _counted(places, np.ones(places.shape, int), minlength)
    return _bincount(_weights(weights), x, minlength)


# Covariance ---------------------------------------------------------------------------


def _variables(x, turned, dtype):
    """Observations as an array (variables, observations)."""
    if np.ndim(x) > 2:
        raise ValueError(f"observations have at most 2 axes; got {np.ndim(x)}")
    x = astype(x, dtype)
    if np.ndim(x) < 2:
        return reshape(x, (1, np.size(x)))
    return transpose(x) if turned else x


def _check_weights(name, weights, count):
    weights = data_of(weights)
    if weights.ndim > 1 or weights.shape[0] != count:
        raise RuntimeError(
            f"{name}= has the shape {weights.shape}; expected ({count},)"
        )
    if not decides(weights):
        return
    if (weights < 0).any():
        raise ValueError(f"{name} cannot be negative")
    if name == "fweights" and (weights != np.round(weights)).any():
        raise TypeError("fweights must be integer")


@composed(
    name="cov",
    domain=(REALS, REALS, (0.0, np.inf)),
    analytic=False,
)
def _cov(
    x, y, weights, rowvar=True, bias=False, ddof=None, fweights=None, dtype=None
):  # fmt: skip
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    ddof = (0 if bias else 1) if ddof is None else ddof
    if dtype is not None and np.dtype(dtype).kind not in "fc":
        raise TypeError(f"dtype= of covariances is of floats; got {np.dtype(dtype)}")
    parts = [part for part in (x, y) if part is not None]
    dtype = dtype or np.result_type(*[data_of(part) for part in parts], np.float64)
    rows = [_variables(x, not rowvar, dtype)]
    if y is not None:
        turned = not rowvar and np.shape(y)[:1] != (1,)
        rows.append(_variables(y, turned, dtype))
    x = concatenate(rows, axis=0)
    count = np.shape(x)[1]
    if not count:
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
        return np.squeeze(np.matmul(x, transpose(x)) * np.nan)
    w = np.ones(count)
    for name, each in (("fweights", fweights), ("aweights", weights)):
        if each is not None:
            _check_weights(name, each, count)
            w = w * _weights(each)
    whole = np.sum(w)
    freedom = whole - ddof
    if weights is not None:
        freedom = whole - ddof * np.sum(w * weights) / whole
    none = np.less_equal(data_of(freedom), 0)
    if not decides(none):
        freedom = np.where(none, 0.0, freedom)
    elif none:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=4)
        freedom = 0.0
    apart = x - average(x, axis=1, weights=w, keepdims=True)
    found = np.squeeze(np.matmul(apart, np.conj(transpose(apart * w))) / freedom)
    return astype(found, dtype, copy=False)


def cov(
    m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *,
    dtype=None,
):  # fmt: skip
    """The covariance of variables, Σ w (x - mean)(y - mean)* / (Σ w - ddof).

    (variables, observations) → (variables, variables); with ``rowvar=False`` the other
    way round. ``fweights`` count observations, ``aweights`` weigh them.

    ∂/∂xᵢ = w (yᵢ - mean) / (Σ w - ddof), of what is paired with y.

    >>> import autograd as ag
    >>> ag.cov(ag.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]))
    Tensor([[1., 2.],
            [2., 4.]])
    """
    return _cov(m, y, aweights, rowvar, bias, ddof, fweights, dtype)


@composed(
    name="corrcoef",
    analytic=False,
)
def _corrcoef(x, y, rowvar=True, dtype=None):
    found = cov(x, y, rowvar, dtype=dtype)
    if np.ndim(found) == 0:
        return found / found
    number = np.arange(np.shape(found)[0])
    deviation = np.sqrt(np.real(getitem(found, (number, number))))
    found = found / deviation[:, None] / deviation
    return found + (_limited(data_of(found)) - data_of(found))


def _limited(x):
    if np.iscomplexobj(x):
        return np.clip(x.real, -1, 1) + 1j * np.clip(x.imag, -1, 1)
    return np.clip(x, -1, 1)


def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    """The correlation of variables, cov(x, y) / (σ(x) σ(y)), between -1 and 1.

    Its derivative is that of the quotient.

    >>> import autograd as ag
    >>> ag.corrcoef(ag.tensor([1.0, 2.0, 3.0]), ag.tensor([3.0, 2.0, 1.0]))
    Tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    return _corrcoef(x, y, rowvar, dtype)
