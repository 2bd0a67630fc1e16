"""What only looks at elements elsewhere, said in one of four ways.

These are ``reshape`` in C order, ``transpose`` with all axes, ``broadcast_to`` and
``getitem`` without index arrays, each with its result's shape or axes written out. Two
in a row become one, and those that change nothing vanish.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ...core.primitive import registry
from ...core.program import Step
from ...ops.indexing import ArrayIndex, Slice
from ..flat import Flat
from .rewriting import Rewriting, name_of, rewritten

VIEWS = ("reshape", "transpose", "broadcast_to", "getitem")


def explicit(flat: Flat) -> Flat:
    """The program with all views as one of four primitives.

    >>> import numpy as np
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: np.swapaxes(x, 0, 1)[None], (np.zeros((2, 3)),))
    >>> print(explicit(flat).source())
    import numpy as np
    <BLANKLINE>
    def f(x0):
        x1 = np.transpose(x0, axes=(1, 0))
        x2 = np.reshape(x1, shape=(1, 3, 2))
        return x2
    """
    return rewritten(flat, view)


def view(new: Rewriting, step: Step, kind: Any) -> Any:
    """The same view in its one way, or the operand itself if it changes nothing."""
    rule = RULES.get(name_of(step.op))
    return rule(new, step, kind) if rule else None


def is_view(step: Step) -> bool:
    """Whether a step is one of the four."""
    name = name_of(step.op)
    return name in VIEWS and len(step.operands) == 1 and "F" not in step.params.values()


def _same(new: Rewriting, step: Step, kind: Any) -> Any:
    x = step.operands[0]
    return x if new.kind(x) == kind else None


def _reshape(new: Rewriting, step: Step, kind: Any) -> Any:
    (x,), params = step.operands, {"shape": kind.shape}
    if step.params.get("order", "C") != "C":
        return None
    if new.kind(x) == kind:
        return x
    before = new.made_by(x, "reshape")
    if before is not None and is_view(before):
        return new.emit(step.op, before.operands, params, kind)
    if step.params == params and name_of(step.op) == "reshape":
        return None
    return new.emit(registry["reshape"], (x,), params, kind)


def _transpose(new: Rewriting, step: Step, kind: Any) -> Any:
    x = step.operands[0]
    ndim = len(new.shape(x))
    axes = _axes(step, ndim)
    before = new.made_by(x, "transpose")
    if before is not None:
        first = before.params["axes"]
        return new.transpose(before.operands[0], [first[i] for i in axes])
    if axes == tuple(range(ndim)):
        return x
    shape, moved = new.shape(x), [i for i in axes if new.shape(x)[i] != 1]
    if moved == sorted(moved) and shape:  # only axes of one element move
        return new.reshape(x, kind.shape)
    if step.params == {"axes": axes} and name_of(step.op) == "transpose":
        return None
    return new.transpose(x, axes)


def _axes(step: Step, ndim: int) -> tuple[int, ...]:
    """Where the axes of the result come from."""
    name, params = name_of(step.op), step.params
    if name == "transpose":
        axes = params.get("axes")
        if axes is None:
            return tuple(range(ndim))[::-1]
        return normalize_axis_tuple(axes, ndim)
    order = list(range(ndim))
    if name == "swapaxes":
        i, j = [normalize_axis_index(params[key], ndim) for key in ("axis1", "axis2")]
        order[i], order[j] = j, i
        return tuple(order)
    source = normalize_axis_tuple(params["source"], ndim)
    destination = normalize_axis_tuple(params["destination"], ndim)
    order = [i for i in order if i not in source]
    for to, i in sorted(zip(destination, source)):
        order.insert(to, i)
    return tuple(order)


def _broadcast_to(new: Rewriting, step: Step, kind: Any) -> Any:
    x = step.operands[0]
    if new.kind(x) == kind:
        return x
    before = new.made_by(x, "broadcast_to")
    if before is not None:
        return new.broadcast_to(before.operands[0], kind.shape)
    if step.params == {"shape": kind.shape}:
        return None
    return new.broadcast_to(x, kind.shape)


def _getitem(new: Rewriting, step: Step, kind: Any) -> Any:
    x, *arrays = step.operands
    template = step.params["template"]
    if arrays or any(isinstance(part, ArrayIndex) for part in template):
        return None
    whole = all(
        part is Ellipsis
        or part is None
        or (isinstance(part, Slice) and part.step in (None, 1))
        for part in template
    )
    n = len(new.shape(x))
    old = [m for m in new.shape(x) if m != 1]
    if whole and old == [m for m in kind.shape if m != 1] and n <= len(kind.shape):
        return new.reshape(x, kind.shape)  # with new axes, if any
    return None


def _item(new: Rewriting, step: Step, kind: Any) -> Any:
    """A part of what was split is a slice."""
    split = new.made_by(step.operands[0], "split")
    if split is None:
        return None
    (x,) = split.operands
    shape, cuts = new.shape(x), split.params["indices_or_sections"]
    axis = normalize_axis_index(split.params["axis"], len(shape))
    if isinstance(cuts, tuple):
        ends = [0, *cuts, shape[axis]]
    else:
        ends = [*range(0, shape[axis] + 1, shape[axis] // cuts or 1)]
    i = step.params["index"]
    if ends[i : i + 2] != sorted(ends[i : i + 2]) or kind.shape[axis] == 0:
        return None
    all_of_it = Slice(None, None, None)
    template = (all_of_it,) * axis + (Slice(ends[i], ends[i + 1], None),)
    return new.emit(registry["getitem"], (x,), {"template": template}, kind)


RULES: dict[str, Callable[[Rewriting, Step, Any], Any]] = {
    "reshape": _reshape,
    "expand_dims": _reshape,
    "squeeze": _reshape,
    "transpose": _transpose,
    "swapaxes": _transpose,
    "moveaxis": _transpose,
    "broadcast_to": _broadcast_to,
    "getitem": _getitem,
    "item": _item,
}
