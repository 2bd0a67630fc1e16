"""From nodes to a view: one box for each value, one circle for each operation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.node import Node, ancestors

from ..view import Edge, Item, Row, View
from .boxes import captions, constant_box, fold_box, node_box
from .marks import Marks, Wrong
from .nodes import SYMMETRIC, call, data_of, is_member, symbol
from .passes import Backward
from .scopes import Scopes
from .summary import Fold, edges, summarise
from .words import count, finite, norm

EDGES = 2  # for each item that may be drawn


def build(
    outputs: Sequence[Node], backward: bool, rankdir: str, most: int, wrong: Wrong
) -> View:
    """The view of everything ``outputs`` were made from, of about ``most`` items."""
    nodes = ancestors(outputs)
    marks = Marks(wrong, nodes)
    scopes = Scopes(nodes)
    owners = _summarised(nodes, scopes, most, marks.shown)
    sweep = _swept(outputs, owners) if backward else None
    builder = _Builder(set(outputs), nodes, scopes, owners, sweep, marks)
    view = builder.view
    view.rankdir = rankdir
    marked = marks.caption(scopes)
    view.caption = tuple(
        captions(nodes, builder.outputs, sweep, builder.origins, marked, owners)
    )
    return view


def _summarised(
    nodes: Sequence[Node], scopes: Scopes, most: int, shown: Collection[Node]
) -> dict[Node, Fold]:
    """A summary of few enough items that the edges between them are few, too."""
    owners, items = summarise(nodes, scopes, most, shown), most
    while owners and items > 1 and edges(nodes, owners) > EDGES * most:
        items //= 2
        owners = summarise(nodes, scopes, items, shown)
    return owners


def _swept(outputs: Sequence[Node], owners: dict[Node, Fold]) -> Backward:
    hidden = {node for node in owners if node.inputs}
    with np.errstate(all="ignore"):  # what is not finite is shown in red
        return Backward(outputs, hidden)


class _Builder:
    """Fills a view, node by node, oldest first."""

    def __init__(
        self,
        outputs: set[Node],
        nodes: Sequence[Node],
        scopes: Scopes,
        owners: dict[Node, Fold],
        backward: Backward | None,
        marks: Marks,
    ) -> None:
        self.outputs, self.scopes, self.owners = outputs, scopes, owners
        self.backward, self.marks = backward, marks
        self.largest = backward.largest() if backward else 0.0
        self.view = View(backward=backward is not None)
        self.cluster_of = self._clusters(nodes)
        self.box_of: dict[Node, int] = {}
        self.fold_of: dict[int, int] = {}
        self.between: Counter[tuple[int, int]] = Counter()  # edges into folds
        self.origins: list[str] = []
        for node in nodes:
            if node in owners:
                self._hide(node)
            else:
                self._draw(node)
        for (source, target), n in self.between.items():
            self.view.edges.append(Edge(source, target, tip=count(n, "edge")))

    def _clusters(self, nodes: Sequence[Node]) -> dict[int, int]:
        """Frames that hold something drawn, as the view numbers them."""
        held = {self.scopes.of[node] for node in nodes if node not in self.owners}
        held |= {fold.frame for fold in self.owners.values()}
        wanted = sorted(self.scopes.around(held))
        numbers = {frame: i for i, frame in enumerate(wanted)}
        clusters = self.scopes.clusters()
        self.view.clusters = [
            replace(clusters[frame], parent=numbers[clusters[frame].parent])
            for frame in numbers
        ]
        return numbers

    def _add(self, item: Item, frame: int) -> int:
        self.view.items.append(replace(item, cluster=self.cluster_of[frame]))
        return len(self.view.items) - 1

    def _draw(self, node: Node) -> None:
        frame = self.scopes.of[node]
        if is_member(node):
            circle = self._source(node.inputs[0])
        elif node.inputs:
            circle = self._circle(node, frame)
        if isinstance(data_of(node), tuple):
            self.box_of[node] = circle
            if node in self.marks.rows:
                self._note(node, circle, frame)
            return
        kind = "parameter" if node.tracked else "input"
        if node.op is not None:
            kind = "result"
        if node in self.outputs:
            kind = "output"
        box = node_box(node, self.scopes.title(node), kind, self.backward)
        self.box_of[node] = self._add(self._marked(box, node), frame)
        if node.inputs:
            faded = self.backward is not None and node not in self.backward.arriving
            self.view.edges.append(Edge(circle, self.box_of[node], faded=faded))

    def _marked(self, box: Item, node: Node) -> Item:
        rows = self.marks.rows.get(node)
        return box if rows is None else replace(box, rows=box.rows + rows, marked=True)

    def _note(self, node: Node, circle: int, frame: int) -> None:
        """Of an operation with several outputs: its mark is that of none of them."""
        box = Item("result", "", (Row("", "all outputs", "muted"),), "result")
        note = self._add(self._marked(box, node), frame)
        self.view.edges.append(Edge(circle, note, faded=True))

    def _circle(self, node: Node, frame: int) -> int:
        sources = [
            self._source(x)
            if isinstance(x, Node)
            else self._add(constant_box(x), frame)
            for x in node.inputs
        ]
        kind = "operation"
        if self._is_origin(node):
            kind = "origin"
            self.origins.append(call(node))
        if node in self.marks.guilty:
            kind = "guilty"
        circle = self._add(Item(kind, symbol(node), (), call(node)), frame)
        for i, source in enumerate(sources):
            self.view.edges.append(self._edge(node, i, source, circle))
        return circle

    def _source(self, x: Node) -> int:
        fold = self.owners.get(x)
        return self.box_of[x] if fold is None else self.fold_of[id(fold)]

    def _edge(self, node: Node, i: int, source: int, circle: int) -> Edge:
        tip = f"operand {i + 1} of {node.op.name}"
        backward, key = self.backward, (node, i)
        if backward is None:
            ordered = len(node.inputs) > 1 and node.op.name not in SYMMETRIC
            return Edge(source, circle, str(i + 1) if ordered else "", tip=tip)
        if key not in backward.passed:
            return Edge(source, circle, faded=True, tip=tip)
        return Edge(
            source,
            circle,
            label=backward.label(node, i),
            sign=backward.sign(node, i),
            weight=self._weight(backward.passed[key]),
            tip=tip,
        )

    def _weight(self, part: Any) -> float:
        """0 to 1 over three orders of magnitude below the largest contribution."""
        size = norm(part)
        if not size or not math.isfinite(size) or not self.largest:
            return 0.0
        return max(0.0, 1.0 + math.log10(size / self.largest) / 3)

    def _is_origin(self, node: Node) -> bool:
        """Whether all that came here was finite, and what goes on is not."""
        if self.backward is None:
            return all(finite(data_of(x)) for x in node.inputs) and not finite(
                data_of(node)
            )
        passed = [self.backward.passed.get((node, i)) for i in range(len(node.inputs))]
        came = self.backward.arriving.get(node, 0.0)
        return finite(came) and not all(finite(x) for x in passed if x is not None)

    def _hide(self, node: Node) -> None:
        fold = self.owners[node]
        if id(fold) not in self.fold_of:
            box = fold_box(fold, self.backward)
            self.fold_of[id(fold)] = self._add(box, fold.frame)
        here = self.fold_of[id(fold)]
        for x in node.inputs:
            if isinstance(x, Node) and self.owners.get(x) is not fold:
                self.between[self._source(x), here] += 1
