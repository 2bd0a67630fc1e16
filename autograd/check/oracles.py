"""What a derivative along a direction should be: two oracles that need no rule.

The complex step, Im f(x + ihv) / h with h = 1e-30, is exact to rounding and costs one
evaluation for each side (Squire and Trapp, SIAM Review 40, 1998). It holds for analytic
functions only. Ridders' extrapolation of differences to step zero (Advances in
Engineering Software 4, 1982) takes any function, and estimates its own error.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .problem import Problem

COMPLEX_STEP = "complex step"
RIDDERS = "Ridders"
TAYLOR = "Taylor"

TINY = 1e-30  # h of the complex step
# Series of steps, each half of the one before; the next series only where the last
# settles nothing.
STEPS = [2.0**-n * 0.5 ** np.arange(6) for n in (3, 9, 15)]
PROBE_STEPS = STEPS[0][1:5]
# Between the terms of each series: right and left go by h, the middle by h².
RATIOS = np.array([2.0, 2.0, 4.0])[:, None, None]
PROOF = 2.0**-24  # a step that the slopes must predict, but for 1e-4 of it
AMPLIFICATION = 4.0  # of rounding, by the weights of an extrapolation
NEIGHBOURS = 1 + 2.0**-51 * np.array([-3, -1, 1, 3])  # of x, by so many roundings
MOST_ROUNDING = 1e-7  # of a slope: more than that is a mistake
DISTRUST = 4.0  # the least of many error estimates is too small
CONCLUSIVE = 1e-4  # the largest error, of the slope or of 1, that proves something


class Slopes(NamedTuple):
    """The one-sided derivatives of every output along one direction.

    ``left`` and ``right`` are D⁻ and D⁺, equal where there is no kink, each good to
    ``error``. ``good`` tells where they are known at all; ``jumps`` where there are
    none because the function itself jumps.
    """

    left: np.ndarray
    right: np.ndarray
    error: np.ndarray
    good: np.ndarray
    jumps: np.ndarray


class Oracle:
    """The better oracle for one problem: chosen once, by a probe along a direction.

    ``wanted`` is "auto", or the name of one, which is then taken without a question.
    "Taylor" knows no slopes at all: what is left is to look at the remainder.
    """

    def __init__(
        self, problem: Problem, probe: np.ndarray, wanted: str = "auto"
    ) -> None:
        self.problem = problem
        self._known: dict[bytes, Slopes] = {}
        self.jumps = np.zeros(problem.outputs.size, bool)
        self.name = RIDDERS if wanted == "auto" else wanted
        if wanted == "auto" and problem.analytic and not problem.ends.any():
            found = complex_step(problem, probe)
            if found is not None:
                expected = _extrapolated(problem, probe, PROBE_STEPS)
                if _agree(found, expected):
                    self.name = COMPLEX_STEP
                    self.jumps = expected.jumps

    def slopes(self, direction: np.ndarray) -> Slopes:
        """The derivatives of every output along ``direction``."""
        key = direction.tobytes()
        if key not in self._known:
            self._known[key] = self._slopes(direction)
        return self._known[key]

    def _slopes(self, direction: np.ndarray) -> Slopes:
        if self.name == COMPLEX_STEP:
            found = complex_step(self.problem, direction)
            if found is not None:
                return found._replace(good=found.good & ~self.jumps, jumps=self.jumps)
        if self.name == TAYLOR:
            unknown = np.full(self.problem.outputs.size, np.nan)
            nowhere = np.zeros(len(unknown), bool)
            return Slopes(unknown, unknown, unknown, nowhere, nowhere)
        return ridders(self.problem, direction)

    def doubted(self, direction: np.ndarray, slopes: Slopes) -> Slopes:
        """The same with the rounding of the complex step in the error.

        It is exact but for what cancels within f, of which x may show nothing: so it is
        asked again a few units in the last place away. Whatever differs by more than
        that from a derivative is no rounding.
        """
        if self.name != COMPLEX_STEP:
            return slopes
        spread = np.zeros(len(slopes.error))
        for factor in NEIGHBOURS:
            found = complex_step(self.problem, direction, self.problem.point * factor)
            if found is not None:
                spread = np.fmax(spread, abs(found.right - slopes.right))
        most = MOST_ROUNDING * np.fmax(abs(slopes.right), 1.0)
        smooth = abs(slopes.left - slopes.right) <= most
        spread = np.where(smooth, np.minimum(spread, most), 0.0)
        return slopes._replace(error=slopes.error + AMPLIFICATION * spread)


def complex_step(
    problem: Problem, direction: np.ndarray, point: np.ndarray | None = None
) -> Slopes | None:
    """Im f(x ± ihv) / ±h; None if the function does not take complex numbers.

    NumPy orders complex numbers by the real part, then the imaginary one, so at a kink
    the two signs give the two one-sided derivatives.
    """
    step = 1j * TINY * direction
    x = problem.point if point is None else point
    try:
        up, down = problem.evaluate(x + step), problem.evaluate(x - step)
    except Exception:  # whatever a function that means reals raises
        return None
    if not (np.iscomplexobj(up) and np.iscomplexobj(down)):
        return None  # the imaginary part was dropped on the way
    right, left = up.imag / TINY, down.imag / -TINY
    good = np.isfinite(right) & np.isfinite(left) & np.isfinite(problem.value)
    nowhere = np.zeros(len(good), bool)
    return Slopes(left, right, np.zeros(len(good)), good, nowhere)


def ridders(problem: Problem, direction: np.ndarray) -> Slopes:
    """D⁺ and D⁻ by extrapolating right, left and central differences to step zero."""
    best = None
    rooms = [room for room in _rooms(problem, direction) if room > 0]
    for steps in STEPS:
        scale = min(1.0, *(room / (2 * steps[0]) for room in rooms))
        found = _extrapolated(problem, direction, steps * scale)
        if best is not None:
            better = found.error < best.error
            found = Slopes(*(np.where(better, a, b) for a, b in zip(found, best)))
        if (found.good | found.jumps | ~np.isfinite(problem.value)).all():
            return found
        best = found
    return found


def _extrapolated(problem: Problem, direction: np.ndarray, steps: np.ndarray) -> Slopes:
    x, y = problem.point, problem.value
    ahead, behind = (room > 0 for room in _rooms(problem, direction))
    up = np.array([problem.evaluate(x + ahead * h * direction) for h in steps])
    down = np.array([problem.evaluate(x - behind * h * direction) for h in steps])
    h = steps[:, None]
    table = np.array([(up - y) / h, (y - down) / h, (up - down) / (2 * h)])
    size = np.maximum(np.maximum(abs(up), abs(down)), np.maximum(abs(y), 1.0))
    # Rounding of f, and of the points it is taken at: x + hv moves by ε|x|, f by slope.
    reach = np.max(abs(x[direction != 0]), initial=0.0)
    size = size + reach * abs(table[2])
    noise = AMPLIFICATION * problem.epsilon * size / h
    limits, errors = _to_zero(table, noise)
    (right, left, middle), (error_right, error_left, error_middle) = limits, errors
    proof = min(PROOF, steps[-1] / 2)
    if ahead:
        error_right[~_predicts(right, problem, direction, proof)] = np.inf
    if behind:
        error_left[~_predicts(left, problem, direction, -proof)] = np.inf
    if ahead != behind:  # at the end of the domain there is one side only
        side, error = (right, error_right) if ahead else (left, error_left)
        right = left = middle = side
        error_right = error_left = error_middle = error
    slope = np.fmax(np.fmax(abs(right), abs(left)), 1.0)
    sides = error_right + error_left
    smooth = abs(right - left) <= 10 * sides
    smooth &= (abs(middle - right) <= 10 * sides) & (sides <= CONCLUSIVE * slope)
    error = np.where(smooth, error_middle, np.fmax(error_right, error_left))
    good = np.isfinite(error) & (error <= CONCLUSIVE * slope) & np.isfinite(y)
    good = problem.outputs.whole(good)
    jumps = ~good & (_stays_away(abs(up - y)) | _stays_away(abs(down - y)))
    left, right = (np.where(smooth, middle, side) for side in (left, right))
    return Slopes(left, right, error, good, jumps)


def _rooms(problem: Problem, direction: np.ndarray) -> tuple[float, float]:
    return problem.room(direction), problem.room(-direction)


def _to_zero(table: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Neville's scheme down the columns; for each element the entry of least error.

    ``table`` is (3, steps, outputs), the rounding ``noise`` of its rows is (steps,
    outputs). An entry is as good as it agrees with the two it was made of.
    """
    best = table[:, -1]
    least = np.full(best.shape, np.inf)
    column = table
    for j in range(1, table.shape[1]):
        power = RATIOS**j
        new = (power * column[:, 1:] - column[:, :-1]) / (power - 1)
        error = np.maximum(abs(new - column[:, 1:]), abs(new - column[:, :-1]))
        error = DISTRUST * error + noise[j:]
        error[np.isnan(error)] = np.inf
        row = error.argmin(1)[:, None]
        here = np.take_along_axis(error, row, 1)[:, 0]
        best = np.where(here < least, np.take_along_axis(new, row, 1)[:, 0], best)
        least = np.minimum(here, least)
        column = new
    return best, least


