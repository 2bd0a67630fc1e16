"""Layouts and the SVG of them: nothing overlaps, nothing spills, all of it is there."""

import random
import shutil
from math import inf
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from viz.layout import Sheet, measure
from viz.layout.nested import PAGE
from viz.layout.ports import smooth
from viz.view import Cluster, Edge, Item, Row, View
from viz.write.svg import write_svg


def rectangle(middle, size):
    (x, y), (width, height) = middle, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def apart(a, b, within=1e-6):
    gaps = a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]
    return max(gaps) >= -within


def inside(inner, outer, within=1e-6):
    corners = zip(inner, outer, (1, 1, -1, -1), strict=True)
    return all(side * (a - b) >= -within for a, b, side in corners)


def boxes_and_frames(view, layout):
    """Rectangles, each with the number of the frame around it; and those of frames."""
    frames = [
        (x, y, x + width, y + height) for (x, y), (width, height) in layout.frames
    ]
    things = [
        (rectangle(middle, size), item.cluster)
        for middle, size, item in zip(
            layout.middles, layout.sizes.items, view.items, strict=True
        )
    ]
    for number, cluster in enumerate(view.clusters[1:], 1):
        things.append((frames[number], cluster.parent))
    return things, frames


def random_view(seed, rankdir="LR"):
    """A random graph whose clusters are calls: nested runs of consecutive items."""
    rng = random.Random(seed)
    view = View(rankdir=rankdir, backward=rng.random() < 0.5)
    opened = [0]
    for i in range(rng.randrange(2, 40)):
        while len(opened) > 1 and rng.random() < 0.3:
            opened.pop()
        if rng.random() < 0.3:
            view.clusters.append(Cluster(f"layers.{i}", "Module", "", opened[-1]))
            opened.append(len(view.clusters) - 1)
        rows = tuple(Row("key", "text" * rng.randrange(1, 5)) for _ in range(i % 4))
        kind = rng.choice(["result", "operation", "parameter", "constant"])
        view.items.append(Item(kind, "title"[: rng.randrange(6)], rows, "", opened[-1]))
        for _ in range(rng.randrange(min(i, 3) + 1)):
            label = ("× 0.5", "norm 3")[: rng.randrange(3)]
            view.edges.append(Edge(rng.randrange(i), i, label=label))
    return view


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@pytest.mark.parametrize("seed", range(40))
def test_boxes_labels_and_frames_never_overlap(seed, rankdir):
    view = random_view(seed, rankdir)
    layout = Sheet(view).layout
    things, frames = boxes_and_frames(view, layout)
    labels = zip(view.edges, layout.labels, layout.sizes.labels, strict=True)
    for edge, middle, size in labels:
        if edge.label:
            cluster = view.items[edge.target].cluster
            things.append((rectangle(middle, size), cluster))
    for i, (one, cluster) in enumerate(things):
        assert inside(one, frames[cluster])
        for other, beside in things[:i]:
            assert cluster != beside or apart(one, other)


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@pytest.mark.parametrize("seed", range(20))
def test_every_edge_runs_from_its_source_to_its_target_and_onwards(seed, rankdir):
    view = random_view(seed, rankdir)
    layout = Sheet(view).layout
    sizes = layout.sizes.items
    things, _ = boxes_and_frames(view, layout)
    along = 0 if rankdir == "LR" else 1
    for edge, path in zip(view.edges, layout.paths, strict=True):
        ends = [(edge.source, path[0], 1), (edge.target, path[-1], -1)]
        for item, at, side in ends:
            middle, size = layout.middles[item], sizes[item]
            assert all(abs(at[k] - middle[k]) <= size[k] / 2 + 1e-6 for k in (0, 1))
            assert side * (at[along] - middle[along]) >= 0
        one, other = (things[item][0] for item in (edge.source, edge.target))
        below = rankdir == "LR" and one[3] < other[1]  # in a row further down
        assert one[along + 2] < other[along] or below


def points(path):
    """Points of a curve, close to each other."""
    for start in range(0, len(path) - 3, 3):
        a, b, c, d = path[start : start + 4]
        for t in (k / 16 for k in range(17)):
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            yield tuple(
                sum(w * at[k] for w, at in zip(weights, (a, b, c, d), strict=True))
                for k in (0, 1)
            )


@pytest.mark.parametrize("seed", range(20))
def test_no_edge_passes_through_a_box_that_is_not_its_own(seed):
    view = random_view(seed)
    layout = Sheet(view).layout
    items = boxes_and_frames(view, layout)[0][: len(view.items)]
    for edge, path in zip(view.edges, layout.paths, strict=True):
        others = [
            box
            for i, (box, _) in enumerate(items)
            if i not in (edge.source, edge.target)
        ]
        for x, y in points(path):
            assert not any(
                left < x < right and top < y < bottom
                for left, top, right, bottom in others
            )


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@pytest.mark.parametrize("seed", range(20))
def test_what_dot_places_does_not_overlap_and_edges_meet_their_items(seed, rankdir):
    view = random_view(seed, rankdir)
    layout = Sheet(view, "dot").layout
    things, frames = boxes_and_frames(view, layout)
    for i, (one, cluster) in enumerate(things):
        assert inside(one, frames[cluster], within=1)  # dot rounds to whole points
        for other, beside in things[:i]:
            assert cluster != beside or apart(one, other)
    for edge, path in zip(view.edges, layout.paths, strict=True):
        assert len(path) % 3 == 1
        for item, end in ((edge.source, path[0]), (edge.target, path[-1])):
            assert inside((*end, *end), things[item][0], within=1)


