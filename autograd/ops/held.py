"""Data that are read without a derivative, where they may be others in the next run.

What a function decides by its data is a constant of the graph. Where everything is
recorded, to be run again with other numbers, it must not be one: masks, orders and
indices are recorded, untracked; what cannot be recorded, since Python decides by it, is
asked again when the recording is run.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.context import recording
from ..core.declare import constant, linear
from ..core.node import Node, TraceError, decides

held_ = constant(lambda x: x, name="detach")


def held(x: Any) -> Any:
    """The data of ``x``, for what has no derivative by it; recorded where all is."""
    if not isinstance(x, Node):
        return x
    return held_.call(x) if recording.get().everything else x._raw


class Presumed(TraceError):
    """A program was run on numbers for which its function does something else."""

    def __init__(self, before: str) -> None:
        super().__init__(
            f"where this was recorded, {before}; it is otherwise here. Call the "
            "function itself, which is recorded anew for such numbers"
        )


def _presumed(x: Any, condition: Any, *, text: str) -> Any:
    if not np.all(condition):
        raise Presumed(text)
    return x


presumed_ = linear(
    _presumed,
    lambda g, condition, text: presumed(g, condition, text),
    None,
    name="presumed",
)


def presumed(x: Any, condition: Any, text: str) -> Any:
    """``x``, which was computed since a condition holds; that is asked when it runs."""
    return x if decides(condition) else presumed_(x, condition, text=text)


def as_before(found: Any, kind: str) -> Any:
    """What a step found, if its dtypes are of the kind that was recorded."""
    if kind and any(each.dtype.kind != kind for each in found):
        raise Presumed(f"the results had a dtype of kind {kind!r}")
    return found


def of_shape(found: Any, shape: tuple[int, ...], op: Any) -> Any:
    """What a function gave, if its shape is that which was recorded."""
    if np.shape(found) != shape:
        raise Presumed(f"{op} gave an array of shape {shape}")
    return found
