"""First derivatives of one function at one point, compared along random directions."""

from __future__ import annotations

import numpy as np

from ..core.node import raw
from .directions import balanced, directions
from .hygiene import check_memory, check_types, unchanged
from .identities import (
    check_lifted,
    check_linear,
    check_recorded,
    check_seeds,
    check_symmetry,
)
from .oracles import CONCLUSIVE, KINK, TAYLOR, Oracle, Slopes
from .problem import Problem
from .report import GradientError, GradientReport
from .rounding import MARGIN, spread
from .taylor import remainder_agrees
from .verdict import Verdict, terms_of

RELATIVE = 1e-10  # allowed, of the sum of the terms' magnitudes
ADJOINT = 1e-12  # the same where no oracle is needed
FLOOR = 1e-14  # allowed for unit derivatives, and for unit values
ROUNDINGS = 64  # as many machine epsilons are always allowed
FEW = 16  # elements that are tried one by one, to say which is wrong
REASONS = {
    "value": "recorded, on nodes, it gives something else than on arrays",
    "adjoint": "⟨Jᵀu, v⟩ is not ⟨u, Jv⟩: the modes disagree",
    "symmetry": "⟨w, Hv⟩ is not ⟨v, Hw⟩: a Hessian is symmetric",
    "linear": "it is not linear: a multiple of the seed gives another multiple",
    "lifted": "recorded, on nodes, the rules give another gradient than on arrays",
    "Taylor": "f(x + hv) - f(x) - h⟨g, v⟩ does not vanish faster than h",
}
CHECKS = (
    "reverse",  # Jᵀu by vjp, against the oracle
    "forward",  # Jv by jvp, against the oracle
    "adjoint",  # the two against each other
    "linear",  # Jᵀ(cu) = c Jᵀu, and the same of Jv
    "lifted",  # Jᵀu by rules on nodes, against that on arrays; its derivative by u
    "symmetry",  # of the Hessian, from order 2
    "hygiene",  # what is written, shared or returned, and whether it is repeatable
)


BY_PULLING = {"reverse", "adjoint", "linear", "lifted", "hygiene"}
BY_PUSHING = {"forward", "adjoint", "linear"}


