"""The remainder of Taylor's theorem: a verdict where no oracle has a number.

f(x + hv) - f(x) - h·⟨g, v⟩ vanishes like h² if g is the gradient, and like h if it is
not (Farrell, Ham, Funke and Rognes, SIAM J. Sci. Comput. 35, 2013).
"""

from __future__ import annotations

import numpy as np

from . import tolerances as tol
from .problem import Problem


def remainder_off(
    problem: Problem, u: np.ndarray, v: np.ndarray, slope: float
) -> float | None:
    """How far ``slope`` is from that of ⟨u, f(x + hv)⟩ at h = 0; 0, if it is right.

    None where the remainders tell neither: f is no smoother than they are.
    """
    used = np.flatnonzero(u)
    if not len(used):
        return None

    def along(h: float) -> tuple[float, float]:
        values = u[used] * problem.moved(h * v)[used]
        return float(values.sum()), float(abs(values).sum())

    start, size = along(0.0)
    sides = []
    for sign in (1.0, -1.0):
        rest, rounding = [], []
        for h in sign * tol.TAYLOR_STEPS:
            value, terms = along(h)
            rest.append((value - start - h * slope) / h)
            rounding.append(problem.epsilon * max(terms, size, 1.0) / abs(h))
        sides.append(_limit(np.array(rest), slope, tol.LOUD * np.array(rounding)))
    ahead, behind = sides
    if ahead is None or behind is None:
        return None
    same = bool(ahead) == bool(behind) and abs(ahead - behind) <= tol.LOPSIDED * abs(
        ahead
    )
    return ahead if same else None  # a kink: the two sides differ


def _limit(rest: np.ndarray, slope: float, noise: np.ndarray) -> float | None:
    """Of the remainders over h: 0 if they vanish, or what they stay away from 0 by.

    They stay away, too, where ``slope`` belongs to something smaller than the steps.
    There the quotients themselves have no limit yet, and nothing is said: None.
    """
    if not np.isfinite(rest).all():
        return None
    heard = np.flatnonzero(abs(rest) > noise)
    if len(heard) == 0:
        return 0.0
    last = heard[-1]
    tail = abs(rest[max(last - tol.FEWEST, 0) : last + 1])
    if len(tail) <= tol.FEWEST or last - heard[0] >= len(heard):
        return None
    rate = 1 + float(np.median(np.log2(tail[:-1] / tail[1:])))
    if rate >= tol.RIGHT:
        return 0.0
    quotients = slope + rest[last - tol.FEWEST : last + 1]
    moved = abs(np.diff(quotients)) - noise[last]
    settled = bool((moved <= tol.STILL * abs(quotients[-1])).all())
    return float(rest[last]) if settled and abs(rate - tol.WRONG) <= tol.ABOUT else None
