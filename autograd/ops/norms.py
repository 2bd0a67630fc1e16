"""Norms of vectors and of matrices, over any axes."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..core.composite import composed
from ..core.declare import general
from .kinks import without_slope
from .reductions import spread
from .sorting import fixed

__all__ = ["matrix_norm", "norm", "vector_norm"]


def in_range(function, x, out, power=2, axis=None, where=True):
    """``function(x)``, where its powers left the range and ``out`` is not: scaled.

    ``out`` is what the function gives without, which scales as ``x`` does: a length.
    """
    info = np.finfo(out.dtype)
    least = float(info.tiny / info.eps) ** (1 / power)
    if np.all(inside := np.logical_and(out >= least, out < np.inf)):
        return out
    sizes = np.maximum(np.abs(np.real(x)), np.abs(np.imag(x)))
    top = np.max(sizes, axis=axis, keepdims=True, initial=0, where=where)
    known = np.logical_and(top > 0, np.isfinite(top))
    _, exponent = np.frexp(np.where(known, top, 1))
    exponent = np.maximum(exponent - 1, info.minexp)
    scale = np.ldexp(np.ones(top.shape, out.dtype), exponent)  # x / scale is exact
    scaled = function(x / scale) * scale.reshape(np.shape(out))
    return np.where(inside, out, scaled).astype(out.dtype, copy=False)


def _length(x, p=2, axis=None, keepdims=False):
    def powers(x):
        if p != 2:
            total = np.sum(np.abs(x) ** p, axis=axis, keepdims=keepdims)
            return total ** (1 / p)
        squares = np.square(np.real(x))
        if np.iscomplexobj(x):
            squares = squares + np.square(np.imag(x))
        return np.sqrt(np.sum(squares, axis=axis, keepdims=keepdims))

    if p < 0:
        return powers(x)
    with np.errstate(over="ignore", under="ignore"):
        out = powers(x)
    return in_range(powers, x, out, p, axis)


def _by_element(g, x, out, x_shape, p, axis, keepdims):
    """g · x̄ / |x| · (|x| / ‖x‖)ᵖ⁻¹, and 0 where x is: its slope may be infinite."""
    whole = spread(out, x_shape, axis, keepdims)
    zero = np.equal(x if p != 2 else whole, 0)
    if p == 2:
        size = np.where(zero, 1, whole)
        share = np.real(x) / size
        if np.iscomplexobj(x):  # by parts: NumPy inverts the size, which may overflow
            share = share - 1j * (np.imag(x) / size)
    else:
        size = np.where(zero, 1, np.abs(x))
        share = np.conj(x) / size * (size / np.where(zero, 1, whole)) ** (p - 1)
    part = g * np.where(zero, 0, share)
    if p == 1:
        return part
    nowhere = zero if p == 2 else np.equal(whole, 0)
    part = without_slope(part, x, nowhere, axis=axis)
    return part if p >= 2 else without_slope(part, x, zero)


def _pull_length(g, x, out, x_shape, p, axis, keepdims):
    g = spread(g, x_shape, axis, keepdims)
    return _by_element(g, x, out, x_shape, p, axis, keepdims)


def _push_length(t, x, out, x_shape, p, axis, keepdims):
    parts = _by_element(t[0], x, out, x_shape, p, axis, keepdims)
    return np.real(np.sum(parts, axis=axis, keepdims=keepdims))


length = general(
    _length,
    _pull_length,
    push=_push_length,
    symbol="‖x‖",
    analytic=False,
)


def _extreme(sizes, order, axis, keepdims):
    """The largest, for a positive order, of nothing 0; or the smallest."""
    if order < 0:
        return np.min(sizes, axis=axis, keepdims=keepdims)
    if np.size(sizes) == 0:
        return np.max(sizes, axis=axis, keepdims=keepdims, initial=0)
    return np.max(sizes, axis=axis, keepdims=keepdims)


def _of_elements(x, order, axis, keepdims):
    """(Σ |x|ᵖ)^(1/p), and its limits."""
    if isinstance(order, str):
        raise ValueError(f"Invalid norm order {order!r} for vectors")
    order = 2 if order is None else order
    if order == 0:
        dtype = np.real(x).dtype
        ones = np.not_equal(x, 0).astype(dtype)
        return np.sum(ones, axis=axis, keepdims=keepdims)
    if order in (math.inf, -math.inf):
        return _extreme(np.abs(x), order, axis, keepdims)
    if order == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    return length(x, p=order, axis=axis, keepdims=keepdims)


def _of_matrices(x, order, axes, keepdims):
    rows, columns = axes
    if order in (None, "fro", "f"):
        return length(x, axis=axes, keepdims=keepdims)
    if order in (2, -2, "nuc"):
        matrices = np.moveaxis(x, axes, (-2, -1))
        values = np.linalg.svd(matrices, compute_uv=False)
        if order == "nuc":
            out = np.sum(values, axis=-1)
        else:
            out = _extreme(values, order, -1, False)
        return np.expand_dims(out, axes) if keepdims else out
    if order not in (1, -1, math.inf, -math.inf):
        raise ValueError(f"Invalid norm order {order!r} for matrices")
    summed, other = (rows, columns) if abs(order) == 1 else (columns, rows)
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    out = _extreme(sums, order, other, True)
    return out if keepdims else np.squeeze(out, axis=axes)


def as_floats(x):
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x.astype(float) if x.dtype.kind in "biu" else x


@composed(
    analytic=False,
)
def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of vectors along an axis, of matrices over two, or of all elements.

    ``ord`` of a vector: p, the number of what is not 0 for 0, the largest or smallest
    size for ±inf. Of a matrix: "fro", "nuc", or ±1, ±2, ±inf. Where squares leave the
    range the elements are scaled first, so that the norm of 1e200 is 1e200, not inf.

    The gradient is x̄ / |x| · (|x| / ‖x‖)ᵖ⁻¹, and 0 at 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(np.linalg.norm)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """
    x, ord = as_floats(x), fixed("ord", ord)
    n = np.ndim(x)
    if axis is not None:
        normalize_axis_tuple(axis, n)  # raises AxisError, where there is no such axis
    if axis is None:
        if ord is None or (n == 1 and ord == 2) or (n == 2 and ord in ("f", "fro")):
            return length(x, axis=None, keepdims=keepdims)
        axis = tuple(range(n))
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    if len(axes) == 1:
        return _of_elements(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    if axes[0] % n == axes[1] % n:
        raise ValueError("Duplicate axes given.")
    return _of_matrices(x, ord, tuple(axes), keepdims)


@composed(
    analytic=False,
)
def vector_norm(x, axis=None, keepdims=False, ord=2):
    """The norm of all elements along an axis, several, or all.

    (Σ |x|ᵖ)^(1/p) for p = ``ord``; for p = 2 its gradient is x̄ / ‖x‖, and 0 at 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.linalg.vector_norm)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """
    if axis is not None:
        normalize_axis_tuple(axis, np.ndim(x))
    return _of_elements(as_floats(x), ord, axis, keepdims)


@composed(
    analytic=False,
)
def matrix_norm(x, keepdims=False, ord="fro"):
    """The norm of matrices: (…, n, m) → (…), or (…, 1, 1) with ``keepdims``.

    ``ord`` is "fro", √Σ |x|², "nuc", the sum of the singular values, or ±1, ±2, ±inf.

    The gradient of "fro" is x̄ / ‖x‖, and 0 at 0; that of "nuc" is U Vᴴ, conjugated.

    >>> import autograd as ag
    >>> ag.linalg.matrix_norm(ag.tensor([[3.0, 0.0], [0.0, 4.0]]), ord="nuc")
    Tensor(7.)
    """
    if np.ndim(x) < 2:
        raise ValueError(f"matrix_norm takes matrices; got shape {np.shape(x)}")
    return _of_matrices(as_floats(x), ord, (-2, -1), keepdims)
