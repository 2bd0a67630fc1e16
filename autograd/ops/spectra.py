"""Eigenvalues and singular values, with their vectors; also where values coincide.

Vectors of equal values are any basis of the space they span, and have no derivative.
So equal values count as far apart while no cotangent reaches their vectors, and as NaN
apart once one does: whatever depends on values alone, or on the vectors of other
values, has its exact derivative.
"""

from typing import Any, NamedTuple

import numpy as np

from ..composite import composed
from ..graph import raw
from ..primitive import general, outputs
from .matrices import (
    adjoint,
    conj,
    diagonal_part,
    hermitian_part,
    made_hermitian,
    off_diagonal,
    scaled_columns,
    skew_part,
)
from .reductions import of_primitive


def _apart(gaps, reached, size):
    """The gaps; ∞, or NaN where ``reached``, for those that are nothing but rounding.

    ``size`` is the largest of the values, (…, 1, 1).
    """
    n = gaps.shape[-1]
    rounding = n * np.finfo(gaps.dtype).eps * size
    nothing = np.less_equal(np.abs(gaps), rounding)
    instead = np.where(reached, np.nan, np.inf).astype(gaps.dtype)
    return np.where(nothing, instead, gaps)


def _differences(values, reached):
    """valueⱼ - valueᵢ, apart: (…, n) → (…, n, n)."""
    gaps = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    reached = reached & off_diagonal(values.shape[-1])
    return _apart(gaps, reached, _largest(values))


def _sums(values, reached):
    """valueⱼ + valueᵢ, apart: (…, n) → (…, n, n)."""
    gaps = np.expand_dims(values, -2) + np.expand_dims(values, -1)
    return _apart(gaps, reached, _largest(values))


def _largest(values):
    """The largest size among the values, (…, n) → (…, 1, 1)."""
    return np.max(np.abs(values), axis=-1, keepdims=True, initial=0)[..., None]


def _reached(*columns):
    """Pairs of vectors one of which has a cotangent that is not 0: (…, n, n)."""
    some = np.logical_or.reduce([np.not_equal(x, 0) for x in columns])
    each = some.any(axis=-2, keepdims=True)
    return each | np.swapaxes(each, -1, -2)


# Hermitian matrices -------------------------------------------------------------------


class EighResult(NamedTuple):
    """Eigenvalues in ascending order, and an eigenvector in each column."""

    eigenvalues: Any
    eigenvectors: Any


def _eigh(x, UPLO="L"):
    return tuple(np.linalg.eigh(made_hermitian(x), UPLO))


def _pull_eigh(g, out):
    """dw = diag C and dV = V (C / gaps), for C = Vᴴ dA V."""
    w, v = outputs(out, 2)
    turned = adjoint(v) @ conj(g[1])
    gaps = _differences(w, _reached(turned))
    inner = diagonal_part(g[0]) + skew_part(turned) / gaps
    return (conj(hermitian_part(v @ inner @ adjoint(v))),)


def _push_eigh(t, out):
    w, v = outputs(out, 2)
    inner = adjoint(v) @ hermitian_part(t[0]) @ v
    gaps = _differences(w, _reached(inner))
    return np.real(np.diagonal(inner, 0, -2, -1)), v @ (inner / gaps)


eigh_ = general(
    _eigh,
    joint=_pull_eigh,
    push=_push_eigh,
    kinks="NaN where a cotangent reaches eigenvectors of equal eigenvalues",
    analytic=False,
    sample={"x": "symmetric", "UPLO": ("L", "U")},
)


