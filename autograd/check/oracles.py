"""What a derivative along a direction should be: two oracles that need no rule.

The complex step, Im f(x + ihv) / h with h = 2⁻¹⁰⁰, is exact to rounding and costs one
evaluation for each side (Squire and Trapp, SIAM Review 40, 1998). It holds for analytic
functions only. Ridders' extrapolation of differences to step zero (Advances in
Engineering Software 4, 1982) takes any function, and estimates its own error.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import tolerances as tol
from .problem import Problem
from .rounding import Neighbourhood, variation

COMPLEX_STEP = "complex step"
RIDDERS = "Ridders"
TAYLOR = "Taylor"


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

    @property
    def kinks(self) -> np.ndarray:
        """Where the two sides differ by more than rounding could make them."""
        size = np.fmax(np.fmax(abs(self.left), abs(self.right)), 1.0)
        return abs(self.left - self.right) > tol.KINK * size


class Oracle:
    """The better oracle for one problem: chosen once, by a probe along a direction.

    ``wanted`` is "auto", or the name of one, which is then taken without a question.
    "Taylor" knows no slopes at all: what is left is to look at the remainder.
    """

    def __init__(
        self, problem: Problem, probe: np.ndarray, wanted: str = "auto"
    ) -> None:
        self.problem = problem
        self.near = Neighbourhood(problem)
        self._known: dict[bytes, Slopes] = {}
        self.jumps = np.zeros(problem.outputs.size, bool)
        self.torn = unsteady(problem) if problem.is_derivative else self.jumps
        self.undefined = self.jumps  # where the real function is, on both sides
        self.name = RIDDERS if wanted == "auto" else wanted
        if wanted == "auto" and problem.analytic and not problem.ends.any():
            found = complex_step(problem, probe)
            if found is not None:
                expected = _extrapolated(problem, probe, tol.PROBE_STEPS)
                if _agree(found, expected):
                    self.name = COMPLEX_STEP
                    self.jumps = expected.jumps
                    if not expected.good.all():  # else it was predicted there
                        up, down = (
                            problem.moved(h * probe) for h in (tol.PROOF, -tol.PROOF)
                        )
                        self.undefined = ~(np.isfinite(up) | np.isfinite(down))

    def slopes(self, direction: np.ndarray) -> Slopes:
        """The derivatives of every output along ``direction``."""
        key = direction.tobytes()
        if key not in self._known:
            found = self._slopes(direction)
            good, jumps = found.good & ~self.torn, found.jumps | self.torn
            found = found._replace(good=good, jumps=jumps)
            at_kink = self.problem.at_kink and found.good.any()
            if at_kink or (found.kinks & found.good).any():
                found = self._widened(direction, found)
            self._known[key] = found
        return self._known[key]

    def _widened(self, direction: np.ndarray, slopes: Slopes) -> Slopes:
        """At a kink, between the least and the largest slope that there is close by.

        Of relu(x) - relu(y) at 0 the two sides along (1, -1) are both 1 away from 0,
        which is a derivative of Clarke's all the same (Optimization and Nonsmooth
        Analysis, 1983): it is what x, y of the same sign have.
        """
        problem = self.problem
        left, right = slopes.left, slopes.right
        low, high = np.fmin(left, right), np.fmax(left, right)
        for near, start in self._close_by:
            slope = (problem.moved(near + tol.STRIDE * direction) - start) / tol.STRIDE
            low, high = np.fmin(low, slope), np.fmax(high, slope)
        rounding = (
            tol.AMPLIFICATION * problem.epsilon * np.fmax(abs(problem.value), 1.0)
        )
        found = slopes._replace(left=low, right=high)
        return slopes._replace(
            left=np.where(found.kinks, low, slopes.left),
            right=np.where(found.kinks, high, slopes.right),
            error=slopes.error + np.where(found.kinks, rounding / tol.STRIDE, 0.0),
        )

    @cached_property
    def _close_by(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Steps to points close by, and what the function is there."""
        steps = _steps_close_by(self.problem, tol.CLOSE_BY, tol.CLOSE)
        return [(near, self.problem.moved(near)) for near in steps]

    def _slopes(self, direction: np.ndarray) -> Slopes:
        if self.name == COMPLEX_STEP:
            found = complex_step(self.problem, direction)
            if found is not None:
                good = found.good & ~self.jumps & ~self.undefined
                return found._replace(good=good, jumps=self.jumps)
        if self.name == TAYLOR:
            unknown = np.full(self.problem.outputs.size, np.nan)
            nowhere = np.zeros(len(unknown), bool)
            return Slopes(unknown, unknown, unknown, nowhere, nowhere)
        return ridders(self.problem, direction)

    def doubted(self, direction: np.ndarray, slopes: Slopes) -> Slopes:
        """The same, with what cancels within f in the error.

        Of it neither f nor the step tells anything; f close by does. At a kink the
        sides stay as they are.
        """
        again = slopes
        if self.name == COMPLEX_STEP:
            found = variation([near.right for near in self._near(direction)])
            again = slopes._replace(error=slopes.error + tol.AMPLIFICATION * found)
        elif self.name == RIDDERS:
            inside = self._rounding(direction) / self.problem.epsilon
            again = _contradicted(
                ridders(self.problem, direction, inside), self.problem, direction
            )
        kinks = self.kinks(direction, slopes)
        left, right, error = (
            np.where(kinks, before, after)
            for before, after in zip(slopes[:3], again[:3])
        )
        return slopes._replace(left=left, right=right, error=error)

    def _rounding(self, direction: np.ndarray) -> np.ndarray:
        """How f is rounded at the point, and where the first differences take it.

        Of an output that jumps close by nothing is known.
        """
        near = self.near.problems
        there = [[p.moved(h * direction) for p in near] for h in tol.RIDDERS_STEPS[0]]
        apart = np.max(
            [variation(found) for found in (self.near.values, *there)], axis=0
        )
        size = np.fmax(abs(self.problem.value), 1.0)
        return np.where(apart < tol.KINK * size, apart, 0.0)

    def kinks(self, direction: np.ndarray, slopes: Slopes) -> np.ndarray:
        """Where a kink parts the sides; by rounding they differ close by as well."""
        kinks = slopes.kinks & slopes.good
        if self.name != COMPLEX_STEP or not kinks.any():
            return kinks
        apart = [abs(near.right - near.left) for near in self._near(direction)]
        rounding = np.max(apart, axis=0, initial=0.0)
        return kinks & (abs(slopes.right - slopes.left) > tol.SMOOTH * rounding)

    def _near(self, direction: np.ndarray) -> list[Slopes]:
        found = [
            complex_step(problem, direction, tol.IMAGINARY_STEP * longer)
            for problem, longer in zip(self.near.problems, tol.LONGER, strict=True)
        ]
        return [each for each in found if each is not None]


