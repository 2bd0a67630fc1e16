"""Derivatives against the oracle and against each other: the table of checks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from .derivatives import Derivatives
from .identities import check_lifted, check_linear, check_recorded, check_symmetry
from .oracles import TAYLOR, Slopes
from .report import NOWHERE
from .rounding import variation
from .taylor import remainder_off
from .tolerances import FEW_ALONE
from .verdict import Verdict, terms_of, verdict_of, worst


class Along:
    """Along one direction v: the slopes, u, and what the checks look at.

    ``g`` is Jᵀu, if a check wants it. u is 0 at outputs that are not judged;
    and v at inputs to which 0 · ∞ comes from there, which says nothing of them.
    """

    def __init__(self, d: Derivatives, label: str, v: np.ndarray, pulls: bool) -> None:
        self.d, self.label, self.v = d, label, v
        self.slopes = d.slopes(v)
        self.u = np.where(self.slopes.good, d.cotangent, 0.0)
        self.g = d.pulled(self.u) if pulls else np.zeros(d.inputs.size)
        if self.slopes.good.all() or np.isfinite(self.g).all():
            return
        excused = ~np.isfinite(self.g)
        self.v = np.where(excused, 0.0, v)
        without = d.slopes(self.v)
        self.slopes = without._replace(good=without.good & self.slopes.good)
        self.u = np.where(self.slopes.good, self.u, 0.0)
        self.g = np.where(excused, 0.0, d.pulled(self.u))

    @cached_property
    def pushed(self) -> np.ndarray:
        """Jv."""
        return self.d.pushed(self.v)

    @cached_property
    def infinite(self) -> np.ndarray:
        """Where Jv is no number: a tangent of 0 met an infinite slope, or one at an
        end of the domain."""
        nowhere = np.zeros(len(self.pushed), bool)
        possible = self.d.problem.ends.any() or not self.v.all()
        return ~np.isfinite(self.pushed) & self.slopes.good if possible else nowhere

    @property
    def judged(self) -> Slopes:
        """The slopes that Jv is compared with."""
        good = self.slopes.good & ~self.infinite
        return self.slopes._replace(good=good)

    @property
    def cancelled(self) -> np.ndarray | float:
        """What may have cancelled in each output of Jv, by the terms of ⟨g, v⟩."""
        if self.infinite.any():
            return 0.0
        return abs(terms_of(self.g, self.v)).sum() / abs(self.d.cotangent)


def compare(d: Derivatives, checks: frozenset[str]) -> None:
    """Raise at the first derivative that is wrong."""
    check_recorded(d)
    for label, v in d.directions:
        _compare_along(d, label, v, checks)
    if d.slopes(d.probe).jumps.any() and not d.title:
        # Along some elements alone: an output may jump because of others.
        for j in np.flatnonzero(d.probe)[:FEW_ALONE]:
            v = _only(d.probe, j)
            if not d.slopes(v).jumps.all():
                _compare_along(d, "one element alone", v, checks)
    for name, check in AS_A_WHOLE.items():
        if name in checks:
            check(d)


def _compare_along(
    d: Derivatives, label: str, v: np.ndarray, checks: frozenset[str]
) -> None:
    along = Along(d, label, v, pulls=not checks.isdisjoint(BY_PULLING))
    judged = ~along.slopes.jumps
    rough = bool(2 * along.slopes.good.sum() < judged.sum())
    if rough and "reverse" in checks:
        rough = not _check_remainder(along)
    d.report.judged(d.title, int(judged.any()), int(rough))
    for name, check in ALONG_A_DIRECTION.items():
        if name in checks:
            check(along)


# Reverse ------------------------------------------------------------------------------


def _check_reverse(along: Along) -> None:
    """⟨Jᵀu, v⟩; if it is wrong, the single element that is most so, if one is."""
    d, v = along.d, along.v
    verdict, place, label = _judged(along, v), NOWHERE, along.label
    if verdict.fails:
        elements = np.flatnonzero(v)
        while len(elements) > FEW_ALONE:  # halve what is wrong
            halves = np.array_split(elements, 2)
            wrong = [half for half in halves if _judged(along, _only(v, half)).fails]
            if not wrong:
                break
            elements = wrong[0]
        most = 1.0
        for j in elements[:FEW_ALONE]:
            single = _judged(along, _only(v, j))
            share = single.error / single.tolerance if single.tolerance else np.inf
            if single.fails and not share <= most:
                got, low, high, tolerance = (float(each / v[j]) for each in single)
                low, high = sorted((low, high))
                verdict, label = Verdict(got, low, high, abs(tolerance)), ""
                most, place = share, d.inputs.at(j)
    d.require("reverse", verdict, place, label)


def _only(v: np.ndarray, elements: Any) -> np.ndarray:
    """``v`` at some elements, and 0 elsewhere."""
    found = np.zeros_like(v)
    found[elements] = v[elements]
    return found


def _judged(along: Along, v: np.ndarray) -> Verdict:
    """The verdict on ⟨g, v⟩, after a second thought where it fails."""
    d = along.d
    slopes = along.slopes if v is along.v else d.slopes(v)
    verdict = _projected(along, v, slopes)
    if verdict.fails:
        verdict = _projected(along, v, d.oracle.doubted(v, slopes))
        noise = d.noise(along.u, v) if verdict.fails else 0.0
        verdict = d.excused(verdict, v, slopes, noise)
    return verdict


def _projected(along: Along, v: np.ndarray, slopes: Slopes) -> Verdict:
    """⟨g, v⟩, which should lie between Σ min(uD⁺, uD⁻) and Σ max(uD⁺, uD⁻)."""
    d, u = along.d, along.u
    left, right, error, value = (
        u * np.where(slopes.good, each, 0.0)
        for each in (slopes.left, slopes.right, slopes.error, d.problem.value)
    )
    got = terms_of(along.g, v)
    sizes = np.linalg.norm(u) * np.linalg.norm(v) + abs(value).sum()
    tolerance = (
        abs(error).sum()
        + d.relative * np.maximum(abs(left), abs(right)).sum()
        + d.floor * sizes
        + d.rounding * abs(got).sum()
    )
    low, high = np.minimum(left, right).sum(), np.maximum(left, right).sum()
    return Verdict(float(got.sum()), float(low), float(high), float(tolerance))


def _check_remainder(along: Along) -> bool:
    """By Taylor's theorem, where the oracle knows too little; whether it tells."""
    d = along.d
    u = np.where(np.isfinite(d.problem.value), d.cotangent, 0.0)
    slope = float(d.pulled(u) @ along.v)
    off = remainder_off(d.problem, u, along.v, slope)
    if off is None:
        return False
    if off:
        verdict = verdict_of(slope, slope + off, 0.0)
        d.require("Taylor", verdict, direction=along.label, oracle="Taylor's remainder")
    d.report.oracles[d.title or "f"] = TAYLOR
    return True


