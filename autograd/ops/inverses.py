"""Inverses of matrices, solutions of linear equations, and pseudoinverses."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..core.composite import composed
from ..core.declare import general
from ..core.node import decides, raw
from .held import held, presumed
from .matrices import (
    adjoint,
    conj,
    hermitian_part,
    made_hermitian,
    nan_where,
    on_matrices,
    scaled_columns,
    transposed,
)
from .norms import as_floats
from .reductions import of_primitive
from .shaping import astype
from .singular_values import svdvals

__all__ = ["inv", "lstsq", "pinv", "solve", "tensorinv", "tensorsolve"]


def _inv(x):
    return np.linalg.inv(x)


inv = general(
    _inv,
    lambda g, out: -(transposed(out) @ g @ transposed(out)),
    push=lambda t, out: -(out @ t[0] @ out),
    symbol="⁻¹",
)


# Linear equations ---------------------------------------------------------------------


def _solve(a, b):
    return np.linalg.solve(a, b)


def _pull_solve(g, a, out):
    back = np.linalg.solve(transposed(a), g)
    return -(back @ transposed(out)), back


def _push_solve(t, a, out):
    return np.linalg.solve(a, t[1] - t[0] @ out)


solve_ = general(_solve, joint=_pull_solve, push=_push_solve, symbol="⁻¹ ·")


@of_primitive(solve_)
def solve(a, b):
    """x of a x = b: (…, n, n) and (…, n, k) → (…, n, k), or (n,) → (…, n).

    Raises LinAlgError where ``a`` is singular.

    The gradients are a⁻ᵀ g of ``b``, and minus that times xᵀ of ``a``.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a, b = np.array([[2.0, 0.0], [1.0, 4.0]]), np.array([2.0, 5.0])
    >>> ag.grad(lambda b: np.sum(np.linalg.solve(a, b)))(b)
    array([0.375, 0.25 ])
    """
    if np.ndim(b) == 1:
        return solve_(a, np.expand_dims(b, -1))[..., 0]
    return solve_(a, b)


@composed()
def tensorinv(a, ind=2):
    """The inverse with respect to ``tensordot``: its first axes are the last of ``a``.

    The product of the first ``ind`` sides is that of the others.

    Its derivative is that of ``inv``: -a⁻ᵀ g a⁻ᵀ.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.linalg.tensorinv(ag.tensor(np.eye(4).reshape(2, 2, 4))).shape
    (4, 2, 2)
    """
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    front, back = np.shape(a)[:ind], np.shape(a)[ind:]
    flat = np.reshape(a, (math.prod(front), math.prod(back)))
    return np.reshape(inv(flat), back + front)


@composed()
def tensorsolve(a, b, axes=None):
    """x with tensordot(a, x, x.ndim) = b; ``axes`` of ``a`` are first moved last.

    Its derivative is that of ``solve``.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = ag.tensor(2 * np.eye(4).reshape(2, 2, 4))
    >>> ag.linalg.tensorsolve(a, np.ones((2, 2)))
    Tensor([0.5, 0.5, 0.5, 0.5])
    """
    n = np.ndim(a)
    if axes is not None:
        moved = normalize_axis_tuple(axes, n, "axes")
        a = np.transpose(a, [i for i in range(n) if i not in moved] + [*moved])
    shape = np.shape(a)[np.ndim(b) :]
    side = math.prod(shape)
    if np.size(a) != side**2:
        raise np.linalg.LinAlgError(
            "Input arrays must satisfy the requirement prod(a.shape[b.ndim:]) == "
            "prod(a.shape[:b.ndim])"
        )
    flat = solve(np.reshape(a, (side, side)), np.reshape(b, side))
    return np.reshape(flat, shape)


# Pseudoinverses -----------------------------------------------------------------------


def _pinv(x, rcond=None, hermitian=False, rtol=np._NoValue):
    x = made_hermitian(x) if hermitian else x
    return np.linalg.pinv(x, rcond, hermitian, rtol=rtol)


def _pull_pinv(g, x, out, rcond, hermitian, rtol):
    """With P for the result: dP = -P dA P + X + Y, where among matrices of one rank

    X = (1 - P A) dAᴴ Pᴴ P and Y = P Pᴴ dAᴴ (1 - A P). What was cut off, E = A - A P A,
    adds Eᴴ (dA P + E X) Pᴴ P to X, and P Pᴴ (P dA + Y E) Eᴴ to Y.
    """
    g, back = conj(g), adjoint(out)
    x = hermitian_part(x) if hermitian else x
    right, left = back @ (out @ adjoint(g)), (adjoint(g) @ out) @ back
    total = -(back @ g @ back)
    if rcond is not None or rtol is not np._NoValue:
        found = _cut_off(held(x), held(out))
        if found is not None:
            cut, least = found
            rest = x - x @ out @ x
            rest = rest + (cut - held(rest))  # its rounding would be magnified
            none = least == 0
            p, e = out * least, np.where(none, 0, rest) / np.where(none, 1, least)
            right = series(adjoint(p) @ p, adjoint(e) @ e, right)
            left = adjoint(series(p @ adjoint(p), e @ adjoint(e), adjoint(left)))
            total = total + (rest @ adjoint(right)) @ back
            total = total + back @ (adjoint(left) @ rest)
    total = total + right - right @ (out @ x) + left - (x @ out) @ left
    return conj(hermitian_part(total) if hermitian else total)


def _cut_off(x, pseudoinverse):
    """What of x was cut off, and the least singular value kept (0 if there is none).

    None, if nothing was.
    """
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    ones = np.real(np.diagonal(vh @ pseudoinverse @ u, 0, -2, -1)) * s
    kept = ones > 0.5
    if decides(kept) and kept.all():
        return None
    least = np.min(np.where(kept, s, np.inf), axis=-1, initial=np.inf)
    least = np.where(kept.any(axis=-1), least, 0).astype(s.dtype)
    return scaled_columns(u, np.where(kept, 0, s)) @ vh, on_matrices(least)


def _series(a, b, x):
    """Σ aⁱ x bⁱ from i = 0 on, the y of y - a y b = x, for |a| = 1 and |b| < 1.

    NaN where |b| is 1, but for rounding.
    """
    for _ in range(60):
        sizes = abs(b).sum(axis=-1).max(axis=-1, initial=0)
        going = sizes > np.finfo(b.dtype).eps ** 2
        if not going.any():
            return x
        x = x + a @ x @ b
        a, b = a @ a, b @ b
    return nan_where(going, x)


def _pull_series(g, a, b, out):
    """y = x + a y b: the cotangent of x is that sum too, of the transposes."""
    g = series(transposed(a), transposed(b), g)
    onto_a = g @ transposed(out @ b)
    return onto_a, transposed(a @ out) @ g, g


series = general(_series, joint=_pull_series)
pinv = general(
    _pinv,
    _pull_pinv,
    symbol="⁺",
    analytic=False,
)


@composed(
    analytic=False,
)
def lstsq(a, b, rcond=None):
    """x with the least |a x - b|, and among such the least |x|; by way of ``pinv``.

    (m, n) and (m,) or (m, k) → x: (n,) or (n, k); the residuals |a x - b|²: (1,) or
    (k,), or (0,) unless m > n and the rank is n; the rank; the singular values of
    ``a``. It computes in double precision, as NumPy does. Singular values up to
    ``rcond`` times the largest count as 0; those that are rounding, if ``rcond`` is
    not between 0 and 1.

    ∂x = a⁺ ∂b + ∂(a⁺) b.

    >>> import numpy as np
    >>> import autograd as ag
    >>> found = ag.linalg.lstsq(ag.tensor([[1.0], [1.0]]), np.array([1.0, 3.0]))
    >>> found[0]
    Tensor([2.])
    """
    if np.ndim(a) != 2 or np.ndim(b) not in (1, 2):
        raise np.linalg.LinAlgError(
            f"lstsq takes a matrix, and one or two axes of right sides; got shapes "
            f"{np.shape(a)} and {np.shape(b)}"
        )
    (m, n), (rows, *_) = np.shape(a), np.shape(b)
    if m != rows:
        raise np.linalg.LinAlgError(f"{m} equations and {rows} rows of right sides")
    a, b = [as_floats(each) for each in (a, b)]
    dtype = np.result_type(a.dtype, b.dtype)
    real = np.finfo(dtype).dtype
    a, b = [astype(x, np.result_type(x.dtype, np.float64)) for x in (a, b)]
    values = svdvals(a)
    if rcond is None:
        rcond = max(m, n) * np.finfo(values.dtype).eps
    elif not 0 < rcond < 1:
        rcond = np.finfo(values.dtype).eps / 2  # as LAPACK has it
    sizes = held(values)
    ranks = np.sum(sizes > rcond * np.max(sizes, initial=0))
    rank = int(raw(ranks))
    x = presumed(np.matmul(pinv(a, rcond), b), ranks == rank, f"the rank was {rank}")
    apart = np.atleast_2d(np.transpose(np.matmul(a, x) - b))
    residuals = np.sum(np.real(apart) ** 2 + np.imag(apart) ** 2, axis=-1)
    if m <= n or rank < n:
        residuals = residuals[:0]
    return astype(x, dtype), astype(residuals, real), rank, astype(values, real)
