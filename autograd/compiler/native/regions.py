"""Which units run together, part by part: what one leaves in cache the next one reads.

Rows of a batch go through a network without meeting each other. Units whose loops can
all be cut into the same slices, and that read of each other's results the same slice
alone, are one *region*: a thread takes a slice through all of them, and waits once.
So it does after products that have a part for each thread, and read no other's result.
"""

from __future__ import annotations

import math
from typing import Any

from .lines import GIVEN
from .loops import PARTS
from .memory import made, read
from .nests import AFTER, Nest, Schedule
from .views import View

FEW = 8  # slices at least: there may be as many threads


def gathered(plan: Schedule, forms: list[Any]) -> list[int]:
    """The number of its region for each unit; the forms are cut into its slices.

    What only packs a leaf does not end a region: it runs before.
    """
    groups: list[int] = []
    while len(groups) < len(forms):
        first = len(groups)
        end, slices = _region(plan, forms, first)
        some = [k for k in range(first, end) if not is_early(plan, plan.units[k])]
        if len(some) < 2:
            groups += range(first, end)
            continue
        for k in some:
            forms[k].cut(slices)
        groups += [first] * (end - first)
    return _side_by_side(plan, forms, groups)


def _side_by_side(plan: Schedule, forms: list[Any], groups: list[int]) -> list[int]:
    """These regions, and products that follow each other, but not from each other."""
    found = groups[:1]
    for k in range(1, len(groups)):
        some = range(found[-1], k + 1)
        found.append(groups[k])
        if not all(getattr(forms[j], "is_by_threads", False) for j in some):
            continue
        before = {i for j in some[:-1] for i in made(plan, plan.units[j])}
        if before.isdisjoint(x.of for x in read(plan, plan.units[k])):
            found[-1] = some[0]
            for j in some:
                forms[j].cut("threads")
    return found


def is_early(plan: Schedule, unit: Any) -> bool:
    """Whether a unit packs a leaf, which can be done before all others."""
    line = None if isinstance(unit, Nest) else plan.lines[unit]
    early = line is not None and line.op == "panels"
    return early and plan.lines[line.args[0].of].op in GIVEN  # type: ignore[union-attr]


def _region(plan: Schedule, forms: list[Any], first: int) -> tuple[int, int]:
    """Where the region ends that begins with a unit, and its number of slices."""
    common, slices = 0, 1
    inside: set[int] = set()
    late: set[int] = set()  # sums of all slices: they are known after the region
    for k in range(first, len(forms)):
        unit = plan.units[k]
        if is_early(plan, unit):
            continue
        views = [x for x in read(plan, unit) if x.of in inside]
        sides = [x.shape[0] if isinstance(x, View) and x.shape else 1 for x in views]
        common = math.gcd(common, getattr(forms[k], "slices_at_most", 1), *sides)
        found = max([n for n in range(1, PARTS + 1) if common % n == 0])
        alike = all(is_sliced(x, common, plan.lines[x.of].size) for x in views)
        if found < FEW or not alike or any(x.of in late for x in read(plan, unit)):
            return max(k, first + 1), slices
        slices = found
        for i in made(plan, unit):
            apart = isinstance(unit, Nest) and unit.phase[i] == AFTER
            (late if apart else inside).add(i)
    return len(forms), slices


def is_sliced(x: View, slices: int, size: int) -> bool:
    """Whether equal slices of a view lie in equal slices of the memory it looks at.

    >>> from .views import whole
    >>> is_sliced(whole(0, (6, 4)), 3, 24), is_sliced(whole(0, (4, 6)), 3, 24)
    (True, False)
    """
    if not x.shape or x.shape[0] % slices or size % slices:
        return False
    some, own = x.shape[0] // slices, size // slices
    sides = [(some, x.strides[0]), *zip(x.shape[1:], x.strides[1:])]
    reach = x.offset + sum((n - 1) * apart for n, apart in sides)
    rising = all(apart >= 0 for _, apart in sides)
    return rising and some * x.strides[0] == own and reach < own
