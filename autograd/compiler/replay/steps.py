"""What is known of a step before it runs: what it is, and whose memory it takes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...core.call import ITEM
from ...core.program import Step
from ...ops.indexing import Slice, put_together
from ...source import index_text
from ..flat import Kind
from ..passes.rewriting import is_by_element, is_weak, name_of
from ..passes.views import is_view

REDUCE = {
    "sum": np.add.reduce,
    "prod": np.multiply.reduce,
    "max": np.maximum.reduce,
    "min": np.minimum.reduce,
}
CASTS = ("astype", "as integers")
SCATTERS = ("scatter", "scatter_all")
NOT_AS_POWERS = (-1, 0, 0.5, 1, 2)  # exponents by which x**y is another function


def ufunc_of(step: Step) -> Any:
    """NumPy's function of each element that a step is; None if it is none."""
    forward = step.op.forward
    if type(forward) is np.ufunc:
        one = forward.nout == 1 and forward.signature is None
        return forward if one and not step.params and step.op.is_declared else None
    if name_of(step.op) == "power":
        y = step.operands[1]
        return None if is_weak(y) and y in NOT_AS_POWERS else np.power
    return None


def is_reduction(step: Step) -> bool:
    """Whether a step is a reduction by a ufunc, over axes that are written out."""
    return name_of(step.op) in REDUCE and isinstance(step.params["axis"], tuple)


def is_fresh(step: Step) -> bool:
    """Whether the result surely shares no memory with operands, nor with anything."""
    name = name_of(step.op)
    if ufunc_of(step) is not None or name in REDUCE:
        return True
    if name == "getitem":
        return not is_view(step)
    return name in ("matmul", "where", *CASTS, *SCATTERS)


def is_safe(step: Step, kind: Any) -> bool:
    """Whether a step cannot raise an error, given operands of these kinds."""
    name = name_of(step.op)
    if is_by_element(step.op):  # integers have no negative powers
        return name != "power" or kind.dtype.kind in "fc"
    return name in (*REDUCE, "matmul") or is_view(step) or step.op is ITEM


def is_plain_product(kinds: list[Kind], kind: Kind) -> bool:
    """Whether ``dot`` does what ``matmul`` does, which takes longer.

    Not so for one number: by a zero it does not multiply, and 0·∞ is NaN.
    """
    return (
        kind.dtype.char in "fd"
        and kind.shape != ()
        and all(len(each.shape) < 3 and prod(each.shape) > 1 for each in kinds)
        and all(each.dtype == kind.dtype for each in kinds)
    )


def templates_of(step: Step) -> Any:
    """Where each operand of a scatter goes, if all do so by slices; else None."""
    templates = step.params.get("templates") or (step.params["template"],)
    by_slices = len(step.operands) == len(templates) and all(
        part is Ellipsis or part is None or type(part) in (int, Slice)
        for template in templates
        for part in template
    )
    return templates if by_slices else None


def index_of(template: Any) -> tuple[Any, ...]:
    """An index that gives a view also of one element."""
    index = put_together(template, ())
    return index if Ellipsis in index else (*index, Ellipsis)


def viewed(x: np.ndarray, step: Step) -> np.ndarray:
    """The view of an array that a step takes; a copy, if there is none."""
    if name_of(step.op) == "getitem":
        return x[index_of(step.params["template"])]
    return step.op.forward(x, **step.params)


def view_text(x: str, step: Step, kind: Kind) -> str:
    """The same as text."""
    name = name_of(step.op)
    if name == "reshape":
        return f"{x}.reshape({', '.join(map(str, kind.shape)) or '()'})"
    if name == "transpose":
        return f"{x}.transpose({', '.join(map(str, step.params['axes']))})"
    if name == "broadcast_to":
        return f"broadcast_to({x}, {kind.shape})"
    return f"{x}[{index_text(index_of(step.params['template']))}]"


def into(out: str) -> list[str]:
    """NumPy's argument for where a result is written; none of "" for new memory."""
    return [f"out={out}"] if out else []
