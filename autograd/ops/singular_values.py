"""Singular values and singular vectors."""

from typing import Any, NamedTuple

import numpy as np

from ..core.call import outputs
from ..core.composite import composed
from ..core.declare import general
from .eigenvalues import eigh_
from .gaps import largest, over_differences, over_sums, reached_pairs, reciprocals
from .held import held
from .matrices import (
    adjoint,
    conj,
    diagonal_part,
    hermitian_part,
    onto_kept,
    scaled_columns,
    skew_part,
)
from .reductions import of_primitive

__all__ = ["svd", "svdvals"]


class SVDResult(NamedTuple):
    """Left singular vectors, singular values in descending order, right vectors."""

    U: Any
    S: Any
    Vh: Any


def _svd(x, full_matrices=True):
    return tuple(np.linalg.svd(x, full_matrices))


def _turned(kept, rest, tangent):
    """The tangent of the vectors kept, and beside it that of the rest: -V dVᴴ R."""
    if not rest.shape[-1]:
        return tangent
    return np.concatenate([tangent, -kept @ (adjoint(tangent) @ rest)], axis=-1)


def _parts(out):
    """Singular values, and as columns the vectors that belong to one; and the rest."""
    u, s, vh = outputs(out, 3)
    v, k = adjoint(vh), s.shape[-1]
    return u[..., :k], s, v[..., :k], u[..., k:], v[..., k:]


def _over_values(x, s):
    """Each column over its singular value; 0 / 0 is 0 here."""
    reached = np.not_equal(x, 0).any(axis=-2, keepdims=True)
    return x * reciprocals(np.expand_dims(s, -2), reached, largest(s))


def _pull_svd(g, out):
    """For C = Uᴴ dA V, H its Hermitian part and K = C - H: dS = diag H,

    Uᴴ dU = H / (sⱼ - sᵢ) + K / (sⱼ + sᵢ), and Vᴴ dV = H / (sⱼ - sᵢ) - K / (sⱼ + sᵢ).
    """
    u, s, v, more_u, more_v = _parts(out)
    gu = onto_kept(u, more_u, conj(g[0]))
    gv = onto_kept(v, more_v, conj(adjoint(g[2])))
    left, right = adjoint(u) @ gu, adjoint(v) @ gv
    reached = reached_pairs(left, right)
    inner = (
        diagonal_part(g[1])
        + skew_part(left + right) * over_differences(s, reached)
        + skew_part(left - right) * over_sums(s, reached)
    )
    total = u @ inner @ adjoint(v)
    k = s.shape[-1]
    if u.shape[-2] > k:  # they also turn out of the space that they span
        total = total + _over_values(gu - u @ left, s) @ adjoint(v)
    if v.shape[-2] > k:
        total = total + u @ adjoint(_over_values(gv - v @ right, s))
    return (conj(total),)


def _push_svd(t, out):
    u, s, v, more_u, more_v = _parts(out)
    to_u, to_v = t[0] @ v, adjoint(t[0]) @ u
    inner = adjoint(u) @ to_u
    reached = reached_pairs(inner)
    both = hermitian_part(inner) * over_differences(s, reached)
    either = skew_part(inner) * over_sums(s, reached)
    tangent_u, tangent_v = u @ (both + either), v @ (both - either)
    k = s.shape[-1]
    if u.shape[-2] > k:
        tangent_u = tangent_u + _over_values(to_u - u @ inner, s)
    if v.shape[-2] > k:
        tangent_v = tangent_v + _over_values(to_v - v @ adjoint(inner), s)
    return (
        _turned(u, more_u, tangent_u),
        np.real(np.diagonal(inner, 0, -2, -1)),
        adjoint(_turned(v, more_v, tangent_v)),
    )


svd_ = general(
    _svd,
    joint=_pull_svd,
    push=_push_svd,
    analytic=False,
)


@of_primitive(svd_)
def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """a = U diag(S) Vh, with orthonormal columns of U and rows of Vh.

    (…, m, n) → (…, m, m), (…, k) and (…, n, n), with k = min(m, n); (…, m, k) and
    (…, k, n) unless ``full_matrices``. S alone unless ``compute_uv``. ``hermitian``:
    by way of ``eigh``.

    Vectors of equal singular values, or of 0, have no derivative; once a cotangent
    reaches them it is NaN. Those that belong to no value turn as little as possible.
    Vectors of complex elements are determined but for one phase a pair, of which no
    function should make use.

    (Townsend, Differentiating the singular value decomposition, 2016)

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: np.linalg.svd(a).S[0])(np.array([[3.0, 0.0], [0.0, 1.0]]))
    array([[1., 0.],
           [0., 0.]])
    """
    found = _by_eigh(a) if hermitian else svd_(a, full_matrices=full_matrices)
    return SVDResult(*found) if compute_uv else found[1]


def _by_eigh(a):
    w, v = eigh_(a)
    order = np.argsort(np.abs(held(w)), axis=-1)[..., ::-1]
    w = np.take_along_axis(w, order, axis=-1)
    v = np.take_along_axis(v, order[..., None, :], axis=-1)
    return v, np.abs(w), adjoint(scaled_columns(v, np.sign(w)))


@composed(
    analytic=False,
)
def svdvals(x):
    """Singular values in descending order: (…, m, n) → (…, min(m, n)).

    ∂σᵢ = Re uᵢᴴ ∂a vᵢ.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: np.sum(np.linalg.svdvals(a)))(np.eye(2))
    array([[1., 0.],
           [0., 1.]])
    """
    return svd_(x, full_matrices=False)[1]
