"""Which nodes a drawing hides, so that a large graph stays readable.

None is lost: every hidden node is in a fold, and folds say how many they hold.

Modules close first, innermost first. Where that would leave next to nothing, what comes
again and again folds instead: the first and the last time are drawn, and "× 998" stands
between. If neither is enough, the operations between the oldest and the newest few fold
into stretches of the same length.

Nodes that must be shown are drawn singly: the frames around them stay open, and folds
end where such a node or frame begins, so that no box leads back to itself. What the
drawing starts from, and what has a name, stands beside the module that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from autograd.core.node import Node

from .folds import Fold, Summary
from .given import Given
from .nodes import data_of
from .repeats import Tree, Unit
from .scopes import Scopes
from .slopes import fold_slopes
from .stretches import stretched

EDGES = 4  # for each item that may be drawn
LEAST_SHOWN = 4  # a fourth of what may be drawn is enough to leave repeats as they are


def summarise(
    nodes: Sequence[Node],
    scopes: Scopes,
    most: int,
    outputs: Collection[Node],
    shown: Collection[Node],
    depth: int | None,
    opened: Collection[int] = (),
    formulas: Sequence[Sequence[Node]] = (),
    forward: Collection[Node] = (),
) -> Summary:
    """What is hidden such that about ``most`` items are drawn.

    With ``depth``, all that lies deeper in modules is hidden first. None of ``shown``
    is hidden, however many they are. The frames ``opened`` do not close. The
    ``formulas`` of slopes are folded in any case: they count as they are drawn. Where
    there are both passes, ``forward`` has the nodes of that one.
    """
    folding = _Folding(nodes, scopes, most, outputs, shown, opened, formulas, forward)
    return folding.summary(depth)


class _Folding:
    """One graph, folded in this way and that until little enough is left."""

    def __init__(
        self,
        nodes: Sequence[Node],
        scopes: Scopes,
        most: int,
        outputs: Collection[Node],
        shown: Collection[Node],
        opened: Collection[int],
        formulas: Sequence[Sequence[Node]],
        forward: Collection[Node],
    ) -> None:
        self.nodes, self.scopes, self.most = nodes, scopes, most
        self.outputs, self.shown, self.formulas = outputs, shown, formulas
        self.forward = forward
        kept = (scopes.of[node] for node in shown)
        self.opened = scopes.around([*opened, *kept])
        self.tree = Tree(nodes, scopes, shown, self.opened)
        self.clusters = scopes.clusters
        self.cap = max(1, most // 4)  # of leaves, and of results beside their module
        self.readers: dict[Node, list[Node]] = {}
        for node in nodes:
            for x in node.inputs:
                if isinstance(x, Node):
                    self.readers.setdefault(x, []).append(node)
        given = Given(scopes)
        found = {node: [given.argument(x, node) for x in node.inputs] for node in nodes}
        self.read = {
            node: [argument for argument in arguments if argument is not None]
            for node, arguments in found.items()
            if any(arguments)
        }
        leaves = [node for node in nodes if not node.inputs]
        named = {node for node in leaves if node.label}
        self.kept = named if len(named) <= self.cap else set()
        self.kept |= {leaf for leaf in leaves if leaf in shown or leaf in outputs}

    def summary(self, depth: int | None) -> Summary:
        if depth is None:
            bare = self._formulas_folded(Summary())
            if bare.items(self.nodes) <= self.most:
                return bare
        deepest = 1 + max(frame.depth for frame in self.scopes.frames)
        start = deepest if depth is None else min(depth + 1, deepest)
        if depth is not None:
            closed = self._finished(self._folded(start, repeats=False))
            if self._is_little(closed):
                return closed
        plain = self._first(range(min(start, deepest - 1), 0, -1), repeats=False)
        if plain and self._shows_much(plain):
            return plain
        # Of repeats one looks at few things closely: not all modules need be open.
        levels = range(1, start + 1)
        if folded := self._first(levels, repeats=True, enough=self._shows_much):
            return folded
        folded = self._first(reversed(levels), repeats=True)
        drawn = plain.items(self.nodes) if plain else 0
        if folded and folded.items(self.nodes) > drawn:
            return folded
        if plain:
            return plain
        owners = self._folded(1, repeats=True)
        operations = [node for node in self.nodes if node.inputs]
        most, shown, forward = self.most, self.shown, self.forward
        return self._finished(
            stretched(operations, owners, most, shown, self._frame, forward)
        )

    def _first(
        self,
        levels: Iterable[int],
        repeats: bool,
        enough: Callable[[Summary], bool] = lambda summary: True,
    ) -> Summary | None:
        """The first of the levels at which little enough is drawn, and enough."""
        for level in levels:
            summary = self._finished(self._folded(level, repeats))
            if self._is_little(summary) and enough(summary):
                return summary
        return None

    def _shows_much(self, summary: Summary) -> bool:
        return summary.items(self.nodes) * LEAST_SHOWN >= self.most

    def _is_little(self, summary: Summary) -> bool:
        few = summary.items(self.nodes) <= self.most
        return few and summary.edges(self.nodes) <= EDGES * self.most

    # Modules and repeats ----------------------------------------------------------

    def _folded(self, level: int, repeats: bool) -> dict[Node, Fold]:
        """Frames from depth ``level`` on closed and, if wanted, repeats folded."""
        frames = self.scopes.frames
        owners: dict[Node, Fold] = {}
        inside: list[Fold | None] = [None] * len(frames)
        for at, units in enumerate(self.tree.units):
            around = inside[at]
            middles = iter(self._middles(at) if repeats and around is None else ())
            fold, stop = None, 0
            start, end, found = next(middles, (len(units), 0, None))
            for i, unit in enumerate(units):
                if i == start:
                    fold, stop = found, end
                    start, end, found = next(middles, (len(units), 0, None))
                elif i == stop:
                    fold = None
                own = around or fold
                if unit.node is not None:
                    if own is not None:
                        owners[unit.node] = own
                    continue
                inner = unit.frame
                if own is None and frames[inner].depth >= level:
                    own = None if inner in self.opened else self._closed(inner)
                inside[inner] = own
        for node, fold in owners.items():
            fold.members.append(node)
        return owners

    def _frame(self, node: Node) -> int:
        """The innermost frame around a node that must stay open."""
        return self.scopes.innermost(self.scopes.of[node], self.opened)

    def _closed(self, at: int) -> Fold:
        cluster = self.clusters[at]
        title, note = cluster.path or cluster.title, cluster.title
        return Fold(title, note if cluster.path else "", self.scopes.frames[at].parent)

    def _middles(self, at: int) -> Iterator[tuple[int, int, Fold]]:
        """Of every repeat, all but the first and the last time."""
        units = self.tree.units[at]
        for start, period, times in self.tree.repeats(at):
            if (times - 2) * period < 3:
                continue
            first, stop = start + period, start + period * (times - 1)
            names = [self._name(unit) for unit in (units[first], units[stop - 1])]
            note = names[0] if period == 1 else ""
            if note and names[1] != note:
                note = f"{names[0]} … {names[1]}"
            title = f"× {times - 2:,}"
            fold = Fold(title, note, at, times=times)
            yield first, stop, fold

    def _name(self, unit: Unit) -> str:
        if unit.node is not None:
            return unit.node.op.name
        cluster = self.clusters[unit.frame]
        return cluster.path or cluster.title.partition(" ")[0]

    # Leaves, and what stays outside of the fold that made it ----------------------

    def _finished(self, owners: dict[Node, Fold]) -> Summary:
        summary = Summary(owners, read=self.read)
        self._expose(summary)
        self._fold_leaves(summary)
        for node, fold in summary.owners.items():
            if node.inputs and not isinstance(data_of(node), tuple):
                readers = self.readers.get(node, ())
                if node in self.outputs or any(
                    summary.home(reader) is not fold for reader in readers
                ):
                    fold.outputs.append(node)
        return self._formulas_folded(summary)

    def _formulas_folded(self, summary: Summary) -> Summary:
        fold_slopes(summary, self.formulas, self.scopes.of, self.readers)
        return summary

    def _expose(self, summary: Summary) -> None:
        exposed: list[Node] = []
        for node, fold in summary.owners.items():
            is_output = node in self.outputs
            if not (is_output or node.label) or isinstance(data_of(node), tuple):
                continue
            inner = any(
                summary.owners.get(r) is fold for r in self.readers.get(node, ())
            )
            beside = is_output or fold.is_module
            # What a fold itself reads of its outputs is not drawn: no edge leads back.
            if not beside or (inner and not is_output) or len(exposed) >= self.cap:
                fold.named.append(node)
            else:
                exposed.append(node)
        for node in exposed:
            summary.makers[node] = summary.owners.pop(node)

    def _fold_leaves(self, summary: Summary) -> None:
        """Leaves go with their readers where those are all in one fold."""
        shared = []
        for leaf in self.nodes:
            if leaf.inputs or leaf in self.kept:
                continue
            folds = {id(fold): fold for fold in map(summary.home, self.readers[leaf])}
            (fold, *others) = folds.values()
            if fold is None or others:
                shared.append(leaf)
            elif fold.is_module and leaf not in self.scopes.names:
                shared.append(leaf)  # given to the module
            else:
                summary.owners[leaf] = fold
                fold.members.append(leaf)
        if len(shared) > self.cap:
            together = Fold("shared leaves", members=shared, is_shared=True)
            together.named = [leaf for leaf in shared if leaf.label]
            summary.owners.update(dict.fromkeys(shared, together))
