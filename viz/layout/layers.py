"""Placing rectangles in layers, left to right: one level of the built-in layout.

Longest-path layering; long links pass through the layers between as thin bends; then,
in the order that barycentre sweeps chose, every layer is moved as close to its
neighbours as the order allows, which is an isotonic regression. Where this is wider
than a page, the layers go on below, in rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from operator import le
from typing import NamedTuple

from .ordering import SWEEPS, Neighbours, in_order
from .positions import Point
from .rows import BORDER, Arrangement, Link, in_rows

ROW_GAP = 16.0  # between neighbours in a layer
BEND_GAP = 11.0  # beside a bend
MOST_BENDS = 60_000  # beyond, links that jump far are drawn straight across
FAR = 25


class Pull(NamedTuple):
    """Where a vertex is drawn: ``drift`` from the mean of its neighbours, by shares."""

    drift: float
    shares: list[tuple[int, float]]
    weight: float


@dataclass(frozen=True, slots=True)
class Order:
    """What links alone decide: the layer of every item, and the order in each layer.

    Vertices are the items, then the bends of every link, which are at ``bends``;
    ``whole`` says that no link is drawn straight across layers.
    """

    layer: list[int]
    layers: list[list[int]]
    bends: list[range]
    left: list[Pull]
    right: list[Pull]
    both: list[Pull]
    whole: bool


Known = dict[tuple[int, tuple[Link, ...]], Order]  # by items and links


def arrange(
    sizes: Sequence[Point],
    links: Sequence[Link],
    page: float = inf,
    known: Known | None = None,
) -> Arrangement:
    """Place items of the given (width, height); links must not form a cycle.

    ``page`` is how wide a row may be. Equal links are ordered once by what is
    ``known``: of a network most modules are.
    """
    known = {} if known is None else known
    key = len(sizes), tuple(links)
    if key not in known:
        known[key] = _order(len(sizes), links)
    order = known[key]
    y = _heights(order, [height for _, height in sizes])
    if not order.whole:
        page = inf  # what is drawn straight across cannot turn
    return in_rows(sizes, links, order.bends, order.layer, order.layers, y, page)


def _order(n: int, links: Sequence[Link]) -> Order:
    layer = layering(n, links)
    depth = max(layer, default=-1) + 1
    spans = _spans(links, layer, depth)
    whole = sum(map(len, spans)) <= MOST_BENDS
    bends = [span if whole or len(span) <= FAR else range(0) for span in spans]
    level = list(layer)
    left: Neighbours = [[] for _ in layer]
    right: Neighbours = [[] for _ in layer]
    light = _light(n, links)
    for link, inside in zip(links, bends, strict=True):
        path: list[tuple[int, float]] = []
        if link.source != BORDER:
            path.append((link.source, link.source_shift))
        for at in inside:
            path.append((len(level), 0.0))
            level.append(at)
            left.append([])
            right.append([])
        if link.target != BORDER:
            path.append((link.target, link.target_shift))
        pull = 0.001 if link.source in light else 1.0
        for (a, a_shift), (b, b_shift) in pairwise(path):
            right[a].append((b, a_shift, b_shift, pull))
            left[b].append((a, b_shift, a_shift, pull))
    layers: list[list[int]] = [[] for _ in range(depth)]
    for vertex, at in enumerate(level):
        layers[at].append(vertex)
    layers = in_order(layers, left, right, len(level))
    both = [a + b for a, b in zip(left, right, strict=True)]
    before, after, around = (_pulls(side, both, n) for side in (left, right, both))
    whole = whole or bends == spans
    return Order(layer, layers, bends, before, after, around, whole)


def _pulls(side: Neighbours, both: Neighbours, n: int) -> list[Pull]:
    """Of every vertex (``n`` items, then bends); from both sides, where one is bare."""
    pulls = []
    for vertex, own in enumerate(side):
        near = own or both[vertex]
        if len(near) == 1:  # as most bends have
            ((other, here, there, force),) = near
            weight = force * (1.0 if vertex < n else 4.0)
            pulls.append(Pull(there - here, [(other, 1.0)], weight))
            continue
        force = sum(pull for *_, pull in near)
        # Bends resist most, which keeps long lines straight.
        weight = (force or 0.01) * (1.0 if vertex < n else 4.0)
        drift = sum((there - here) * pull / force for _, here, there, pull in near)
        shares = [(other, pull / force) for other, *_, pull in near]
        pulls.append(Pull(drift, shares or [(vertex, 1.0)], weight))
    return pulls


def _light(n: int, links: Sequence[Link]) -> set[int]:
    """Items that only a leaf leads to, and leaves.

    They follow their readers, and do not pull those off their line.
    """
    before: list[list[int]] = [[] for _ in range(n)]
    for link in links:
        if link.target != BORDER:
            before[link.target].append(link.source)
    leaves = {item for item in range(n) if not before[item]}
    return leaves | {
        item
        for item in range(n)
        if len(before[item]) == 1 and before[item][0] in leaves
    }


def layering(n: int, links: Sequence[Link]) -> list[int]:
    """The layer of every item: after what it reads, and close to what reads it."""
    after: list[list[int]] = [[] for _ in range(n)]
    waiting = [0] * n
    for link in links:
        if link.source != BORDER and link.target != BORDER:
            after[link.source].append(link.target)
            waiting[link.target] += 1
    arriving = list(waiting)
    for link in links:
        if link.source == BORDER and link.target != BORDER:
            arriving[link.target] += 1
    order = [item for item in range(n) if not waiting[item]]
    layer = [0] * n
    for item in order:  # grows while it is walked
        for target in after[item]:
            layer[target] = max(layer[target], layer[item] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                order.append(target)
    # What waits for a later operand moves next to its reader, unless that would make
    # more links longer than shorter.
    for item in reversed(order):
        if after[item] and arriving[item] <= len(after[item]):
            layer[item] = min(layer[target] for target in after[item]) - 1
    return layer


def _spans(links: Sequence[Link], layer: list[int], depth: int) -> list[range]:
    """The layers that each link passes through."""
    spans = []
    for link in links:
        start = -1 if link.source == BORDER else layer[link.source]
        stop = depth if link.target == BORDER else layer[link.target]
        spans.append(range(start + 1, stop))
    return spans


def _heights(order: Order, heights: Sequence[float]) -> list[float]:
    """The middle of every vertex along the layer, of items with these heights."""
    layers, n, n_items = order.layers, len(order.both), len(heights)
    half = [height / 2 for height in heights] + [0.0] * (n - n_items)
    y = [0.0] * n
    offsets = []
    for members in layers:
        offset, total = [], 0.0
        for above, vertex in zip([None, *members], members, strict=False):
            if above is not None:
                bend = above >= n_items or vertex >= n_items
                gap = BEND_GAP if bend else ROW_GAP
                total += half[above] + half[vertex] + gap
            offset.append(total)
        offsets.append(offset)
        for vertex, at in zip(members, offset, strict=True):
            y[vertex] = at - total / 2
    sides = order.left, order.right, order.both
    for sweep in range(SWEEPS + 1):
        forwards = sweep % 2 == 0
        side = sides[2 if sweep == SWEEPS else sweep % 2]
        span = range(len(layers))
        for at in span if forwards else reversed(span):
            members = layers[at]
            wanted = []
            for vertex in members:
                aim, shares, _ = side[vertex]
                for other, share in shares:
                    aim += y[other] * share
                wanted.append(aim)
            if len(members) > 1:
                weights = (side[vertex].weight for vertex in members)
                wanted = _apart(wanted, weights, offsets[at])
            for vertex, aim in zip(members, wanted, strict=True):
                y[vertex] = aim
    return y


def _apart(
    wanted: list[float], weights: Iterable[float], offsets: list[float]
) -> list[float]:
    """The positions nearest to those wanted that keep the order and the distances.

    >>> _apart([0.0, 0.0], [1.0, 1.0], [0.0, 10.0])
    [-5.0, 5.0]
    """
    means = [aim - offset for aim, offset in zip(wanted, offsets, strict=True)]
    if all(map(le, means, means[1:])):
        return wanted
    blocks: list[tuple[float, float, int]] = []  # (mean, weight, members)
    for mean, weight in zip(means, weights, strict=True):
        total, members = weight, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, many = blocks.pop()
            mean = (mean * total + before * heavy) / (total + heavy)
            total, members = total + heavy, members + many
        blocks.append((mean, total, members))
    flat = [mean for mean, _, members in blocks for _ in range(members)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]
