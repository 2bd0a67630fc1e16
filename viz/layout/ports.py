"""Where edges meet their items, and the curves that lead there.

Ends are set apart at either side of an item, in the order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .positions import Point

GAP = 9.0  # between the ends of two edges
LEAST_GAP = 4.0  # where there is less room, all meet in one point


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
        leave, enter = (route[0][0], start[1]), (route[-1][0], stop[1])
        paths.append([start, leave, *route[1:-1], enter, stop])
    return paths


def _bound_for(route: Sequence[Point]) -> float:
    """The height to which a route turns first."""
    level = route[0][1]
    return next((y for _, y in route if abs(y - level) > 0.5), level)


def smooth(route: Sequence[Point]) -> list[Point]:
    """The cubic Bézier curve that leaves and reaches every point level.

    >>> smooth([(0, 0), (10, 0), (20, 8)])[3:]
    [(10, 0), (15.0, 0), (15.0, 8), (20, 8)]
    """
    path = [route[0]]
    for (x0, y0), (x1, y1) in pairwise(route):
        if (x0, y0) == (x1, y1):
            continue
        bends = [(x0, y0), (x1, y1)]
        if abs(x1 - x0) >= 0.05 and abs(y1 - y0) >= 0.05:
            bends = [((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)]
        path += [*bends, (x1, y1)]
    return path
