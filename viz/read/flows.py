"""Edges: into operations, one for each operand; into folds, one for all that flows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from autograd.core.node import Node

from ..view import Edge
from .nodes import SYMMETRIC, data_of
from .passes import Backward
from .words import count, finite, norm, number, sign

MOST_LABELLED = 30  # edges between folds that say what they carry

Key = tuple[Node, int]  # an operation, and the number of its operand


class Flows:
    """What flows along the edges of a view: of the backward pass, if there is one."""

    def __init__(self, backward: Backward | None) -> None:
        self.backward = backward
        self.largest = backward.largest() if backward else 0.0
        self.between: dict[tuple[int, int], list[Key]] = {}

    def operand(self, node: Node, i: int, source: int, circle: int) -> Edge:
        """The edge from operand ``i`` to the circle of its operation."""
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
            sign=sign(backward.passed[key]),
            weight=self._weight(norm(backward.passed[key])),
            broken=not finite(backward.passed[key]),
            tip=tip,
        )

    def _weight(self, size: float) -> float:
        """0 to 1 over three orders of magnitude below the largest contribution."""
        part = size / self.largest if self.largest and math.isfinite(size) else 0.0
        return max(0.0, 1.0 + math.log10(part) / 3) if part else 0.0

    def begins_at(self, node: Node) -> bool:
        """Whether all that came to an operation was finite, and what goes on is not.

        What comes backwards is the gradient, and the numbers that its slopes are of.
        """
        if not all(finite(data_of(x)) for x in node.inputs):
            return False
        if self.backward is None or not finite(data_of(node)):
            return not finite(data_of(node))
        passed = [self.backward.passed.get((node, i)) for i in range(len(node.inputs))]
        came = self.backward.arriving.get(node, 0.0)
        return finite(came) and not all(finite(x) for x in passed if x is not None)

    def into_fold(self, source: int, fold: int, node: Node, i: int) -> None:
        """Operand ``i`` of a node in a fold comes from outside of it."""
        self.between.setdefault((source, fold), []).append((node, i))

    def into_folds(self) -> Iterator[Edge]:
        """The edges into folds, each for all that flows that way."""
        flows = {ends: self._flow(keys) for ends, keys in self.between.items()}
        finest = [size for size, _ in flows.values() if math.isfinite(size)]
        largest = max(finest, default=0.0)
        few = len(flows) <= MOST_LABELLED
        for (source, here), keys in self.between.items():
            size, sign_of = flows[source, here]
            tip, faded = count(len(keys), "edge"), False
            label: tuple[str, ...] = ()
            if self.backward is not None:
                parts = [key for key in keys if key in self.backward.passed]
                faded = not parts
                if few and len(parts) == 1:
                    label = self.backward.carried(*parts[0])
                tip += f", gradient norm {number(size)}" if parts else ", no gradient"
            weight = size / largest if largest and math.isfinite(size) else 0.0
            broken = self.backward is not None and not math.isfinite(size)
            yield Edge(source, here, "", label, sign_of, weight, faded, broken, tip)

    def _flow(self, keys: Sequence[Key]) -> tuple[float, int | None]:
        """How much flows along an edge into a fold, and its sign.

        Forwards, what the hidden operations make of it, where that is a number each.
        """
        if self.backward is not None:
            passed = self.backward.passed
            parts = [passed[key] for key in keys if key in passed]
        else:
            parts = [data_of(node) for node, _ in keys]
            if any(isinstance(x, np.ndarray | tuple) for x in parts):
                return 0.0, None
        signs = {sign(part) for part in parts} - {0} or {0}
        total = norm([norm(part) for part in parts])
        return total, signs.pop() if len(signs) == 1 else None
