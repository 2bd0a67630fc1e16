"""Layers side by side, in rows: what is wider than a page goes on below.

Where a row ends, its links turn, pass below it, and go on at the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np

from .positions import Point

NEAREST, FARTHEST = 22.0, 60.0  # between neighbouring layers
TURN = 12.0  # between a row and the nearest link that turns
LANE = 8.0  # between links that turn
SLACK = 1.15  # by how much a row may be wider than a page, if that is better
STRIP = 2.0  # how much wider than high it all must be
TALL = 3.0  # how much higher than wide it may become
NARROW, SPLIT = 100.0, 0.1  # what is narrow, mostly operations, ends a row at a cost
LEVEL = 0.25  # a smaller step is not seen
WIDEST = 3.0  # how much wider than a page a row may be, for fewer links that turn
A_LINK = 0.02  # what one that turns costs, n of them n² as much; an empty row costs 1
TOO_WIDE = 1.0  # what a row costs that is wider than its slack

BORDER = -1  # as an end of a link: the edge of the level


class Link(NamedTuple):
    """From item ``source`` to item ``target``, or from or to the ``BORDER``.

    The shifts say how far above or below the middle of its item an end lies.
    """

    source: int
    target: int
    source_shift: float = 0.0
    target_shift: float = 0.0


@dataclass(slots=True)
class Arrangement:
    """Middles of the items, the points every link passes, and the size of it all.

    A route begins and ends where its link leaves and reaches a layer, or at the border.
    """

    middles: list[Point]
    routes: list[list[Point]]
    width: float
    height: float


def in_rows(
    sizes: Sequence[Point],
    links: Sequence[Link],
    bends: Sequence[range],
    layer: Sequence[int],
    layers: Sequence[Sequence[int]],
    y: Sequence[float],
    page: float,
) -> Arrangement:
    """The layers with their items and bends at heights ``y``, as wide as a ``page``.

    What has many rows has wider ones. What is high as it is keeps to one row.
    """
    n, depth = len(sizes), len(layers)
    wide = [max((sizes[v][0] for v in each if v < n), default=0.0) for each in layers]
    apart = _apart(links, layer, y, depth)
    tops, bottoms = [0.0] * depth, [0.0] * depth
    for at, each in enumerate(layers):
        halves = [(v, sizes[v][1] / 2 if v < n else 0.0) for v in each]
        tops[at] = min((y[v] - half for v, half in halves), default=0.0)
        bottoms[at] = max((y[v] + half for v, half in halves), default=0.0)
    whole = sum(wide) + sum(apart)
    # The mean height, since layers may come down like stairs.
    area = sum(w * (b - t) for w, b, t in zip(wide, bottoms, tops, strict=True))
    high = area / whole if whole else 0.0
    firsts = [0]
    if whole > max(SLACK * page, STRIP * high):
        passing = crossing(links, layer, depth)
        firsts = breaks(wide, apart, passing, max(page, sqrt(area / TALL)))
    stops = [*firsts[1:], depth]
    row_of = [row for row, pair in enumerate(zip(firsts, stops)) for _ in range(*pair)]

    # The heights of every link at its stations: its ends, and its bends between.
    stations: list[list[tuple[int, float]]] = []
    bend = n
    for link, inside in zip(links, bends, strict=True):
        own = [(at, y[bend + i]) for i, at in enumerate(inside)]
        bend += len(inside)
        if link.source != BORDER:
            own.insert(0, (layer[link.source], y[link.source] + link.source_shift))
        if link.target != BORDER:
            own.append((layer[link.target], y[link.target] + link.target_shift))
        stations.append(own)
    lanes = _lanes(stations, row_of, len(firsts)) if len(firsts) > 1 else [{}]

    lift, below = [], []  # of every row: what its heights are moved by, where it ends
    bottom = 0.0
    for row, (first, stop) in enumerate(zip(firsts, stops, strict=True)):
        top = min(tops[first:stop], default=0.0)
        lift.append(bottom - top)
        below.append(bottom + max(bottoms[first:stop], default=0.0) - top)
        bottom = below[-1] + 2 * TURN + LANE * len(lanes[row])
    side = TURN + LANE * max(map(len, lanes)) if len(firsts) > 1 else 0.0
    starts = [0.0] * depth
    for first, stop in zip(firsts, stops, strict=True):
        x = side
        for at in range(first, stop):
            starts[at] = x = x + (apart[at] if at > first else 0.0)
            x += wide[at]
    ends = [start + width for start, width in zip(starts, wide, strict=True)]
    right = [max(ends[a:b], default=side) for a, b in zip(firsts, stops, strict=True)]
    width = max(right) + side

    fed = {link.target for link in links}
    middles = []
    for item, (own_width, _) in enumerate(sizes):
        at = layer[item]
        # What nothing leads to stands close to what reads it.
        x = (starts[at] + ends[at]) / 2 if item in fed else ends[at] - own_width / 2
        middles.append((x, y[item] + lift[row_of[at]]))

    def turned(link: int, row: int, height: float, next_height: float) -> list[Point]:
        lane, many = lanes[row][link], len(lanes[row])
        beyond = right[row] + TURN + LANE * lane
        before = side - TURN - LANE * (many - 1 - lane)
        down = below[row] + TURN + LANE * lane
        return [
            (beyond, height),
            (beyond, down),
            (before, down),
            (before, next_height),
        ]

    routes = []
    for number, (link, own) in enumerate(zip(links, stations, strict=True)):
        route: list[Point] = []
        before, level = len(firsts), 0.0
        for i, (at, height) in enumerate(own):
            row = row_of[at]
            height += lift[row]
            if row > before:
                route += turned(number, before, level, height)
            if i or link.source == BORDER:
                _go(route, starts[at], height)
            if i < len(own) - 1 or link.target == BORDER:
                _go(route, ends[at], height)
            before, level = row, height
        if link.source == BORDER:
            route.insert(0, (0.0, route[0][1]))
        if link.target == BORDER:
            route.append((width, route[-1][1]))
        routes.append(route)
    return Arrangement(middles, routes, width, below[-1])


def _go(route: list[Point], x: float, y: float) -> None:
    """One more point of a route; where that goes straight on, in place of the last.

    >>> _go(route := [(0.0, 5.0), (9.0, 5.0)], 20.0, 5.1)
    >>> route
    [(0.0, 5.0), (20.0, 5.0)]
    """
    level = route[-1][1] if route else y
    if len(route) > 1 and route[-2][1] == level and abs(y - level) < LEVEL:
        route[-1] = (x, level)
    else:
        route.append((x, y))


def _apart(
    links: Sequence[Link], layer: Sequence[int], y: Sequence[float], depth: int
) -> list[float]:
    """The room before every layer: more where links climb steeply."""
    rise = [0.0] * depth
    for link in links:
        if link.source != BORDER and link.target != BORDER:
            climb = y[link.source] + link.source_shift - y[link.target]
            at = layer[link.target]
            rise[at] = max(rise[at], abs(climb - link.target_shift))
    most = FARTHEST - NEAREST
    return [
        NEAREST + min(most, each / 4) if at else 0.0 for at, each in enumerate(rise)
    ]


def crossing(links: Sequence[Link], layer: Sequence[int], depth: int) -> list[int]:
    """How many links pass between a layer and the one before it."""
    steps = [0] * (depth + 1)
    for link in links:
        if link.source != BORDER:
            steps[layer[link.source] + 1] += 1
        else:
            steps[0] += 1
        if link.target != BORDER:
            steps[layer[link.target] + 1] -= 1
    return list(accumulate(steps))


def breaks(
    wide: Sequence[float], apart: Sequence[float], crossing: Sequence[int], page: float
) -> list[int]:
    """The layers that begin a row, such that rows are full and few links turn.

    As lines of a text are broken: D. E. Knuth, M. F. Plass (1981),
    doi:10.1002/spe.4380111102.

    >>> breaks([140.0] * 4, [0.0, 9.0, 9.0, 9.0], [0, 1, 1, 1], 290.0)
    [0, 2]
    """
    ends = np.cumsum(np.add(wide, apart))
    starts = ends - wide
    best = np.zeros(len(wide) + 1)
    before = np.zeros(len(wide) + 1, int)
    split = np.array([0.0, *(SPLIT * (width < NARROW) for width in wide[:-1])])
    broken = split[: len(wide)] + A_LINK * np.array(crossing[: len(wide)]) ** 2
    for stop, end in enumerate(ends, 1):
        # A layer by itself may be wider than a row.
        least = min(int(np.searchsorted(starts, end - WIDEST * page)), stop - 1)
        width = (end - starts[least:stop]) / page
        cost = best[least:stop] + (1 - width) ** 2 + broken[least:stop]
        cost += TOO_WIDE * (width > SLACK)
        before[stop] = least + np.argmin(cost)
        best[stop] = cost.min()
    firsts, at = [], len(wide)
    while at:
        at = int(before[at])
        firsts.append(at)
    return firsts[::-1]


def _lanes(
    stations: Sequence[Sequence[tuple[int, float]]], row_of: Sequence[int], rows: int
) -> list[dict[int, int]]:
    """By row, the links that turn at its end, numbered: the lowest turns nearest."""
    turning: list[list[tuple[float, float, int]]] = [[] for _ in range(rows)]
    for number, own in enumerate(stations):
        for (at, height), (after, next_height) in pairwise(own):
            if row_of[after] > row_of[at]:
                turning[row_of[at]].append((-height, -next_height, number))
    return [
        {number: lane for lane, (*_, number) in enumerate(sorted(each))}
        for each in turning
    ]