def unsteady(problem: Problem) -> np.ndarray:
    """The outputs that jump at the point, or close by, in whatever direction.

    A derivative does so at a kink of its function. Then it has no derivative itself,
    although along some directions it may look as if it had.
    """
    found = np.zeros(problem.outputs.size, bool)
    for step in _steps_close_by(problem, tol.FEW_CLOSE_BY, tol.CLOSEST):
        near = problem.moved(step)
        larger = np.fmax(abs(near), abs(problem.value))
        found |= abs(near - problem.value) > tol.JUMP * np.fmax(larger, tol.JUMP)
    return problem.outputs.whole(found) if found.any() else found


def _steps_close_by(problem: Problem, count: int, far: float) -> Iterator[np.ndarray]:
    """Random steps: ``far`` times each element, or times 1 if that is 0 or larger."""
    x = problem.point
    size = np.where(x == 0, 1.0, np.clip(abs(x), 0.0, 1.0))
    for away in np.random.default_rng(0).normal(size=(count, len(x))):
        yield far * size * away


def complex_step(
    problem: Problem, direction: np.ndarray, h: float = tol.IMAGINARY_STEP
) -> Slopes | None:
    """Im f(x ± ihv) / ±h; None if the function does not take complex numbers.

    NumPy orders complex numbers by the real part, then the imaginary one, so at a kink
    the two signs give the two one-sided derivatives.
    """
    step = 1j * h * direction
    x = problem.point
    try:
        up, down = problem.evaluate(x + step), problem.evaluate(x - step)
    except Exception:  # whatever a function that means reals raises
        return None
    if not (np.iscomplexobj(up) and np.iscomplexobj(down)):
        return None  # the imaginary part was dropped on the way
    right, left = up.imag / h, down.imag / -h
    good = np.isfinite(right) & np.isfinite(left) & np.isfinite(problem.value)
    nowhere = np.zeros(len(good), bool)
    return Slopes(left, right, np.zeros(len(good)), good, nowhere)


