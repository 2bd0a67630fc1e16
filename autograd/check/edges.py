"""At the end of its domain a derivative is infinite, NaN, or the one-sided limit."""

from __future__ import annotations

import numpy as np

from .derivatives import Derivatives
from .report import GradientError
from .tolerances import EDGE_STEPS, GROWTH, TAIL
from .verdict import verdict_of


def check_edges(d: Derivatives) -> None:
    """Raise where a gradient is finite although the slope, or the value, is not.

    A finite slope at an end was compared already, with the limit from within.
    """
    problem = d.problem
    x = problem.point
    ends = np.flatnonzero(problem.ends)
    if not len(ends):
        return
    gradient = d.pulled(d.cotangent)
    for j in ends:
        inward = np.zeros(len(x))
        inward[j] = 1.0 if x[j] == problem.low[j] else -1.0
        steps = EDGE_STEPS * min(1.0, problem.room(inward))
        moved = np.array([problem.moved(h * inward) for h in steps])
        apart = moved - problem.value
        endless = np.array([_grows(column, steps) for column in apart.T], bool)
        endless |= ~np.isfinite(problem.value) & np.isfinite(moved).all(0)
        if endless.any() and np.isfinite(gradient[j]):
            raise GradientError(
                "reverse",
                "it is finite at the end of the domain, where the slope is infinite",
                problem.inputs.at(int(j)),
                verdict_of(gradient[j], np.inf, 0.0),
                "difference quotients",
            )


def _grows(apart: np.ndarray, steps: np.ndarray) -> bool:
    """Whether differences vanish (it does not jump), but more slowly than h."""
    tail = abs(apart[-TAIL:])
    if not np.isfinite(tail).all() or not tail.all() or 2 * tail[-1] > tail[0]:
        return False
    quotients = tail / steps[-TAIL:]
    return bool((quotients[1:] > GROWTH * quotients[:-1]).all())
