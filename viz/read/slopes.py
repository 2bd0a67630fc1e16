"""Local derivatives in a drawing of both passes: a number each, not its formula.

The sweep multiplies what arrives by slopes, and computes these from values alone:
``1 - tanh²``, the mask of a relu. What leads to one is folded, and it stands beside.
Nothing in such a fold reads what arrived, so that no box leads back to itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autograd.core.node import Node

from .folds import Fold, Summary


def slopes(
    nodes: Sequence[Node], forward: Collection[Node], seeds: Collection[Node]
) -> list[list[Node]]:
    """What the sweep computed without its ``seeds``, in parts that share nothing.

    ``nodes`` are those of both passes, oldest first; ``forward`` are not the sweep's.
    """
    carried = set(seeds)
    parts: dict[Node, list[Node]] = {}
    for node in nodes:
        if node in forward or not node.inputs:
            continue
        read = [x for x in node.inputs if isinstance(x, Node)]
        if any(x in carried for x in read):
            carried.add(node)
            continue
        part = [node]
        for x in read:
            if x in parts and parts[x] is not part:
                part[:0] = parts[x]
                parts.update(dict.fromkeys(parts[x], part))
        parts[node] = part
    return [*{id(part): part for part in parts.values()}.values()]


def fold_slopes(
    summary: Summary,
    parts: Sequence[Sequence[Node]],
    frames: Mapping[Node, int],
    readers: Mapping[Node, Sequence[Node]],
) -> None:
    """Fold each part of three or more operations, but for the slopes that it ends in.

    What is hidden together with more than the part stays where it is.
    """
    for part in parts:
        inside = set(part)
        homes = {summary.home(node) for node in part} - {None}
        if len(part) < 3 or any(not inside.issuperset(h.members) for h in homes if h):
            continue
        fold = Fold("", frame=frames[part[-1]], members=[*part])
        for node in part:
            summary.owners.pop(node, None)
            outside = [x for x in readers.get(node, ()) if x not in inside]
            if len(outside) == len(readers.get(node, ())):
                summary.makers[node] = fold
                continue
            summary.owners[node] = fold
            if outside:
                fold.outputs.append(node)
