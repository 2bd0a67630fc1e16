"""Which nodes a drawing hides, so that a large graph stays readable.

None is lost: every hidden node is in a fold, and folds say how many they hold.

Modules close first, innermost first. If that is not enough, or there are none, the
operations between the oldest and the newest few fold into stretches of the same length.

Nodes that must be shown are drawn singly: the frames around them stay open, and
stretches end where such a node or frame begins, so that no box leads back to itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise

from autograd.core.node import Node

from ..view import ROOT
from .nodes import data_of, is_member
from .scopes import Frame, Scopes

MOST_STRETCHES = 12
MOST_ENDS = 6  # operations drawn singly at either end


@dataclass(slots=True)
class Fold:
    """Hidden nodes that stand in a drawing as one box, in frame ``frame``.

    A closed module has its title; a stretch of operations has none.
    """

    title: str
    note: str = ""
    frame: int = ROOT
    members: list[Node] = field(default_factory=list)

    @property
    def computed(self) -> list[Node]:
        """The members that are results of operations."""
        return [node for node in self.members if node.inputs]

    @property
    def leaves(self) -> list[Node]:
        """The members that were given."""
        return [node for node in self.members if not node.inputs]


Owners = dict[Node, Fold]


def summarise(
    nodes: Sequence[Node], scopes: Scopes, most: int, shown: Collection[Node]
) -> Owners:
    """The fold of every hidden node, such that about ``most`` items are drawn.

    None of ``shown`` is hidden, however many they are.
    """
    if all(total <= most for total in accumulate(map(items_of, nodes))):
        return {}
    opened = scopes.around(scopes.of[node] for node in shown)
    owners, enough = _close_modules(nodes, scopes, most, opened)
    if enough:
        return owners
    home = {node: scopes.innermost(scopes.of[node], opened) for node in nodes}
    return _fold_stretches(nodes, owners, most, shown, home)


def items_of(node: Node) -> int:
    """How many items a drawing has for ``node``: box, circle, constants."""
    if not node.inputs or is_member(node):
        return 1
    constants = sum(not isinstance(x, Node) for x in node.inputs)
    return constants + (1 if isinstance(data_of(node), tuple) else 2)


def edges(nodes: Iterable[Node], owners: Owners) -> int:
    """How many edges are drawn: one for each operand, those into folds together."""
    single, between = 0, set[tuple[int, int]]()
    for node in nodes:
        fold = owners.get(node)
        if fold is None:
            single += len(node.inputs) + bool(node.inputs)
            continue
        for x in node.inputs:
            source = owners.get(x, x) if isinstance(x, Node) else fold
            if source is not fold:
                between.add((id(source), id(fold)))
    return single + len(between)


def _close_modules(
    nodes: Sequence[Node], scopes: Scopes, most: int, opened: Collection[int]
) -> tuple[Owners, bool]:
    frames = scopes.frames
    deepest = max(frame.depth for frame in frames)
    if not deepest:
        return {}, False
    items = Counter[int]()
    for node in nodes:
        items[scopes.of[node]] += items_of(node)
    level, enough = deepest + 1, False
    while level > 1 and not enough:
        level -= 1
        closed = _closed(frames, level, opened)
        drawn = sum(n for at, n in items.items() if closed[at] == ROOT)
        enough = drawn + len({*closed} - {ROOT}) <= most
    clusters = scopes.clusters()
    folds: dict[int, Fold] = {}
    owners: Owners = {}
    for node in nodes:
        at = closed[scopes.of[node]]
        if at == ROOT:
            continue
        if at not in folds:
            cluster = clusters[at]
            title, note = cluster.path or cluster.title, cluster.title
            folds[at] = Fold(title, note if cluster.path else "", frames[at].parent)
        folds[at].members.append(node)
        owners[node] = folds[at]
    return owners, enough


def _closed(frames: Sequence[Frame], level: int, opened: Collection[int]) -> list[int]:
    """For every frame, the outermost closed one around it; ROOT where all are open."""
    closed: list[int] = []
    for at, frame in enumerate(frames):
        around = closed[frame.parent] if at != ROOT else ROOT
        if around == ROOT and frame.depth >= level and at not in opened:
            around = at
        closed.append(around)
    return closed


def _fold_stretches(
    nodes: Sequence[Node],
    owners: Owners,
    most: int,
    shown: Collection[Node],
    home: dict[Node, int],
) -> Owners:
    operations = [node for node in nodes if node.inputs]
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
        for node in operations[: bounds[0]] + operations[newest:]
        if node in owners
    }
    for start, stop in pairwise(bounds):
        for frame, run in _runs(operations[start:stop], shown, home):
            if shown and len(run) == 1:  # as a fold it would be no smaller
                folded.update({node: owners[node] for node in run if node in owners})
                continue
            stretch = Fold("", frame=frame, members=run)
            folded.update(dict.fromkeys(run, stretch))
    _fold_leaves(nodes, owners, folded, max(1, most // 4), shown)
    return folded


def _runs(
    stretch: Iterable[Node], shown: Collection[Node], home: dict[Node, int]
) -> Iterator[tuple[int, list[Node]]]:
    """The parts between shown nodes, each within one open frame (its ``home``)."""
    for (kept, frame), run in groupby(
        stretch, key=lambda node: (node in shown, home[node])
    ):
        if not kept:
            yield frame, list(run)


def _unit_starts(operations: Sequence[Node], owners: Owners) -> Iterator[int]:
    """Where each operation, or all those of one closed module, begin."""
    last: Fold | None = None
    for i, node in enumerate(operations):
        fold = owners.get(node)
        if not (is_member(node) or (fold is not None and fold is last)):
            yield i
        last = fold


def _fold_leaves(
    nodes: Iterable[Node],
    owners: Owners,
    folded: Owners,
    most: int,
    shown: Collection[Node],
) -> None:
    """Leaves go with their readers where those are all in one fold."""
    readers: dict[Node, Fold | None] = {}
    for node in nodes:
        fold = folded.get(node)
        for x in node.inputs:
            if isinstance(x, Node) and not x.inputs and x not in shown:
                readers[x] = fold if readers.get(x, fold) is fold else None
    shared = []
    for leaf, fold in readers.items():
        if fold is None:
            shared.append(leaf)
            continue
        folded[leaf] = fold
        if owners.get(leaf) is not fold:  # else its closed module holds it already
            fold.members.append(leaf)
    if len(shared) > most:
        together = Fold("shared leaves", members=shared)
        folded.update(dict.fromkeys(shared, together))
