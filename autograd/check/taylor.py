"""The remainder of Taylor's theorem: a verdict where no oracle has a number.

f(x + hv) - f(x) - h·⟨g, v⟩ vanishes like h² if g is the gradient, and like h if it is
not (Farrell, Ham, Funke and Rognes, SIAM J. Sci. Comput. 35, 2013).
"""

from __future__ import annotations

import numpy as np

from .problem import Problem

STEPS = 0.5 ** np.arange(2, 22)
AMPLIFICATION = 16.0  # of the rounding of f, below which a remainder says nothing
FEWEST = 4  # remainders above it, for a rate that can be believed
RIGHT, WRONG = 1.7, 1.0  # the rate of decay: at least the one, about the other


def remainder_agrees(
    problem: Problem, u: np.ndarray, v: np.ndarray, slope: float
) -> tuple[bool, float] | None:
    """Whether ``slope`` is that of ⟨u, f(x + hv)⟩ at h = 0, and how far it is off.

    None where the remainders tell neither: f is no smoother than they are.
    """
    used = np.flatnonzero(u)
    if not len(used):
        return None

    def along(h: float) -> tuple[float, float]:
        values = u[used] * problem.moved(h * v)[used]
        return float(values.sum()), float(abs(values).sum())

    start, size = along(0.0)
    found = []
    for sign in (1.0, -1.0):
        rest, rounding = [], []
        for h in sign * STEPS:
            value, terms = along(h)
            rest.append((value - start - h * slope) / h)
            rounding.append(problem.epsilon * max(terms, size, 1.0) / abs(h))
        noise = AMPLIFICATION * np.array(rounding)
        found.append(_judged(np.array(rest), slope, noise))
    if None in found:
        return None
    (right, off), (other, other_off) = found  # type: ignore[misc]
    if right and other:
        return True, 0.0
    if right or other or abs(off - other_off) > 0.1 * abs(off):
        return None  # a kink: the two sides differ
    return False, off


def _judged(
    rest: np.ndarray, slope: float, noise: np.ndarray
) -> tuple[bool, float] | None:
    """Of the remainders over h: do they vanish, or stay away from 0?

    They stay away, too, where ``slope`` belongs to something smaller than the steps.
    There the quotients themselves have no limit yet, and nothing is said.
    """
    if not np.isfinite(rest).all():
        return None
    heard = np.flatnonzero(abs(rest) > noise)
    if len(heard) == 0:
        return True, 0.0
    last = heard[-1]
    tail = abs(rest[max(last - FEWEST, 0) : last + 1])
    if len(tail) <= FEWEST or last - heard[0] >= len(heard):
        return None
    rate = 1 + float(np.median(np.log2(tail[:-1] / tail[1:])))
    if rate >= RIGHT:
        return True, 0.0
    quotients = slope + rest[last - FEWEST : last + 1]
    moved = abs(np.diff(quotients)) - noise[last]
    settled = bool((moved <= 0.01 * abs(quotients[-1])).all())
    wrong = settled and abs(rate - WRONG) <= 0.15
    return (False, float(rest[last])) if wrong else None