def ridders(
    problem: Problem, direction: np.ndarray, inside: np.ndarray | float = 0.0
) -> Slopes:
    """D⁺ and D⁻ by extrapolating right, left and central differences to step zero.

    ``inside`` is the size of what cancels within each output, if that is known.
    """
    best = None
    rooms = [room for room in _rooms(problem, direction) if room > 0]
    for steps in tol.RIDDERS_STEPS:
        scale = min([1.0, *(room / (2 * steps[0]) for room in rooms)])
        found = _extrapolated(problem, direction, steps * scale, inside)
        if best is not None:
            better = found.error < best.error
            found = Slopes(*(np.where(better, a, b) for a, b in zip(found, best)))
        if (found.good | found.jumps | ~np.isfinite(problem.value)).all():
            return found
        best = found
    return found


def _contradicted(found: Slopes, problem: Problem, direction: np.ndarray) -> Slopes:
    """The same, no better than other series of steps agree with it.

    Many kinks of the second derivative along one direction bend each difference a
    little, and entries of one table may agree by chance; of two tables they do not.
    """
    error = found.error
    rooms = [room for room in _rooms(problem, direction) if room > 0]
    for steps in tol.RIDDERS_STEPS[1:]:
        scale = min([1.0, *(room / (2 * steps[0]) for room in rooms)])
        other = _extrapolated(problem, direction, steps * scale)
        apart = np.fmax(abs(other.left - found.left), abs(other.right - found.right))
        contradicts = other.good & found.good & (apart > error + other.error)
        error = np.where(contradicts, np.fmax(error, apart + other.error), error)
    return found._replace(error=error)


def _extrapolated(
    problem: Problem,
    direction: np.ndarray,
    steps: np.ndarray,
    inside: np.ndarray | float = 0.0,
) -> Slopes:
    x, y = problem.point, problem.value
    ahead, behind = (room > 0 for room in _rooms(problem, direction))
    up = np.array([problem.moved(ahead * h * direction) for h in steps])
    down = np.array([problem.moved(-behind * h * direction) for h in steps])
    h = steps[:, None]
    table = np.array([(up - y) / h, (y - down) / h, (up - down) / (2 * h)])
    size = np.maximum(np.maximum(abs(up), abs(down)), np.maximum(abs(y), 1.0))
    # Rounding of f, and of the points it is taken at: x + hv moves by ε|x|, f by slope.
    reach = np.max(abs(x[direction != 0]), initial=0.0)
    size = np.maximum(size, inside) + reach * abs(table[2])
    noise = tol.AMPLIFICATION * problem.epsilon * size / h
    limits, errors = _to_zero(table, noise)
    (right, left, middle), (error_right, error_left, error_middle) = limits, errors
    proof = min(tol.PROOF, steps[-1] / 2)
    if ahead:
        error_right[~_predicts(right, problem, direction, proof)] = np.inf
    if behind:
        error_left[~_predicts(left, problem, direction, -proof)] = np.inf
    if ahead != behind:  # at the end of the domain there is one side only
        side, error = (right, error_right) if ahead else (left, error_left)
        right = left = middle = side
        error_right = error_left = error_middle = error
    if not (ahead or behind):
        error_right = error_left = error_middle = np.full(len(y), np.inf)
    slope = np.fmax(np.fmax(abs(right), abs(left)), 1.0)
    sides = error_right + error_left
    smooth = abs(right - left) <= tol.SMOOTH * sides
    smooth &= (abs(middle - right) <= tol.SMOOTH * sides) & (
        sides <= tol.CONCLUSIVE * slope
    )
    error = np.where(smooth, error_middle, np.fmax(error_right, error_left))
    good = np.isfinite(error) & (error <= tol.CONCLUSIVE * slope) & np.isfinite(y)
    good = problem.outputs.whole(good)
    jumps = ~good & (_stays_away(abs(up - y)) | _stays_away(abs(down - y)))
    left, right = (np.where(smooth, middle, side) for side in (left, right))
    return Slopes(left, right, error, good, jumps)


