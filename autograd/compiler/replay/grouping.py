"""Functions of each element of large arrays stand side by side, to run block by block.

A chain of them over arrays beyond the cache reads and writes memory at each step; over
a block of rows at a time it stays in the cache.
"""

from __future__ import annotations

from math import prod
from typing import Any

from ...core.program import Ref
from ..flat import Flat, Kind
from ..passes.rewriting import is_by_element

LARGE = 1 << 21  # bytes of an array from which on blocks pay
BLOCK = 1 << 16  # elements of a block: each costs calls
FEWEST = 3  # steps of a group


def grouped(flat: Flat) -> tuple[Flat, list[range]]:
    """The steps in another order, and which of them run block by block together.

    A step waits with others of the same large shape, until something else needs the
    result of one of them.
    """
    count = len(flat.leaves)
    order: list[int] = []
    groups: list[range] = []
    waiting: dict[tuple[int, ...], list[int]] = {}  # by shape, as they were recorded
    home: dict[int, tuple[int, ...]] = {}  # the shape with which a value waits

    def settle(shape: tuple[int, ...]) -> None:
        members = waiting.pop(shape)
        if len(members) >= FEWEST:
            groups.append(range(len(order), len(order) + len(members)))
        order.extend(members)
        for i in members:
            del home[i]

    for i, step in enumerate(flat.steps, count):
        kind = flat.kinds[i]
        fits = is_by_element(step.op) and is_large(kind)
        shape = kind.shape if fits else None
        for x in step.operands:
            if isinstance(x, Ref) and home.get(x.position, shape) != shape:
                settle(home[x.position])
        if fits:
            home[i] = kind.shape
            waiting.setdefault(kind.shape, []).append(i)
        else:
            order.append(i)
    for shape in [*waiting]:
        settle(shape)
    if not groups:
        return flat, []
    place = {old: new for new, old in enumerate([*range(count), *order])}
    steps = [flat.steps[i - count].renumbered(place) for i in order]
    kinds = [*flat.kinds[:count], *[flat.kinds[i] for i in order]]
    outputs = [place[i] for i in flat.outputs]
    new = Flat(flat.leaves, steps, outputs, kinds, flat.targets)
    return new, [range(group.start + count, group.stop + count) for group in groups]


def is_large(kind: Any) -> bool:
    """Whether it pays to go through an array of this kind by blocks of rows."""
    if not isinstance(kind, Kind) or not kind.shape:
        return False
    size = prod(kind.shape)
    return size * kind.dtype.itemsize >= LARGE and size // kind.shape[0] <= BLOCK


def slices(shape: tuple[int, ...]) -> list[slice]:
    """The rows of each block."""
    rows = max(1, BLOCK // max(prod(shape[1:]), 1))
    return [slice(i, min(i + rows, shape[0])) for i in range(0, shape[0], rows)]