def _predicts(
    slope: np.ndarray, problem: Problem, direction: np.ndarray, step: float
) -> np.ndarray:
    """Whether ``slope`` gives what f does over a far smaller step than it is from.

    Where f jumps, or oscillates faster than the steps, entries may agree by chance;
    where there is a kink near x, but not at x, they agree on the wrong side of it.
    """
    y = problem.value
    moved = problem.evaluate(problem.point + step * direction)
    noise = AMPLIFICATION * problem.epsilon * np.maximum(abs(y), 1.0)
    return abs(moved - y - step * slope) <= abs(1e-4 * step * slope) + 10 * noise


def _stays_away(apart: np.ndarray) -> np.ndarray:
    """Whether |f(x ± hv) - f(x)| tends to something else than 0."""
    last = apart[-1]
    return (last > 0.3 * apart[0]) & (abs(last - apart[-2]) < 0.1 * last)


def _agree(found: Slopes, expected: Slopes) -> bool:
    """Whether the complex step gives what Ridders found, where that is something."""
    slope = np.maximum(abs(expected.left), abs(expected.right))
    both = expected.good & (expected.error <= 1e-3 * slope + 1e-12)
    if 2 * both.sum() < len(both):
        return False
    allowed = 3 * expected.error + 1e-9 * abs(expected.right) + 1e-14
    near = (abs(found.left - expected.left) <= allowed) & (
        abs(found.right - expected.right) <= allowed
    )
    return bool((near & found.good)[both].all())