@pytest.mark.parametrize("seed", range(10))
def test_the_svg_is_well_formed_and_holds_every_item_and_edge(seed):
    view = random_view(seed)
    root = ElementTree.fromstring(write_svg(view, Sheet(view).layout))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {f"n{i}" for i in range(len(view.items))} <= set(ids)
    assert {f"e{i}" for i in range(len(view.edges))} <= set(ids)


def test_text_fits_into_its_box():
    x = ag.tensor(-np.arange(7.0) / 3e5, requires_grad=True)
    x.label = "a label of some length, W and M as well"
    drawing = viz.draw((x * x).sum())
    for item in drawing.view.items:
        width, _ = measure.item_size(item)
        for row in item.rows:
            text = measure.text_width(row.key, measure.SMALL)
            text += measure.text_width(row.text, measure.row_size(row))
            assert text < width


def test_parallel_edges_are_drawn_apart():
    x = ag.Value(3.0)
    layout = viz.draw(x * x).layout
    first, second = layout.paths[:2]
    assert first[0] != second[0]
    assert first[-1] != second[-1]


@pytest.mark.parametrize(
    "nudge", [(0.0, 0.0), (1e-12, 0.0), (0.0, 0.01), (-1e-9, 1e-9)]
)
def test_points_that_are_nearly_one_are_one(nudge):
    route = [(0.0, 0.0), (10.0, 0.0), (20.0, 8.0), (30.0, 8.0), (40.0, 8.0)]
    twice = [each for x, y in route for each in ((x, y), (x + nudge[0], y + nudge[1]))]
    np.testing.assert_allclose(smooth(twice), smooth(route), atol=0.01)


def chain(steps):
    x = ag.Value(3.0)
    for _ in range(steps):
        x = x * ag.Value(1.0) + 2
    return x


def perceptron(steps):
    return nn.MLP(4, [4] * steps, generator=0)(np.ones((1, 4), np.float32))


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("made", [chain, perceptron])
def test_what_is_wider_than_a_page_goes_on_below(made, direction, monkeypatch):
    options = {"direction": direction, "max_nodes": 1000}
    small, large = (viz.draw(made(n), **options).layout.size for n in (9, 40))
    if direction != "both":  # its many links between the passes take room of their own
        assert small[0] < 1.2 * PAGE
        assert large[0] < 2 * large[1] < 8 * large[0]
    monkeypatch.setattr("viz.layout.nested.PAGE", inf)
    strip = viz.draw(made(9), **options).layout.size
    assert max(small) < max(strip) / (1 if direction == "both" else 2)


def test_a_chain_is_drawn_straight_whatever_joins_it():
    drawing = viz.draw(chain(3))
    heights = [
        drawing.layout.middles[i][1]
        for i, item in enumerate(drawing.view.items)
        if item.kind in ("operation", "result", "output")
    ]
    assert max(heights) - min(heights) < 20


def test_ten_thousand_items_are_laid_out():
    rng = random.Random(0)
    view = View(items=[Item("result", str(i)) for i in range(10_000)])
    for i in range(1, 10_000):
        view.edges.append(Edge(max(0, i - rng.randrange(1, 30)), i))
    assert len(Sheet(view).layout.middles) == 10_000


def test_notebooks_get_an_svg_without_header_or_size_and_with_ids_of_its_own():
    drawings = [viz.draw(ag.Value(1.0) + 1), viz.draw(ag.Value(1.0) + 2)]
    ids = []
    for drawing in drawings:
        bundle = drawing._repr_mimebundle_()
        svg = bundle["image/svg+xml"]
        assert svg == drawing._repr_svg_()
        assert svg.startswith("<svg")
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox")
        assert root.get("width") is None
        assert root.get("height") is None
        ids.append({element.get("id") for element in root.iter()} - {None})
        assert bundle["text/plain"] == repr(drawing)
    assert not ids[0] & ids[1]


def test_frames_of_a_network_hold_their_parameters():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    view = viz.draw(model(np.ones((4, 2), np.float32))).view
    layout = Sheet(view).layout
    sizes = layout.sizes.items
    for middle, size, item in zip(layout.middles, sizes, view.items, strict=True):
        (x, y), (width, height) = layout.frames[item.cluster]
        assert inside(rectangle(middle, size), (x, y, x + width, y + height))


@pytest.mark.parametrize(
    ("turning", "is_one_row"), [(1, False), (3, False), (12, True)]
)
def test_a_row_ends_at_the_page_unless_many_lines_would_turn_there(turning, is_one_row):
    view = View()
    view.items = [Item("result", "x" * 40) for _ in range(8)]
    view.edges = [Edge(i, i + 1) for i in range(7)] + [Edge(0, 7)] * (turning - 1)
    width, _ = Sheet(view).layout.size
    assert (width > 1.15 * PAGE) == is_one_row
    assert width < 3 * PAGE
