"""Where neither modules nor repeats are little enough: stretches of the same length.

The oldest and the newest operations are drawn singly; what lies between folds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from autograd.core.node import Node

from .folds import Fold
from .nodes import is_member

MOST_STRETCHES = 12
MOST_ENDS = 6  # units drawn singly at either end


def stretched(
    operations: Sequence[Node],
    owners: dict[Node, Fold],
    most: int,
    shown: Collection[Node],
    frame_of: Callable[[Node], int],
    forward: Collection[Node] = (),
) -> dict[Node, Fold]:
    """The folds of ``operations``, most of which go on from those they have.

    A stretch lies within one open frame, between nodes that must be ``shown``, and
    where there are both passes in one of them.
    """
    starts = list(_unit_starts(operations, owners))
    ends = max(1, min(MOST_ENDS, most // 12))
    if len(starts) <= 2 * ends:
        return owners
    starts, newest = starts[:-ends], starts[-ends]
    many = max(1, min(MOST_STRETCHES, most // 4, len(starts) - ends))
    cuts = [ends + (len(starts) - ends) * k // many for k in range(many)]
    bounds = [*(starts[cut] for cut in cuts), newest]
    folded = {
        node: owners[node]
        for node in [*operations[: bounds[0]], *operations[newest:]]
        if node in owners
    }

    def where(node: Node) -> tuple[bool, int, bool]:
        return node in shown, frame_of(node), node in forward

    for start, stop in pairwise(bounds):
        for (kept, frame, _), nodes in groupby(operations[start:stop], key=where):
            if kept:
                continue
            run = list(nodes)
            if (shown or forward) and len(run) == 1:  # as a fold it would be no smaller
                folded |= {node: owners[node] for node in run if node in owners}
                continue
            folded.update(dict.fromkeys(run, Fold("", frame=frame, members=run)))
    return folded


def _unit_starts(
    operations: Sequence[Node], owners: Mapping[Node, Fold]
) -> Iterator[int]:
    """Where each operation, or all those of one fold, begin."""
    last: Fold | None = None
    for i, node in enumerate(operations):
        fold = owners.get(node)
        if not (is_member(node) or (fold is not None and fold is last)):
            yield i
        last = fold
