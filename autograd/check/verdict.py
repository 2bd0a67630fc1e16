"""A number, where it should lie, and whether it does; of many the worst."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Verdict(NamedTuple):
    """A number, where it should lie, and how far outside of that it may be."""

    got: float
    low: float
    high: float
    tolerance: float

    @property
    def error(self) -> float:
        """How far outside of the interval it is."""
        if self.got in (self.low, self.high):  # infinite, for one
            return 0.0
        return max(self.low - self.got, self.got - self.high, 0.0)

    @property
    def fails(self) -> bool:
        """Whether that is too far; NaN is."""
        return not self.error <= self.tolerance


def verdict_of(got: Any, expected: Any, tolerance: Any) -> Verdict:
    """Of one number that is expected, as floats."""
    return Verdict(float(got), float(expected), float(expected), float(tolerance))


def worst(
    got: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    tolerance: np.ndarray | float,
    judged: np.ndarray,
) -> tuple[int, Verdict] | None:
    """The place and the verdict of the number that is farthest off; NaN is farther.

    None where no number is ``judged``.
    """
    if not judged.any():
        return None
    tolerance = np.broadcast_to(tolerance, got.shape)
    with np.errstate(all="ignore"):
        error = np.where(got == low, 0.0, np.maximum(low - got, got - high))
        share = np.where(error > 0, error / tolerance, error)
    share = np.where(judged, np.where(np.isnan(share), np.inf, share), -np.inf)
    i = int(share.argmax())
    return i, Verdict(*(float(each[i]) for each in (got, low, high, tolerance)))


def terms_of(g: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The terms of ⟨g, v⟩: where v stands still, even an infinite g has no part."""
    return np.where(v == 0.0, 0.0, g * v)
