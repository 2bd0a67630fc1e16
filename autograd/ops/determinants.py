"""Determinants, also of singular matrices, the condition number and the rank."""

from typing import Any, NamedTuple

import numpy as np

from ..core.call import outputs
from ..core.composite import composed
from ..core.declare import constant, general
from ..core.node import decides
from .held import held
from .inverses import inv
from .matrices import (
    adjoint,
    conj,
    diagonal_part,
    nan_where,
    on_matrices,
    transposed,
    unit_where,
)
from .norms import norm
from .reductions import of_primitive
from .singular_values import svdvals
from .sorting import fixed

__all__ = ["cond", "det", "logdet", "matrix_rank", "slogdet"]


def _det(x):
    return np.linalg.det(x)


def _pull_det(g, x, out):
    """The cofactors: det · A⁻ᵀ, where A has an inverse to speak of."""
    inverse = None if x.shape[-1] <= 3 else _inverse(x, out)
    if inverse is None:
        return on_matrices(g) * cofactors(x)
    return on_matrices(g * out) * transposed(inverse)


def _inverse(x, determinant):
    """The inverses, if all are far from singular and the determinants are floats."""
    if not decides(determinant):
        return None
    size = abs(held(determinant))
    if not np.all((size > np.finfo(size.dtype).tiny) & (size < np.inf)):
        return None
    inverse = np.linalg.inv(x)
    sizes = [abs(held(each)).sum(-1).max(-1, initial=0) for each in (x, inverse)]
    with np.errstate(over="ignore"):
        condition = sizes[0] * sizes[1]
    far = condition < np.finfo(inverse.dtype).eps ** -0.5
    return inverse if np.all(far) else None


det = general(_det, _pull_det, symbol="det")


# Cofactors ----------------------------------------------------------------------------

OPPOSITE = np.array([[1, -1], [-1, 1]], np.int8)


def cofactors(x):
    """∂ det / ∂ x, (…, n, n) → (…, n, n); up to n = 3 as the polynomials they are."""
    n = x.shape[-1]
    if n <= 1:
        return np.ones_like(x)
    if n == 2:
        return OPPOSITE * x[..., ::-1, ::-1]
    if n == 3:
        rows = np.roll(x, -1, axis=-2), np.roll(x, -2, axis=-2)
        return np.cross(*rows)
    return cofactors_(x)


def _but_one(values):
    """Products of all but one: (…, n) → (…, n)."""
    return _before(values) * _before(values[..., ::-1])[..., ::-1]


def _but_two(values):
    """Products of all but two: (…, n) → (…, n, n), with a diagonal of zeros."""
    n = values.shape[-1]
    later = np.triu(np.ones((n, n), bool), 1)
    between = _before(np.where(later, np.expand_dims(values, -2), 1))
    first, last = _before(values), _before(values[..., ::-1])[..., ::-1]
    upper = np.expand_dims(first, -1) * between * np.expand_dims(last, -2)
    upper = np.where(later, upper, 0)
    return upper + transposed(upper)


def _before(values):
    """Products of all elements before each: (…, n) → (…, n)."""
    ones = np.ones((*values.shape[:-1], 1), values.dtype)
    shifted = np.concatenate([ones, values[..., :-1]], axis=-1)
    return np.cumprod(shifted, axis=-1)[..., : values.shape[-1]]


def _rotated(x):
    """An SVD of x, with the determinant of the two rotations: (u, s, vh, ±1)."""
    u, s, vh = np.linalg.svd(x)
    return u, s, vh, on_matrices(np.linalg.det(u) * np.linalg.det(vh))


def _unbounded(x):
    """Where a matrix has elements that are not finite, which no SVD takes."""
    return ~np.isfinite(held(x)).all(axis=(-2, -1))


def _cofactors(x):
    unbounded = _unbounded(x)
    u, s, vh, sign = _rotated(unit_where(unbounded, x))
    found = sign * (conj(u) @ diagonal_part(_but_one(s)) @ conj(vh))
    return nan_where(unbounded, found)


def _pull_cofactors(g, x):
    """The cofactors of S + B, B small: Σⱼ pᵢⱼ Bⱼⱼ on the diagonal, and -pᵢⱼ Bⱼᵢ off it.

    p has the products of all singular values but two, so nothing is divided by.
    """
    unbounded = _unbounded(x)
    u, s, vh, sign = _rotated(unit_where(unbounded, x))
    inner = adjoint(u) @ (sign * g) @ adjoint(vh)
    but_two = _but_two(s)
    diagonal = np.diagonal(inner, 0, -2, -1)
    summed = (but_two @ np.expand_dims(diagonal, -1))[..., 0]
    back = diagonal_part(summed) - transposed(but_two * inner)
    return nan_where(unbounded, conj(u) @ back @ conj(vh))


