"""Eigenvalues and eigenvectors, of Hermitian matrices and of others."""

from typing import Any, NamedTuple

import numpy as np

from ..core.call import outputs
from ..core.composite import composed
from ..core.declare import general
from ..core.node import decides
from .gaps import over_differences, reached_pairs
from .held import as_before, held
from .matrices import (
    adjoint,
    conj,
    diagonal_part,
    hermitian_part,
    made_hermitian,
    nan_where,
    on_matrices,
    skew_part,
    transposed,
    unit_where,
)
from .reductions import of_primitive

__all__ = ["eig", "eigh", "eigvals", "eigvalsh"]

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
    over_gaps = over_differences(w, reached_pairs(turned))
    inner = diagonal_part(g[0]) + skew_part(turned) * over_gaps
    return (conj(hermitian_part(v @ inner @ adjoint(v))),)


def _push_eigh(t, out):
    w, v = outputs(out, 2)
    inner = adjoint(v) @ hermitian_part(t[0]) @ v
    over_gaps = over_differences(w, reached_pairs(inner))
    return np.real(np.diagonal(inner, 0, -2, -1)), v @ (inner * over_gaps)


eigh_ = general(
    _eigh,
    joint=_pull_eigh,
    push=_push_eigh,
    analytic=False,
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
    analytic=False,
)
def eigvalsh(a, UPLO="L"):
    """Eigenvalues of Hermitian matrices, in ascending order: (…, n, n) → (…, n).

    ∂wᵢ = vᵢᴴ ∂a vᵢ.

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


def _eig(x, kind=""):
    return as_before(tuple(np.linalg.eig(x)), kind)


def _leading(v):
    """1 at the element of each vector that is real by LAPACK's choice, 0 elsewhere.

    The largest is made real; of equal ones it is the one that is.
    """
    if not v.size:
        return v
    real = np.abs(v) * np.equal(np.imag(v), 0)
    chosen = np.argmax(real, axis=-2, keepdims=True)
    rows = np.arange(v.shape[-2])[:, None]
    return np.equal(rows, chosen).astype(v.dtype)


def _read(v, leading):
    return np.real(np.sum(v * leading, axis=-2, keepdims=True))


def _inverse(x, w, v):
    """V⁻¹, and the size of the numbers whose rounding moves eigenvalues, (…, 1, 1).

    NaN where matrices have too few eigenvectors. Their values would be equal, but
    rounding tells them apart, by about as much as it can move them: the i-th by that of
    (|V⁻¹| |A| |V|)ᵢᵢ, however rows and columns are scaled.
    """
    n, rounding = v.shape[-1], np.finfo(v.dtype).eps
    none = np.equal(np.linalg.slogdet(held(v))[0], 0)
    inverse = np.linalg.inv(unit_where(none, v))
    rows, columns, w = abs(held(inverse)), abs(held(v)), held(w)
    gaps = abs(np.expand_dims(w, -2) - np.expand_dims(w, -1))
    gaps = np.where(np.eye(n, dtype=bool), np.inf, gaps)
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = np.sum(rows @ abs(held(x)) * transposed(columns), axis=-1)
        least = np.min(gaps, axis=-1, initial=np.inf)
        apart = rounding * sizes < 0.01 * least
    far = np.max(rows, axis=-1, initial=0) < rounding**-0.3  # from having too few
    inverse = nan_where(none | ~(apart | far).all(axis=-1), inverse)
    return inverse, on_matrices(np.max(sizes, axis=-1, initial=0))


def _pull_eig(g, x, out):
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
    turned = transposed(v) @ direct
    inverse, size = _inverse(x, w, v)
    over_gaps = over_differences(w, reached_pairs(turned), size)
    inner = diagonal_part(gw) + turned * over_gaps
    return (transposed(inverse) @ inner @ transposed(v),)


def _push_eig(t, x, out):
    w, v = outputs(out, 2)
    inverse, size = _inverse(x, w, v)
    inner = inverse @ t[0] @ v
    tangent = v @ (inner * over_differences(w, reached_pairs(inner), size))
    length = np.real(np.sum(conj(v) * tangent, axis=-2, keepdims=True))
    if v.dtype.kind == "c":
        leading = _leading(v)
        turn = np.imag(np.sum(tangent * leading, axis=-2, keepdims=True))
        length = length + 1j * turn / _read(v, leading)
    return np.diagonal(inner, 0, -2, -1), tangent - v * length


eig_ = general(
    _eig,
    joint=_pull_eig,
    push=_push_eig,
    analytic=False,
)


@of_primitive(eig_)
def eig(a):
    """Eigenvalues w and eigenvectors V of any matrices that have n: a V = V diag(w).

    (…, n, n) → (…, n) and (…, n, n), complex unless all eigenvalues are real; always
    complex from NumPy 2.5 on. Each vector has length 1, and its largest element is
    real; of a function that depends on phases in another way the derivative follows
    this choice. Where ``a`` has fewer than n eigenvectors, or nearly so, there is no
    derivative: it is NaN. (A coupling of equal values that is below 10⁻⁶ of the matrix
    may be taken for none.)

    >>> import numpy as np
    >>> import autograd as ag
    >>> a = np.array([[2.0, 1.0], [0.0, 1.0]])
    >>> ag.grad(lambda a: np.real(np.linalg.eig(a).eigenvalues[0]))(a)
    array([[1., 0.],
           [1., 0.]])
    """
    return EigResult(*_eig_of(a))


def _eig_of(a):
    """Whether they are complex depends on the numbers, and is held to in recordings."""
    found = eig_(a)
    return found if decides(found[0]) else eig_(a, kind=found[0].dtype.kind)


@composed(analytic=False)
def eigvals(a):
    """Eigenvalues, in no order: (…, n, n) → (…, n), complex unless all are real.

    From NumPy 2.5 on they are always complex. ∂wᵢ = (V⁻¹ ∂a V)ᵢᵢ.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda a: ag.real(ag.sum(ag.linalg.eigvals(a))))(np.diag([1.0, 2.0]))
    array([[1., 0.],
           [0., 1.]])
    """
    return _eig_of(a)[0]
