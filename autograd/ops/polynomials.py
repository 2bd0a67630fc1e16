"""Polynomials by their coefficients, the highest power first."""

import warnings

import numpy as np

from ..core.composite import composed
from ..core.declare import general
from ..core.node import decides, numbers, raw
from .eigenvalues import eigvals
from .elementwise import POSITIVE
from .held import Presumed, as_before, held, presumed
from .inverses import inv, lstsq
from .reductions import of_primitive
from .shaping import astype

__all__ = ["polyadd", "polyder", "polyint", "polymul", "polysub", "polyval", "vander"]


@composed()
def polyval(p, x):
    """p₀ xⁿ + … + pₙ by Horner's rule: (n + 1,) and any shape → that shape.

    ∂/∂x = Σ k pₙ₋ₖ xᵏ⁻¹ and ∂/∂pᵢ = xⁿ⁻ⁱ.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda x: np.polyval(np.array([3.0, 0.0, 1.0]), x))(2.0)
    12.0
    """
    y = np.zeros_like(x)
    for coefficient in p:
        y = y * x + coefficient
    return y


def _aligned(a1, a2):
    """Coefficients of equal powers beside each other."""
    a1, a2 = [np.reshape(a, -1) if np.ndim(a) == 0 else a for a in (a1, a2)]
    n = max(len(a1), len(a2))
    return [
        np.concatenate([np.zeros(n - len(a), np.result_type(a)), a])
        if len(a) < n
        else a
        for a in (a1, a2)
    ]


@composed()
def polyadd(a1, a2):
    """The coefficients of the sum: (n,) and (m,) → (max(n, m),).

    ∂ = 1 by each coefficient.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.polyadd(ag.tensor([1.0, 2.0]), np.array([3.0]))
    Tensor([1., 5.])
    """
    a1, a2 = _aligned(a1, a2)
    return a1 + a2


@composed()
def polysub(a1, a2):
    """The coefficients of the difference: (n,) and (m,) → (max(n, m),).

    ∂ = 1 by the first's coefficients, -1 by the second's.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.polysub(ag.tensor([1.0, 2.0]), np.array([3.0]))
    Tensor([ 1., -1.])
    """
    a1, a2 = _aligned(a1, a2)
    return a1 - a2


def _without_zeros_in_front(a):
    """All from the first coefficient that is not 0; one 0, if there is none."""
    a = np.reshape(a, (np.size(a),))
    some = np.not_equal(raw(a), 0)
    first = int(np.argmax(some)) if np.any(some) else len(some) - 1
    return _from(a, first, np.not_equal(held(a), 0))


def _from(a, first, stays):
    """``a`` from the first element that stays, but for the last, which does anyway."""
    rest = a[first:]
    if first:
        gone = np.logical_not(np.any(stays[:first]))
        rest = presumed(rest, gone, "the coefficients in front were 0")
    if first < len(stays) - 1:
        rest = presumed(rest, stays[first], "the first coefficient was not 0")
    return rest


@composed(
    domain=(POSITIVE, POSITIVE),
)
def polymul(a1, a2):
    """The coefficients of the product: (n,) and (m,) → (n + m - 1,).

    The gradient by each is that of a convolution: g correlated with the other.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.polymul(ag.tensor([1.0, 2.0]), np.array([1.0, -1.0]))
    Tensor([ 1.,  1., -2.])
    """
    for a in (a1, a2):
        if np.ndim(a) > 1:
            raise ValueError(
                f"polymul takes coefficients along one axis; got shape {np.shape(a)}"
            )
    return np.convolve(_without_zeros_in_front(a1), _without_zeros_in_front(a2))


