"""A number, where it should lie, and whether it does."""

from __future__ import annotations

from typing import NamedTuple

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


def terms_of(g: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The terms of ⟨g, v⟩: where v stands still, even an infinite g has no part."""
    return np.where(v == 0.0, 0.0, g * v)