@of_primitive(eigh_)
def eigh(a, UPLO="L"):
    """Eigenvalues w in ascending order and eigenvectors V: a = V diag(w) Vᴴ.

    (…, n, n) → (…, n) and (…, n, n). ``a`` is Hermitian, both triangles filled in; its
    gradient is Hermitian. Vectors of complex elements keep their phases: of a function
    that depends on these the derivative has no meaning. Vectors of equal eigenvalues
    have no derivative; once a cotangent reaches them it is NaN.

    (Giles, Collected matrix derivative results, 2008)

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> ag.grad(lambda a: np.linalg.eigh(a).eigenvalues[1])(a)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    return EighResult(*eigh_(a, UPLO=UPLO))


@composed(
    sample={
        "a": lambda c: c.matrix("symmetric", dtype=c.real_or_complex()),
        "UPLO": ("L", "U"),
    },
    analytic=False,
)
def eigvalsh(a, UPLO="L"):
    """Eigenvalues of Hermitian matrices, in ascending order: (…, n, n) → (…, n).

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(np.eye(2))
    array([[2., 0.],
           [0., 2.]])
    """
    return eigh_(a, UPLO=UPLO)[0]


# All others ---------------------------------------------------------------------------


class EigResult(NamedTuple):
    """Eigenvalues in no order, and an eigenvector in each column."""

    eigenvalues: Any
    eigenvectors: Any


def _eig(x):
    return tuple(np.linalg.eig(x))


def _leading(v):
    """1 at the element of each vector that is real by LAPACK's choice, 0 elsewhere.

    The largest is made real; of equal ones it is the one that is.
    """
    real = np.abs(v) * np.equal(np.imag(v), 0)
    chosen = np.argmax(real, axis=-2, keepdims=True)
    rows = np.arange(v.shape[-2])[:, None]
    return np.equal(rows, chosen).astype(v.dtype)


def _read(v, leading):
    return np.real(np.sum(v * leading, axis=-2, keepdims=True))


def _pull_eig(g, out):
    """dw = diag C and dV = V (C / gaps) - V diag(c), for C = V⁻¹ dA V.

    c keeps each vector at length 1, and its leading element real.
    """
    w, v = outputs(out, 2)
    gw, gv = g
    along = np.sum(gv * v, axis=-2, keepdims=True)
    direct = gv - np.real(along) * np.conj(v)
    if v.dtype.kind == "c":
        leading = _leading(v)
        turn = np.imag(along) / _read(v, leading)
        direct = direct - 1j * turn * leading
    turned = np.swapaxes(v, -1, -2) @ direct
    gaps = _differences(w, _reached(turned))
    inner = diagonal_part(gw) + turned / gaps
    inverse = np.linalg.inv(v)
    return (np.swapaxes(inverse, -1, -2) @ inner @ np.swapaxes(v, -1, -2),)


def _push_eig(t, out):
    w, v = outputs(out, 2)
    inner = np.linalg.inv(v) @ t[0] @ v
    gaps = _differences(w, _reached(inner))
    tangent = v @ (inner / gaps)
    length = np.real(np.sum(conj(v) * tangent, axis=-2, keepdims=True))
    if v.dtype.kind == "c":
        leading = _leading(v)
        turn = np.imag(np.sum(tangent * leading, axis=-2, keepdims=True))
        length = length + 1j * turn / _read(v, leading)
    return np.diagonal(inner, 0, -2, -1), tangent - v * length


def _diagonalizable(c):
    """Of distinct eigenvalues: real ones, or pairs of complex ones, or any."""
    x = c.matrix("well-conditioned", dtype=c.real_or_complex())
    n = x.shape[-1]
    values = np.diag(np.linspace(1, 3, n))
    if n > 1 and c.choice(False, True):
        values[:2, :2] = [[1, -1], [1, 1]]
    return np.linalg.solve(x, values @ x).astype(x.dtype)


eig_ = general(
    _eig,
    joint=_pull_eig,
    push=_push_eig,
    kinks="NaN where a cotangent reaches eigenvectors of equal eigenvalues",
    analytic=False,
    sample={"x": _diagonalizable},
)


@of_primitive(eig_)
def eig(a):
    """Eigenvalues w and eigenvectors V of any matrices that have n: a V = V diag(w).

    (…, n, n) → (…, n) and (…, n, n), complex unless all eigenvalues are real. Each
    vector has length 1, and its largest element is real; of a function that depends on
    phases in another way the derivative follows this choice.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = np.array([[2.0, 1.0], [0.0, 1.0]])
    >>> ag.grad(lambda a: np.linalg.eig(a).eigenvalues[0])(a)
    array([[1., 0.],
           [1., 0.]])
    """
    return EigResult(*eig_(a))


@composed(sample={"a": _diagonalizable}, analytic=False)
def eigvals(a):
    """Eigenvalues, in no order: (…, n, n) → (…, n), complex unless all are real."""
    return eig_(a)[0]


# Singular values ----------------------------------------------------------------------


class SVDResult(NamedTuple):
    """Left singular vectors, singular values in descending order, right vectors."""

    U: Any
    S: Any
    Vh: Any


def _svd(x, full_matrices=True):
    return tuple(np.linalg.svd(x, full_matrices))


def _onto(kept, rest, g):
    """The cotangent of the vectors kept, with what comes to them from the rest.

    The rest are not determined, and turn as little as possible: dR = -V dVᴴ R.
    """
    k = kept.shape[-1]
    return g[..., :k] - rest @ (adjoint(g[..., k:]) @ kept)


def _turned(kept, rest, tangent):
    """The tangent of the vectors kept, and of the rest beside it."""
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
    return x / _apart(np.expand_dims(s, -2), reached, _largest(s))


def _pull_svd(g, out):
    """For C = Uᴴ dA V, H its Hermitian part and K = C - H: dS = diag H,

    Uᴴ dU = H / (sⱼ - sᵢ) + K / (sⱼ + sᵢ), and Vᴴ dV = H / (sⱼ - sᵢ) - K / (sⱼ + sᵢ).
    """
    u, s, v, more_u, more_v = _parts(out)
    gu = _onto(u, more_u, conj(g[0]))
    gv = _onto(v, more_v, conj(adjoint(g[2])))
    left, right = adjoint(u) @ gu, adjoint(v) @ gv
    reached = _reached(left, right)
    inner = (
        diagonal_part(g[1])
        + skew_part(left + right) / _differences(s, reached)
        + skew_part(left - right) / _sums(s, reached)
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
    reached = _reached(inner)
    both = hermitian_part(inner) / _differences(s, reached)
    either = skew_part(inner) / _sums(s, reached)
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


def _for_svd(c):
    """Of the vectors that belong to no value one is determined, up to its sign."""
    x = c.full_rank()
    spare = abs(x.shape[-2] - x.shape[-1])
    c.early["full_matrices"] = c.choice(*[False, True][: 1 + (spare < 2)])
    return x


svd_ = general(
    _svd,
    joint=_pull_svd,
    push=_push_svd,
    kinks="NaN where a cotangent reaches singular vectors of equal values, or of 0",
    analytic=False,
    sample={"x": _for_svd, "full_matrices": lambda c: True},
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
    order = np.argsort(np.abs(raw(w)), axis=-1)[..., ::-1]
    w = np.take_along_axis(w, order, axis=-1)
    v = np.take_along_axis(v, order[..., None, :], axis=-1)
    return v, np.abs(w), adjoint(scaled_columns(v, np.sign(w)))


@composed(
    sample={"x": lambda c: c.full_rank(dtype=c.real_or_complex())},
    kinks="as U Vᴴ has it, where a value is 0",
    analytic=False,
)
def svdvals(x):
    """Singular values in descending order: (…, m, n) → (…, min(m, n)).

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: np.sum(np.linalg.svdvals(a)))(np.eye(2))
    array([[1., 0.],
           [0., 1.]])
    """
    return svd_(x, full_matrices=False)[1]
