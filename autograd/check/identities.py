"""What holds of every derivative, whatever the function is: no oracle is asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..transforms import vjp
from . import tolerances as tol
from .derivatives import Derivatives
from .report import GradientError
from .rounding import variation
from .space import Space
from .verdict import terms_of, verdict_of

MULTIPLE = "the same multiple of what the seed gave"


def check_recorded(d: Derivatives) -> None:
    """On nodes, which are recorded, the function gives what it gives on arrays."""
    problem = d.problem
    expected, got = problem.value, problem.recorded
    largest = _largest(expected)
    allowed = d.relative * abs(expected) + d.floor * largest
    again = problem.evaluate(problem.point)
    if not np.array_equal(again, expected, equal_nan=True):
        reason = "it is not deterministic: fix what is random in it by a seed"
        raise GradientError("value", reason)
    if (abs(got - expected) > allowed).any():  # what cancels is added in any order
        near = variation(d.oracle.near.values)
        continuous = near <= tol.FINELY * abs(problem.point).max(initial=largest)
        allowed = allowed + tol.MARGIN * np.where(continuous, near, 0.0)
    d.require_each("value", d.outputs, got, expected, allowed, "values on arrays")


def check_linear(d: Derivatives) -> None:
    """Jᵀu is linear in u, and Jv in v: a few seeds of moderate size prove little."""
    _check_scaled(d, d.pulled, d.smooth_cotangent, d.inputs)
    _check_scaled(d, d.pushed, d.probe, d.outputs)


def _check_scaled(
    d: Derivatives,
    derivative: Callable[[np.ndarray], np.ndarray],
    seed: np.ndarray,
    space: Space,
) -> None:
    once = derivative(seed)
    expected, got = tol.SCALE * once, derivative(tol.SCALE * seed)
    largest = _largest(expected, least=0.0)
    allowed = d.adjoint * abs(expected) + d.floor * largest + tol.SMALLEST
    d.require_each("linear", space, got, expected, allowed, MULTIPLE)
    if not d.title:  # of second derivatives, more may cancel
        expected, got = tol.FINE * once, derivative(tol.FINE * seed)
        allowed = abs(expected) + abs(seed).max(initial=0.0)
        allowed *= max(tol.FINELY, d.relative)
        d.require_each("linear", space, got, expected, allowed, MULTIPLE)


def check_lifted(d: Derivatives) -> None:
    """Rules that run on nodes, and are recorded, give what they give on arrays."""
    if d.title:
        return
    u = d.smooth_cotangent
    expected = d.pulled(u)
    _, pull = d.problem.reverse(lifted=True)
    got = d.inputs.vector(pull(tuple(d.outputs.cotangents(u))))
    allowed = d.adjoint * (abs(expected) + _largest(expected))
    d.require_each("lifted", d.inputs, got, expected, allowed, "rules on arrays")
    if d.inputs.is_real and d.outputs.is_real and d.slopes(d.probe).good.all():
        _check_seeds(d)


def _check_seeds(d: Derivatives) -> None:
    """The derivative of Jᵀu by u is J: what sweeps start from may be tracked itself."""
    seeds = [np.array(each) for each in d.outputs.cotangents(d.cotangent)]
    _, tracked = d.problem.reverse(tracked=True)
    _, pull = vjp(lambda *us: tracked(us), *seeds)
    got = d.outputs.vector(pull(tuple(d.inputs.cotangents(d.probe))))
    expected = d.pushed(d.probe)
    terms = abs(terms_of(d.pulled(d.cotangent), d.probe)).sum() / abs(d.cotangent)
    allowed = d.adjoint * (abs(expected) + _largest(expected) + terms)
    d.require_each("lifted", d.outputs, got, expected, allowed, "forward mode")


def check_symmetry(d: Derivatives) -> None:
    """⟨w, Hv⟩ = ⟨v, Hw⟩, where Jᵀu is smooth along both, of a Hessian."""
    count = d.problem.hessian
    if not count:
        return
    v, w = d.probe.copy(), np.zeros(d.inputs.size)
    v[count:] = 0.0
    w[:count] = v[:count][::-1] + 0.5 * v[:count]
    for direction in (v, w):
        slopes = d.slopes(direction)
        if not slopes.good.all() or (slopes.left != slopes.right).any():
            return
    one, other = d.pushed(v) * w[:count], d.pushed(w) * v[:count]
    tolerance = d.relative * (abs(one).sum() + abs(other).sum())  # inside, more cancels
    tolerance += d.floor * np.linalg.norm(v) * np.linalg.norm(w)
    verdict = verdict_of(one.sum(), other.sum(), tolerance)
    if verdict.fails:
        noise = 0.0
        for x, y in ((v, w), (w, v)):
            near = d.oracle.near.tangents(x)
            noise += float(variation([(t * y[:count]).sum() for t in near]))
        verdict = d.excused(verdict, w, slopes, noise)
    d.require("symmetry", verdict, oracle="its transpose")


def _largest(x: np.ndarray, least: float = 1.0) -> float:
    """The largest size among what is finite, or ``least``."""
    return abs(x[np.isfinite(x)]).max(initial=least)
