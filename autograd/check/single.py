"""Single precision, compared with the double-precision result that was verified."""

from __future__ import annotations

import numpy as np

from ..core.node import raw
from .derivatives import Derivatives
from .directions import dyadic
from .hygiene import check_types
from .problem import Problem
from .report import GradientError, GradientReport
from .space import Space
from .tolerances import OVERFLOW, SINGLE_ROUNDINGS
from .verdict import worst


def check_single(
    problem: Problem,
    verified: Derivatives,
    checks: frozenset[str],
    rng: np.random.Generator,
    report: GradientReport,
) -> None:
    """Compare both modes of ``problem`` with those of its double-precision twin."""
    double = verified.problem
    inputs, outputs = problem.inputs, problem.outputs
    finite = np.isfinite(problem.value) & np.isfinite(double.value)
    size = np.where(finite, abs(problem.value), 0.0)
    if "reverse" in checks:
        u = np.where(finite, dyadic(rng, outputs.size), 0.0)
        _, pull = problem.reverse()
        gradients = pull(tuple(outputs.cotangents(u)))
        check_types("reverse in single precision", gradients, problem.given, inputs)
        scale = abs(u * np.fmax(size, 1.0)).max(initial=1.0)
        got, expected = inputs.vector(gradients), verified.pulled(u)
        _compare("reverse", got, expected, scale, finite, problem, inputs, report)
    if "forward" in checks:
        v = dyadic(rng, inputs.size)
        _, tangents = problem.forward(v)
        arrays = [np.asarray(raw(t)) for t in tangents]
        check_types("forward in single precision", arrays, arrays, outputs)
        got = outputs.vector(tangents)
        expected = double.outputs.vector(double.forward(v)[1])
        expected = np.where(finite, expected, np.nan)
        scale = size.max(initial=2.0)
        _compare("forward", got, expected, scale, finite, problem, outputs, report)


def _compare(
    mode: str,
    got: np.ndarray,
    expected: np.ndarray,
    scale: float,
    finite: np.ndarray,
    problem: Problem,
    space: Space,
    report: GradientReport,
) -> None:
    check = f"{mode} in single precision"
    dtypes = [part.dtype for part in problem.inputs.parts + problem.outputs.parts]
    epsilon = max(float(np.finfo(dtype).eps) for dtype in dtypes)
    judged = np.isfinite(expected) & (abs(expected) < OVERFLOW)
    if not finite.all():  # its cotangent of 0 may have met infinite slopes
        judged &= np.isfinite(got)
    largest = max(abs(expected[judged]).max(initial=0.0), scale)
    tolerance = SINGLE_ROUNDINGS * epsilon * largest
    found = worst(got, expected, expected, tolerance, judged)
    if found is None:
        return
    i, verdict = found
    if verdict.fails:
        raise GradientError(check, "", space.at(i), verdict, "double precision")
    report.note(check, verdict.error, verdict.tolerance)
