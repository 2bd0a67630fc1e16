"""From nodes to a view: one box for each value, one circle for each operation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd.core.node import Node, ancestors

from ..collector import at_rest
from ..view import ROOT, Edge, Item, Row, View
from .beside import frame_passes
from .boxes import MISSING, as_numbers, constant_box, fold_box, input_box, node_box
from .captions import captions
from .flows import Flows
from .folds import Fold, Summary
from .given import Argument, Given
from .marks import Marks, Wrong
from .nodes import call, data_of, is_member, symbol
from .overlay import Overlay
from .parts import Part, part_between
from .passes import Backward, Gradients, forward_gradients
from .scopes import Opened, Scopes
from .summary import summarise


@dataclass
class Wanted:
    """What is asked of a drawing; ``names`` are those of outputs and arguments.

    ``overlay`` makes one for outputs and the part that is drawn.
    """

    backward: bool = False
    rankdir: str = ""
    most: int = 100
    depth: int | None = None
    opened: Opened | None = None
    hide: Collection[str] = ()
    between: tuple[Sequence[Node], Sequence[Node]] | None = None
    marks: Wrong = field(default_factory=dict)
    names: dict[Node, str] = field(default_factory=dict)
    both: Sequence[Node] = ()  # of both passes, what the backward one started from
    arriving: dict[Node, list[Node]] = field(default_factory=dict)  # in both passes
    local: Collection[Node] = ()  # in both passes, the local derivatives
    slopes: Sequence[Sequence[Node]] = ()  # in both passes, to be folded
    overlay: Callable[[Sequence[Node], Part], Overlay] | None = None
    stored: bool = True  # whether boxes say that a gradient was not computed


@at_rest()
def build(outputs: Sequence[Node], wanted: Wanted) -> View:
    """The view of everything ``outputs`` were made from, of about ``most`` items."""
    every = ancestors(outputs)
    scopes = Scopes(every, wanted.names)
    marks = Marks(wanted.marks, every)
    swept = wanted.both or outputs
    part = part_between(every, wanted.between)
    drawn = set(part.ordered)
    ends = [node for node in outputs if node in drawn] or part.ends
    depth, opened = wanted.depth, set[int]()
    if wanted.opened is not None:
        depth, opened = depth or 0, scopes.chosen(wanted.opened)
    free = {*part.ordered}.difference(part.cut, ends, marks.shown)
    formulas = [slopes for slopes in wanted.slopes if free.issuperset(slopes)]
    most, shown, forward = wanted.most, marks.shown, {*ancestors(wanted.both)}
    summary = summarise(
        part.ordered, scopes, most, set(ends), shown, depth, opened, formulas, forward
    )
    sweep: Gradients | None
    with np.errstate(all="ignore"):  # what is not finite is shown in red
        if wanted.backward:
            sweep = Backward(outputs, summary)
        else:
            sweep = forward_gradients(swept, every, summary)
    overlay = wanted.overlay and wanted.overlay(swept, part)
    builder = _Builder(set(ends), part, scopes, summary, sweep, marks, wanted, overlay)
    view = builder.view
    view.rankdir = wanted.rankdir
    view.scale = overlay.scale() if overlay else ()
    for gradient, nodes in wanted.arriving.items():
        boxes = [builder.box_of[x] for x in (gradient, *nodes) if x in builder.box_of]
        view.twins += [tuple(boxes)] * (len(set(boxes)) > 1)
    view.caption = tuple(captions(builder, outputs, len(every), marks.caption(scopes)))
    frame_passes(view, builder.forward)  # which are no levels of modules
    return view


class _Builder:
    """Fills a view, node by node, oldest first."""

    def __init__(
        self,
        outputs: set[Node],
        part: Part,
        scopes: Scopes,
        summary: Summary,
        sweep: Gradients | None,
        marks: Marks,
        wanted: Wanted,
        overlay: Overlay | None,
    ) -> None:
        self.overlay = overlay
        self.outputs, self.scopes, self.summary = outputs, scopes, summary
        self.part, self.wanted, self.marks, self.sweep = part, wanted, marks, sweep
        self.backward = sweep if isinstance(sweep, Backward) else None
        self.flows = Flows(self.backward)
        self.view = View(backward=self.backward is not None)
        self.cluster_of = self._clusters(part.ordered)
        self.given = Given(scopes)
        self.box_of: dict[Node, int] = {}
        self.fold_of: dict[int, int] = {}
        self.given_of: dict[Argument, int | None] = {}
        self.origins: list[str] = []
        self.unseen: dict[str, int] = dict.fromkeys(wanted.hide, 0)
        self.forward: set[int] = set()  # in both passes, the items of the forward one
        forward = {*ancestors(wanted.both)}
        for node in part.ordered:
            start = len(self.view.items)
            if node in summary.owners:
                self._hide(node, summary.owners[node])
            else:
                self._draw(node)
            if node in forward:
                self.forward.update(range(start, len(self.view.items)))
        self.view.edges += self.flows.into_folds()

    def _clusters(self, nodes: Sequence[Node]) -> dict[int, int]:
        """Frames that hold something drawn, as the view numbers them."""
        of, owners = self.scopes.of, self.summary.owners
        held = {of[node] for node in nodes if node not in owners}
        held -= {of[node] for node in self.summary.makers}
        held |= {fold.frame for fold in self.summary.folds()}
        wanted = sorted(self.scopes.around(held))
        numbers = {frame: i for i, frame in enumerate(wanted)}
        clusters = self.scopes.clusters
        self.view.clusters = [
            replace(clusters[frame], parent=numbers[clusters[frame].parent])
            for frame in numbers
        ]
        return numbers

    def _add(self, item: Item, frame: int) -> int:
        self.view.items.append(replace(item, cluster=self.cluster_of[frame]))
        return len(self.view.items) - 1

    # What is drawn singly -----------------------------------------------------------

    def _draw(self, node: Node) -> None:
        frame, maker = self.scopes.of[node], self.summary.makers.get(node)
        cut = node in self.part.cut
        kind = "parameter" if node.tracked else "input"
        if not node.inputs and self._unseen(f"{kind}s", node.op is None):
            return
        circle = None
        if maker is not None:
            frame = maker.frame
            circle = self._fold(maker)
            self._read(node, circle, maker)
        elif is_member(node) and not cut:
            circle = self._source(node.inputs[0])
        elif node.inputs and not cut:
            circle = self._circle(node, frame)
        if isinstance(data_of(node), tuple) and circle is not None:
            self.box_of[node] = circle
            if node in self.marks.rows:
                self._note(node, circle, frame)
            return
        if node.op is not None:
            kind = "result"
        if node in self.outputs:
            kind = "output"
        box = node_box(node, self.scopes.title(node), kind, self.sweep)
        if self.wanted.both or not self.wanted.stored:  # it stands elsewhere
            told = [row for row in box.rows if row.text != MISSING]
            box = replace(box, rows=tuple(told))
        if node in self.wanted.local:
            box = replace(box, rows=as_numbers(box.rows, data_of(node)))
        if maker is None or (self.overlay and self.overlay.kind.intensive):
            box = self._shaded(box, [node])
        self.box_of[node] = self._add(self._marked(box, node), frame)
        if circle is not None:
            faded = self.backward is not None and node not in self.backward.arriving
            self.view.edges.append(Edge(circle, self.box_of[node], faded=faded))

    def _unseen(self, kind: str, is_leaf: bool = True) -> bool:
        """Whether what is of this kind is not to be drawn; it is counted."""
        if not is_leaf or kind not in self.unseen:
            return False
        self.unseen[kind] += 1
        return True

    def _marked(self, box: Item, node: Node) -> Item:
        rows = self.marks.rows.get(node)
        return box if rows is None else replace(box, rows=box.rows + rows, marked=True)

    def _shaded(self, item: Item, nodes: Sequence[Node]) -> Item:
        """The box with what the overlay says of the nodes that it stands for."""
        if self.overlay is None:
            return item
        number = self.overlay.number(nodes)
        if number is None:
            return item
        rows = item.rows + self.overlay.rows(number, nodes, item.kind == "fold")
        return replace(item, rows=rows, shade=self.overlay.shade(number))

    def _note(self, node: Node, circle: int, frame: int) -> None:
        """Of an operation with several outputs: its mark is that of none of them."""
        box = Item("result", "", (Row("", "all outputs", "muted"),), "result")
        note = self._add(self._marked(box, node), frame)
        self.view.edges.append(Edge(circle, note, faded=True))

    def _circle(self, node: Node, frame: int) -> int:
        sources = [
            self._source(x) if isinstance(x, Node) else self._constant(x, node, frame)
            for x in node.inputs
        ]
        kind = "operation"
        if self.flows.begins_at(node):
            kind = "origin"
            self.origins.append(call(node))
        if node in self.marks.guilty:
            kind = "guilty"
        item = Item(kind, symbol(node), (), call(node))
        if self.overlay and kind == "operation":
            item = replace(item, shade=self.overlay.shade(self.overlay.at(node)))
        circle = self._add(item, frame)
        for i, source in enumerate(sources):
            if source is not None:
                self.view.edges.append(self.flows.operand(node, i, source, circle))
        return circle

    def _source(self, x: Node) -> int | None:
        fold = self.summary.owners.get(x)
        return self.box_of.get(x) if fold is None else self.fold_of[id(fold)]

    def _constant(self, x: Any, node: Node, frame: int) -> int | None:
        argument = self.given.argument(x, node)
        if argument is None:
            if self._unseen("constants"):
                return None
            return self._add(constant_box(x), frame)
        if argument not in self.given_of:
            box = input_box(argument.data, argument.name)
            unseen = self._unseen("inputs")
            self.given_of[argument] = None if unseen else self._add(box, ROOT)
        return self.given_of[argument]

    # What folds hide ----------------------------------------------------------------

    def _fold(self, fold: Fold) -> int:
        if id(fold) not in self.fold_of:
            box = fold_box(fold, self.sweep, self.scopes)
            box = self._shaded(box, fold.members)
            self.fold_of[id(fold)] = self._add(box, fold.frame)
        return self.fold_of[id(fold)]

    def _hide(self, node: Node, fold: Fold) -> None:
        self._read(node, self._fold(fold), fold)

    def _read(self, node: Node, here: int, fold: Fold) -> None:
        """Edges to a fold from all that the node in it reads."""
        for i, x in enumerate(node.inputs):
            source = None
            if not isinstance(x, Node):
                if fold.is_module and self.given.argument(x, node) is not None:
                    source = self._constant(x, node, ROOT)
            elif not self.summary.is_within(x, fold):
                source = self._source(x)
            if source is not None and source != here:
                self.flows.into_fold(source, here, node, i)
