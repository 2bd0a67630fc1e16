"""Where edges meet their items, and the curves that lead there.

Ends are set apart at either side of an item, in the order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile
from math import dist

from .positions import Point

GAP = 9.0  # between the ends of two edges
LEAST_GAP = 3.0  # where there is less room, all meet in one point
ROUNDING = 7.0  # of the corners where an edge turns
SAME = 0.05  # nearer points are one


def attached(
    hops: Sequence[tuple[int, int]],
    routes: Sequence[list[Point]],
    middles: Sequence[Point],
    sizes: Sequence[Point],
    is_round: Sequence[bool],
) -> list[list[Point]]:
    """The routes, from the right side of their source to the left of their target."""
    leaving: list[list[int]] = [[] for _ in sizes]
    arriving: list[list[int]] = [[] for _ in sizes]
    for hop, (source, target) in enumerate(hops):
        leaving[source].append(hop)
        arriving[target].append(hop)
    starts: dict[int, Point] = {}
    stops: dict[int, Point] = {}
    for item, (width, height) in enumerate(sizes):
        x, y = middles[item]
        radius = min(width, height) / 2 if is_round[item] else 0.0
        for side, own, ends in (
            (1, leaving[item], starts),
            (-1, arriving[item], stops),
        ):
            if len(own) == 1:
                ends[own[0]] = (x + side * width / 2, y)
                continue
            aims = {hop: _bound_for(routes[hop][::side]) for hop in own}
            own.sort(key=aims.__getitem__)
            gap = min(GAP, 0.7 * height / max(1, len(own) - 1))
            gap = gap if gap >= LEAST_GAP else 0.0
            for position, hop in enumerate(own):
                shift = (position - (len(own) - 1) / 2) * gap
                # Where a line at that height meets the rounded end.
                rounding = radius - max(0.0, radius**2 - shift**2) ** 0.5
                ends[hop] = (x + side * (width / 2 - rounding), y + shift)
    paths = []
    for hop, route in enumerate(routes):
        start, stop = starts[hop], stops[hop]
        inner = _lane(route, start[1])
        inner = _lane(inner[::-1], stop[1])[::-1]
        paths.append([start, *inner, stop])
    return paths


def _lane(route: Sequence[Point], level: float) -> list[Point]:
    """A route whose first stretch keeps to the height of its port until it turns."""
    first, *rest = route
    same = [*takewhile(lambda at: abs(at[1] - first[1]) <= 0.5, rest[:-1])]
    return [(x, level) for x, _ in (first, *same)] + rest[len(same) :]


def _bound_for(route: Sequence[Point]) -> float:
    """The height to which a route bends first; where it leaves its row, its own."""
    level = route[0][1]
    for (x0, _), (x1, y) in pairwise(route):
        if abs(y - level) > 0.5:
            return level if x0 == x1 else y
    return level


def smooth(route: Sequence[Point]) -> list[Point]:
    """The cubic Bézier curve that leaves and reaches every point level.

    Where the route goes straight up or down between level stretches, it turns there.

    >>> smooth([(0, 0), (10, 0), (20, 8)])[3:]
    [(10, 0), (15.0, 0), (15.0, 8), (20, 8)]
    """
    points: list[Point] = [
        at for at, after in pairwise(route) if dist(at, after) >= SAME
    ]
    points.append(route[-1])
    path = points[:1]
    for i, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        if abs(x1 - x0) < SAME and 0 < i < len(points) - 2:
            rounding = min(ROUNDING, abs(y1 - y0) / 2)
            down = rounding if y1 > y0 else -rounding
            back = rounding if points[i - 1][0] < x0 else -rounding
            on = rounding if points[i + 2][0] > x1 else -rounding
            path[-2:] = [(x0 - back, y0)] * 2
            path += [(x0, y0), (x0, y0), (x0, y0 + down)]
            path += [(x0, y0 + down), (x1, y1 - down), (x1, y1 - down)]
            path += [(x1, y1), (x1, y1), (x1 + on, y1)]
            continue
        x0 = path[-1][0]
        bends = [(x0, y0), (x1, y1)]
        if abs(x1 - x0) >= SAME and abs(y1 - y0) >= SAME:
            bends = [((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)]
        path += [*bends, (x1, y1)]
    return path
