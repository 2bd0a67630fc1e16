"""The exponential of a matrix."""

import numpy as np

from ..core.declare import general
from .held import held
from .matrices import on_matrices, transposed
from .norms import as_floats

__all__ = ["expm"]

# Of the Padé approximant of order 7 to exp: exact to 1e-19 for norms up to 1/2.
NUMERATOR = (17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1)


def _expm(x):
    """Scaled to a norm of at most 1/2, approximated, and squared as often as halved."""
    x = as_floats(x)
    sizes = np.abs(x).sum(axis=-2).max(axis=-1, initial=0)
    times = np.where(np.isfinite(sizes), np.frexp(sizes)[1] + 1, 0).clip(0)
    x = x * np.ldexp(np.ones((), x.real.dtype), -on_matrices(times))
    square, one = x @ x, np.eye(x.shape[-1], dtype=x.dtype)
    even = odd = np.zeros_like(x)
    for i in range(6, -1, -2):
        even = even @ square + NUMERATOR[i] * one
        odd = odd @ square + NUMERATOR[i + 1] * one
    odd = x @ odd
    out = np.linalg.solve(even - odd, even + odd)
    for i in range(int(times.max(initial=0))):
        going = times > i
        out[going] = out[going] @ out[going]
    return out


def _along(x, change):
    """The derivative along ``change``: a corner of exp of [[x, change], [0, x]].

    It is linear in ``change``, whose size must not decide how often is squared.
    """
    n, size = x.shape[-1], np.max(np.abs(held(change)), axis=(-2, -1), initial=0)
    unit = on_matrices(np.ldexp(np.ones_like(size), np.frexp(size)[1] + n.bit_length()))
    upper = np.concatenate([x, change / (unit)], axis=-1)
    lower = np.concatenate([np.zeros_like(x), x], axis=-1)
    corner = expm(np.concatenate([upper, lower], axis=-2))[..., :n, n:]
    return corner * (unit)


expm = general(
    _expm,
    lambda g, x: _along(transposed(x), g),
    push=lambda t, x: _along(x, t[0]),
    name="expm",
    symbol="exp",
)
