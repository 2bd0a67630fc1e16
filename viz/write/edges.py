"""Edges as SVG: a line, its arrowhead at the item, what is written on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import dist, hypot

from ..layout.measure import LABEL_LINE, SMALL
from ..layout.positions import Layout, Point, along
from ..view import Edge, View
from .palette import (
    EDGE,
    MUTED,
    PAPER,
    flow_colour,
    flow_ink,
    flow_opacity,
    flow_width,
    has_flow,
)
from .shapes import arrowhead, curve, escape, rectangle, short, text

ARROW = 7.0
APART = 40.0  # from the tip of an arrow: where one of many lines is still by itself …
HALFWAY = 0.6  # … or this part of a short one, which begins below a box


def write_edge(
    view: View, layout: Layout, number: int, edge: Edge, crowded: bool
) -> list[str]:
    """Line, arrowhead, operand's number and label; ``crowded`` numbers lie on lines."""
    path = list(layout.paths[number])
    colour, wide, dense = EDGE, 1.2, view.dense
    line = ""
    if has_flow(view, edge):
        colour, wide = flow_colour(edge), flow_width(edge, dense)
        if edge.faded or edge.sign == 0:
            line = ' stroke-dasharray="1.5 3"'
        elif edge.sign == -1:
            line = f' stroke-dasharray="{"4 2" if dense else "6 3"}"'
        if (clear := flow_opacity(edge, dense)) < 1:
            line += f' stroke-opacity="{short(clear)}"'
    elif dense:
        wide = 0.6
    line = f'stroke-width="{short(wide)}"{line}'
    arrow = mark = ""
    if not (view.backward and edge.faded):
        step = 1 if view.backward else -1
        head = ARROW * min(1.0, 0.4 + 0.5 * wide) if dense else ARROW
        tip, (dx, dy) = path[::step][0], _back(path[::step])
        arrow = arrowhead(tip, (head * dx, head * dy), colour)
        # The line ends within the arrowhead, so that it does not show at the tip.
        for at in (0, 1) if view.backward else (-1, -2):
            path[at] = path[at][0] + 0.9 * head * dx, path[at][1] + 0.9 * head * dy
        if edge.mark:
            if crowded:
                mark = _mark_on(layout.paths[number], edge.mark)
            else:
                mark = _mark(layout, edge, tip, (dx, dy))
    parts = [f'<g id="e{number}" class="edge">']
    if edge.tip:
        parts.append(f"<title>{escape(edge.tip)}</title>")
    parts.append(f'<path d="{curve(path)}" fill="none" stroke="{colour}" {line}/>')
    parts += filter(None, (arrow, mark))
    if edge.label:
        parts += _label(edge, layout.labels[number], layout.sizes.labels[number])
    return [*parts, "</g>"]


def _back(path: Sequence[Point]) -> Point:
    """The direction, of length 1, in which a path leaves its first point."""
    x, y = path[0]
    for at in path[1:]:
        length = hypot(at[0] - x, at[1] - y)
        if length > 0.05:
            return (at[0] - x) / length, (at[1] - y) / length
    return 1.0, 0.0


def _mark_on(path: Sequence[Point], number: str) -> str:
    """The number of one of many operands, on its line, where that is still apart."""
    tip = x, y = path[-1]
    far = min(APART + 10 * (int(number) % 3), HALFWAY * dist(path[0], tip))
    starts = range(len(path) - 4, -1, -3)
    for start, step in product(starts, range(24, -1, -1)):
        x, y = along(path[start : start + 4], step / 24)
        if hypot(x - tip[0], y - tip[1]) >= far:
            break
    return text((x, y + 2.8), number, "middle", 8, MUTED, halo=PAPER)


def _mark(layout: Layout, edge: Edge, tip: Point, back: Point) -> str:
    """An operand's number, on that side of the arrow which is farther from its item."""
    (x, y), (dx, dy) = tip, back
    middle, size = layout.middles[edge.target], layout.sizes.items[edge.target]

    def away(at: Point) -> float:
        return sum(abs(a - m) / s for a, m, s in zip(at, middle, size, strict=True))

    sides = [(x + 6 * dx - 7 * s * dy, y + 6 * dy + 7 * s * dx) for s in (-1, 1)]
    x, y = max(sides, key=away)
    return text((x, y + 2.8), edge.mark, "middle", 8, MUTED, halo=PAPER)


def _label(edge: Edge, middle: Point, size: Point) -> list[str]:
    corner = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
    parts = [rectangle(corner, size, PAPER, radius=5)]
    for number, line in enumerate(edge.label):
        base = (middle[0], corner[1] + 11 + LABEL_LINE * number)
        parts.append(text(base, line, "middle", SMALL, flow_ink(edge)))
    return parts
