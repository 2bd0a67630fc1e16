"""Where the result of each step lies: in kept memory, in a target's array, or anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...core.program import Ref
from ..flat import Flat, Kind
from .memory import Block, Memory
from .steps import is_fresh, is_safe


class Places:
    """The memory of a program's values, given out in the order of its steps.

    Attributes:
        last: the step that reads a value's memory last; of results the end.
        arrays: the values that lie in kept memory, as the arrays which they are.
        leaf_of: the values that lie in the array of a leaf, which is a target.
        targets: the leaf whose new contents a value is.
    """

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        self.count = len(flat.leaves)
        self.end = self.count + len(flat.steps)
        self.results = set(flat.outputs)
        self.memory = Memory()
        self.arrays: dict[int, np.ndarray] = {}
        self.blocks: dict[int, Block] = {}  # the values that have a block to themselves
        self.leaf_of: dict[int, int] = {}
        self.last = self._last_reads()
        self.ending: dict[int, list[int]] = {}  # values, by the step that ends them
        for value, at in self.last.items():
            self.ending.setdefault(at, []).append(value)
        kinds = flat.kinds[self.count :]
        pairs = enumerate(zip(flat.steps, kinds, strict=True), self.count)
        risky = [i for i, (step, kind) in pairs if not is_safe(step, kind)]
        self.first_safe = risky[-1] + 1 if risky else self.count
        once = {x for x in flat.outputs if flat.outputs.count(x) == 1}
        self.targets = {
            value: leaf
            for value, leaf in [(flat.outputs[k], j) for k, j in flat.targets.items()]
            if value in once and value >= self.count and self._is_apart(leaf)
        }

    def _last_reads(self) -> dict[int, int]:
        last = dict.fromkeys(self.flat.outputs, self.end)
        for i in reversed(range(self.count, self.end)):
            step = self.flat.steps[i - self.count]
            until = last.setdefault(i, i)  # views, and what may be one, read later, too
            for x in step.operands:
                if isinstance(x, Ref):
                    before = last.get(x.position, 0)
                    last[x.position] = max(before, i if is_fresh(step) else until)
        return last

    def _is_apart(self, leaf: int) -> bool:
        """Whether a leaf's array shares memory with no other, and is one target."""
        leaves = self.flat.leaves
        return [*self.flat.targets.values()].count(leaf) == 1 and not any(
            np.may_share_memory(leaves[leaf], other)
            for i, other in enumerate(leaves)
            if i != leaf
        )

    # Taking memory --------------------------------------------------------------------

    def take(self, i: int, kind: Kind, over: Sequence[Any] | None = None) -> bool:
        """Find a place for the result of step ``i``; False: it is to be made anew.

        What the step writes may lie over one of the operands ``over``, if it is a
        function of each element of these, and they are not read again.
        """
        leaf = self.targets.get(i)
        if leaf is not None and over is not None and self.may_replace(leaf, i, kind):
            self.leaf_of[i] = leaf
            return True
        if i in self.results and i not in self.targets and kind.shape:
            return False
        alike = [
            x.position
            for x in over or ()
            if isinstance(x, Ref) and self.flat.kinds[x.position] == kind
        ]
        if any(self.last[p] == i and self._over(i, p) for p in alike):
            return True
        self.take_block(i, kind)
        return True

    def take_block(self, i: int, kind: Kind) -> np.ndarray:
        """Kept memory for a value."""
        self.blocks[i] = self.memory.take(kind)
        self.arrays[i] = self.blocks[i].array(kind)
        return self.arrays[i]

    def is_over(self, i: int, x: Any) -> bool:
        """Whether the result of step ``i`` may lie in the block of an operand."""
        return (
            isinstance(x, Ref)
            and x.position in self.blocks
            and self.last[x.position] == i
            and self.flat.kinds[x.position] == self.flat.kinds[i]
            and i not in self.results
        )

    def _over(self, i: int, p: int) -> bool:
        """Let value ``i`` lie where ``p`` did, if that was not in another's memory."""
        if p in self.blocks:
            self.blocks[i], self.arrays[i] = self.blocks.pop(p), self.arrays[p]
            return True
        leaf = self.leaf_of.get(p, p)
        if leaf < self.count and self._may_visit(leaf, i):
            self.leaf_of[i] = leaf
            return True
        return False

    def may_replace(self, leaf: int, i: int, kind: Kind) -> bool:
        """Whether step ``i`` may write the leaf's new contents where they belong.

        All that reads the old ones is done, and no later step can raise an error.
        """
        guests = [v for v, place in self.leaf_of.items() if place == leaf]
        ended = all(self.last.get(v, 0) <= i for v in (leaf, *guests))
        return ended and i >= self.first_safe and kind == self.flat.kinds[leaf]

    def _may_visit(self, leaf: int, i: int) -> bool:
        """Whether value ``i`` may lie in a target's array until its contents come."""
        final = [v for v, place in self.targets.items() if place == leaf]
        in_time = bool(final) and self.last[i] <= final[0]
        return in_time and i >= self.first_safe and self.last.get(leaf, 0) <= i

    def release(self, i: int) -> None:
        """Take back the blocks of what step ``i`` was the last to read."""
        for value in self.ending.get(i, ()):
            if value in self.blocks:
                self.memory.give(self.blocks.pop(value))

    # What shares memory ---------------------------------------------------------------

    def is_own(self, value: int) -> bool:
        """Whether a result lies in memory that is taken for it in each run."""
        if value < self.count or value in self.arrays or value in self.leaf_of:
            return False
        fresh = is_fresh(self.flat.steps[value - self.count])
        return fresh and self.flat.kinds[value].shape != ()

    def is_read_by_rows(self, leaf: int, group: range) -> bool:
        """Whether steps read a target's array by the rows which they write, only."""
        living = {leaf, *[v for v, place in self.leaf_of.items() if place == leaf]}
        return all(
            x.position in living or not living & self._owners(x.position)
            for i in group
            for x in self.flat.steps[i - self.count].operands
            if isinstance(x, Ref) and x.position not in group
        )

    def _owners(self, value: int) -> set[int]:
        """The values with memory of their own in which one may lie: it is a view."""
        found, stack = set(), [value]
        while stack:
            v = stack.pop()
            step = self.flat.steps[v - self.count] if v >= self.count else None
            if step is None or is_fresh(step):
                found.add(v)
            else:
                stack += [x.position for x in step.operands if isinstance(x, Ref)]
        return found
