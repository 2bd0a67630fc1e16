"""Factorizations of matrices: Cholesky's, and QR."""

from typing import Any, NamedTuple

import numpy as np

from ..core.call import outputs
from ..core.declare import general
from .held import held
from .matrices import (
    adjoint,
    conj,
    hermitian_part,
    made_hermitian,
    nan_where,
    onto_kept,
    unit_where,
)
from .reductions import of_primitive

__all__ = ["cholesky", "qr"]


def _half_lower(x):
    """The lower triangle with half of the diagonal."""
    return np.tril(x) - np.eye(x.shape[-1], dtype=x.dtype) * x / 2


# Cholesky -----------------------------------------------------------------------------


def _cholesky(x):
    return np.linalg.cholesky(made_hermitian(x))


def _pull_cholesky(g, out):
    """dL = L Φ(L⁻¹ dA L⁻ᴴ), where Φ keeps the lower triangle, and half the diagonal."""
    inverse = np.linalg.inv(out)
    middle = _half_lower(adjoint(out) @ conj(g))
    return conj(hermitian_part(adjoint(inverse) @ middle @ inverse))


cholesky_ = general(_cholesky, _pull_cholesky, analytic=False)


@of_primitive(cholesky_)
def cholesky(a, /, *, upper=False):
    """The lower triangle L with a = L Lᴴ, (…, n, n) → (…, n, n); Lᴴ if ``upper``.

    ``a`` is Hermitian and positive definite, both triangles filled in; its gradient is
    Hermitian. Raises LinAlgError where ``a`` is not positive definite.

    (Murray, Differentiation of the Cholesky decomposition, 2016, arXiv:1602.07527)

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = np.array([[4.0, 2.0], [2.0, 5.0]])
    >>> ag.grad(lambda a: np.sum(np.linalg.cholesky(a)))(a)
    array([[0.1875, 0.125 ],
           [0.125 , 0.25  ]])
    """
    lower = cholesky_(a)
    return adjoint(lower) if upper else lower


# QR -----------------------------------------------------------------------------------


class QRResult(NamedTuple):
    """Orthonormal columns, and an upper triangle."""

    Q: Any
    R: Any


def _qr(x, complete=False):
    return tuple(np.linalg.qr(x, "complete" if complete else "reduced"))


def _pull_qr(g, x_shape, out):
    """Ω = Qᴴ dQ is skew, and T = dR R⁻¹ upper, of a real diagonal; Ω + T = Qᴴ dA R⁻¹.

    Columns of Q beyond those of x turn with the others, and no more.
    """
    n = x_shape[-1]
    q, r = outputs(out, 2)
    gq, gr = map(conj, g)
    if q.shape[-1] > n:
        gq = onto_kept(q[..., :n], q[..., n:], gq)
        q, r, gr = q[..., :n], r[..., :n, :], gr[..., :n, :]
    turned, of_triangle = adjoint(q) @ gq, gr @ adjoint(r)
    skew = turned - of_triangle
    inner = of_triangle + _half_lower(skew - adjoint(skew))
    total = gq + q @ (inner - turned)
    dependent = _dependent(held(r))
    back = np.linalg.solve(unit_where(dependent, r), adjoint(total))
    return (conj(adjoint(nan_where(dependent, back))),)


def _dependent(r):
    """Where columns are linearly dependent, but for rounding: (…, n, n) → (…)."""
    rounding = r.shape[-1] * np.finfo(r.dtype).eps
    sizes = abs(np.diagonal(r, 0, -2, -1))
    return (sizes <= 4 * rounding * np.max(abs(r), axis=-2, initial=0)).any(axis=-1)


qr_ = general(
    _qr,
    joint=_pull_qr,
    analytic=False,
)


@of_primitive(qr_)
def qr(a, mode="reduced"):
    """a = Q R, (…, m, n) → (…, m, k) and (…, k, n), with k = min(m, n).

    ``mode``: "reduced", "complete" (k = m), or "r" for R alone. The first k columns of
    ``a`` are to be independent: elsewhere there is no derivative, and it is NaN. Of a
    "complete" Q the further columns are not determined, and turn as little as possible.

    (Roberts and Roberts, QR and LQ decomposition matrix backpropagation, 2020,
    arXiv:2009.10071)

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: np.linalg.qr(a).R[0, 0])(np.array([[3.0], [4.0]]))
    array([[-0.6],
           [-0.8]])
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(
            f"qr takes the modes 'reduced', 'complete' and 'r'; got {mode!r}"
            + ", of which no derivative is declared" * (mode == "raw")
        )
    rows, columns = [1, 1, *np.shape(a)][-2:]
    if rows >= columns or np.ndim(a) < 2:
        q, r = qr_(a, complete=mode == "complete")
    else:
        q, r = qr_(a[..., :rows])
        r = np.concatenate([r, adjoint(q) @ a[..., rows:]], axis=-1)
    return r if mode == "r" else QRResult(q, r)