def _rooms(problem: Problem, direction: np.ndarray) -> tuple[float, float]:
    return problem.room(direction), problem.room(-direction)


def _to_zero(table: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Neville's scheme down the columns; for each element the entry of least error.

    ``table`` is (3, steps, outputs), the rounding ``noise`` of its rows is (steps,
    outputs). An entry is as good as it agrees with the two it was made of, and with the
    one made of it and a smaller step: two alone may agree by chance.
    """
    columns = [table]
    for j in range(1, table.shape[1]):
        last, power = columns[-1], tol.RATIOS**j
        columns.append((power * last[:, 1:] - last[:, :-1]) / (power - 1))
    best = table[:, -1]
    least = np.full(best.shape, np.inf)
    for j, column in enumerate(columns[1:], 1):
        before = columns[j - 1]
        error = np.maximum(abs(column - before[:, 1:]), abs(column - before[:, :-1]))
        if j + 1 < len(columns):
            made = abs(column[:, :-1] - columns[j + 1])
            error[:, :-1] = np.maximum(error[:, :-1], made)
        error = tol.DISTRUST * error + noise[j:]
        error[np.isnan(error)] = np.inf
        row = error.argmin(1)[:, None]
        here = np.take_along_axis(error, row, 1)[:, 0]
        best = np.where(here < least, np.take_along_axis(column, row, 1)[:, 0], best)
        least = np.minimum(here, least)
    return best, least


def _predicts(
    slope: np.ndarray, problem: Problem, direction: np.ndarray, step: float
) -> np.ndarray:
    """Whether ``slope`` gives what f does over a far smaller step than it is from.

    Where f jumps, or oscillates faster than the steps, entries may agree by chance;
    where there is a kink near x, but not at x, they agree on the wrong side of it.
    """
    y = problem.value
    moved = problem.moved(step * direction)
    noise = tol.AMPLIFICATION * problem.epsilon * np.maximum(abs(y), 1.0)
    return (
        abs(moved - y - step * slope)
        <= abs(tol.PREDICTED * step * slope) + tol.UNPREDICTED * noise
    )


def _stays_away(apart: np.ndarray) -> np.ndarray:
    """Whether |f(x ± hv) - f(x)| tends to something else than 0."""
    last = apart[-1]
    return (last > tol.STAYS * apart[0]) & (abs(last - apart[-2]) < tol.STANDS * last)


def _agree(found: Slopes, expected: Slopes) -> bool:
    """Whether the complex step gives what Ridders found, where that is something."""
    slope = np.maximum(abs(expected.left), abs(expected.right))
    both = expected.good & (expected.error <= tol.FIRM * slope + tol.FIRM_FLOOR)
    if 2 * both.sum() < len(both):
        return False
    allowed = 3 * expected.error + tol.AGREE * abs(expected.right) + tol.AGREE_FLOOR
    near = (abs(found.left - expected.left) <= allowed) & (
        abs(found.right - expected.right) <= allowed
    )
    return bool((near & found.good)[both].all())