class Comparison:
    """The checks of one problem: reverse, forward, and their adjoint identity."""

    def __init__(
        self,
        problem: Problem,
        title: str,
        checks: frozenset[str],
        oracle: str,
        rng: np.random.Generator,
        report: GradientReport,
    ) -> None:
        self.problem = problem
        self.title = title
        self.checks = checks
        self.pulls = not checks.isdisjoint(BY_PULLING)
        self.pushes = not checks.isdisjoint(BY_PUSHING)
        self.report = report
        self.directions = list(directions(problem, rng, alone=not title))
        self.probe = probe = self.directions[0][1]
        self.oracle = Oracle(problem, probe, oracle)
        report.oracles[title or "f"] = self.oracle.name
        self.rounding = ROUNDINGS * problem.epsilon
        self.relative = max(RELATIVE, self.rounding)
        self.adjoint = max(ADJOINT, self.rounding)
        self.floor = max(FLOOR, self.rounding)
        self.cotangent = balanced(rng, self.oracle.slopes(probe))
        if problem.of_one_number:
            self.cotangent = np.ones(problem.outputs.size)
        self._pulled: dict[bytes, np.ndarray] = {}

    def run(self) -> None:
        """Raise at the first derivative that is wrong."""
        check_recorded(self)
        if self.pulls:
            _, self.pull = self.problem.reverse()
        for label, direction in self.directions:
            self._check_along(label, direction)
        if self.oracle.slopes(self.probe).jumps.any() and not self.title:
            self._check_apart()
        if "linear" in self.checks:
            check_linear(self)
        if "lifted" in self.checks and not self.title:
            check_lifted(self)
            if self.problem.inputs.is_real and self.problem.outputs.is_real:
                check_seeds(self)
        if "symmetry" in self.checks and self.problem.hessian:
            check_symmetry(self, self.problem.hessian)

    @property
    def met_kinks(self) -> bool:
        """Whether the two sides differed along one of the directions."""
        found = [(v, self.oracle.slopes(v)) for _, v in self.directions]
        return any(self.oracle.kinks(v, slopes).any() for v, slopes in found)

    def _check_along(self, label: str, direction: np.ndarray) -> None:
        slopes = self.oracle.slopes(direction)
        u = np.where(slopes.good, self.cotangent, 0.0)
        g = None
        if self.pulls:
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
        rough = bool(2 * slopes.good.sum() < judged.sum())
        if rough and "reverse" in self.checks:
            rough = not self._check_remainder(label, direction)
        self.report.judged(self.title, int(judged.any()), int(rough))
        if g is not None and "reverse" in self.checks:
            self._check_reverse(label, direction, slopes, u, g)
        if self.pushes:
            self._check_pushed(label, direction, slopes, u, g)

    def _check_apart(self) -> None:
        """Along some elements alone: an output may jump because of others."""
        for j in np.flatnonzero(self.probe)[:FEW]:
            v = np.zeros_like(self.probe)
            v[j] = self.probe[j]
            if not self.oracle.slopes(v).jumps.all():
                self._check_along("one element alone", v)

    # Reverse ------------------------------------------------------------------------

    def pulled(self, u: np.ndarray) -> np.ndarray:
        """Jᵀu by ``vjp``, whose results are checked for type, memory and repetition."""
        key = u.tobytes()
        if key not in self._pulled:
            check, problem = self.named("reverse"), self.problem
            cotangents = tuple(problem.outputs.cotangents(u))
            hygiene = "hygiene" in self.checks
            names = [part.name for part in problem.inputs.parts] if hygiene else []
            with unchanged("memory", problem.given[: len(names)], names):
                gradients = self.pull(cotangents)
            self._pulled[key] = problem.inputs.vector(gradients)
            if hygiene:
                others = (*problem.given, *cotangents)
                check_types(check, gradients, problem.given, problem.inputs)
                check_memory(check, gradients, others, problem.inputs)
                problem.moved(0.5 + abs(problem.point))  # what it keeps, is now old
                again = problem.inputs.vector(self.pull(cotangents))
                if again.tobytes() != self._pulled[key].tobytes():
                    reason = "the same cotangent gave another gradient"
                    raise GradientError(check, reason)
        return self._pulled[key]

    def _check_reverse(
        self, label: str, v: np.ndarray, slopes: Slopes, u: np.ndarray, g: np.ndarray
    ) -> None:
        verdict = self._judged(u, slopes, v, g)
        if verdict.fails:
            self._locate(label, v, u, g, verdict)
        self.report.note(self.named("reverse"), verdict.error, verdict.tolerance)

    def _judged(
        self, u: np.ndarray, slopes: Slopes, v: np.ndarray, g: np.ndarray
    ) -> Verdict:
        """The verdict on ⟨g, v⟩, after a second thought where it fails."""
        verdict = self._projected(u, slopes, v, g)
        if verdict.fails:
            verdict = self._projected(u, self.oracle.doubted(v, slopes), v, g)
            noise = self.noise(u, v) if verdict.fails else 0.0
            verdict = self.excused(verdict, v, slopes, noise)
        return verdict

    def noise(self, u: np.ndarray, v: np.ndarray) -> float:
        """How much ⟨Jᵀu, v⟩ may be off by rounding within Jᵀu.

        Where all terms are rounded alike, their sums do not differ close by, and each
        is looked at by itself; not where it differs as much as beside a kink.
        """
        terms = [terms_of(g, v) for g in self.oracle.near.gradients(u)]
        alone = spread(terms)
        together = spread([each.sum() for each in terms])
        return float(together + alone[alone < KINK].sum())

    def excused(
        self, verdict: Verdict, v: np.ndarray, slopes: Slopes, noise: float
    ) -> Verdict:
        """A verdict with the rounding of what is judged; at a kink as it was."""
        if self.oracle.kinks(v, slopes).any():
            return verdict
        tolerance = verdict.tolerance + MARGIN * noise
        excused = verdict._replace(tolerance=tolerance)
        size = max(abs(verdict.low), abs(verdict.high), 1.0)
        if not excused.fails and tolerance > CONCLUSIVE * size:
            self.report.judged(self.title, 0, 1)
        return excused

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
            + self.rounding * abs(terms_of(g, v)).sum()
        )
        low, high = np.minimum(left, right).sum(), np.maximum(left, right).sum()
        return Verdict(
            float(terms_of(g, v).sum()), float(low), float(high), float(tolerance)
        )

    def _locate(
        self, label: str, v: np.ndarray, u: np.ndarray, g: np.ndarray, verdict: Verdict
    ) -> None:
        """Raise for the single element that is worst; if all are right, for the sum."""

        def judged(elements: np.ndarray) -> Verdict:
            direction = np.zeros_like(v)
            direction[elements] = v[elements]
            return self._judged(u, self.oracle.slopes(direction), direction, g)

        elements = np.flatnonzero(v)
        while len(elements) > FEW:  # halve what is wrong
            halves = np.array_split(elements, 2)
            wrong = [half for half in halves if judged(half).fails]
            if not wrong:
                break
            elements = wrong[0]
        worst = 1.0
        place: tuple[str, tuple[int, ...]] = ("", ())
        for j in elements[:FEW]:
            single = judged(np.array([j]))
            share = single.error / single.tolerance if single.tolerance else np.inf
            if single.fails and not share <= worst:
                got, low, high, tolerance = (float(each / v[j]) for each in single)
                low, high = sorted((low, high))
                worst, place = share, self.problem.inputs.at(j)
                verdict, label = Verdict(got, low, high, abs(tolerance)), ""
        self.fail("reverse", place, verdict, label)

    # Forward ------------------------------------------------------------------------

    def pushed(self, v: np.ndarray) -> np.ndarray:
        """Jv by ``jvp``, whose results are checked for type and memory."""
        check, problem = self.named("forward"), self.problem
        with unchanged("memory", problem.given, [p.name for p in problem.inputs.parts]):
            _, tangents = problem.forward(v)
        space = problem.outputs
        arrays = [np.asarray(raw(t)) for t in tangents]
        check_types(check, arrays, arrays, space)
        check_memory(check, arrays, problem.given, space)
        return space.vector(tangents)

    def _check_pushed(
        self,
        label: str,
        v: np.ndarray,
        slopes: Slopes,
        u: np.ndarray,
        g: np.ndarray | None,
    ) -> None:
        """Forward mode, against the oracle and against reverse mode."""
        pushed = self.pushed(v)
        infinite = ~np.isfinite(pushed) & slopes.good
        if infinite.any() and (self.problem.ends.any() or not v.all()):
            # A tangent of 0 times an infinite slope, or one that is not asked for.
            slopes, g = slopes._replace(good=slopes.good & ~infinite), None
        terms = 0.0
        if g is not None:
            terms = abs(terms_of(g, v)).sum() / abs(self.cotangent)
        if "forward" in self.checks:
            self._check_forward(label, v, slopes, pushed, terms)
        if g is not None and "adjoint" in self.checks:
            self._check_adjoint(label, v, slopes, u, g, pushed)

    def _check_forward(
        self,
        label: str,
        v: np.ndarray,
        slopes: Slopes,
        pushed: np.ndarray,
        terms: np.ndarray | float,
    ) -> None:
        """Jv, element by element; ``terms`` is what may have cancelled in each."""
        if not len(pushed):
            return
        i, verdict = self._worst_forward(v, slopes, pushed, terms)
        if verdict.fails:
            doubted = self.oracle.doubted(v, slopes)
            i, verdict = self._worst_forward(v, doubted, pushed, terms)
            noise = 0.0
            if verdict.fails:
                noise = float(spread(self.oracle.near.tangents(v))[i])
            verdict = self.excused(verdict, v, slopes, noise)
        if verdict.fails:
            self.fail("forward", self.problem.outputs.at(i), verdict, label)
        self.report.note(self.named("forward"), verdict.error, verdict.tolerance)

    def _worst_forward(
        self,
        v: np.ndarray,
        slopes: Slopes,
        pushed: np.ndarray,
        terms: np.ndarray | float,
    ) -> tuple[int, Verdict]:
        """The output that is farthest outside of its tolerance, and its verdict."""
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
        i = int(np.where(np.isnan(share), np.inf, share).argmax())
        numbers = pushed[i], low[i], high[i], tolerance[i]
        if not slopes.good[i]:
            numbers = 0.0, 0.0, 0.0, 0.0
        return i, Verdict(*map(float, numbers))

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
        tolerance = self.adjoint * (abs(terms).sum() + abs(terms_of(g, v)).sum())
        tolerance += self.floor * float(np.linalg.norm(u) * np.linalg.norm(v))
        verdict = Verdict(
            float(terms_of(g, v).sum()), expected, expected, float(tolerance)
        )
        if verdict.fails:
            pushes = [float((u * t).sum()) for t in self.oracle.near.tangents(v)]
            noise = float(spread(pushes)) + self.noise(u, v)
            verdict = self.excused(verdict, v, slopes, noise)
        if verdict.fails:
            self.fail("adjoint", ("", ()), verdict, label, "forward mode")
        self.report.note(self.named("adjoint"), verdict.error, verdict.tolerance)

    # Other comparisons ----------------------------------------------------------------

    def _check_remainder(self, label: str, v: np.ndarray) -> bool:
        """By Taylor's theorem, where the oracle knows too little; whether it tells."""
        finite = np.isfinite(self.problem.value)
        u = np.where(finite, self.cotangent, 0.0)
        slope = float(self.pulled(u) @ v)
        found = remainder_agrees(self.problem, u, v, slope)
        if found is None:
            return False
        right, off = found
        if not right:
            verdict = Verdict(slope, slope + off, slope + off, 0.0)
            self.fail("Taylor", ("", ()), verdict, label, "Taylor's remainder")
        self.report.oracles[self.title or "f"] = TAYLOR
        return True

    # Reports ------------------------------------------------------------------------

    def named(self, check: str) -> str:
        return f"{check} over {self.title}" if self.title else check

    def fail(
        self,
        check: str,
        place: tuple[str, tuple[int, ...]],
        verdict: Verdict,
        label: str,
        oracle: str = "",
    ) -> None:
        raise GradientError(
            self.named(check),
            REASONS.get(check, ""),
            argument=place[0],
            index=place[1] if place[0] else None,
            got=verdict.got,
            expected=(verdict.low, verdict.high),
            tolerance=verdict.tolerance,
            oracle=oracle or self.oracle.name,
            direction=label,
            cotangent=self.cotangent.tolist(),
        )
