"""Convolution and correlation in one dimension; each is the other's transpose."""

import math

import numpy as np

from ..core.declare import multilinear

__all__ = ["convolve", "correlate"]


def _convolve(a, v, mode="full"):
    return np.convolve(a, v, mode)


def _correlate(a, v, mode="valid"):
    return np.correlate(a, v, mode)


def _start(mode, n, m, middle):
    """Where a result begins within the full one."""
    return {"f": 0, "s": middle, "v": min(n, m) - 1}[mode[0]]


def _padded(g, total, start):
    """A cotangent among zeros, where the full result has more."""
    front = np.zeros(start, g.dtype)
    back = np.zeros(total - start - len(g), g.dtype)
    return np.concatenate([front, g, back])


def _whole(g, a_shape, v_shape, mode):
    n, m = math.prod(a_shape), math.prod(v_shape)
    return _padded(g, n + m - 1, _start(mode, n, m, (min(n, m) - 1) // 2))


def _whole_correlation(g, a_shape, v_shape, mode):
    n, m = math.prod(a_shape), math.prod(v_shape)
    middle = (m - 1) // 2 if m <= n else n // 2
    return _padded(g, n + m - 1, _start(mode, n, m, middle))


def _back(x):
    return np.reshape(x, -1)[::-1]


def _pull_convolve_left(g, a_shape, v, v_shape, mode):
    return np.convolve(_whole(g, a_shape, v_shape, mode), _back(v), "valid")


def _pull_convolve_right(g, a, a_shape, v_shape, mode):
    return np.convolve(_whole(g, a_shape, v_shape, mode), _back(a), "valid")


def _pull_correlate_left(g, a_shape, v, v_shape, mode):
    whole = _whole_correlation(g, a_shape, v_shape, mode)
    return np.convolve(whole, np.conj(v), "valid")


def _pull_correlate_right(g, a, a_shape, v_shape, mode):
    whole = _whole_correlation(g, a_shape, v_shape, mode)
    return np.conj(np.convolve(whole, _back(a), "valid"))[::-1]


convolve = multilinear(_convolve, _pull_convolve_left, _pull_convolve_right, symbol="∗")
correlate = multilinear(
    _correlate, _pull_correlate_left, _pull_correlate_right, symbol="⋆", analytic=False
)
