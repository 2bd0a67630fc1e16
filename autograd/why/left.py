"""Why there is no gradient (None): where the way from x to the output was left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core.call import FREED
from ..core.node import Node, ancestors, raw, told
from .flow import Flow
from .names import Names, Reason

MOST = 5  # suspects that are named
RECORD = (
    "To have the line named, let explain run the forward pass: "
    "ag.explain(x, lambda: loss_of(x))"
)


def reasons(flow: Flow, names: Names) -> list[Reason]:
    """One line for each place at which the graph was left."""
    x, output = flow.x, flow.output
    nodes = ancestors([output])
    if not x.tracked:
        return [Reason(_untracked(x, names))]
    if flow.order:
        return [*_constants(flow, names)]
    if any(node.op is FREED for node in nodes):
        text = "the graph was freed, by backward(free=True): nothing is known of it"
        return [Reason(text)]
    left = [*_departures(x, nodes, names)]
    if left:
        return left
    if any(node is x for node in nodes):  # which was switched on since
        text = f"{names.value(x)} was no tracked leaf when this was computed with it"
        return [Reason(text)]
    suspects = [*_suspects(x, nodes, names)]
    text = f"nothing that was recorded leads from {names.value(x)} to the output"
    lines = [Reason(text), *suspects[:MOST]]
    if len(suspects) > MOST:
        lines.append(Reason(f"and {len(suspects) - MOST:,} more"))
    if not any(node.place for node in nodes):
        lines.append(Reason(RECORD))
    return lines


def _untracked(x: Node, names: Names) -> str:
    if x.op is not None:
        return (
            f"{names.value(x)} does not depend on a tracked leaf, or has no derivative"
        )
    data = raw(x)
    if isinstance(data, np.ndarray) and data.dtype.kind not in "fc":
        return (
            f"{names.value(x)} is {data.dtype}: integers and truth values have no "
            "gradient"
        )
    return (
        f"{names.value(x)} has requires_grad=False: it is a constant, or was made by "
        "detach(), under no_grad, or by an operation without a derivative"
    )


def _constants(flow: Flow, names: Names) -> Iterator[Reason]:
    """What reads something on the way, and passes nothing back to it."""
    totals = flow.totals()
    for node in flow.order:
        if node in totals:
            continue
        for reader, i in flow.readers.get(node, []):
            if reader in totals:
                text = (
                    f"{names.operation(reader)} takes {names.value(node)}, its operand "
                    f"{i}, as a constant: a mask, an index, or an argument without a "
                    "derivative"
                )
                yield Reason(text, reader, "takes it as a constant")


def _departures(x: Node, nodes: list[Node], names: Names) -> Iterator[Reason]:
    """In a graph where everything was recorded: results that are tracked no more."""
    on = {x}
    for node in nodes:
        reads = [a for a in node.inputs if isinstance(a, Node) and a in on]
        if not reads:
            continue
        if node.tracked:
            on.add(node)
        elif not node.op.tracks:
            text = (
                f"{names.operation(node)} has no derivative: what it makes of "
                f"{names.value(reads[0])} is a constant"
            )
            yield Reason(text, node, "has no derivative")
        else:
            text = f"{names.operation(node)} was computed under no_grad"
            yield Reason(text, node, "under no_grad")


def _suspects(x: Node, nodes: list[Node], names: Names) -> Iterator[Reason]:
    """Constants that share x's memory, hold its numbers, or were made after it."""
    for node in nodes:
        for operand in node.inputs:
            if isinstance(operand, Node) and (operand.tracked or operand.inputs):
                continue
            how = _likeness(x, operand)
            if how:
                text = (
                    f"{names.operation(node)} takes {_constant(operand, names)}, a "
                    f"constant which {how}"
                )
                yield Reason(text, node, "takes a constant")


def _likeness(x: Node, operand: Any) -> str:
    data, other = raw(x), raw(operand)
    if isinstance(data, np.ndarray) and isinstance(other, np.ndarray):
        if np.may_share_memory(data, other):
            return f"shares the memory of {told(x)}: by detach(), .data or asarray"
        same = data.shape == other.shape and data.dtype == other.dtype
        if same and np.array_equal(data, other):
            return "holds the same numbers: a copy, by .data, detach() or np.array"
    elif isinstance(data, float) and data is other:
        return "holds the same number: by .data or detach()"
    if isinstance(operand, Node) and operand.age > x.age:
        return (
            "was made later, without a history: under no_grad, by detach(), .data, or "
            "an operation without a derivative"
        )
    return ""


def _constant(operand: Any, names: Names) -> str:
    return names.value(operand) if isinstance(operand, Node) else told(operand)


def not_kept(x: Node) -> str:
    """Why ``x.grad`` is None although a gradient arrives."""
    if x.op is not None and not x.retains and not x.space.keeps_all:
        return (
            "x.grad is None nevertheless: backward() keeps the gradients of leaves "
            "alone. Call x.retain_grad() before it"
        )
    return "x.grad is None: backward() has not been called since"
