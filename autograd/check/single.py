"""Single precision, compared with the double-precision result that was verified."""

from __future__ import annotations

import numpy as np

from ..core.node import raw
from .compare import Comparison
from .directions import dyadic
from .hygiene import check_types
from .problem import Problem
from .report import GradientError, GradientReport
from .space import Space

EPSILONS = 64  # of single precision, of the largest derivative, seed or value
OVERFLOW = 1e30  # beyond this an infinite single-precision result is no surprise


def check_single(
    problem: Problem,
    verified: Comparison,
    rng: np.random.Generator,
    report: GradientReport,
) -> None:
    """Compare both modes of ``problem`` with those of its double-precision twin."""
    double = verified.problem
    dtypes = [part.dtype for part in problem.inputs.parts + problem.outputs.parts]
    epsilon = max(float(np.finfo(dtype).eps) for dtype in dtypes)
    finite = np.isfinite(problem.value) & np.isfinite(double.value)
    if "reverse" in verified.checks:
        u = np.where(finite, dyadic(rng, problem.outputs.size), 0.0)
        _, pull = problem.reverse()
        gradients = pull(tuple(problem.outputs.cotangents(u)))
        check_types(
            "reverse in single precision", gradients, problem.given, problem.inputs
        )
        expected = verified.pulled(u)
        got = problem.inputs.vector(gradients)
        scale = abs(u * np.where(finite, np.fmax(abs(problem.value), 1.0), 0.0)).max(
            initial=1.0
        )
        _compare(
            "reverse",
            expected,
            got,
            scale,
            finite.all(),
            problem.inputs,
            epsilon,
            report,
        )
    if "forward" in verified.checks:
        v = dyadic(rng, problem.inputs.size)
        _, tangents = problem.forward(v)
        arrays = [np.asarray(raw(t)) for t in tangents]
        check_types("forward in single precision", arrays, arrays, problem.outputs)
        expected = double.outputs.vector(double.forward(v)[1])
        got = problem.outputs.vector(tangents)
        expected = np.where(finite, expected, np.nan)
        scale = np.where(finite, abs(problem.value), 0.0).max(initial=2.0)
        _compare(
            "forward",
            expected,
            got,
            scale,
            finite.all(),
            problem.outputs,
            epsilon,
            report,
        )


def _compare(
    mode: str,
    expected: np.ndarray,
    got: np.ndarray,
    scale: float,
    strict: np.bool,
    space: Space,
    epsilon: float,
    report: GradientReport,
) -> None:
    check = f"{mode} in single precision"
    judged = np.isfinite(expected) & (abs(expected) < OVERFLOW)
    if not strict:
        judged &= np.isfinite(got)
    largest = max(abs(expected[judged]).max(initial=0.0), scale)
    tolerance = EPSILONS * epsilon * largest
    error = np.where(judged, abs(got - expected), 0.0)
    if not len(error):
        return
    i = int(np.where(np.isnan(error), np.inf, error).argmax())
    if not error[i] <= tolerance:
        name, index = space.at(i)
        raise GradientError(
            check,
            argument=name,
            index=index,
            got=float(got[i]),
            expected=(float(expected[i]), float(expected[i])),
            tolerance=tolerance,
            oracle="double precision",
        )
    report.note(check, float(error[i]), tolerance)
