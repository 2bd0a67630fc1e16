"""Along which directions, and with which cotangents, derivatives are compared."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .oracles import Slopes
from .problem import Problem
from .tolerances import MOST_ARGUMENTS, SHORTEST


def directions(
    problem: Problem, rng: np.random.Generator, alone: bool
) -> Iterator[tuple[str, np.ndarray]]:
    """All arguments jointly at random, jointly all ones, and each argument alone.

    Only all ones catches ``maximum`` that gives both arguments 1 at ties. Where x is
    small a random direction is, too, so that a step stays on one side of a kink. Of
    very many arguments none is looked at alone: that would take too long. At an end of
    the domain a direction leads inside.
    """
    size = problem.inputs.size
    scale = np.clip(abs(problem.point), SHORTEST, 1.0)
    scale[(problem.point == 0) | ~np.isfinite(problem.point)] = 1.0
    scale = 2.0 ** np.floor(np.log2(scale))

    def inward(v: np.ndarray) -> np.ndarray:
        v = np.where(problem.point == problem.low, abs(v), v)
        return np.where(problem.point == problem.high, -abs(v), v)

    yield "all arguments at random", inward(dyadic(rng, size) * scale)
    yield "all ones", inward(np.full(size, scale.max(initial=SHORTEST)))
    if alone and 1 < len(problem.inputs.parts) <= MOST_ARGUMENTS:
        for part in problem.inputs.parts:
            v = np.zeros(size)
            here = slice(part.start, part.stop)
            v[here] = dyadic(rng, part.stop - part.start) * scale[here]
            if v.any():
                yield f"{part.name} at random", inward(v)


def dyadic(rng: np.random.Generator, size: int) -> np.ndarray:
    """Random signs times multiples of 1/64 in [¼, 2), whose sums are rarely rounded."""
    return rng.choice([-1.0, 1.0], size) * rng.integers(16, 128, size) / 64


def balanced(rng: np.random.Generator, slopes: Slopes) -> np.ndarray:
    """A random cotangent, small where slopes are large, which would hide the others."""
    size = np.maximum(abs(slopes.left), abs(slopes.right))
    size = np.where(slopes.good, np.clip(size, 1.0, 1 / SHORTEST), 1.0)
    return dyadic(rng, len(size)) * 0.5 ** np.round(np.log2(size))
