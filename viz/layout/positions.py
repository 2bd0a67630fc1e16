"""What a layout is made from, and what it says. Only data; lengths are in px."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]


@dataclass(slots=True)
class Sizes:
    """Width and height of items and of edges' labels; the least widths of frames."""

    items: list[Point]
    labels: list[Point]
    headings: list[float]


@dataclass(slots=True)
class Layout:
    """Where every part of a view lies, from the upper left corner of it all.

    Middles of items and of edges' labels; edges from source to target, as cubic Bézier
    curves (1 + 3 n points: each bend is two control points and an end); the (corner,
    size) of every frame; the sizes that all this was made for; whether it goes
    downwards.
    """

    sizes: Sizes
    middles: list[Point]
    labels: list[Point]
    paths: list[list[Point]]
    frames: list[tuple[Point, Point]]
    upright: bool = False

    @property
    def size(self) -> Point:
        """Width and height of it all."""
        return self.frames[0][1]


def along(bezier: Sequence[Point], t: float) -> Point:
    """The point of a cubic Bézier curve at ``t``, by de Casteljau."""
    points = list(bezier)
    while len(points) > 1:
        points = [
            (a + t * (c - a), b + t * (d - b)) for (a, b), (c, d) in pairwise(points)
        ]
    return points[0]
