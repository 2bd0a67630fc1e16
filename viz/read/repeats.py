"""What comes again and again: the same module, or the same few operations, in a row.

Parts of a graph are alike if they have the same operations on the same shapes; which
numbers they computed does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.core.node import Node

from ..view import ROOT
from .nodes import data_of
from .scopes import Scopes

LEAST = 4  # times; of fewer, nothing would be hidden between the first and the last
LONGEST = 400  # units that are compared with those after them


@dataclass(slots=True)
class Unit:
    """What stands in a frame: the node of one operation, or a frame within it."""

    node: Node | None
    frame: int = ROOT


class Tree:
    """The units of every frame, oldest first, and a number that like ones share."""

    def __init__(
        self,
        nodes: Iterable[Node],
        scopes: Scopes,
        shown: Collection[Node],
        opened: Collection[int],
    ) -> None:
        frames = scopes.frames
        self.units: list[list[Unit]] = [[] for _ in frames]
        self.keys: list[list[int]] = [[] for _ in frames]
        self._known: dict[Hashable, int] = {}
        linked = {ROOT}
        for node in nodes:
            if not node.inputs:
                continue
            at = scopes.of[node]
            inner = at
            while inner not in linked:
                linked.add(inner)
                outer = frames[inner].parent
                self.units[outer].append(Unit(None, inner))
                inner = outer
            self.units[at].append(Unit(node))
        own = [0] * len(frames)
        for at in reversed(range(len(frames))):
            key: Hashable
            for unit in self.units[at]:
                lone, key = unit.frame in opened, own[unit.frame]
                if unit.node is not None:
                    lone, key = unit.node in shown, _kind(unit.node)
                self.keys[at].append(self._number((id(unit), key) if lone else key))
            kind = type(frames[at].module).__name__
            own[at] = self._number((kind, tuple(self.keys[at])))

    def _number(self, key: Hashable) -> int:
        return self._known.setdefault(key, len(self._known))

    def repeats(self, frame: int) -> list[tuple[int, int, int]]:
        """Where the units of a frame repeat: (start, how many of them, how often)."""
        return repeats(self.keys[frame])


def _kind(node: Node) -> Hashable:
    numbers = tuple([not isinstance(x, Node | np.ndarray) for x in node.inputs])
    data: Any = data_of(node)
    shape = (data.shape, data.dtype.char) if isinstance(data, np.ndarray) else None
    return node.op.name, shape, numbers


def repeats(keys: Sequence[int]) -> list[tuple[int, int, int]]:
    """Stretches of ``keys`` that are one part again and again, the longest first found.

    Each is (start, length of the part, times).

    >>> repeats([7, 1, 2, 1, 2, 1, 2, 1, 2, 7])
    [(1, 2, 4)]
    """
    array = np.asarray(keys)
    found: list[tuple[int, int, int]] = []
    for period in range(1, min(LONGEST, len(array) // LEAST) + 1):
        same = array[period:] == array[:-period]
        steps = np.flatnonzero(np.diff(np.concatenate(([0], same.view(np.int8), [0]))))
        starts, stops = steps[::2], steps[1::2]
        enough = stops - starts >= (LEAST - 1) * period
        for start, stop in zip(starts[enough], stops[enough], strict=True):
            found.append((int(start), period, int((stop - start) // period) + 1))
    # What covers most comes first; of those, the shortest part that says it all.
    found.sort(key=lambda run: (-run[1] * run[2], run[1], run[0]))
    free = np.ones(len(array), bool)
    kept = []
    for start, period, times in found:
        if free[start : start + period * times].all():
            free[start : start + period * times] = False
            kept.append((start, period, times))
    return sorted(kept)
