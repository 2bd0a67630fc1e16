"""What holds of every derivative, whatever the function is: no oracle is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..transforms import vjp
from .report import GradientError
from .rounding import MARGIN, spread
from .space import Space
from .verdict import Verdict, terms_of

if TYPE_CHECKING:
    from .compare import Comparison

SCALE = -1024.0  # changes the sign and the size of a seed, and rounds nothing
MULTIPLE = "the same multiple of what the seed gave"
FINE, FINELY = np.pi, 1e-9  # makes seeds of all digits; as many must be left
TINY = float(np.finfo(np.float32).tiny)  # below it digits are lost to underflow


def check_recorded(c: Comparison) -> None:
    """On nodes, which are recorded, the function gives what it gives on arrays."""
    expected, got = c.problem.value, c.problem.recorded
    largest = abs(expected[np.isfinite(expected)]).max(initial=1.0)
    allowed = c.relative * abs(expected) + c.floor * largest
    again = c.problem.evaluate(c.problem.point)
    if not np.array_equal(again, expected, equal_nan=True):
        reason = "it is not deterministic: fix what is random in it by a seed"
        raise GradientError("value", reason)
    if (abs(got - expected) > allowed).any():  # what cancels is added in any order
        near = spread(c.oracle.near.values)
        continuous = near <= FINELY * abs(c.problem.point).max(initial=largest)
        allowed = allowed + MARGIN * np.where(continuous, near, 0.0)
    _compare(c, "value", c.problem.outputs, expected, got, allowed, "values on arrays")


def check_linear(c: Comparison) -> None:
    """Jᵀu is linear in u, and Jv in v: a few seeds of moderate size prove little."""
    u = np.where(c.oracle.slopes(c.probe).good, c.cotangent, 0.0)
    if c.pulls:
        _scales(c, c.pulled, u, c.problem.inputs)
    if c.pushes:
        _scales(c, c.pushed, c.probe, c.problem.outputs)


def _scales(
    c: Comparison,
    derivative: Callable[[np.ndarray], np.ndarray],
    seed: np.ndarray,
    space: Space,
) -> None:
    once = derivative(seed)
    largest = abs(SCALE * once[np.isfinite(once)]).max(initial=0.0)
    allowed = c.adjoint * abs(SCALE * once) + c.floor * largest + TINY
    _compare(
        c, "linear", space, SCALE * once, derivative(SCALE * seed), allowed, MULTIPLE
    )
    if not c.title:  # of second derivatives, more may cancel
        finely = max(FINELY, c.relative) * (
            abs(FINE * once) + abs(seed).max(initial=0.0)
        )
        got = derivative(FINE * seed)
        _compare(c, "linear", space, FINE * once, got, finely, MULTIPLE)


def check_lifted(c: Comparison) -> None:
    """Rules that run on nodes, and are recorded, give what they give on arrays."""
    u = np.where(c.oracle.slopes(c.probe).good, c.cotangent, 0.0)
    expected = c.pulled(u)
    _, pull = c.problem.reverse(lifted=True)
    got = c.problem.inputs.vector(pull(tuple(c.problem.outputs.cotangents(u))))
    largest = abs(expected[np.isfinite(expected)]).max(initial=1.0)
    allowed = c.adjoint * (abs(expected) + largest)
    space = c.problem.inputs
    _compare(c, "lifted", space, expected, got, allowed, "rules on arrays")


def check_seeds(c: Comparison) -> None:
    """The derivative of Jᵀu by u is J: what sweeps start from may be tracked itself."""
    slopes = c.oracle.slopes(c.probe)
    if not slopes.good.all():
        return
    seeds = [np.array(each) for each in c.problem.outputs.cotangents(c.cotangent)]
    _, tracked = c.problem.reverse(tracked=True)
    _, pull = vjp(lambda *us: tracked(us), *seeds)
    directions = tuple(c.problem.inputs.cotangents(c.probe))
    got = c.problem.outputs.vector(pull(directions))
    expected = c.pushed(c.probe)
    largest = abs(expected[np.isfinite(expected)]).max(initial=1.0)
    terms = abs(terms_of(c.pulled(c.cotangent), c.probe)).sum() / abs(c.cotangent)
    allowed = c.adjoint * (abs(expected) + largest + terms)
    space = c.problem.outputs
    _compare(c, "lifted", space, expected, got, allowed, "forward mode")


def check_symmetry(c: Comparison, count: int) -> None:
    """⟨w, Hv⟩ = ⟨v, Hw⟩, where Jᵀu is smooth along both: of the first ``count``."""
    v, w = c.probe.copy(), np.zeros(c.problem.inputs.size)
    v[count:] = 0.0
    w[:count] = v[:count][::-1] + 0.5 * v[:count]
    for direction in (v, w):
        slopes = c.oracle.slopes(direction)
        if not slopes.good.all() or (slopes.left != slopes.right).any():
            return
    one, other = c.pushed(v) * w[:count], c.pushed(w) * v[:count]
    tolerance = c.relative * (abs(one).sum() + abs(other).sum())  # inside, more cancels
    tolerance += c.floor * float(np.linalg.norm(v) * np.linalg.norm(w))
    expected = float(other.sum())
    verdict = Verdict(float(one.sum()), expected, expected, float(tolerance))
    if verdict.fails:
        noise = 0.0
        for x, y in ((v, w), (w, v)):
            near = c.oracle.near.tangents(x)
            noise += float(spread([(t * y[:count]).sum() for t in near]))
        verdict = c.excused(verdict, w, slopes, noise)
    if verdict.fails:
        c.fail("symmetry", ("", ()), verdict, "", "its transpose")
    c.report.note(c.named("symmetry"), verdict.error, verdict.tolerance)


def _compare(
    c: Comparison,
    check: str,
    space: Space,
    expected: np.ndarray,
    got: np.ndarray,
    allowed: np.ndarray,
    oracle: str,
) -> None:
    """Element by element, where there is a number to compare with."""
    wrong = np.isfinite(expected) & ~(abs(got - expected) <= allowed)
    c.report.checks += 1
    if wrong.any():
        i = int(wrong.argmax())
        numbers = (got[i], expected[i], expected[i], allowed[i])
        c.fail(check, space.at(i), Verdict(*map(float, numbers)), "", oracle)
