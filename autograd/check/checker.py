"""``check_grads``: the derivatives of a function against oracles and each other."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..core import tree
from ..core.node import raw
from ..core.primitive import Interval
from .compare import CHECKS, compare
from .derivatives import Derivatives
from .edges import check_edges
from .hygiene import Sweeps, unchanged
from .oracles import COMPLEX_STEP, complex_step
from .problem import Problem, doubled
from .report import GradientError, GradientReport
from .single import check_single
from .subject import Positions, Request, Subject

SINGLE = ("float16", "float32", "complex64")
BY_HAND = {"reverse", "hygiene"}  # checks of a gradient that was written by hand
MODES = ("reverse", "forward")
CLOSURE = "reverse in a closure"
BY_SIZE = {"reverse", "forward", "adjoint"}  # checks that allow for sizes near 1
MAGNIFIED = (
    "outputs are tiny, and each was multiplied by a power of 2 that makes it, or its "
    "slope, about 1; the numbers below are of these"
)


def check_grads(
    f: Callable[..., Any],
    *args: Any,
    wrt: Positions = None,
    order: int = 2,
    checks: Collection[str] = CHECKS,
    oracle: str = "auto",
    domain: Interval | Sequence[Interval] | None = None,
    gradient: Callable[..., Any] | None = None,
    seed: int = 0,
) -> GradientReport:
    """Check the derivatives of ``f`` at ``args``, in both modes, to any order.

    For random cotangents u and directions v, ⟨Jᵀu, v⟩ must lie between
    Σ min(uD⁺, uD⁻) and Σ max(uD⁺, uD⁻), with the one-sided derivatives D⁺ and D⁻ of
    each output along v by an oracle: so any subgradient passes at a kink. Jv likewise,
    and ⟨u, Jv⟩ must equal ⟨Jᵀu, v⟩. Directions: each argument alone, all jointly at
    random, and jointly all ones. Order 2 checks Jᵀu and Jv themselves in the same way,
    as functions of the arguments and of u or v, and that the Hessian is symmetric; and
    so on. Single precision is compared with double. Inputs and cotangents must stay as
    they are, and gradients be owned, of the exact dtype and shape, and the same a
    second time.

    Args:
        f: a function of Tensors, of Values, or of containers of them; a module, whose
            parameters are checked as well; with ``gradient``, a function of arrays.
        args: arrays, floats, Tensors, Values and nested containers of these. Integers,
            booleans and whatever else there is are passed on as they are.
        wrt: what to differentiate by: positions of arguments, names of a module's
            parameters; everything, if left out.
        order: how many times to differentiate.
        checks: which to make, among "reverse", "forward", "adjoint", "linear",
            "lifted", "symmetry" and "hygiene"; with ``gradient`` there is "reverse" and
            "hygiene".
        oracle: "complex step", "Ridders", "Taylor", or "auto": the best that applies.
        domain: the open interval within which f has derivatives, of all arguments or
            one for each; steps of the oracles stay inside, and at its very ends a
            derivative must be infinite, NaN, or the one-sided limit.
        gradient: the hand-written gradient of ``f``, which then takes arrays and
            returns one number: a function of the same arguments that returns one array,
            or a tuple of one for each argument of ``wrt``.
        seed: of the random cotangents and directions.

    Returns a report. Raises ``GradientError`` at the first derivative that is wrong,
    TypeError if there is nothing to differentiate, and ValueError for a request that
    makes no sense.

    >>> import numpy as np
    >>> from autograd.check import check_grads
    >>> report = check_grads(lambda x: np.sum(np.sin(x) * x), np.array([0.5, 2.0]))
    >>> report.worst < 1, report.oracles["f"]
    (True, 'complex step')
    >>> check_grads(np.linalg.norm, np.ones(3), gradient=lambda x: x / 2)
    Traceback (most recent call last):
        ...
    autograd.check.report.GradientError: ...
    """
    chosen = {checks} if isinstance(checks, str) else checks
    request = Request(order, frozenset(chosen), oracle, seed)
    if gradient is not None:  # there is no rule for more
        request = request._replace(order=1, checks=request.checks & BY_HAND)
    request.validate()
    subject = Subject(f, args, wrt, gradient, domain)
    arrays = [raw(x) for x in tree.leaves(list(args))]
    report = GradientReport(order=request.order)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with (
                subject.kept(),
                unchanged("memory", arrays, ["an argument"] * len(arrays)),
            ):
                problem = subject.problem()
                if oracle == COMPLEX_STEP:
                    _check_steps(problem)
                with _raised_as_failures():
                    _check(problem, request, report)
    except GradientError as error:
        error.function, error.seed, error.arguments = subject.name, seed, args
        error.repro = subject.repro(request)
        raise
    return report


def _check_steps(problem: Problem) -> None:
    along = np.ones(problem.inputs.size)
    if not problem.inputs.is_real or complex_step(problem, along) is None:
        raise ValueError(
            "the complex step needs a function of real arrays that takes complex ones "
            "as well, and keeps their imaginary part; this does not"
        )


@contextmanager
def _raised_as_failures() -> Iterator[None]:
    """What a derivative raises is a failure of the check, and its cause."""
    try:
        yield
    except GradientError:
        raise
    except Exception as error:
        reason = f"it raised {type(error).__name__}: {error}"
        raise GradientError("derivative", reason) from error


@contextmanager
def _reason_added(text: str) -> Iterator[None]:
    try:
        yield
    except GradientError as error:
        error.reason = f"{error.reason}; {text}" if error.reason else text
        raise


def _check(problem: Problem, request: Request, report: GradientReport) -> None:
    rng = np.random.default_rng(request.seed)
    is_single = any(part.dtype.name in SINGLE for part in problem.inputs.parts)
    verified = doubled(problem) if is_single else problem
    first = _check_orders(verified, "", request.order, request, rng, report)
    magnified = first.magnified()
    if magnified is not None:  # of higher orders more may cancel than it would show
        fewer = request._replace(checks=request.checks & BY_SIZE or request.checks)
        with _reason_added(MAGNIFIED):
            _check_orders(magnified, "", 1, fewer, rng, report)
    if "reverse" in request.checks:
        check_edges(first)
    if "hygiene" in request.checks:
        _check_sweeps(problem, first)
    if is_single:
        check_single(problem, first, request.checks, rng, report)


def _check_orders(
    problem: Problem,
    title: str,
    order: int,
    request: Request,
    rng: np.random.Generator,
    report: GradientReport,
) -> Derivatives:
    """First derivatives of ``problem``; then of its derivative in each mode."""
    hygiene = "hygiene" in request.checks
    first = Derivatives(problem, title, request.oracle, rng, report, hygiene)
    compare(first, request.checks)
    if order == 1:
        return first
    derivatives = {}
    for mode in [mode for mode in MODES if mode in request.checks] or MODES[:1]:
        seed = first.cotangent if mode == "reverse" else first.probe
        derivatives[mode] = problem.derivative(mode, seed)
    if not title and len(problem.given) > 1 and problem.inputs.is_real:
        derivatives[CLOSURE] = problem.closing_over(first.cotangent)
    at_kink = problem.at_kink or first.met_kinks
    for name, derivative in derivatives.items():
        derivative.at_kink = at_kink
        of = f"{name} over {title}" if title else name
        deeper = 1 if name == CLOSURE else order - 1
        _check_orders(derivative, of, deeper, request, rng, report)
    return first


def _check_sweeps(problem: Problem, first: Derivatives) -> None:
    finite = np.isfinite(problem.value)
    u = np.where(finite, first.cotangent, 0.0)
    cotangents = problem.outputs.cotangents(u)
    sweeps = Sweeps(problem)
    if all(isinstance(each, np.ndarray) for each in cotangents):
        sweeps.check_layouts(cotangents)
        sweeps.check_outputs_alone(cotangents)
    sweeps.check_backward(cotangents)
