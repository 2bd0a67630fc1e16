"""How Graphviz is told to draw what it would make a long strip of: downwards.

What is a strip even so goes on at the top, in a column of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import sqrt

from ..digraph import Course
from ..view import ROOT, View
from .layers import layering
from .positions import Sizes
from .rows import SLACK, Link, breaks, crossing

PAGE = 1250.0  # what is wider goes downwards
WIDE = 2.0  # times as long as its widest layer would be: it goes downwards
STRIP = 10.0  # times as high as wide: it has columns …
COLUMN = 900.0  # the least height of one
TALL = 4.0  # … of which all are so much as high as wide
GAP = 25.0  # between neighbouring layers
A_LINK = 15.0  # the width of one that passes a layer
A_FRAME = 1  # as how many links one counts that goes on in the next column …
A_SMALL_FRAME = 8  # … and one that would fit a column


def course(view: View, sizes: Sizes) -> Course:
    """How Graphviz is to draw a view whose items and labels have these sizes.

    >>> from viz.layout.measure import measured
    >>> from viz.view import Edge, Item
    >>> chain = [Item("input", "a title of some length") for _ in range(12)]
    >>> view = View(chain, [Edge(at, at + 1) for at in range(11)], rankdir="")
    >>> course(view, measured(view)).rankdir
    'TB'
    """
    links = [Link(edge.source, edge.target) for edge in view.edges]
    layer = layering(len(view.items), links)
    depth = max(layer, default=-1) + 1
    wide, filled, high, label_wide, label_high = ([0.0] * depth for _ in range(5))
    for at, (width, height) in zip(layer, sizes.items, strict=True):
        wide[at], high[at] = max(wide[at], width), max(high[at], height)
        filled[at] += width
    for edge, (width, height) in zip(view.edges, sizes.labels, strict=True):
        at = layer[edge.target]
        label_wide[at] = max(label_wide[at], width)
        label_high[at] = max(label_high[at], height)
    rankdir, one = view.rankdir, [0] * len(layer)
    if not rankdir:
        whole = sum(wide) + sum(label_wide) + GAP * depth
        fits = whole <= max(SLACK * PAGE, WIDE * max(filled, default=0.0))
        rankdir = "LR" if fits else "TB"
    if rankdir == "LR":
        return Course(rankdir, one)
    passing = crossing(links, layer, depth)[:depth]
    apart = [GAP + each for each in label_high]
    steps = [a + b for a, b in zip(high, apart, strict=True)]
    widths = [a + A_LINK * b for a, b in zip(filled, passing, strict=True)]
    area = sum(a * b for a, b in zip(steps, widths, strict=True))
    column = max(COLUMN, sqrt(TALL * area))
    if sum(steps) ** 2 <= STRIP * area or sum(steps) <= SLACK * column:
        return Course(rankdir, one)
    held = _held(view, layer, steps, column)
    cost = [a + b for a, b in zip(passing, held, strict=True)]
    firsts = breaks(high, apart, cost, column)
    columns = [*accumulate(int(at in firsts[1:]) for at in range(depth))]
    return Course(rankdir, [columns[at] for at in layer])


def _held(
    view: View, layer: Sequence[int], steps: Sequence[float], column: float
) -> list[int]:
    """What the frames count for that a column would end in, before each layer."""
    spans: dict[int, tuple[int, int]] = {}
    for item, at in zip(view.items, layer, strict=True):
        cluster = item.cluster
        while cluster != ROOT:
            first, last = spans.get(cluster, (at, at))
            spans[cluster] = min(at, first), max(at, last)
            cluster = view.clusters[cluster].parent
    changes = [0] * (len(steps) + 1)
    for first, last in spans.values():
        fits = sum(steps[first : last + 1]) <= SLACK * column
        count = A_SMALL_FRAME if fits else A_FRAME
        changes[first + 1] += count
        changes[last + 1] -= count
    return [*accumulate(changes[: len(steps)])]
