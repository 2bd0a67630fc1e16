"""What points between the elements of an axis take of each: matrices of weights."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .adaptive import Matrix

SHARPNESS = -0.75  # a of Keys (1981), doi:10.1109/TASSP.1981.1163711, as in PyTorch
SHARPNESS_OF_MANY = -0.5


@lru_cache(maxsize=256)
def weights(kind: str, n: int, m: int, scale: float | None, corners: bool) -> Matrix:
    """The matrix (m, n) of what m points between n elements take of the nearest.

    >>> weights("linear", 2, 3, None, True).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    step = _step(n, m, scale, corners)
    at = np.arange(m) * step if corners else (np.arange(m) + 0.5) * step - 0.5
    if kind == "linear":
        at = np.maximum(at, 0.0)
    before = np.floor(at)
    beyond = at - before  # from 0 to 1
    if kind == "linear":
        taps = {0: 1 - beyond, 1: beyond}
    else:
        taps = {i: _cubic(np.abs(beyond - i), SHARPNESS) for i in (-1, 0, 1, 2)}
    matrix = np.zeros((m, n))
    for i, weight in taps.items():
        column = np.clip(before + i, 0, n - 1).astype(np.intp)
        matrix[np.arange(m), column] += weight
    return matrix


@lru_cache(maxsize=256)
def weights_of_many(
    kind: str, n: int, m: int, scale: float | None, corners: bool
) -> Matrix:
    """The same, of all elements around a point, as many as there are for each point.

    >>> weights_of_many("linear", 4, 2, None, False).round(3).tolist()
    [[0.429, 0.429, 0.143, 0.0], [0.0, 0.143, 0.429, 0.429]]
    """
    step = _step(n, m, scale, corners)
    wide = max(step, 1.0)
    reach = wide * (1 if kind == "linear" else 2)
    centre = (step * (np.arange(m) + 0.5))[:, None]
    begin = np.maximum(np.trunc(centre - reach + 0.5), 0)
    end = np.minimum(np.trunc(centre + reach + 0.5), n)
    at = np.arange(n)
    apart = np.abs(at - centre + 0.5) / wide
    near = np.maximum(1 - apart, 0.0)
    matrix = near if kind == "linear" else _cubic(apart, SHARPNESS_OF_MANY)
    matrix = np.where((begin <= at) & (at < end), matrix, 0.0)
    return matrix / matrix.sum(axis=1, keepdims=True)


def _step(n: int, m: int, scale: float | None, corners: bool) -> float:
    """How far points are apart, in elements."""
    if corners:
        return (n - 1) / (m - 1) if m > 1 else 0.0
    return n / m if scale is None else 1 / scale


def _cubic(d: np.ndarray, a: float) -> np.ndarray:
    """The weight of an element at a distance of up to 2."""
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))
