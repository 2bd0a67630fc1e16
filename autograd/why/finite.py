"""Where NaN and infinity come from: the first operation that made one of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.node import Node, ancestors, raw
from .flow import Flow
from .names import Names, Reason, number

SHORT = 6  # elements that are written out
MOST = 6  # operations of the way to the output


def finite(x: Any) -> bool:
    """Whether all of a number, an array, or several of them, are finite."""
    if isinstance(x, (list, tuple)):
        return all(finite(each) for each in x if each is not None)
    array = np.asarray(raw(x))
    return array.dtype.kind not in "fc" or bool(np.all(np.isfinite(array)))


def forward_origins(output: Node) -> list[Node]:
    """What is not finite although all nodes it was made of are: leaves, too."""
    return [
        node
        for node in ancestors([output])
        if not finite(node)
        and all(finite(x) for x in node.inputs if isinstance(x, Node))
    ]


def forward_reasons(output: Node, names: Names) -> list[Reason]:
    """One line for each origin in the forward pass, and its way to the output."""
    lines = []
    for node in forward_origins(output):
        if node.op is None:
            text = f"{names.value(node)} is not finite: {told_in_short(raw(node))}"
        else:
            operands = ", ".join(told_in_short(raw(x)) for x in node.inputs)
            text = (
                f"{names.operation(node)} made {told_in_short(raw(node))} of {operands}"
            )
        way = _way(node, output)
        if way:
            text += f", and it went on by {_listed(names.operation(n) for n in way)}"
        lines.append(Reason(f"forward pass: {text}", node, "not finite from here"))
    return lines


def _way(node: Node, output: Node) -> list[Node]:
    """The operations that carried what is not finite to the output, oldest first."""
    way, reached = [], {node}
    for each in ancestors([output]):
        read = any(isinstance(x, Node) and x in reached for x in each.inputs)
        if read and not finite(each):
            reached.add(each)
            way.append(each)
    return way


def backward_reasons(flow: Flow, names: Names) -> list[Reason]:
    """The first operations, from the output, whose slope made it of a finite number."""
    totals = flow.totals()
    lines: dict[Reason, None] = {}
    for node in reversed(flow.order):
        known = node in totals and finite(totals[node])
        if not known or not all(map(finite, node.inputs)):
            continue
        for i, x in flow.read.get(node, []):
            part = flow.passed(node, i, totals[node])
            if part is None or finite(part):
                continue
            operands = ", ".join(told_in_short(raw(each)) for each in node.inputs)
            size = told_in_short(totals[node])
            text = (
                f"backward pass: {names.operation(node)} at {operands} makes "
                f"{told_in_short(part)} of the gradient {size}, on the way to "
                f"{names.value(x)}"
            )
            lines[Reason(text, node, "its slope is not finite")] = None
    return [*lines]


def told_in_short(x: Any) -> str:
    """Numbers in short: one in full, of an array how many of which kind."""
    if isinstance(x, (list, tuple)):
        return " and ".join(told_in_short(each) for each in x if each is not None)
    array = np.asarray(x)
    if array.dtype.kind not in "biufc":
        return f"{type(x).__name__}"
    if array.size == 1:
        return number(array.reshape(())[()])
    if array.ndim == 1 and array.size <= SHORT:
        return f"[{', '.join(map(number, array))}]"
    wide = array[np.isfinite(array)] if array.dtype.kind in "fc" else array
    nans, size = int(np.sum(array != array)), array.size
    infinite = size - wide.size - nans
    parts = [f"{nans:,} NaN"] * bool(nans) + [f"{infinite:,} inf"] * bool(infinite)
    if wide.size and array.dtype.kind != "c":
        parts.append(f"numbers from {number(wide.min())} to {number(wide.max())}")
    return f"[{', '.join(parts)}; shape {array.shape}]"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    if len(found) <= MOST:
        return " → ".join(found)
    half = MOST // 2
    between = f"… {len(found) - MOST:,} more …"
    return " → ".join([*found[:half], between, *found[-half:]])
