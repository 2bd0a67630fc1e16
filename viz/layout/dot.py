"""Graphviz's layout: ``dot`` is told sizes, and no text; it answers in JSON.

Its lengths are points (of 72 to the inch) from the lower left corner; a px of ours is
one of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from math import ceil, dist

from ..digraph import Course, digraph
from ..graphviz import RenderError, run
from ..view import View
from .measure import HEADING
from .positions import Layout, Point, Sizes, along
from .strips import course


def lay_out(program: str, view: View, sizes: Sizes, time_limit: float) -> Layout:
    """Positions by ``program``; raises RenderError where it gives none."""
    way = course(view, sizes)
    answer = run(_text(view, sizes, way), "json0", program, time_limit)
    try:
        return _positions(answer, view, sizes, way.rankdir == "TB")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RenderError(
            f"the layout that {program} wrote cannot be read ({error!r}). Leave "
            "backend out for the built-in one, or install another Graphviz"
        ) from None


def _text(view: View, sizes: Sizes, way: Course) -> str:
    def frame(number: int) -> Iterator[str]:
        yield f"label={_space((sizes.headings[number], HEADING))}"

    def item(number: int) -> Iterator[str]:
        width, height = sizes.items[number]
        if view.items[number].round and width == height:
            yield "shape=circle"
        yield f"width={width / 72:.5f}, height={height / 72:.5f}"

    def line(number: int) -> list[str]:
        return []

    def words(number: int) -> Iterator[str]:
        if view.edges[number].label:
            width, height = sizes.labels[number]
            yield f"label={_space((width + 4, height + 4))}"  # beside the line

    settings = (
        'node [shape=box, fixedsize=true, label=""]',
        "edge [arrowhead=none]",
    )
    return digraph(view, way, settings, frame, item, line, words)


def _space(size: Point) -> str:
    """A label that takes this much room."""
    width, height = map(ceil, size)
    room = f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'
    return f'<<TABLE BORDER="0" CELLSPACING="0" {room}><TR><TD></TD></TR></TABLE>>'


def _positions(answer: bytes, view: View, sizes: Sizes, upright: bool) -> Layout:
    drawn = json.loads(answer)
    left, _, _, top = _numbers(drawn["bb"])

    def points(text: str) -> list[Point]:
        numbers = _numbers(text.replace(" ", ","))
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [(x - left, top - y) for x, y in pairs]

    def frame(text: str) -> tuple[Point, Point]:
        (x0, y1), (x1, y0) = points(text)
        return (x0, y0), (x1 - x0, y1 - y0)

    def path(number: int) -> list[Point]:
        whole = points(edges[f"e{number}"]["pos"])
        if f"e{number}-" not in edges:
            return whole
        half = points(edges[f"e{number}-"]["pos"])
        return [*half, half[-1], whole[0], *whole]

    objects = {each["name"]: each for each in drawn.get("objects", [])}
    edges = {each.get("id"): each for each in drawn.get("edges", [])}
    frames = [drawn, *(objects[f"cluster_{n}"] for n in range(1, len(view.clusters)))]
    drawn_edges = [(edge, edges[f"e{n}"]) for n, edge in enumerate(view.edges)]
    layout = Layout(
        sizes,
        middles=[points(objects[f"n{n}"]["pos"])[0] for n in range(len(view.items))],
        labels=[
            points(each["lp"])[0] if edge.label else (0.0, 0.0)
            for edge, each in drawn_edges
        ],
        paths=[path(number) for number in range(len(view.edges))],
        frames=[frame(each["bb"]) for each in frames],
        upright=upright,
    )
    _clear(view, layout)
    return layout


def _clear(view: View, layout: Layout) -> None:
    """Labels that dot put on a heading or on a box go on, along their line."""
    sizes = layout.sizes
    taken = [
        _around(middle, size)
        for middle, size in zip(layout.middles, sizes.items, strict=True)
    ]
    for (x, y), _ in layout.frames[1:]:
        wide = sizes.headings[len(taken) - len(layout.middles) + 1]
        taken.append((x, y, x + wide, y + HEADING))
    for number, edge in enumerate(view.edges):
        if not edge.label:
            continue
        path, size = layout.paths[number], sizes.labels[number]
        curves = [path[at : at + 4] for at in range(0, len(path) - 3, 3)]
        on = [along(each, t) for each in curves for t in (0.25, 0.5, 0.75)]
        on.sort(key=partial(dist, layout.labels[number]))
        for middle in [layout.labels[number], *on]:
            room = _around(middle, size)
            if not any(_meet(room, other) for other in taken):
                layout.labels[number] = middle
                break
        taken.append(_around(layout.labels[number], size))


Box = tuple[float, float, float, float]  # left, top, right, bottom


def _around(middle: Point, size: Point) -> Box:
    (x, y), (width, height) = middle, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _meet(one: Box, other: Box) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]
