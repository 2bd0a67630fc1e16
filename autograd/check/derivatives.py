"""The first derivatives of a function at one point: by its rules, and by an oracle."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from ..core.node import raw
from . import tolerances as tol
from .directions import balanced, directions
from .hygiene import check_memory, check_types, unchanged
from .oracles import Oracle, Slopes, ridders
from .problem import Problem
from .report import NOWHERE, GradientError, GradientReport, Place
from .rounding import variation
from .space import Space
from .verdict import Verdict, terms_of, worst

REASONS = {
    "value": "recorded, on nodes, it gives something else than on arrays",
    "adjoint": "⟨Jᵀu, v⟩ is not ⟨u, Jv⟩: the modes disagree",
    "symmetry": "⟨w, Hv⟩ is not ⟨v, Hw⟩: a Hessian is symmetric",
    "linear": "it is not linear: a multiple of the seed gives another multiple",
    "lifted": "recorded, on nodes, the rules give another gradient than on arrays",
    "Taylor": "f(x + hv) - f(x) - h⟨g, v⟩ does not vanish faster than h",
}


class Derivatives:
    """Jᵀu, Jv, one-sided slopes, and how far these may lie apart.

    Attributes:
        title: which derivative of the function that is checked this problem is ("").
        directions: along which it is compared, with a label each; ``probe`` the first.
        cotangent: the random u.
        relative, adjoint, floor, rounding: what is allowed, in the units of
            ``tolerances``, at the precision of the problem.
    """

    def __init__(
        self,
        problem: Problem,
        title: str,
        oracle: str,
        rng: np.random.Generator,
        report: GradientReport,
        hygiene: bool,
    ) -> None:
        self.problem, self.title, self.report = problem, title, report
        self.hygiene = hygiene
        self.inputs, self.outputs = problem.inputs, problem.outputs
        self.directions = list(directions(problem, rng, alone=not title))
        self.probe = self.directions[0][1]
        self.oracle = Oracle(problem, self.probe, oracle)
        report.oracles[title or "f"] = self.oracle.name
        self.rounding = tol.ROUNDINGS * problem.epsilon
        self.relative = max(tol.RELATIVE, self.rounding)
        self.adjoint = max(tol.ADJOINT, self.rounding)
        self.floor = max(tol.FLOOR, self.rounding)
        self.cotangent = balanced(rng, self.slopes(self.probe))
        if problem.of_one_number:
            self.cotangent = np.ones(problem.outputs.size)
        self._pulled: dict[bytes, np.ndarray] = {}
        self._pushed: dict[bytes, np.ndarray] = {}

    @property
    def smooth_cotangent(self) -> np.ndarray:
        """The cotangent, 0 at outputs without a derivative along the probe."""
        return np.where(self.slopes(self.probe).good, self.cotangent, 0.0)

    @property
    def met_kinks(self) -> bool:
        """Whether the two sides differed along one of the directions."""
        found = [(v, self.slopes(v)) for _, v in self.directions]
        return any(self.oracle.kinks(v, slopes).any() for v, slopes in found)

    def magnified(self) -> Problem | None:
        """The problem with tiny outputs brought to about 1, which rounding hides less.

        What is allowed for rounding takes values or slopes for about 1. An output that
        is not about 1 then, or has no slope, was tiny by rounding only, and stays as it
        is. None if all do.
        """
        size = _sizes(self.problem, self.slopes(self.probe))
        tiny = (size < tol.TINY) & (size > tol.TINIEST) & np.isfinite(size)
        if not tiny.any():
            return None
        factors = 2.0 ** np.where(
            tiny, -np.floor(np.log2(np.where(tiny, size, 1.0))), 0.0
        )
        problem = self.problem.magnified(factors)
        slopes = ridders(problem, self.probe)  # the complex step has small terms of h²
        size = _sizes(problem, slopes)
        told = tiny & slopes.good & (size >= tol.ABOUT_ONE)
        told &= (size <= 1 / tol.ABOUT_ONE) & ~self._coarse()
        if not told.any():
            return None
        return self.problem.magnified(np.where(told, factors, 1.0))

    def _coarse(self) -> np.ndarray:
        """Where values, or tangents, have few digits: they are what others left over.

        As of 1 - p, for p near 1: a stair, whose steps no difference can see past.
        """
        steps, near = tol.RIDDERS_STEPS[0], self.oracle.near
        moved = [self.problem.moved(h * self.probe) for h in (*steps, *-steps)]
        probes = [by * self.probe for by in (1.0, *tol.LONGER)]  # one may hit by chance
        tangents = np.array([t for v in probes for t in near.tangents(v)])
        size = abs(tangents)
        left_over = _few_digits(tangents) & (size > 0).any(axis=0)
        left_over &= (size < tol.TINY * abs(self.probe).max()).all(axis=0)
        return _few_digits(np.array([*near.values, *moved])) | left_over

    # The derivatives ------------------------------------------------------------------

    def slopes(self, v: np.ndarray) -> Slopes:
        """What the oracle says, along ``v``."""
        return self.oracle.slopes(v)

    @cached_property
    def _pull(self) -> Callable[[Any], tuple[Any, ...]]:
        _, pull = self.problem.reverse()
        return pull

    def pulled(self, u: np.ndarray) -> np.ndarray:
        """Jᵀu by ``vjp``, whose results are checked for type and memory.

        The first one for repetition, too, after f was elsewhere.
        """
        key = u.tobytes()
        if key not in self._pulled:
            check, given = self.named("reverse"), self.problem.given
            cotangents = tuple(self.outputs.cotangents(u))
            names = self.inputs.names if self.hygiene else []
            with unchanged("memory", given[: len(names)], names):
                gradients = self._pull(cotangents)
            found = self.inputs.vector(gradients)
            if self.hygiene:
                check_types(check, gradients, given, self.inputs)
                check_memory(check, gradients, (*given, *cotangents), self.inputs)
                if not self._pulled:
                    self._require_again(cotangents, found)
            self._pulled[key] = found
        return self._pulled[key]

    def _require_again(self, cotangents: tuple[Any, ...], found: np.ndarray) -> None:
        """Raise if the same cotangents give something else after f was elsewhere."""
        self.problem.moved(0.5 + abs(self.problem.point))  # what it keeps, is now old
        again = self.inputs.vector(self._pull(cotangents))
        if again.tobytes() != found.tobytes():
            reason = "the same cotangent gave another gradient"
            raise GradientError(self.named("reverse"), reason)

    def pushed(self, v: np.ndarray) -> np.ndarray:
        """Jv by ``jvp``, whose results are checked for type and memory."""
        key = v.tobytes()
        if key not in self._pushed:
            check, given = self.named("forward"), self.problem.given
            with unchanged("memory", given, self.inputs.names):
                _, tangents = self.problem.forward(v)
            arrays = [np.asarray(raw(t)) for t in tangents]
            check_types(check, arrays, arrays, self.outputs)
            check_memory(check, arrays, given, self.outputs)
            self._pushed[key] = self.outputs.vector(tangents)
        return self._pushed[key]

    # Verdicts -------------------------------------------------------------------------

    def noise(self, u: np.ndarray, v: np.ndarray) -> float:
        """How far ⟨Jᵀu, v⟩ differs close by, all terms alike or each by itself.

        Where terms are rounded alike, their sums do not differ close by, and each
        is looked at by itself; not where it differs as much as beside a kink.
        """
        terms = [terms_of(g, v) for g in self.oracle.near.gradients(u)]
        alone = variation(terms)
        together = variation([each.sum() for each in terms])
        return float(together + alone[alone < tol.KINK].sum())

    def excused(
        self, verdict: Verdict, v: np.ndarray, slopes: Slopes, noise: float
    ) -> Verdict:
        """A verdict with the rounding of what is judged; at a kink as it was."""
        if self.oracle.kinks(v, slopes).any():
            return verdict
        tolerance = verdict.tolerance + tol.MARGIN * noise
        excused = verdict._replace(tolerance=tolerance)
        size = max(abs(verdict.low), abs(verdict.high), 1.0)
        if not excused.fails and tolerance > tol.CONCLUSIVE * size:
            self.report.judged(self.title, 0, 1)
        return excused

    def require(
        self,
        check: str,
        verdict: Verdict,
        place: Place = NOWHERE,
        direction: str = "",
        oracle: str = "",
    ) -> None:
        """Note a verdict, or raise: the one place where a comparison fails."""
        if verdict.fails:
            raise GradientError(
                self.named(check),
                REASONS.get(check, ""),
                place,
                verdict,
                oracle or self.oracle.name,
                direction,
                self.cotangent.tolist(),
            )
        self.report.note(self.named(check), verdict.error, verdict.tolerance)

    def require_each(
        self,
        check: str,
        space: Space,
        got: np.ndarray,
        expected: np.ndarray,
        allowed: np.ndarray | float,
        oracle: str,
    ) -> None:
        """The same of a vector, wherever there is a number to compare with."""
        judged = np.isfinite(expected)
        found = worst(got, expected, expected, allowed, judged)
        if found is not None:
            self.require(check, found[1], space.at(found[0]), oracle=oracle)

    def named(self, check: str) -> str:
        return f"{check} over {self.title}" if self.title else check


def _few_digits(table: np.ndarray) -> np.ndarray:
    """Whether all numbers of a column have."""
    found = np.frexp(table)[0] * tol.COARSE
    return (abs(np.rint(found) - found) < tol.EVEN).all(axis=0)


def _sizes(problem: Problem, slopes: Slopes) -> np.ndarray:
    """The larger of value and slopes, for each output."""
    size = np.fmax(abs(slopes.left), abs(slopes.right))
    return np.fmax(np.where(slopes.good, size, 0.0), abs(problem.value))
