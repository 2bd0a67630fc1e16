"""A part of a graph: what lies between some nodes and others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from autograd.core.node import Node

from .nodes import is_member, told

HIDEABLE = ("constants", "inputs", "parameters")


@dataclass(slots=True)
class Part:
    """The nodes that are drawn, oldest first; ``cut`` ones without their history."""

    ordered: Sequence[Node]
    cut: Collection[Node] = field(default_factory=frozenset)
    ends: list[Node] = field(default_factory=list)


def part_between(
    nodes: Sequence[Node], ends: tuple[Sequence[Node], Sequence[Node]] | None
) -> Part:
    """The nodes on paths from the first of ``ends`` to the second, with what they read.

    Raises ValueError where no path leads from one to the other.
    """
    if ends is None:
        return Part(nodes)
    starts, stops = map(set, ends)
    known = set(nodes)
    for node in (*ends[0], *ends[1]):
        if node not in known:
            raise ValueError(
                f"between has {told(node)}, which is not in the drawn graph. Give two "
                "nodes that lie on the way to what is drawn"
            )
    after = set(starts)
    for node in nodes:
        if any(isinstance(x, Node) and x in after for x in node.inputs):
            after.add(node)
    before = set(stops)
    for node in reversed(nodes):
        if node in before:
            before |= {x for x in node.inputs if isinstance(x, Node)}
    path = after & before
    if not path & stops:
        raise ValueError(
            f"between found no path from {told(ends[0][0])} to "
            f"{told(ends[1][0])}. Give first the node that is nearer to the inputs"
        )
    whole = path - starts
    read = {x for node in whole for x in node.inputs if isinstance(x, Node)}
    # Of several outputs of an operation, the circle is that of the operation.
    whole |= {node.inputs[0] for node in read - path if is_member(node)} & path
    cut = {node for node in path | read if node not in whole and node.inputs}
    drawn = path | read
    return Part([node for node in nodes if node in drawn], cut, list(ends[1]))
