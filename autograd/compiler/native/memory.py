"""Where results between units lie: one block of memory, used again when it is free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .lines import REDUCTIONS
from .nests import Nest, Schedule
from .views import whole

ALIGNED = 64  # bytes: a cache line, and the widest vectors


def spans(plan: Schedule) -> dict[int, tuple[int, int]]:
    """For each line in memory: the region that makes it, the last one that reads it."""
    found = {}
    for k, unit in zip(plan.groups, plan.units):
        for i in made(plan, unit):
            found[i] = (k, k)
        for x in read(plan, unit):
            if x.of in found:
                found[x.of] = (found[x.of][0], k)
    for i in plan.lines.outputs:
        if i in found:
            found[i] = (found[i][0], plan.groups[-1] + 1)
    return found


def made(plan: Schedule, unit: Any) -> list[int]:
    """The lines that a unit leaves in memory."""
    if not isinstance(unit, Nest):
        return [unit]
    return [i for i in unit.lines if plan.keeps(unit, i)]


def read(plan: Schedule, unit: Any) -> list[Any]:
    """The views that a unit reads from memory."""
    if isinstance(unit, Nest):
        args = [x for i in unit.lines for x in unit.args[i]]
        return [x for x in args if hasattr(x, "of") and unit.within(x) is None]
    return [x for x in plan.lines[unit].args if hasattr(x, "of")]


def placed(
    sizes: Mapping[int, int], living: Mapping[int, tuple[int, int]]
) -> tuple[dict[int, int], int]:
    """Offsets of pieces of memory that live from one region to another, and the total.

    A piece lies in the first gap among those that live at the same time.
    """
    offsets: dict[int, int] = {}
    alive: list[tuple[int, int, int]] = []  # (offset, end, last unit)
    total = 0
    for i in sorted(sizes, key=lambda i: living[i]):
        first, last = living[i]
        alive = sorted(piece for piece in alive if piece[2] >= first)
        size = -(-max(sizes[i], 1) // ALIGNED) * ALIGNED
        at = 0
        for low, high, _ in alive:
            if low - at >= size:
                break
            at = max(at, high)
        offsets[i] = at
        alive.append((at, at + size, last))
        total = max(total, at + size)
    return offsets, total


def in_place(plan: Schedule, can_fail: set[int]) -> dict[int, int]:
    """Results that may be written straight to the leaf they replace: {line: leaf}.

    That is so if nothing reads the leaf later, nor in the same region but at its place
    in the same loops, and if no unit that comes later can fail.
    """
    lines, found, groups = plan.lines, {}, plan.groups
    reading: dict[int, list[tuple[int, Any]]] = {}
    for k, unit in enumerate(plan.units):
        for x in read(plan, unit):
            reading.setdefault(x.of, []).append((k, x))
    last_failure = max(can_fail, default=-1)
    for result, leaf in lines.targets.items():
        i = lines.outputs[result]
        k = plan.place[i]
        unit = plan.units[k]
        alike = (
            lines[i].size == lines[leaf].size and lines[i].dtype == lines[leaf].dtype
        )
        if not alike or not isinstance(unit, Nest) or last_failure > k:
            continue
        if unit.rows or unit.phase[i] or lines[i].op in REDUCTIONS:
            continue
        here = [x for at, x in reading.get(leaf, ()) if at == k]
        others = {at for at, _ in reading.get(leaf, ())} - {k}
        later = any(groups[at] >= groups[k] for at in others)
        if not later and all(x == whole(leaf, unit.shape) for x in here):
            found[i] = leaf
    return found