@composed()
def polyder(p, m=1):
    """The coefficients of the m-th derivative: (n,) → (n - m,).

    >>> import autograd as ag
    >>> ag.polyder(ag.tensor([1.0, 2.0, 3.0]))
    Tensor([2., 2.])
    """
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = np.positive(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@composed()
def polyint(p, m=1, k=None):
    """The coefficients of the m-th integral, with constants k: (n,) → (n + m,).

    ∂/∂pᵢ = 1 / (the power that it gets), for m = 1.

    >>> import autograd as ag
    >>> ag.polyint(ag.tensor([2.0, 2.0]), k=5.0)
    Tensor([1., 2., 5.])
    """
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = [0.0] * m if k is None else np.reshape(k, -1) if np.ndim(k) == 0 else k
    if len(k) == 1 and m > 1:
        k = [k[0]] * m
    if len(k) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    p = np.positive(p)
    for i in range(m):
        p = np.concatenate([p / np.arange(len(p), 0, -1), np.reshape(k[i], (1,))])
    return p


@composed()
def vander(x, N=None, increasing=False):
    """The powers of each element in a row, the highest first: (n,) → (n, N).

    ∂xᵏ/∂x = k xᵏ⁻¹.

    >>> import numpy as np
    >>> import autograd as ag
    >>> np.vander(ag.tensor([2.0, 3.0]), 3)
    Tensor([[4., 2., 1.],
            [9., 3., 1.]])
    """
    if np.ndim(x) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    x = astype(x, np.promote_types(np.result_type(x), int))
    N = len(x) if N is None else N
    if N < 0:
        raise ValueError(f"the number of columns must not be negative; got {N}")
    powers = [np.ones_like(x)]
    for _ in range(N - 1):
        powers.append(powers[-1] * x)
    rows = np.stack(powers, axis=1)[:, :N]
    return rows if increasing else rows[:, ::-1]


@composed(
    domain=(POSITIVE, POSITIVE),
)
def polydiv(u, v):
    """Quotient and remainder of polynomials: (n,) and (m,) → (n - m + 1,), (k,).

    >>> import numpy as np
    >>> import autograd as ag
    >>> np.polydiv(ag.tensor([3.0, 5.0, 2.0]), np.array([2.0, 1.0]))
    (Tensor([1.5 , 1.75]), Tensor([0.25]))
    """
    u, v = [np.atleast_1d(a) + 0.0 for a in (u, v)]
    if np.ndim(u) > 1 or np.ndim(v) > 1:
        raise ValueError("coefficients have at most one axis")
    if len(u) == 0 or len(v) == 0:
        raise IndexError("a polynomial has at least one coefficient")
    m, quotient, rest = len(v), [], u
    for _ in range(len(u) - m + 1):
        factor = rest[0] / v[0]
        quotient.append(factor)
        rest = np.concatenate([(rest[:m] - factor * v)[1:], rest[m:]])
    zero = np.zeros(1, np.result_type(u, v))
    if len(rest) == 0:
        rest = zero
    some = np.logical_not(np.isclose(raw(rest), 0, rtol=1e-14))
    first = int(np.argmax(some)) if np.any(some) else len(some) - 1
    stays = np.logical_not(np.isclose(held(rest), 0, rtol=1e-14))
    rest = _from(rest, first, stays)
    return np.stack(quotient) if quotient else zero, rest


# Zeros --------------------------------------------------------------------------------


@composed()
def poly(seq_of_zeros):
    """The coefficients of the polynomial with these zeros, the first of them 1.

    (n,) → (n + 1,); of a matrix (n, n) its characteristic polynomial.

    >>> import numpy as np
    >>> import autograd as ag
    >>> np.poly(ag.tensor([1.0, 2.0]))
    Tensor([ 1., -3.,  2.])
    """
    zeros = np.atleast_1d(seq_of_zeros) + 0.0
    shape = np.shape(zeros)
    if len(shape) == 2 and shape[0] == shape[1] != 0:
        zeros = eigvals(zeros)
    elif len(shape) != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    if len(zeros) == 0:
        return 1.0
    none, a = np.zeros(1, zeros.dtype), np.ones(1, zeros.dtype)
    for zero in zeros:
        a = np.concatenate([a, none]) - zero * np.concatenate([none, a])
    if a.dtype.kind == "c" and _in_pairs(numbers(zeros, "np.poly of complex zeros")):
        return np.real(a)
    return a


def _in_pairs(zeros):
    """Whether every complex number has its conjugate beside it."""
    return np.array_equal(np.sort(zeros), np.sort(zeros.conj()))


def _roots(p, kind="", count=None):
    found = np.roots(p)
    if count not in (None, len(found)):
        raise Presumed(f"there were {count} zeros")
    return as_before((found,), kind)[0]


def _powers(z, count):
    """zⁿ⁻ᵏ, (n,) → (n, count); rows of |z| > 1 over |z|ⁿ, so that none overflows."""
    size = np.maximum(1, abs(held(z)))
    smaller = size[:, None] ** -np.arange(count, dtype=size.dtype)
    return vander(z / size, count) * smaller


def _over_slope(t, p, powers, reached):
    """t / p'(z); NaN where ``reached`` at a multiple zero.

    Rounding moves a zero by about ε Σ |pₖ zⁿ⁻ᵏ| / |p'|. Where that changes p' itself,
    the zeros are several, which rounding alone tells apart.
    """
    exponents = np.arange(len(p) - 1, -1, -1)
    slope = powers[:, 1:] @ (p[:-1] * exponents[:-1])
    rounding = np.finfo(p.dtype).eps * (abs(held(powers)) @ abs(held(p)))
    bend = held(powers)[:, 2:] @ (held(p)[:-2] * exponents[:-2] * exponents[1:-1])
    bend = abs(bend)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = abs(held(slope))
        several = ~((rounding / size) * (bend / size) < 0.01)
    instead = np.where(reached, np.nan, 0)
    return np.where(several, instead, t / np.where(several, 1, slope))


def _pull_roots(g, p, out):
    """dzᵢ = -Σ dpₖ zᵢⁿ⁻ᵏ / p'(zᵢ)."""
    powers = _powers(out, len(p))
    return -(_over_slope(g, p, powers, np.not_equal(held(g), 0)) @ powers)


def _push_roots(t, p, out):
    powers = _powers(out, len(p))
    return -_over_slope(powers @ t[0], p, powers, np.any(held(t[0])))


roots_ = general(
    _roots,
    _pull_roots,
    push=_push_roots,
)


@of_primitive(roots_)
def roots(p):
    """The zeros of a polynomial: (n + 1,) → (n,), complex unless all are real.

    Several zeros at one place have no derivative: it is NaN. Of coefficients of 0 in
    front it is that of the zeros there are.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda p: np.max(np.roots(p)))(np.array([1.0, -3.0, 2.0]))
    array([-4., -2., -1.])
    """
    p = np.atleast_1d(p)
    found = roots_(p)
    if decides(found):
        return found
    return roots_(p, kind=found.dtype.kind, count=len(found))


# Fitting ------------------------------------------------------------------------------


@composed(
    analytic=False,
)
def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    """The coefficients of the polynomial nearest to points, in least squares.

    (n,) and (n,) or (n, k) → (deg + 1,) or (deg + 1, k). With ``full`` also the
    residuals, the rank, singular values and ``rcond``; with ``cov`` the covariances,
    from the residuals, or for weights 1 / σ as they are ("unscaled").

    >>> import numpy as np
    >>> import autograd as ag
    >>> slope = lambda y: np.polyfit(np.array([0.0, 1.0, 2.0]), y, 1)[0]
    >>> ag.grad(slope)(np.array([1.0, 2.0, 3.0])).round(3) + 0.0
    array([-0.5,  0. ,  0.5])
    """
    x, y, count = np.positive(x) + 0.0, np.positive(y) + 0.0, int(deg) + 1
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if np.ndim(x) != 1 or np.size(x) == 0:
        raise TypeError("expected non-empty 1D vector for x")
    if np.ndim(y) not in (1, 2):
        raise TypeError("expected 1D or 2D array for y")
    if len(x) != len(y):
        raise TypeError("expected x and y to have same length")
    rcond = len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    powers, right = vander(x, count), y
    if w is not None:
        w = np.positive(w)
        if np.ndim(w) != 1 or len(w) != len(y):
            raise TypeError("expected a 1-d array for weights of the length of y")
        powers = powers * np.expand_dims(w, 1)
        right = y * (w if np.ndim(y) == 1 else np.expand_dims(w, 1))
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / scale
    found, residuals, rank, values = lstsq(powers, right, rcond)
    found = np.transpose(np.transpose(found) / scale)
    if full:
        return found, residuals, rank, values, rcond
    if rank != count:
        warnings.warn(
            "Polyfit may be poorly conditioned",
            np.exceptions.RankWarning,
            stacklevel=2,
        )
    if not cov:
        return found
    base = inv(np.matmul(powers.T, powers)) / np.outer(scale, scale)
    if cov == "unscaled":
        factor = np.ones(np.shape(y)[1:])
    elif len(x) > count:
        factor = residuals / (len(x) - count)
    else:
        raise ValueError(
            "the number of data points must exceed order to scale the covariance matrix"
        )
    return found, base * factor if np.ndim(y) == 1 else base[..., None] * factor
