"""Where circles lie: a column for each layer, of 16 neurons at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RADIUS = 12.0
PITCH = 30.0  # from one neuron to the next
GAP = 46.0  # what stands for neurons that are left out
ACROSS = 165.0  # from one column to the next


@dataclass(frozen=True, slots=True)
class Column:
    """The neurons of a layer that are shown, their heights, and how many are not."""

    x: float
    shown: Sequence[int]
    y: Sequence[float]
    hidden: int
    gap: float  # the height at which "⋮" stands, if some are hidden


def columns(sizes: Sequence[int], most: int) -> tuple[list[Column], float]:
    """A column for each layer, around one middle line, and the height of all.

    >>> [column.shown for column in columns([3, 20], 4)[0]]
    [[0, 1, 2], [0, 1, 18, 19]]
    """
    heights = [_height(size, most) for size in sizes]
    total = max(heights)
    placed = []
    for number, (size, height) in enumerate(zip(sizes, heights)):
        hidden = max(size - most, 0)
        head = size if not hidden else (most + 1) // 2
        tail = 0 if not hidden else most - head
        shown = [*range(head), *range(size - tail, size)]
        top = (total - height) / 2 + RADIUS
        below = GAP if hidden else 0.0
        y = [
            top + PITCH * place + (below if place >= head else 0.0)
            for place in range(len(shown))
        ]
        gap = top + PITCH * (head - 0.5) + GAP / 2
        placed.append(Column(number * ACROSS, shown, y, hidden, gap))
    return placed, total


def _height(size: int, most: int) -> float:
    shown = min(size, most)
    return PITCH * (shown - 1) + 2 * RADIUS + (GAP if size > most else 0.0)
