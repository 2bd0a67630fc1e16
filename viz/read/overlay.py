"""Overlays: one number of each node, as a colour of its box and as text in it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from autograd.core.node import Node

from ..view import SHADES, Row
from .measures import Kind
from .nodes import data_of, is_member
from .parts import Part
from .words import count

RANGE = 1e8  # the smallest number that has a colour, below the largest


class Overlay:
    """Numbers by node, and the colours that stand for them on a logarithmic scale.

    ``key`` names the number in a box, ``legend`` says what it is, ``written`` gives its
    text. What an operation with several outputs costs stands at the first of them that
    there is. A fold has the sum of what it hides or, of an ``intensive`` number, the
    largest.
    """

    def __init__(self, kind: Kind, outputs: Sequence[Node], part: Part):
        nodes = part.ordered
        with np.errstate(all="ignore"):
            self.of = kind.measure(outputs, nodes)
        if not kind.intensive:  # what is drawn without its operation costs nothing
            self.of = {node: x for node, x in self.of.items() if node not in part.cut}
        self.kind = kind
        self.first: dict[Node, Node] = {}  # of several outputs, by their operation
        for node in nodes:
            if is_member(node) and node.inputs[0] in self.of:
                self.first[node.inputs[0]] = node
                self.of[node] = self.of.pop(node.inputs[0])
        sizes = [x for x in self.of.values() if 0 < x < math.inf]
        self.high = self.largest = max(sizes, default=0.0)
        self.smallest = min(sizes, default=0.0)
        self.low = max(self.smallest, self.high / RANGE)

    def number(self, nodes: Iterable[Node]) -> float | None:
        """The number of a node, or of several that a box stands for."""
        known = [self.of[node] for node in nodes if node in self.of]
        if not known:
            return None
        x = _largest(known) if self.kind.intensive else sum(known)
        self.largest = max(self.largest, x)  # that of a fold may be beyond the scale
        return x

    def at(self, operation: Node) -> float | None:
        """The number of an operation, wherever it is written."""
        return self.of.get(self.first.get(operation, operation))

    def shade(self, x: float | None) -> int | None:
        """The colour of a number: 0 is light, the last is dark; 0 and NaN have none."""
        if x is None or not 0 < x < math.inf:
            return None
        if self.high <= self.low:
            return SHADES - 1
        part = math.log(max(x, self.low) / self.low) / math.log(self.high / self.low)
        return min(SHADES - 1, max(0, round(part * (SHADES - 1))))

    def rows(self, x: float, nodes: Sequence[Node], several: bool) -> tuple[Row, ...]:
        """The number of some nodes as a line of their box, and what goes with it."""
        key = self.kind.key
        if several and self.kind.intensive:
            key = f"largest {key}"
        shade = self.shade(x)
        style = "plain" if math.isfinite(x) else "alarm"
        if shade is not None:
            style = f"shade{shade}"
        rows = [Row(key, self.kind.written(x), style)]
        if self.kind.more and not several:
            rows += self.kind.more(data_of(nodes[0]))
        if flag := self.kind.flag(x):
            rows.append(Row("", flag, "alarm"))
        return tuple(rows)

    def scale(self) -> tuple[str, ...]:
        """What each colour stands for, from light to dark; the ends for what is beyond.

        Of what boxes show that is known once all of them were asked for.
        """
        beyond = "≥ " if self.high < self.largest < math.inf else ""
        if self.high <= self.low:
            return ("",) * (SHADES - 1) + (beyond + self.kind.written(self.high),)
        step = (self.high / self.low) ** (1 / (SHADES - 1))
        middles = [self.low * step**i for i in range(SHADES)]
        middles[-1] = self.high
        first, *between, last = map(self.kind.written, middles)
        below = "≤ " if self.smallest < self.low else ""
        return (below + first, *between, beyond + last)

    def caption(self) -> Iterator[str]:
        """What is shown, and all of it together."""
        if not self.of:
            yield f"colour: {self.kind.legend}; no node has one"
            return
        yield f"colour: {self.kind.legend}; logarithmic, the darker the larger"
        finite = {node: x for node, x in self.of.items() if math.isfinite(x)}
        numbers = list(finite.values())
        if not self.kind.intensive:
            total = self.kind.written(sum(numbers))
            n = sum(x > 0 for x in numbers)
            yield f"{self.kind.total}: {total}, of {count(n, 'operation')}"
        elif numbers:
            low, high = map(self.kind.written, (min(numbers), max(numbers)))
            where = count(len(numbers), "node")
            zero = sum(x == 0 for x in numbers)
            more = f", {zero:,} of them 0" if zero else ""
            yield f"{self.kind.total}: from {low} to {high}, at {where}{more}"
        for flag, n in Counter(map(self.kind.flag, numbers)).items():
            if flag:
                yield f"{flag}: at {count(n, 'node')}, where the output has 1"
        if len(finite) < len(self.of):
            yield f"not finite: at {count(len(self.of) - len(finite), 'node')}"


def _largest(numbers: Sequence[float]) -> float:
    return math.nan if any(map(math.isnan, numbers)) else max(numbers)
