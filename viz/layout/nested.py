"""The built-in layout: positions for a view's items, frames and edges.

A cluster is laid out on its own and then stands in its parent as one large item, so
frames never overlap. An edge between clusters is one link in each of them: to the
border where it leaves, across, and from the border where it enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf

from ..view import ROOT, Cluster, View
from .layers import BORDER, Arrangement, Known, Link, arrange
from .measure import HEADING
from .ports import attached, smooth
from .positions import Layout, Point, Sizes

PADDING = 14.0  # between a frame and what it holds
PAGE = 1250.0  # wider drawings go on below, in rows
BESIDE = 240.0  # of a page, for what stands before and after a module


def lay_out(view: View, sizes: Sizes) -> Layout:
    """Positions for a view whose items, edge labels and headings have these sizes.

    Iterative and near linear: 10,000 items take about a second.
    """
    upright = view.rankdir == "TB"
    plan = _Plan(view, sizes)
    if upright:  # worked out from left to right, and turned at the end
        plan.sizes = list(map(_turned, plan.sizes))
    nest = _Nest(view.clusters, plan, sizes.headings, upright)
    is_round = [item.round for item in view.items]
    is_round += [False] * (len(plan.sizes) - len(is_round))
    hops = attached(plan.hops, nest.routes, nest.middles, plan.sizes, is_round)
    paths = [smooth([at for hop in own for at in hops[hop]]) for own in plan.hops_of]
    labels = [nest.middles[label] if label else (0.0, 0.0) for label in plan.label_of]
    middles = nest.middles[: len(view.items)]
    frames = list(zip(nest.corners, nest.sizes, strict=True))
    if upright:
        middles, labels = list(map(_turned, middles)), list(map(_turned, labels))
        paths = [list(map(_turned, path)) for path in paths]
        frames = [(_turned(corner), _turned(size)) for corner, size in frames]
    return Layout(sizes, middles, labels, paths, frames, upright)


class _Plan:
    """What is placed: items, then labels, which stand between two halves of their edge.

    ``hops`` are the halves (source, target); ``hops_of`` those of every edge.
    """

    def __init__(self, view: View, sizes: Sizes) -> None:
        self.sizes = list(sizes.items)
        self.home = [item.cluster for item in view.items]
        self.label_of: list[int] = []  # 0: none, since a label never comes first
        self.hops: list[tuple[int, int]] = []
        self.hops_of: list[range] = []
        for edge, size in zip(view.edges, sizes.labels, strict=True):
            stops = [edge.source, edge.target]
            self.label_of.append(len(self.sizes) if edge.label else 0)
            if edge.label:
                stops.insert(1, len(self.sizes))
                self.sizes.append(size)
                self.home.append(view.items[edge.target].cluster)
            start = len(self.hops)
            self.hops += pairwise(stops)
            self.hops_of.append(range(start, len(self.hops)))


class _Nest:
    """Arranges every cluster, innermost first, and then puts them into each other.

    In a cluster's arrangement, child cluster ``c`` is item ``n + c``, where ``n``
    counts all the items of the plan.
    """

    def __init__(
        self,
        clusters: Sequence[Cluster],
        plan: _Plan,
        title_widths: Sequence[float],
        upright: bool,
    ) -> None:
        self.clusters, self.plan = clusters, plan
        self.title_widths, self.upright = title_widths, upright
        n = len(plan.sizes)
        self.held: list[list[int]] = [[] for _ in clusters]
        for item, cluster in enumerate(plan.home):
            self.held[cluster].append(item)
        for number in range(1, len(clusters)):
            self.held[clusters[number].parent].append(n + number)
        # By cluster: (hop, source, target), between two of its items or its BORDER.
        self.legs: list[list[tuple[int, int, int]]] = [[] for _ in clusters]
        for hop, (source, target) in enumerate(plan.hops):
            self._add_legs(hop, source, target)
        self.sizes: list[Point] = [(0.0, 0.0)] * len(clusters)
        self.corners = list(self.sizes)
        self.middles: list[Point] = [(0.0, 0.0)] * n
        # Where a hop crosses a frame, measured from the frame's middle.
        self.crossing: dict[tuple[int, int], float] = {}
        self.known: Known = {}
        arrangements = [self._arranged(c) for c in reversed(range(len(clusters)))]
        pieces: list[list[list[Point]]] = [[] for _ in plan.hops]
        for cluster, arrangement in enumerate(reversed(arrangements)):
            self._place(cluster, arrangement, pieces)
        self.routes = [[at for piece in own for at in piece] for own in pieces]

    def _add_legs(self, hop: int, source: int, target: int) -> None:
        n, home = len(self.plan.sizes), self.plan.home
        out, into = self._ancestry(home[source]), self._ancestry(home[target])
        while len(out) > 1 and len(into) > 1 and out[-2] == into[-2]:
            out.pop()
            into.pop()
        for cluster in out[:-1]:
            self.legs[cluster].append((hop, source, BORDER))
            source = n + cluster
        for cluster in into[:-1]:
            self.legs[cluster].append((hop, BORDER, target))
            target = n + cluster
        self.legs[out[-1]].append((hop, source, target))

    def _ancestry(self, cluster: int) -> list[int]:
        path = [cluster]
        while cluster != ROOT:
            cluster = self.clusters[cluster].parent
            path.append(cluster)
        return path

    def _arranged(self, cluster: int) -> Arrangement:
        n = len(self.plan.sizes)
        held = self.held[cluster]
        index = {item: i for i, item in enumerate(held)} | {BORDER: BORDER}
        sizes = [self.plan.sizes[x] if x < n else self.sizes[x - n] for x in held]
        legs = self.legs[cluster]
        links = [
            Link(
                index[source],
                index[target],
                self.crossing.get((hop, source), 0.0),
                self.crossing.get((hop, target), 0.0),
            )
            for hop, source, target in legs
        ]
        arrangement = arrange(sizes, links, self._page(cluster), self.known)
        before, after = self._margins(cluster, arrangement)
        width = arrangement.width + before[0] + after[0]
        height = arrangement.height + before[1] + after[1]
        self.sizes[cluster] = (width, height)
        for (hop, *ends), route in zip(legs, arrangement.routes, strict=True):
            if BORDER in ends:
                at = route[0] if ends[0] == BORDER else route[-1]
                self.crossing[hop, n + cluster] = at[1] + before[1] - height / 2
        return arrangement

    def _page(self, cluster: int) -> float:
        """How wide rows may be inside; what is drawn downwards has one."""
        if self.upright:
            return inf
        frames = len(self._ancestry(cluster)) - 1
        return PAGE - BESIDE * (frames > 0) - 2 * PADDING * frames

    def _margins(self, cluster: int, inside: Arrangement) -> tuple[Point, Point]:
        """What a frame adds before and after its content."""
        if cluster == ROOT:
            return (0.0, 0.0), (0.0, 0.0)
        span = inside.height if self.upright else inside.width
        sides = PADDING + max(0.0, self.title_widths[cluster] - span - 2 * PADDING) / 2
        before, after = (sides, PADDING + HEADING), (sides, PADDING)
        return (_turned(before), _turned(after)) if self.upright else (before, after)

    def _place(
        self, cluster: int, inside: Arrangement, pieces: list[list[list[Point]]]
    ) -> None:
        n = len(self.plan.sizes)
        before, after = self._margins(cluster, inside)
        dx, dy = (a + b for a, b in zip(self.corners[cluster], before, strict=True))
        for x, (along, across) in zip(self.held[cluster], inside.middles, strict=True):
            if x < n:
                self.middles[x] = (along + dx, across + dy)
            else:
                width, height = self.sizes[x - n]
                corner = (along + dx - width / 2, across + dy - height / 2)
                self.corners[x - n] = corner
        legs = zip(self.legs[cluster], inside.routes, strict=True)
        for (hop, source, target), route in legs:
            moved = [(x + dx, y + dy) for x, y in route]
            # Up to the frame itself, so that lines have its padding to come together.
            if target == BORDER:
                moved[-1] = (moved[-1][0] + after[0], moved[-1][1])
            if source == BORDER:
                moved[0] = (moved[0][0] - before[0], moved[0][1])
            # Outer clusters come first: their piece lies around those of inner ones.
            own = pieces[hop]
            if target == BORDER:
                own.insert(0, moved)
            else:
                own.append(moved)


def _turned(size: Point) -> Point:
    return size[1], size[0]
