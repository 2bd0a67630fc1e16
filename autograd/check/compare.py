"""First derivatives of one function at one point, compared along random directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .directions import balanced, directions
from .hygiene import check_memory, check_types, unchanged
from .oracles import Oracle, Slopes
from .problem import Problem
from .report import GradientError, GradientReport
from .space import raw

RELATIVE = 1e-10  # allowed, of the sum of the terms' magnitudes
ADJOINT = 1e-12  # the same where no oracle is needed
FLOOR = 1e-14  # allowed for unit derivatives, and for unit values
ROUNDINGS = 64  # as many machine epsilons are always allowed
LARGEST_SEARCH = 256  # elements tried one by one, to say which is wrong
REASONS = {
    "value": "recorded, on nodes, it gives something else than on arrays",
    "adjoint": "⟨Jᵀu, v⟩ is not ⟨u, Jv⟩: the modes disagree",
}


class Verdict(NamedTuple):
    """A number, where it should lie, and how far outside of that it is."""

    got: float
    low: float
    high: float
    tolerance: float

    @property
    def error(self) -> float:
        return max(self.low - self.got, self.got - self.high, 0.0)

    @property
    def fails(self) -> bool:
        return not self.error <= self.tolerance  # NaN fails


class Comparison:
    """The checks of one problem: reverse, forward, and their adjoint identity."""

    def __init__(
        self,
        problem: Problem,
        title: str,
        modes: Sequence[str],
        rng: np.random.Generator,
        report: GradientReport,
    ) -> None:
        self.problem = problem
        self.title = title
        self.modes = modes
        self.report = report
        self.directions = list(directions(problem, rng, alone=not title))
        self.probe = probe = self.directions[0][1]
        self.oracle = Oracle(problem, probe)
        report.oracles[title or "f"] = self.oracle.name
        self.rounding = ROUNDINGS * problem.epsilon
        self.relative = max(RELATIVE, self.rounding)
        self.adjoint = max(ADJOINT, self.rounding)
        self.floor = max(FLOOR, self.rounding)
        self.cotangent = balanced(rng, self.oracle.slopes(probe))
        self._pulled: dict[bytes, np.ndarray] = {}

    def run(self) -> None:
        """Raise at the first derivative that is wrong."""
        self._check_recorded()
        if "reverse" in self.modes:
            self.value, self.pull = self.problem.reverse()
        for label, direction in self.directions:
            self._check_along(label, direction)

    def _check_recorded(self) -> None:
        """Rules on nodes, which are recorded, give the same value as on arrays."""
        expected, got = self.problem.value, self.problem.recorded
        largest = abs(expected[np.isfinite(expected)]).max(initial=1.0)
        scale = self.relative * abs(expected) + self.floor * largest
        wrong = np.isfinite(expected) & ~(abs(got - expected) <= scale)
        if wrong.any():
            i = int(wrong.argmax())
            self._raise(
                "value",
                self.problem.outputs.at(i),
                Verdict(*map(float, (got[i], expected[i], expected[i], scale[i]))),
                "",
                "the same on arrays",
            )

    def _check_along(self, label: str, direction: np.ndarray) -> None:
        slopes = self.oracle.slopes(direction)
        u = np.where(slopes.good, self.cotangent, 0.0)
        g = None
        if "reverse" in self.modes:
            g = self.pulled(u)
            excused = ~np.isfinite(g)
            if excused.any() and not slopes.good.all():
                # 0 · ∞ at an output that is not judged says nothing about its inputs.
                direction = np.where(excused, 0.0, direction)
                without = self.oracle.slopes(direction)
                slopes = without._replace(good=without.good & slopes.good)
                u = np.where(slopes.good, u, 0.0)
                g = np.where(excused, 0.0, self.pulled(u))
        judged = ~slopes.jumps
        self.report.verdicts += bool(judged.any())
        self.report.unsettled += bool(2 * slopes.good.sum() < judged.sum())
        if g is not None:
            self._check_reverse(label, direction, slopes, u, g)
        if "forward" in self.modes:
            pushed = self.pushed(direction)
            terms = 0.0 if g is None else abs(g * direction).sum() / abs(self.cotangent)
            self._check_forward(label, direction, slopes, pushed, terms)
            if g is not None:
                self._check_adjoint(label, direction, slopes, u, g, pushed)

    # Reverse ------------------------------------------------------------------------

    def pulled(self, u: np.ndarray) -> np.ndarray:
        """Jᵀu by ``vjp``, whose results are checked for type, memory and repetition."""
        key = u.tobytes()
        if key not in self._pulled:
            check, problem = self._named("reverse"), self.problem
            cotangents = tuple(problem.outputs.cotangents(u))
            gradients = self.pull(cotangents)
            check_types(check, gradients, problem.given, problem.inputs)
            check_memory(
                check, gradients, (*problem.given, *cotangents), problem.inputs
            )
            self._pulled[key] = problem.inputs.vector(gradients)
            again = problem.inputs.vector(self.pull(cotangents))
            if again.tobytes() != self._pulled[key].tobytes():
                raise GradientError(check, "the same cotangent gave another gradient")
        return self._pulled[key]

    def _check_reverse(
        self, label: str, v: np.ndarray, slopes: Slopes, u: np.ndarray, g: np.ndarray
    ) -> None:
        verdict = self._projected(u, slopes, v, g)
        if verdict.fails:
            self._locate(label, v, u, g, verdict)
        self.report.note(self._named("reverse"), verdict.error, verdict.tolerance)

    def _projected(
        self, u: np.ndarray, slopes: Slopes, v: np.ndarray, g: np.ndarray
    ) -> Verdict:
        """⟨g, v⟩, which should lie between Σ min(uD⁺, uD⁻) and Σ max(uD⁺, uD⁻)."""
        left, right, error = (
            u * np.where(slopes.good, each, 0.0)
            for each in (slopes.left, slopes.right, slopes.error)
        )
        terms = np.maximum(abs(left), abs(right)).sum()
        values = abs(u * np.where(slopes.good, self.problem.value, 0.0)).sum()
        tolerance = (
            abs(error).sum()
            + self.relative * terms
            + self.floor * (np.linalg.norm(u) * np.linalg.norm(v) + values)
            + self.rounding * abs(g * v).sum()
        )
        low, high = np.minimum(left, right).sum(), np.maximum(left, right).sum()
        return Verdict(float(g @ v), float(low), float(high), float(tolerance))

    def _locate(
        self, label: str, v: np.ndarray, u: np.ndarray, g: np.ndarray, verdict: Verdict
    ) -> None:
        """Raise for the single element that is worst; if all are right, for the sum."""
        worst = 1.0
        place: tuple[str, tuple[int, ...]] = ("", ())
        for j in np.flatnonzero(v)[:LARGEST_SEARCH]:
            along = np.zeros_like(v)
            along[j] = v[j]
            single = self._projected(u, self.oracle.slopes(along), along, g)
            share = single.error / single.tolerance if single.tolerance else np.inf
            if single.fails and not share <= worst:
                got, low, high, tolerance = (float(each / v[j]) for each in single)
                low, high = sorted((low, high))
                worst, place = share, self.problem.inputs.at(j)
                verdict, label = Verdict(got, low, high, abs(tolerance)), ""
        self._raise("reverse", place, verdict, label)

    # Forward ------------------------------------------------------------------------

    def pushed(self, v: np.ndarray) -> np.ndarray:
        """Jv by ``jvp``, whose results are checked for type and memory."""
        check, problem = self._named("forward"), self.problem
        with unchanged("memory", problem.given, [p.name for p in problem.inputs.parts]):
            _, tangents = problem.forward(v)
        space = problem.outputs
        arrays = [np.asarray(raw(t)) for t in tangents]
        check_types(check, arrays, arrays, space)
        check_memory(check, arrays, problem.given, space)
        return space.vector(tangents)

    def _check_forward(
        self,
        label: str,
        v: np.ndarray,
        slopes: Slopes,
        pushed: np.ndarray,
        terms: np.ndarray | float,
    ) -> None:
        """Jv, element by element; ``terms`` is what may have cancelled in each."""
        low = np.minimum(slopes.left, slopes.right)
        high = np.maximum(slopes.left, slopes.right)
        tolerance = (
            slopes.error
            + self.relative * np.maximum(abs(low), abs(high))
            + self.floor * (np.linalg.norm(v) + abs(self.problem.value))
            + self.rounding * terms
        )
        error = np.maximum(np.maximum(low - pushed, pushed - high), 0.0)
        share = np.where(slopes.good, error / tolerance, 0.0)
        if not len(share):
            return
        i = int(np.nanargmax(np.where(np.isnan(share), np.inf, share)))
        verdict = Verdict(*(float(each[i]) for each in (pushed, low, high, tolerance)))
        if slopes.good[i] and verdict.fails:
            self._raise("forward", self.problem.outputs.at(i), verdict, label)
        self.report.note(self._named("forward"), float(share[i]), 1.0)

    def _check_adjoint(
        self,
        label: str,
        v: np.ndarray,
        slopes: Slopes,
        u: np.ndarray,
        g: np.ndarray,
        pushed: np.ndarray,
    ) -> None:
        terms = u * np.where(slopes.good, pushed, 0.0)
        expected = float(terms.sum())
        tolerance = self.adjoint * (abs(terms).sum() + abs(g * v).sum())
        tolerance += self.floor * float(np.linalg.norm(u) * np.linalg.norm(v))
        verdict = Verdict(float(g @ v), expected, expected, float(tolerance))
        if verdict.fails:
            self._raise("adjoint", ("", ()), verdict, label, "forward mode")
        self.report.note(self._named("adjoint"), verdict.error, verdict.tolerance)

    # Reports ------------------------------------------------------------------------

    def _named(self, check: str) -> str:
        return f"{check} over {self.title}" if self.title else check

    def _raise(
        self,
        check: str,
        place: tuple[str, tuple[int, ...]],
        verdict: Verdict,
        label: str,
        oracle: str = "",
    ) -> None:
        raise GradientError(
            self._named(check),
            REASONS.get(check, ""),
            argument=place[0],
            index=place[1] if place[0] else None,
            got=verdict.got,
            expected=(verdict.low, verdict.high),
            tolerance=verdict.tolerance,
            oracle=oracle or self.oracle.name,
            direction=label,
        )
