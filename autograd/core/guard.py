"""No silently wrong gradient after a write: what a sweep checks before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .context import recording
from .node import Node, fingerprints, raw
from .writes import Place, StaleWriteError, writes


def check_unwritten(order: Sequence[Node], floor: int) -> None:
    """Raise before a sweep starts if a rule would read what was written since."""
    if recording.get().fingerprints:
        for node in order:
            _check_fingerprints(node)
    if not order or writes.latest < order[0].age:
        return
    for node in order:
        if node.op is not None and writes.latest > node.age:
            for x in node.op.reads(node, floor):
                place = _written_after(x, node.age)
                if place is not None:
                    raise StaleWriteError(_stale_message(node, x, place))


def _written_after(x: Any, age: int) -> Place | None:
    if isinstance(x, Node):
        tick, place = getattr(x, "_written", (0, None))
        if tick > age:
            return place
        x = x._raw
    arrays = x if isinstance(x, tuple) else (x,)
    for array in arrays:
        if isinstance(array, np.ndarray):
            found = writes.after(array, age)
            if found is not None:
                return found
    return None


def _check_fingerprints(node: Node) -> None:
    recorded = getattr(node, "_fingerprint", None)
    if recorded is None or not node.inputs:  # freed ones have none
        return
    operands = (*node.inputs, node)
    for x, before, now in zip(operands, recorded, fingerprints(node), strict=True):
        if before != now:
            raise StaleWriteError(_stale_message(node, x, None))


def named(node: Node) -> str:
    """The operation of a node, and where it was called, if that is known."""
    return (
        f"{node.op.name} (called at {_at(node.place)})" if node.place else node.op.name
    )


def _stale_message(node: Node, x: Any, place: Place | None) -> str:
    what = getattr(x, "label", "") or f"an operand of shape {np.shape(raw(x))}"
    if x is node:
        what = "its own result"
    wrote = f" at {_at(place)}" if place else ""
    hint = (
        ""
        if node.place
        else " `with autograd.record_places():` names the line of the call."
    )
    return (
        f"the derivative of {named(node)} reads {what}, which was written"
        f"{wrote} after {node.op.name} used it. Write after the backward pass, or "
        f"use a copy.{hint}"
    )


def _at(place: Place | None) -> str:
    return f"{place[0]}:{place[1]}" if place else "an unknown line"
