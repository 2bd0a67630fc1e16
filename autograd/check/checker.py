"""``check_grads``: the derivatives of a function against oracles and each other."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import tree
from ..primitive import Primitive
from .compare import Comparison
from .hygiene import Sweeps, unchanged
from .pasting import recipe
from .problem import Problem, doubled, problem_of
from .report import GradientError, GradientReport
from .single import check_single
from .space import raw

MODES = ("reverse", "forward")


def check_grads(
    f: Callable[..., Any],
    *args: Any,
    order: int = 2,
    wrt: int | Sequence[int] | None = None,
    modes: Sequence[str] = MODES,
    seed: int = 0,
) -> GradientReport:
    """Check the derivatives of ``f`` at ``args``, in both modes, to any order.

    For random cotangents u and directions v, ⟨Jᵀu, v⟩ must lie between
    Σ min(uD⁺, uD⁻) and Σ max(uD⁺, uD⁻), with the one-sided derivatives D⁺ and D⁻ of
    each output along v by an oracle: so any subgradient passes at a kink. Jv likewise,
    and ⟨u, Jv⟩ must equal ⟨Jᵀu, v⟩. Directions: each argument alone, all jointly at
    random, and jointly all ones. Order 2 checks Jᵀu and Jv themselves in the same way,
    as functions of the arguments and of u or v; and so on. Single precision is compared
    with double. Inputs and cotangents must stay as they are, and gradients be owned,
    of the exact dtype and shape, and the same a second time.

    Args:
        f: a function of Tensors, of Values, or of containers of them.
        args: arrays, floats, Tensors, Values and nested containers of these. Integers,
            booleans and whatever else there is are passed on as they are.
        order: how many times to differentiate.
        wrt: the positions of the arguments to differentiate; all, if left out.
        modes: "reverse", "forward" or both.
        seed: of the random cotangents and directions.

    Returns a report. Raises ``GradientError`` at the first derivative that is wrong,
    and TypeError if there is nothing to differentiate.

    >>> import numpy as np
    >>> from autograd.check import check_grads
    >>> report = check_grads(lambda x: np.sum(np.sin(x) * x), np.array([0.5, 2.0]))
    >>> report.worst < 1, report.oracles["f"]
    (True, 'complex step')
    """
    positions = [wrt] if isinstance(wrt, int) else wrt
    _check_request(args, order, positions, modes)
    arrays = [raw(x) for x in tree.leaves(list(args))]
    report = GradientReport(order=order)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with unchanged("memory", arrays, ["an argument"] * len(arrays)):
                problem = problem_of(f, args, positions)
                _check(problem, order, modes, np.random.default_rng(seed), report)
    except GradientError as error:
        error.function = f.name if isinstance(f, Primitive) else _named(f)
        error.seed = seed
        error.arguments = args
        error.repro = _repro(f, args, order, wrt, modes, seed)
        raise
    return report


def _check(
    problem: Problem,
    order: int,
    modes: Sequence[str],
    rng: np.random.Generator,
    report: GradientReport,
) -> None:
    is_single = any(part.dtype.name in SINGLE for part in problem.inputs.parts)
    verified = doubled(problem) if is_single else problem
    comparison = _check_orders(verified, "", order, modes, rng, report)
    if "reverse" in modes:
        _check_sweeps(problem, comparison)
    if is_single:
        check_single(problem, comparison, rng, report)


SINGLE = ("float16", "float32", "complex64")


def _check_orders(
    problem: Problem,
    title: str,
    order: int,
    modes: Sequence[str],
    rng: np.random.Generator,
    report: GradientReport,
) -> Comparison:
    """First derivatives of ``problem``; then of its derivative in each mode."""
    comparison = Comparison(problem, title, modes, rng, report)
    comparison.run()
    if order > 1:
        for mode in modes:
            seed = comparison.cotangent if mode == "reverse" else comparison.probe
            derivative = problem.derivative(mode, seed)
            name = f"{mode} over {title}" if title else mode
            _check_orders(derivative, name, order - 1, modes, rng, report)
    return comparison


def _check_sweeps(problem: Problem, comparison: Comparison) -> None:
    finite = np.isfinite(problem.value)
    u = np.where(finite, comparison.cotangent, 0.0)
    cotangents = problem.outputs.cotangents(u)
    sweeps = Sweeps(problem)
    if all(isinstance(each, np.ndarray) for each in cotangents):
        sweeps.check_layouts(cotangents)
    sweeps.check_backward(cotangents)


def _check_request(
    args: Sequence[Any], order: int, wrt: Sequence[int] | None, modes: Sequence[str]
) -> None:
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"order is 1 or more; got {order!r}")
    if not modes or not set(modes) <= set(MODES):
        raise ValueError(f"modes are among {MODES}; got {modes!r}")
    for i in wrt or ():
        if not -len(args) <= i < len(args):
            raise ValueError(f"wrt={i}, but there are {len(args)} arguments")


def _named(f: Callable[..., Any]) -> str:
    name = getattr(f, "__name__", "f")
    return name if name.isidentifier() else "f"  # a lambda, for one


def _repro(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int,
    wrt: int | Sequence[int] | None,
    modes: Sequence[str],
    seed: int,
) -> str:
    name = f"ag.registry[{f.name!r}]" if isinstance(f, Primitive) else _named(f)
    options = [f"order={order}", f"seed={seed}"]
    if wrt is not None:
        options.append(f"wrt={wrt!r}")
    if tuple(modes) != MODES:
        options.append(f"modes={tuple(modes)!r}")
    call = ", ".join([name, *map(recipe, args), *options])
    return (
        "import numpy as np, autograd as ag\n"
        "from autograd.check import check_grads\n"
        f"check_grads({call})"
    )
