"""Polynomials by their coefficients, the highest power first."""

import numpy as np

from ..composite import composed
from .elementwise import POSITIVE
from .shaping import astype


def _some(c):
    return c.array((c.choice(3, 1, 2, 4),))


def _any_number(c):
    return c.array((c.choice(2, 1, 3, 0),))


@composed(sample={"p": _any_number, "x": "array"})
def polyval(p, x):
    """p₀ xⁿ + … + pₙ by Horner's rule: (n + 1,) and any shape → that shape.

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


@composed(sample={"a1": _any_number, "a2": _any_number})
def polyadd(a1, a2):
    """The coefficients of the sum: (n,) and (m,) → (max(n, m),)."""
    a1, a2 = _aligned(a1, a2)
    return a1 + a2


@composed(sample={"a1": _any_number, "a2": _any_number})
def polysub(a1, a2):
    """The coefficients of the difference: (n,) and (m,) → (max(n, m),)."""
    a1, a2 = _aligned(a1, a2)
    return a1 - a2


def _without_zeros_in_front(a):
    """All from the first coefficient that is not 0; one 0, if there is none."""
    a = np.reshape(a, (np.size(a),))
    return a[int(np.argmax(np.not_equal(a, 0))) :] if np.any(a) else a[-1:]


@composed(
    sample={"a1": _some, "a2": _some},
    domain=(POSITIVE, POSITIVE),
    kinks="zeros in front are dropped, as NumPy does, and have a derivative of 0",
)
def polymul(a1, a2):
    """The coefficients of the product: (n,) and (m,) → (n + m - 1,)."""
    return np.convolve(_without_zeros_in_front(a1), _without_zeros_in_front(a2))


@composed(sample={"p": _some, "m": (1, 2, 0)})
def polyder(p, m=1):
    """The coefficients of the m-th derivative: (n,) → (n - m,)."""
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = np.positive(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@composed(sample={"p": _some, "m": (1, 2, 0), "k": (None, 2.0)})
def polyint(p, m=1, k=None):
    """The coefficients of the m-th integral, with constants k: (n,) → (n + m,)."""
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


@composed(sample={"x": _some, "N": (3, None, 1, 0), "increasing": "flag"})
def vander(x, N=None, increasing=False):
    """The powers of each element in a row, the highest first: (n,) → (n, N).

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
    powers = [np.ones_like(x)]
    for _ in range(N - 1):
        powers.append(powers[-1] * x)
    rows = np.stack(powers, axis=1)[:, :N]
    return rows if increasing else rows[:, ::-1]
