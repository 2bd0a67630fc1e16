"""What rounding makes of a derivative: how much it differs a few roundings away.

Terms may cancel inside a function, or inside its derivative, of which neither the point
nor the result shows anything. So where a comparison fails, both sides are asked again
at neighbouring points: a right derivative differs there by rounding alone, a wrong one
is as wrong as before. The point itself is left out: it may be a special one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .problem import Problem
from .tolerances import FARTHEST, LONGER


class Neighbourhood:
    """A problem at points that are a few roundings away from its own."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def problems(self) -> list[Problem]:
        """The same function, at each of the points."""
        x, rng = self.problem.point, np.random.default_rng(0)
        away = rng.integers(-FARTHEST, FARTHEST, (len(LONGER), len(x)), endpoint=True)
        return [self.problem.at(x * (1 + k * 2.0**-52)) for k in away]

    @cached_property
    def values(self) -> list[np.ndarray]:
        """The function at each point."""
        return [problem.value for problem in self.problems]

    def gradients(self, u: np.ndarray) -> list[np.ndarray]:
        """Jᵀu at each point."""
        found = []
        for problem in self.problems:
            _, pull = problem.reverse()
            gradients = pull(tuple(problem.outputs.cotangents(u)))
            found.append(problem.inputs.vector(gradients))
        return found

    def tangents(self, v: np.ndarray) -> list[np.ndarray]:
        """Jv at each point."""
        return [p.outputs.vector(p.forward(v)[1]) for p in self.problems]


def variation(found: Sequence[Any]) -> np.ndarray:
    """The largest less the smallest of each element; of what is not finite, none."""
    table = np.array(found)
    apart = table.max(axis=0) - table.min(axis=0)
    return np.where(np.isfinite(apart), apart, 0.0)
