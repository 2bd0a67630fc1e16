"""Fused functions in terms of simpler ones, which are shared, and need less memory.

Written as their forward functions in ``autograd/ops``; only where all floats have one
dtype, which is no half precision: those are computed in a wider one there.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from numpy.lib.array_utils import normalize_axis_tuple

from ...core.program import Step
from ..flat import Flat
from .rewriting import Rewriting, name_of, rewritten


def lowered(flat: Flat) -> Flat:
    """The program without those fused functions that are known here.

    >>> import numpy as np
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: np.mean(x, axis=-1), (np.zeros((2, 3)),))
    >>> print(lowered(flat).source())
    import numpy as np
    <BLANKLINE>
    def f(x0):
        x1 = np.sum(x0, axis=(1,))
        x2 = x1 / 3
        return x2
    """
    return rewritten(flat, lower)


def lower(new: Rewriting, step: Step, kind: Any) -> Any:
    """What a fused function consists of."""
    name = name_of(step.op)
    if name in REDUCTIONS:
        return _canonical(new, step, kind)
    rule = RULES.get(name)
    if rule is None or kind.dtype.char not in "fd":
        return None
    kinds = [new.kind(x) for x in step.operands]
    if any(each is not None and each.dtype != kind.dtype for each in kinds):
        return None
    return rule(new, *step.operands, **step.params)


def _canonical(new: Rewriting, step: Step, kind: Any) -> Any:
    """A reduction over axes that are counted from the front, in their order."""
    (x,), axis = step.operands, step.params["axis"]
    ndim = len(new.shape(x))
    if ndim == 0:
        return None
    axes = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    axes = tuple(sorted(axes))
    if axis == axes and isinstance(axis, tuple):
        return None
    params = {"axis": axes, "keepdims": step.params["keepdims"]}
    return new.emit(step.op, (x,), params, kind)


REDUCTIONS = ("sum", "prod", "max", "min", "all", "any")


# By axes ------------------------------------------------------------------------------


def _axes(new: Rewriting, x: Any, axis: Any) -> tuple[int, ...]:
    ndim = len(new.shape(x))
    return tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim)


def _mean(new: Rewriting, x: Any, axis: Any, keepdims: bool) -> Any:
    axes = _axes(new, x, axis)
    n = prod([new.shape(x)[i] for i in axes])
    if not axes or not n:
        return None
    return new.by_element("divide", new.reduced("sum", x, axes, keepdims), n)


def _below_max(new: Rewriting, x: Any, axes: tuple[int, ...]) -> Any:
    return new.by_element("subtract", x, new.reduced("max", x, axes, True))


def _softmax(new: Rewriting, x: Any, axis: Any) -> Any:
    if not prod(new.shape(x)) or not new.shape(x):
        return None
    axes = _axes(new, x, axis)
    e = new.by_element("exp", _below_max(new, x, axes))
    return new.by_element("divide", e, new.reduced("sum", e, axes, True))


def _log_softmax(new: Rewriting, x: Any, axis: Any) -> Any:
    if not prod(new.shape(x)) or not new.shape(x):
        return None
    axes = _axes(new, x, axis)
    x = _below_max(new, x, axes)
    total = new.reduced("sum", new.by_element("exp", x), axes, True)
    return new.by_element("subtract", x, new.by_element("log", total))


# Of layers ----------------------------------------------------------------------------


def _affine(new: Rewriting, x: Any, weight: Any, bias: Any) -> Any:
    if len(new.shape(weight)) != 2 or len(new.shape(x)) < 1:
        return None
    if len(new.shape(x)) == 1:
        y = new.matmul(x, new.transpose(weight, (1, 0)))
        return new.by_element("add", y, bias)
    *lead, n = new.shape(x)
    rows = new.matmul(new.reshape(x, (prod(lead), n)), new.transpose(weight, (1, 0)))
    if len(new.shape(bias)) > 1:
        rows = new.reshape(rows, (*lead, new.shape(weight)[0]))
        return new.by_element("add", rows, bias)
    y = new.by_element("add", rows, bias)
    return new.reshape(y, (*lead, new.shape(weight)[0]))


def _relu(new: Rewriting, x: Any) -> Any:
    return new.by_element("maximum", x, 0)


def _sigmoid(new: Rewriting, x: Any) -> Any:
    size = new.by_element("absolute", x)
    e = new.by_element("exp", new.by_element("negative", size))
    top = new.by_element("maximum", e, new.by_element("greater_equal", x, 0))
    return new.by_element("divide", top, new.by_element("add", e, 1))


def _silu(new: Rewriting, x: Any) -> Any:
    return new.by_element("multiply", x, new.by_element("sigmoid", x))


def _softplus(new: Rewriting, x: Any) -> Any:
    size = new.by_element("absolute", x)
    e = new.by_element("exp", new.by_element("negative", size))
    top = new.by_element("maximum", x, 0)
    return new.by_element("add", top, new.by_element("log1p", e))


def _binary_cross_entropy_with_logits(new: Rewriting, x: Any, y: Any) -> Any:
    size = new.by_element("absolute", x)
    e = new.by_element("exp", new.by_element("negative", size))
    both = new.by_element("log1p", e)
    above = new.by_element("maximum", x, 0)
    below = new.by_element("minimum", x, 0)
    first = new.by_element("multiply", new.by_element("subtract", 1, y), above)
    part = new.by_element("subtract", first, new.by_element("multiply", y, below))
    return new.by_element("add", part, both)


def _huber(new: Rewriting, x: Any, delta: Any) -> Any:
    inside = new.by_element("minimum", new.by_element("maximum", x, -delta), delta)
    half = new.by_element("multiply", 0.5, inside)
    return new.by_element("multiply", inside, new.by_element("subtract", x, half))


RULES: dict[str, Callable[..., Any]] = {
    "mean": _mean,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "affine": _affine,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "silu": _silu,
    "softplus": _softplus,
    "binary_cross_entropy_with_logits": _binary_cross_entropy_with_logits,
    "huber": _huber,
}