# Forward ------------------------------------------------------------------------------


def _check_forward(along: Along) -> None:
    """Jv, the output that is farthest outside of its tolerance."""
    d, v, slopes = along.d, along.v, along.judged
    found = _worst(along, slopes)
    if found is None:
        return
    if found[1].fails:
        i, verdict = found = _worst(along, d.oracle.doubted(v, slopes)) or found
        noise = float(variation(d.oracle.near.tangents(v))[i]) if verdict.fails else 0.0
        found = i, d.excused(verdict, v, slopes, noise)
    d.require("forward", found[1], d.outputs.at(found[0]), along.label)


def _worst(along: Along, slopes: Slopes) -> tuple[int, Verdict] | None:
    d = along.d
    low = np.minimum(slopes.left, slopes.right)
    high = np.maximum(slopes.left, slopes.right)
    tolerance = (
        slopes.error
        + d.relative * np.maximum(abs(low), abs(high))
        + d.floor * (np.linalg.norm(along.v) + abs(d.problem.value))
        + d.rounding * along.cancelled
    )
    return worst(along.pushed, low, high, tolerance, slopes.good)


def _check_adjoint(along: Along) -> None:
    """⟨u, Jv⟩ and ⟨Jᵀu, v⟩, which no oracle is asked for."""
    if along.infinite.any():
        return
    d, u, v = along.d, along.u, along.v
    got, expected = (
        terms_of(along.g, v),
        u * np.where(along.slopes.good, along.pushed, 0),
    )
    tolerance = d.adjoint * (abs(expected).sum() + abs(got).sum())
    tolerance += d.floor * np.linalg.norm(u) * np.linalg.norm(v)
    verdict = verdict_of(got.sum(), expected.sum(), tolerance)
    if verdict.fails:
        pushes = [float((u * t).sum()) for t in d.oracle.near.tangents(v)]
        noise = float(variation(pushes)) + d.noise(u, v)
        verdict = d.excused(verdict, v, along.slopes, noise)
    d.require("adjoint", verdict, direction=along.label, oracle="forward mode")


# The table ----------------------------------------------------------------------------

ALONG_A_DIRECTION = {
    "reverse": _check_reverse,  # Jᵀu by vjp, against the oracle
    "forward": _check_forward,  # Jv by jvp, against the oracle
    "adjoint": _check_adjoint,  # the two against each other
}
AS_A_WHOLE = {
    "linear": check_linear,  # Jᵀ(cu) = c Jᵀu, and the same of Jv
    "lifted": check_lifted,  # Jᵀu by rules on nodes, against that on arrays
    "symmetry": check_symmetry,  # of the Hessian, from order 2
}
# And what is written, shared or returned, and whether it is repeatable.
CHECKS = (*ALONG_A_DIRECTION, *AS_A_WHOLE, "hygiene")
BY_PULLING = {"reverse", "adjoint", "linear", "lifted", "hygiene"}
