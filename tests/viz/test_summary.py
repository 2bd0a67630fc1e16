"""Graphs too large to draw: modules close, stretches fold, nothing is lost unsaid."""

import random
import re

import pytest

import autograd as ag
import nn
import viz


def chain(length):
    x = ag.Value(1.0, label="x")
    for _ in range(length):
        x = x * 1.0001 + 0.0001
    return x


def network(samples):
    random.seed(0)
    model = nn.scalar.MLP(2, [4, 4, 1])
    total = ag.Value(0.0)
    for _ in range(samples):
        total = total + (1 - model([random.random(), random.random()])).relu()
    return model, total


def hidden(view):
    (line,) = [line for line in view.caption if line.startswith("summary")]
    return [int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", line)]


def test_a_small_graph_is_drawn_whole():
    assert not any("summary" in line for line in viz.draw(chain(10)).view.caption)


def irregular(length):
    """A chain in which nothing comes three times in a row (of Thue and Morse)."""
    x = ag.Value(1.0, label="x")
    for i in range(length):
        x = x * 1.0001 if i.bit_count() % 2 else x + 0.0001
    return x


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_long_chain_becomes_a_summary(direction):
    view = viz.draw(irregular(40_000), direction=direction).view
    assert len(view.items) < 100
    folds = [item for item in view.items if item.kind == "fold"]
    keys = {row.key for fold in folds for row in fold.rows}
    assert keys == {"multiply", "add", "out"}
    assert view.items[-1].kind == "output"
    assert "x" in [item.title for item in view.items]


def test_the_caption_counts_what_is_hidden():
    view = viz.draw(irregular(6_000)).view
    n_hidden, n_nodes, n_folds = hidden(view)
    folds = [item for item in view.items if item.kind == "fold"]
    assert n_nodes == 6_001
    assert n_folds == len(folds)
    assert n_hidden == sum(int(fold.title.split()[0]) for fold in folds)
    drawn = [item for item in view.items if item.kind not in ("fold", "constant")]
    assert n_nodes - n_hidden == sum(not item.round for item in drawn)


def test_modules_close_before_anything_is_folded():
    _, out = network(1)
    view = viz.draw(out, max_nodes=60).view
    folds = [item for item in view.items if item.kind == "fold"]
    assert folds[0].title == "layers.0.neurons.0"
    assert len(folds) == 9
    assert view.clusters[-1].path == "layers.2"


def test_inner_modules_close_first_and_outer_ones_if_that_is_not_enough():
    _, out = network(1)
    sizes = [len(viz.draw(out, max_nodes=most).view.items) for most in (400, 60, 14, 8)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("most", [300, 100, 30, 5, 1])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_however_few_items_are_wanted_nothing_is_counted_twice(most, direction):
    _, out = network(6)
    view = viz.draw(out, max_nodes=most, direction=direction).view
    n_hidden, n_nodes, n_folds = hidden(view)
    no_nodes = "fold", "constant", "input"
    drawn = [item for item in view.items if item.kind not in no_nodes]
    assert n_nodes - n_hidden == sum(not item.round for item in drawn)
    assert n_folds == sum(item.kind == "fold" for item in view.items)
    for edge in view.edges:
        assert edge.source != edge.target


def test_a_closed_module_shows_the_gradients_of_its_parameters():
    model, out = network(1)
    out.backward()
    norm = sum(p.grad**2 for p in model.layers[0].neurons[0].parameters()) ** 0.5
    for direction in ("forward", "backward"):
        view = viz.draw(out, max_nodes=60, direction=direction).view
        (fold,) = [item for item in view.items if item.title == "layers.0.neurons.0"]
        rows = {row.key: row.text for row in fold.rows}
        assert rows["grad norm"] == f"{norm:.4g}"


def test_many_shared_leaves_fold_into_one_box():
    leaves = [ag.Value(1.0) for _ in range(200)]
    total = ag.Value(0.0)
    for kind in (ag.add, ag.subtract, ag.multiply):
        for leaf in leaves:
            total = kind(total, leaf)
    view = viz.draw(total, max_nodes=100).view
    assert "shared leaves" in [item.title for item in view.items]
    assert len(view.items) <= 100


def test_a_summary_bounds_the_edges_too():
    model = nn.scalar.MLP(2, [16, 16, 1])
    points = [[0.1 * i, 1.0 - 0.1 * i] for i in range(25)]
    loss = sum(model(point) ** 2 for point in points)
    for most in (100, 1500):
        assert len(viz.draw(loss, max_nodes=most).view.edges) <= 4 * most