cofactors_ = general(_cofactors, _pull_cofactors, analytic=False)


# Its logarithm ------------------------------------------------------------------------


class SlogdetResult(NamedTuple):
    """det / |det|, and log |det|."""

    sign: Any
    logabsdet: Any


def _slogdet(x):
    return tuple(np.linalg.slogdet(x))


def _inverse_where(reached, x, sign):
    """A⁻¹; of singular matrices NaN where ``reached``, and 0 elsewhere."""
    singular = np.equal(held(sign), 0)
    inverse = np.linalg.inv(unit_where(singular, x))
    return nan_where(singular & reached, inverse) * on_matrices(~singular | reached)


def _pull_slogdet(g, x, out):
    """d log |det| = Re tr(A⁻¹ dA), d sign = i · sign · Im tr(A⁻¹ dA)."""
    sign, _ = outputs(out, 2)
    factor, reached = g[1], np.not_equal(held(g[1]), 0)
    if x.dtype.kind == "c":
        factor = factor + 1j * np.imag(g[0] * sign)
        reached = reached | np.not_equal(held(g[0]), 0)
    inverse = _inverse_where(reached, x, sign)
    return (on_matrices(factor) * transposed(inverse),)


def _push_slogdet(t, x, out):
    sign, _ = outputs(out, 2)
    inverse = _inverse_where(np.not_equal(held(t[0]), 0).any(axis=(-2, -1)), x, sign)
    trace = np.sum(inverse * transposed(t[0]), axis=(-2, -1))
    if x.dtype.kind != "c":
        return np.zeros(trace.shape, trace.dtype), trace
    return 1j * sign * np.imag(trace), np.real(trace)


slogdet_ = general(
    _slogdet,
    joint=_pull_slogdet,
    push=_push_slogdet,
    analytic=False,
)


@of_primitive(slogdet_)
def slogdet(a):
    """The sign of the determinant and the logarithm of its size: (…, n, n) → (…), (…).

    Where a matrix is singular these are 0 and -∞, and the gradient is NaN.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: np.linalg.slogdet(a).logabsdet)(np.diag([2.0, 4.0]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return SlogdetResult(*slogdet_(a))


@composed(analytic=False)
def logdet(a):
    """log det a: (…, n, n) → (…), without overflow of the determinant.

    Of reals NaN where it is negative; of complex numbers the principal value. Where a
    matrix is singular it is -∞, and the gradient is NaN.

    Its derivative is a⁻ᵀ, as that of ``slogdet``.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(ag.linalg.logdet)(np.diag([2.0, 4.0]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    sign, size = slogdet(a)
    if sign.dtype.kind == "c":
        return size + 1j * np.angle(sign)
    return np.where(held(sign) < 0, np.nan, size)


# Condition and rank -------------------------------------------------------------------


@composed(analytic=False)
def cond(x, p=None):
    """The norm of a matrix times that of its inverse: (…, n, n) → (…).

    ``p`` is an order of ``norm``: 2, if left out, and then also for (…, m, n). Where a
    matrix has no inverse it is ∞, and 0 of p = -2.

    Its derivative is that of the norms and the inverse.

    >>> import autograd as ag
    >>> ag.linalg.cond(ag.tensor([[2.0, 0.0], [0.0, 1.0]]), 1)
    Tensor(2.)
    """
    p = fixed("p", p)
    if 0 in np.shape(x)[-2:]:
        raise np.linalg.LinAlgError("cond is not defined on empty arrays")
    if p in (None, 2, -2):
        values = svdvals(x)
        most, least = values[..., 0], values[..., -1]
        with np.errstate(all="ignore"):
            found = least / most if p == -2 else most / least
        return np.where(np.equal(most, 0), np.inf, found)
    with np.errstate(all="ignore"):
        singular = np.equal(np.linalg.slogdet(held(x))[0], 0)
        inverse = inv(unit_where(singular, x))
        found = norm(x, p, axis=(-2, -1)) * norm(inverse, p, axis=(-2, -1))
        found = found / (~singular).astype(found.dtype)
    return np.where(singular & np.isnan(held(found)), np.inf, found)


def _matrix_rank(x, tol=None, hermitian=False, rtol=None):
    if 0 in np.shape(x)[-2:]:  # NumPy 2.3 looks for the largest of no singular values
        return np.zeros(np.shape(x)[:-2], np.intp)
    given = {} if rtol is None else {"rtol": rtol}
    return np.linalg.matrix_rank(x, tol, hermitian, **given)


matrix_rank = constant(_matrix_rank)
