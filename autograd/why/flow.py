"""The gradient of one node, path by path: what each way from the output contributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from ..core.call import Slot
from ..core.guard import check_unwritten
from ..core.node import Node, history, was_constant
from ..core.sweeps import Product, Sums
from ..core.zeros import all_finite, weigh

LINKS = 1_000_000  # that the paths which are kept may have, all in all


class Step(NamedTuple):
    """On a path: ``node`` reads what comes before it as its operand ``operand``.

    ``size`` is the number, or the norm, that goes back from there along this path.
    """

    node: Node
    operand: int
    size: float


class Path(NamedTuple):
    """One way from x to the output, and what comes back along it: its product."""

    product: Any  # raw: the shape of x
    steps: Sequence[Step]  # from x to the output


class Entry(NamedTuple):
    """A path from the output to some node, while it grows."""

    part: Any
    size: float
    link: Any  # (step, the link before)


class Flow:
    """Every path from ``x`` to ``output``: the largest one by one, the rest in one sum.

    Where paths meet, at most ``most`` of them are kept apart, the largest first. For
    numbers these are the largest of all, since what follows is the same for each; for
    arrays, those whose norms are the largest there. What is passed on is linear in
    what arrives, so that all of them add up to the gradient.
    """

    def __init__(self, output: Node, x: Node, most: int) -> None:
        self.output, self.x = output, x
        self.space = x.space
        self.order: list[Node] = []  # on a way from x to the output, oldest first
        self.readers: dict[Node, list[tuple[Node, int]]] = {}  # of each, by operand
        self.read: dict[Node, list[tuple[int, Node]]] = {}  # what each reads of them
        self._find()
        check_unwritten(self.order, x.age)
        self.most = min(most, max(1, LINKS // (len(self.order) or 1)))
        self.paths: list[Path] = []
        self.count = 0  # of all paths
        self.rest: Any = None  # the sum of what is not in ``paths``
        self.gradient: Any = None
        self.times: Product | None = None
        if self.order:
            with np.errstate(all="ignore"):
                self._walk()
                if self.gradient is not None and not all_finite(_arrays(self.gradient)):
                    self.times = weigh.call  # as backward() does: 0 · ∞ is 0
                    self._walk()

    def _walk(self) -> None:
        kept: dict[Node, list[Entry]] = {}
        rests, counts = Sums(self.space, False), {self.output: 1}
        kept[self.output] = [Entry(self.space.ones(self.output), 1.0, None)]
        for node in reversed(self.order):
            entries = sorted(kept.pop(node, []), key=lambda e: -_ordered(e.size))
            for entry in entries[self.most :]:
                _merge(rests, node, entry.part)
            entries, rest = entries[: self.most], rests.pop(node, None)
            if node is self.x:
                self._settle(entries, rest, counts.get(node, 0))
                return
            arriving = [(entry.part, entry.link) for entry in entries]
            edges: dict[int, Node] = {}
            for g, link in [*arriving, *([] if rest is None else [(rest, self)])]:
                for i, x, part in self._parts(node, g):
                    edges[i] = x
                    if link is self:
                        rests.add(x, part)
                        continue
                    part = self.fitted(x, part)
                    step = Step(node, i, size_of(part))
                    entry = Entry(part, step.size, (step, link))
                    kept.setdefault(x, []).append(entry)
            for x in edges.values():
                counts[x] = counts.get(x, 0) + counts[node]

    def _settle(self, entries: list[Entry], rest: Any, count: int) -> None:
        self.count, self.rest = count, rest
        self.paths = [Path(entry.part, _chain(entry.link)) for entry in entries]
        total = Sums(self.space, False)
        for part in [path.product for path in self.paths]:
            _merge(total, self.x, part)
        if rest is not None:
            _merge(total, self.x, rest)
        self.gradient = total.get(self.x)

    def totals(self) -> dict[Node, Any]:
        """What arrives at each node between, all paths together."""
        sums, found = Sums(self.space, False), {}
        sums[self.output] = self.space.ones(self.output)
        with np.errstate(all="ignore"):
            for node in reversed(self.order):
                g = sums.pop(node, None)
                if g is not None:
                    found[node] = g
                    for _, x, part in self._parts(node, g):
                        sums.add(x, part)
        return found

    def passed(self, node: Node, i: int, g: Any) -> Any:
        """What ``node`` passes of ``g`` to its operand ``i``, if it passes any."""
        with np.errstate(all="ignore"):
            for at, x, part in self._parts(node, g):
                if at == i:
                    return self.fitted(x, part)
        return None

    def fitted(self, x: Node, part: Any) -> Any:
        """A contribution as what it adds to ``x``."""
        if type(part) is float:
            return part
        alone = Sums(self.space, False)
        alone.add(x, part)
        return alone[x]

    def _parts(self, node: Node, g: Any) -> Iterator[tuple[int, Node, Any]]:
        read = self.read.get(node)
        if read:
            op = node.op
            pull = op.pull if self.times is None else partial(op.pull_by, self.times)
            parts = pull(node, g, self.x.age, False)
            for i, x in read:
                if parts[i] is not None:
                    yield i, x, parts[i]

    def _find(self) -> None:
        """Fill in the order, and who reads what; nothing, if no way leads there."""
        reached = {self.x}
        for node in history([self.output], self.x.age):
            if node is self.x:
                self.order.append(node)
                continue
            read = [
                (i, x)
                for i, x in enumerate(node.inputs)
                if isinstance(x, Node)
                and x in reached
                and not was_constant(x, node.age)
            ]
            if read:
                self.read[node] = read
                reached.add(node)
                self.order.append(node)
                for i, x in read:
                    self.readers.setdefault(x, []).append((node, i))
        if self.output not in reached or not self.x.tracked:
            self.order.clear()


def _chain(link: Any) -> list[Step]:
    steps = []
    while link is not None:
        step, link = link
        steps.append(step)
    return steps


def _merge(sums: Sums, node: Node, part: Any) -> None:
    """Add what arrived at ``node``, which for several outputs is one of each."""
    if isinstance(part, list):
        for i, g in enumerate(part):
            if g is not None:
                sums.add(node, Slot(g, i, len(part)))
    else:
        sums.add(node, part)


def _arrays(g: Any) -> list[Any]:
    return [each for each in g if each is not None] if isinstance(g, list) else [g]


def size_of(g: Any) -> float:
    """A number's own size, with its sign; the norm of an array or of several."""
    if isinstance(g, float):
        return g
    with np.errstate(all="ignore"):
        arrays = [np.asarray(each) for each in _arrays(g)]
        if len(arrays) == 1 and arrays[0].size == 1 and arrays[0].dtype.kind != "c":
            return float(arrays[0].reshape(())[()])
        largest = max((float(np.max(np.abs(a), initial=0)) for a in arrays), default=0)
        if largest == 0 or not np.isfinite(largest):
            return largest
        return largest * float(
            np.sqrt(sum(float(np.sum(np.abs(a / largest) ** 2.0)) for a in arrays))
        )


def _ordered(size: float) -> float:
    return np.inf if isnan(size) else abs(size)
