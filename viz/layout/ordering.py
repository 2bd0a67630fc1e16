"""In which order the layers of a drawing hold their vertices: barycentre sweeps.

K. Sugiyama, S. Tagawa, M. Toda (1981), doi:10.1109/TSMC.1981.4308636.
"""

from __future__ import annotations

from bisect import bisect_right, insort

SWEEPS = 4
MOST_COUNTED = 5_000  # vertices; beyond, crossings are not counted

# Of every vertex: (neighbour, shift of the link here, its shift there, pull).
Neighbours = list[list[tuple[int, float, float, float]]]


def in_order(
    layers: list[list[int]], left: Neighbours, right: Neighbours, n: int
) -> list[list[int]]:
    """The layers, each in the order that gave the fewest crossings; ``n`` vertices."""
    if n > MOST_COUNTED:
        for sweep in range(SWEEPS):
            _sweep(layers, left, right, n, sweep % 2 == 0)
        return layers
    best, fewest = layers, _crossings(layers, right, n)
    for start in (layers, [members[::-1] for members in layers]):
        order = [list(members) for members in start]
        for sweep in range(SWEEPS):
            _sweep(order, left, right, n, sweep % 2 == 0)
            crossings = _crossings(order, right, n)
            if crossings < fewest:
                best, fewest = [list(members) for members in order], crossings
    return best


def _sweep(
    layers: list[list[int]],
    left: Neighbours,
    right: Neighbours,
    n: int,
    forwards: bool,
) -> None:
    place = _places(layers, n)
    sides = left if forwards else right
    for members in layers if forwards else reversed(layers):
        if len(members) == 1:
            continue
        for vertex in members:
            near = sides[vertex]
            # A shift breaks ties between links into one large item.
            if len(near) == 1:
                ((other, _, there, _),) = near
                place[vertex] = place[other] + there * 1e-4
            elif near:
                aims = [place[other] + there * 1e-4 for other, _, there, _ in near]
                place[vertex] = sum(aims) / len(aims)
        members.sort(key=place.__getitem__)
        for position, vertex in enumerate(members):
            place[vertex] = position


def _places(layers: list[list[int]], n: int) -> list[float]:
    place = [0.0] * n
    for members in layers:
        for position, vertex in enumerate(members):
            place[vertex] = position
    return place


def _crossings(layers: list[list[int]], right: Neighbours, n: int) -> int:
    place = _places(layers, n)
    total = 0
    for members in layers:
        ends: list[float] = []  # of the links above, sorted
        for vertex in members:
            for _, end in sorted(
                (here, place[other] + there * 1e-4)
                for other, here, there, _ in right[vertex]
            ):
                total += len(ends) - bisect_right(ends, end)
                insort(ends, end)
    return total
