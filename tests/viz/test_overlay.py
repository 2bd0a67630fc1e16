"""Overlays: what each number is, where it stands, and which colour stands for it."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd.why.depth import LARGE, SMALL
from viz.read import measures
from viz.read.measures import KINDS
from viz.view import SHADES
from viz.write.palette import SHADE_INKS

every_kind = pytest.mark.parametrize("colour", KINDS)


def network(*sizes, generator=0):
    model = nn.MLP(8, [*sizes], generator=generator)
    x = np.random.default_rng(0).random((5, 8)).astype(np.float32)
    return model, model(x)


def numbers(view, key):
    """By title: the number that each box shows under ``key``."""
    return {
        item.title: row.text
        for item in view.items
        for row in item.rows
        if row.key.removeprefix("largest ") == key
    }


def total(view, key):
    return sum(
        int(row.text.replace(",", ""))
        for item in view.items
        for row in item.rows
        if row.key == key
    )


def test_gradients_are_those_of_what_is_drawn_and_no_attribute_changes():
    model, out = network(16, 4)
    out.sum().backward()  # of something else
    before = [p.grad for p in model.parameters()]
    loss = (out * out).sum()
    shown = numbers(viz.draw(loss, colour="gradient").view, "|grad|")
    assert all(a is p.grad for a, p in zip(before, model.parameters(), strict=True))
    model.zero_grad()
    loss.backward()
    for name, p in model.named_parameters():
        size = math.sqrt(np.mean(p.grad.astype(np.float64) ** 2))
        assert float(shown[name]) == pytest.approx(size, rel=1e-3)


def test_activations_are_described_by_size_mean_deviation_and_zeros():
    x = ag.tensor([-1.0, 3.0, 0.0, 2.0, 4.0], requires_grad=True)
    box = viz.draw(ag.relu(x), colour="activation").view.items[-1]
    rows = {row.key: row.text for row in box.rows}
    assert float(rows["|data|"]) == pytest.approx(math.sqrt(29 / 5), rel=1e-3)
    assert rows["mean ± deviation"] == "1.8 ± 1.6"
    assert rows["are 0"] == "2 of 5"


def test_bytes_are_counted_once_for_memory_that_is_shared():
    x = ag.tensor(np.ones((10, 10)), requires_grad=True)
    constant = np.ones((10, 10))
    y = (x * constant).reshape(100)  # a view
    loss = (y * y).sum() + (x * constant).sum()
    view = viz.draw(loss, colour="bytes").view
    # Two products, each with a copy of the small constant, a square, and three sums.
    assert total(view, "bytes kept") == 5 * 800 + 3 * 8
    assert any("4,024" in line for line in view.caption)
    assert total(viz.draw(x * 1.0, colour="bytes").view, "bytes kept") == 800
    loss.backward(free=True)
    assert "no node has one" in " ".join(viz.draw(loss, colour="bytes").view.caption)


def test_a_slope_that_is_kept_counts_among_the_bytes():
    x = ag.tensor(np.linspace(-1, 1, 100), requires_grad=True)
    assert total(viz.draw(ag.gelu(x), colour="bytes").view, "bytes kept") == 2 * 800


def test_nothing_is_kept_of_what_needs_no_gradient():
    with ag.no_grad():
        graph = ag.record(lambda x: x * 2, np.ones(3))
    assert total(viz.draw(graph, colour="bytes").view, "bytes kept") == 0


def test_multiply_adds_are_those_of_the_summary_however_much_is_folded():
    model, out = network(16, 4)
    expected = nn.summary(model, (5, 8)).multiply_adds
    for depth in range(4):
        view = viz.draw(out.sum(), colour="multiply-adds", depth=depth).view
        assert total(view, "multiply-adds") == expected == 5 * (8 * 16 + 16 * 4)


@pytest.mark.parametrize(
    "settings",
    [{"depth": n} for n in range(3)]
    + [{"max_nodes": n} for n in (1, 4, 12, 30, 60, 200)],
)
def test_a_fold_and_what_stands_beside_it_are_counted_once(settings):
    model = nn.MLP(4, [8, 6, 3], generator=0)
    state, w = ag.tensor(np.zeros(3)), ag.tensor(np.eye(3), requires_grad=True)
    for _ in range(40):
        state = np.tanh(w @ state + 0.1)
    hidden = model(np.ones((2, 4), np.float32))
    hidden.label = "hidden"
    view = viz.draw(ag.sum(hidden) + state, colour="multiply-adds", **settings).view
    told = [
        row for item in view.items for row in item.rows if row.key == "multiply-adds"
    ]
    total = sum(int(row.text.replace(",", "")) for row in told)
    (line,) = [line for line in view.caption if line.startswith("in total: ")]
    assert total == int(line.split()[2].rstrip(",").replace(",", "")) == 196 + 360


def test_every_operation_runs_once_to_be_timed(monkeypatch):
    x = ag.tensor(np.ones(3), requires_grad=True)
    y = np.exp(np.exp(x)) + x
    runs = []
    op = ag.registry["exp"]
    forward = op.forward
    monkeypatch.setattr(op, "forward", lambda x: [runs.append(x), forward(x)][1])
    view = viz.draw(y, colour="time").view
    assert len(runs) == 2
    assert all(map(np.array_equal, runs, [x.data, np.exp(x.data)]))
    times = [row.text for item in view.items for row in item.rows if row.key == "time"]
    assert len(times) == 3
    assert all(re.fullmatch(r"[\d.]+ (ns|µs|ms|s)", text) for text in times)


@every_kind
def test_what_several_outputs_cost_stands_at_the_first_of_them(colour):
    x = ag.tensor(np.arange(6.0), requires_grad=True)
    first, _, last = ag.split(x, 3)
    view = viz.draw(first * last, colour=colour).view
    assert all(item.shade is None or item.shade < SHADES for item in view.items)
    if colour == "time":
        assert sum(row.key == "time" for i in view.items for row in i.rows) == 2
        assert view.items[1].shade is not None  # the circle of split


@every_kind
def test_an_overlay_changes_no_number_and_no_random_state(colour):
    model, out = network(16, 4)
    before = np.random.get_state()[1].copy()
    data = [p.data.copy() for p in model.parameters()]
    drawing = viz.draw(out.sum(), colour=colour)
    assert drawing.svg()
    assert drawing.dot
    assert all(p.grad is None for p in model.parameters())
    assert all(map(np.array_equal, data, [p.data for p in model.parameters()]))
    assert np.array_equal(before, np.random.get_state()[1])


@every_kind
def test_scalars_and_folds_have_numbers_too(colour):
    model = nn.scalar.MLP(2, [8, 8, 1])
    view = viz.draw(model([1.0, -2.0]), colour=colour, depth=1).view
    key = KINDS[colour].key
    if colour == "multiply-adds":
        assert "no node has one" in " ".join(view.caption)
        return
    shown = [row.key for item in view.items for row in item.rows if key in row.key]
    assert len(shown) >= 3
    assert len(view.scale) == SHADES


def test_the_larger_a_number_the_darker_and_zero_has_no_colour():
    xs = [ag.Value(v) for v in (0.0, 1e-12, 1e-3, 1.0, 1e3)]
    view = viz.draw(sum(xs), colour="activation", hide="constants").view
    shades = [item.shade for item in view.items if item.kind == "parameter"]
    assert shades == [None, 0, 1, 4, 6]
    assert view.scale[-1] == "1001"


def test_the_ends_of_the_scale_say_that_they_stand_for_what_is_beyond():
    x = ag.tensor(1.0, requires_grad=True)
    chain = x
    for _ in range(200):
        chain = np.tanh(chain * 0.5)
    small = viz.draw(chain, colour="gradient").view.scale
    assert small[0] == "≤ 1e-08"
    assert small[-1] == "1"
    model, image = nn.MLP(4, [8, 3], generator=0), np.ones((2, 4), np.float32)
    whole = viz.draw(model, image, colour="bytes").view
    folded = viz.draw(model, image, colour="bytes", depth=1).view
    assert (whole.scale[-1], folded.scale[-1]) == ("96", "≥ 96")
    told = [row.text for item in folded.items for row in item.rows if "kept" in row.key]
    assert max(map(int, told)) > 96


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_told_in_red(bad):
    x = ag.tensor([1.0, bad], requires_grad=True)
    view = viz.draw(x * 2.0, colour="activation").view
    rows = [r for i in view.items for r in i.rows if r.key == "|data|"]
    assert {row.style for row in rows} >= {"alarm"}
    assert "not finite: at 2 nodes" in view.caption


@pytest.mark.parametrize(
    ("slope", "word"), [(0.01, "vanishing"), (0.9, ""), (100.0, "exploding")]
)
def test_gradients_that_vanish_or_explode_are_flagged_where_they_do(slope, word):
    x = loss = ag.Value(1.0, label="x")
    for _ in range(5):
        loss = loss * slope
    view = viz.draw(loss, colour="gradient").view
    flagged = [item for item in view.items if word in [row.text for row in item.rows]]
    assert [item.title for item in flagged] == (["x", ""] if word else [])
    assert (x.label in [item.title for item in flagged]) == bool(word)
    said = [line for line in view.caption if "vanish" in line or "explod" in line]
    assert (measures.SMALL, measures.LARGE) == (SMALL, LARGE)
    assert said == ([f"{word}: at 2 nodes, where the output has 1"] if word else [])


def test_text_on_every_shade_is_read_and_each_is_darker_than_the_one_before():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
        ]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    grounds = [luminance(ink.fill) for ink in SHADE_INKS]
    assert len(grounds) == SHADES
    assert all(a > 1.15 * b for a, b in pairwise(grounds))
    for ground, ink in zip(grounds, SHADE_INKS, strict=True):
        low, high = sorted([ground, luminance(ink.text)])
        assert (high + 0.05) / (low + 0.05) >= 4.5, ink


def test_both_formats_hold_the_scale():
    _, out = network(16, 4)
    drawing = viz.draw(out.sum(), colour="gradient")
    for text in drawing.svg(), drawing.dot:
        assert all(ink.fill in text for ink in SHADE_INKS)
        assert all(f">{line}" in text for line in drawing.view.scale)


@pytest.mark.parametrize("colour", ["bytes", "time", "multiply-adds"])
def test_between_two_nodes_only_the_operations_there_cost_anything(colour):
    x = ag.tensor(np.ones((2, 4)), requires_grad=True)
    hidden = x @ np.ones((4, 8))
    out = hidden @ np.ones((8, 3))
    view = viz.draw(out, between=(hidden, out), colour=colour).view
    start, end = (item for item in view.items if item.kind in ("result", "output"))
    assert start.shade is None
    assert end.shade is not None
    assert view.caption[-1].endswith("of 1 operation")


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 6, 3, groups=2, bias=False),
        nn.ConvTranspose2d(4, 6, 3, bias=False),
        nn.Linear(8, 5, bias=False),
    ],
)
def test_each_gradient_of_a_product_costs_what_the_product_does(layer):
    x = ag.tensor(np.ones((2, 4, 8, 8), np.float32), requires_grad=True)
    totals = []
    for direction in "forward", "both":
        view = viz.draw(layer(x), direction=direction, colour="multiply-adds").view
        (line,) = [line for line in view.caption if line.startswith("in total: ")]
        totals.append(int(line.split()[2].rstrip(",").replace(",", "")))
    assert totals[1] == 3 * totals[0] > 0


def test_what_cannot_be_coloured_is_refused():
    x = ag.Value(2.0)
    for wrong in ("grad", "", 3, ["time"]):
        with pytest.raises(
            ValueError, match="colour is one of 'gradient', 'activation'"
        ):
            viz.draw(x, colour=wrong)
    with pytest.raises(ValueError, match="requires_grad=True"):
        viz.draw(ag.tensor(1.0), colour="gradient")


def test_a_zero_wins_over_an_infinite_slope_as_in_backward():
    x = ag.tensor([0.0, 4.0], requires_grad=True)
    with np.errstate(all="ignore"):
        loss = np.where(np.array([False, True]), np.sqrt(x), 0.0).sum()
        loss.backward()
    view = viz.draw(loss, colour="gradient").view
    (leaf,) = (item for item in view.items if item.kind == "parameter")
    assert [row.text for row in leaf.rows if row.key in ("grad", "|grad|")] == [
        "[0, 0.25]",
        "0.1768",
    ]
    assert viz.diff(loss, loss).same


@pytest.mark.parametrize(
    "wanted", [{"direction": "backward"}, {"colour": "activation"}]
)
def test_numbers_of_very_different_sizes_are_drawn_side_by_side(wanted):
    x, y = ag.Value(1e-200, label="x"), ag.Value(1e200, label="y")
    svg = viz.draw(x * y + x * 1e-120 * y + y * 1e100, **wanted).svg()
    assert "1e-200" in svg
    assert "1e+200" in svg
