"""Pictures a person can read: what folds, what stands beside it, what lines say."""

import random
import re
import shutil
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd.core.node import ancestors
from autograd.core.sweeps import pullback
from viz.layout.measure import HEADING
from viz.read.repeats import repeats
from viz.view import Cluster, Edge, Row
from viz.write.dark import DARK
from viz.write.palette import (
    ALARM,
    EDGE,
    KINDS,
    MUTED,
    PAPER,
    SHADE_INKS,
    STYLES,
    flow_colour,
    flow_ink,
    frame_ink,
    key_colour,
)

both_ways = pytest.mark.parametrize("direction", ["forward", "backward"])


def network(sizes=(4, 4, 1), inputs=(2.0, 3.0, -1.0)):
    random.seed(1)
    return nn.scalar.MLP(len(inputs), list(sizes))(list(inputs))


def recurrent(steps):
    w = ag.tensor(np.eye(3) / 2, requires_grad=True)
    u = ag.tensor(np.ones((3, 2)), requires_grad=True)
    state = ag.tensor(np.zeros(3))
    w.label, u.label, state.label = "w", "u", "h0"
    for x in np.random.default_rng(0).random((steps, 2)):
        state = np.tanh(w @ state + u @ x)
    return state.sum()


def cells(steps):
    cell = nn.RNNCell(2, 3, generator=0)
    state = None
    for x in np.random.default_rng(0).random((steps, 1, 2)).astype(np.float32):
        state = cell(x, state)
    return state.sum()


class Blocks(nn.Module):
    def __init__(self, n):
        self.blocks = [
            nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3)) for _ in range(n)
        ]

    def forward(self, x):
        for block in self.blocks:
            x = x + block(x)
        return x


def folds(view):
    return [item for item in view.items if item.kind == "fold"]


def rows(item):
    return {row.key: row.text for row in item.rows}


def titled(view, title):
    (item,) = [item for item in view.items if item.title == title]
    return item


def beside(view, item):
    """The kinds of what edges lead to from an item."""
    at = view.items.index(item)
    return [view.items[edge.target].kind for edge in view.edges if edge.source == at]


# What repeats -----------------------------------------------------------------------


@both_ways
@pytest.mark.parametrize("net", [recurrent, cells])
def test_of_a_thousand_steps_the_first_the_last_and_their_number_are_drawn(
    net, direction
):
    view = viz.draw(net(1000), direction=direction).view
    (fold,) = folds(view)
    assert re.fullmatch(r"× 99\d", fold.title)
    times = int(fold.title[2:]) + 2
    assert any(row.text.startswith(f"of {times:,} alike") for row in fold.rows)
    symbols = [item.title for item in view.items if item.round]
    assert symbols.count("tanh") + symbols.count("RNN") in (2, 3)
    assert len(view.items) <= 60


def test_repeated_blocks_fold_between_the_first_and_the_last():
    view = viz.draw(Blocks(40), np.ones((2, 3), np.float32)).view
    (fold,) = folds(view)
    assert fold.title == "× 38"
    paths = [cluster.path for cluster in view.clusters]
    assert "blocks.0" in paths
    assert "blocks.39" in paths
    few = viz.draw(Blocks(2), np.ones((2, 3), np.float32)).view
    assert folds(few) == []


def test_parts_that_differ_in_operations_or_shapes_do_not_repeat():
    x = ag.tensor(np.ones(3), requires_grad=True)
    for n in range(3, 60):
        x = np.concatenate([np.tanh(x), np.ones(1)])
        assert x.shape == (n + 1,)
    titles = [item.title for item in folds(viz.draw(x.sum(), max_nodes=50).view)]
    assert not [title for title in titles if title.startswith("×")]


@pytest.mark.parametrize("seed", range(20))
def test_repeats_are_found_wherever_they_stand(seed):
    rng = random.Random(seed)
    part = rng.sample(range(100, 200), rng.randrange(1, 6))
    times, before = rng.randrange(4, 9), rng.sample(range(50), rng.randrange(5))
    keys = before + part * times + rng.sample(range(50, 99), rng.randrange(5))
    assert repeats(keys) == [(len(before), len(part), times)]


# What stands beside a closed module -------------------------------------------------


@both_ways
def test_the_default_size_is_one_a_person_can_read(direction):
    random.seed(0)
    model = nn.scalar.MLP(2, [8, 8, 1])
    loss = sum((model([0.1 * i, 1.0]) - 1) ** 2 for i in range(10))
    drawing = viz.draw(loss, direction=direction)
    assert 25 <= len(drawing.view.items) <= 100
    hidden, more = drawing.view.caption[-2:]
    assert hidden.startswith("summary: ")
    assert "max_nodes=400" in more
    larger = viz.draw(loss, direction=direction, max_nodes=400)
    assert len(larger.view.items) > len(drawing.view.items)


@both_ways
def test_a_closed_layer_shows_every_output(direction):
    view = viz.draw(network(), depth=1, direction=direction).view
    out = rows(titled(view, "layers.0"))["out"]
    layer = [
        node for node in ancestors([network()]) if node.op and node.op.name == "relu"
    ]
    assert out == "[" + ", ".join(f"{node.data:.4g}" for node in layer[:4]) + "]"
    wide = viz.draw(network((16, 1)), depth=1, direction=direction).view
    assert rows(titled(wide, "layers.0"))["out"] == "16 numbers"


@both_ways
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_no_closed_module_swallows_outputs_or_inputs(depth, direction):
    random.seed(1)
    model = nn.scalar.MLP(2, [3, 1])
    given = ag.Value(2.0, label="given", requires_grad=False)
    out = model([given, -3.0])
    out.label = "score"
    view = viz.draw(out, depth=depth, direction=direction).view
    assert titled(view, "given").kind == "input"
    assert titled(view, "x[1]").kind == "input"
    assert rows(titled(view, "x[1]")) == {"data": "-3"}
    assert titled(view, "score").kind == "output"
    assert rows(titled(view, "score"))["data"] == f"{out.data:.4g}"
    for name in ("given", "x[1]"):
        item = titled(view, name)
        assert item.cluster == 0
        assert "fold" in beside(view, item)


@both_ways
@pytest.mark.parametrize("depth", [0, 1])
def test_outputs_that_a_closed_module_goes_on_to_read_stand_beside_it_too(
    depth, direction
):
    class Three(nn.Module):
        def forward(self, x):
            first = x * 2
            second = first * first
            return {"first": first, "second": second, "third": second.exp() + first}

    view = viz.draw(Three(), ag.Value(0.5), direction=direction, depth=depth).view
    outputs = [item for item in view.items if item.kind == "output"]
    assert [item.title for item in outputs] == ["first", "second", "third"]
    assert [rows(item)["data"] for item in outputs] == ["1", "1", "3.718"]
    if direction == "backward":
        assert rows(outputs[0])["grad"] == "9.437"
        assert rows(outputs[0])[""] == "= 1 + 1 + 3.718 + 3.718"
    if depth == 0:
        at = view.items.index(titled(view, "Three"))
        assert all(edge.target != at for edge in view.edges if edge.source > at)
        assert not beside(view, outputs[0])


def test_a_named_result_within_a_closed_module_is_a_row_of_it_or_a_box_beside_it():
    class Two(nn.Module):
        def forward(self, x):
            inner = x * 2
            inner.label = "inner"
            last = inner + 1
            last.label = "last"
            return last

    view = viz.draw(Two()(ag.Value(3.0)) * 2, depth=0).view
    assert rows(titled(view, "Two"))["inner"] == "6"
    assert rows(titled(view, "last"))["data"] == "7"


# What was given as plain numbers and arrays -----------------------------------------

IMAGE = np.random.default_rng(0).random((2, 1, 6, 6)).astype(np.float32)


@both_ways
@pytest.mark.parametrize(
    ("model", "x"),
    [
        (nn.Linear(3, 2), np.ones((2, 3), np.float32)),
        (nn.Linear(3, 2), np.ones((2, 3))),
        (nn.Linear(3, 2), np.ones((2000, 3), np.float32)),
        (nn.Sequential(nn.Linear(3, 2), nn.Tanh()), np.ones((2, 3), np.float32)),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten()), IMAGE),
        (nn.Sequential(nn.Flatten(), nn.Linear(36, 2)), IMAGE),
    ],
)
def test_an_array_given_to_a_model_stands_outside_of_it_with_its_name(
    model, x, direction
):
    for view in (
        viz.draw(model(x), direction=direction).view,
        viz.draw(model, x, direction=direction, depth=0).view,
    ):
        (item,) = [item for item in view.items if item.kind == "input"]
        assert item.title in ("x", "input")
        assert item.cluster == 0
        assert str(x.shape) in item.rows[0].text


def test_a_tensor_given_to_a_model_has_the_name_of_its_parameter_or_its_own():
    class Pair(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(3, 2, generator=0)

        def forward(self, both, scale):
            return self.linear(both[0]) * scale + both[1]

    one, other, scale = (ag.tensor(np.ones(n, np.float32)) for n in (3, 2, 2))
    other.label = "mine"
    for draw in viz.draw, viz.play:
        made = draw(Pair(), [one, other], scale)
        there = made.view.items if draw is viz.draw else made.story.units
        titles = [each.title for each in there if each.kind == "input"]
        assert sorted(titles) == ["both[0]", "mine", "scale"]


def test_numbers_of_the_models_own_code_are_no_inputs():
    class Half(nn.Module):
        def forward(self, x, scale):
            return 0.5 * x[0] * scale

    view = viz.draw(Half()([ag.Value(2.0), 0.5], 3.0)).view
    assert not [item for item in view.items if item.kind == "input"]
    assert len([item for item in view.items if item.kind == "constant"]) == 2


def test_inputs_that_are_hidden_are_counted_once_each():
    view = viz.draw(network(), hide="inputs").view
    assert not [item for item in view.items if item.kind == "input"]
    assert view.caption[-1] == "not drawn: 3 inputs"


def test_a_long_list_of_numbers_is_one_input():
    view = viz.draw(network((2, 1), [i / 30 for i in range(30)]), depth=1).view
    assert titled(view, "x").rows[0].text == "(30,) float64"


def test_what_a_call_remembers_keeps_no_graph_alive():
    import weakref

    model = nn.Linear(2, 1)
    x = ag.tensor(np.ones((1, 2), np.float32))
    seen, out = weakref.ref(x), model(x)
    out.backward(free=True)
    del x
    assert seen() is None


# What lines say ---------------------------------------------------------------------


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@both_ways
def test_every_arrowhead_sits_on_its_edge(direction, rankdir):
    drawing = viz.draw(network(), direction=direction, rankdir=rankdir, depth=2)
    root = ElementTree.fromstring(drawing.svg())
    heads = 0
    for group in root.iter():
        if group.get("class") != "edge":
            continue
        parts = {part.tag.rpartition("}")[2]: part for part in group}
        if "polygon" not in parts:
            continue
        heads += 1
        corners = [
            tuple(map(float, at.split(",")))
            for at in parts["polygon"].get("points").split()
        ]
        base = np.mean(corners[1:], axis=0)
        numbers = list(map(float, re.findall(r"-?[\d.]+", parts["path"].get("d"))))
        ends = numbers[:2] if direction == "backward" else numbers[-2:]
        assert np.hypot(*(base - ends)) < 1.5
        # The line runs on in the direction of the head for as long as it is.
        bend = numbers[2:4] if direction == "backward" else numbers[-4:-2]
        along, across = np.subtract(bend, ends), np.subtract(base, corners[0])
        assert abs(along[0] * across[1] - along[1] * across[0]) < 0.1 * (
            np.hypot(*along) * np.hypot(*across) + 1
        )
    assert heads >= 16


def test_no_two_lines_into_a_closed_module_are_drawn_over_each_other():
    drawing = viz.draw(network(), depth=2)
    ends = {}
    for edge, path in zip(drawing.view.edges, drawing.layout.paths, strict=True):
        ends.setdefault(edge.target, []).append(path[-1])
        ends.setdefault(("from", edge.source), []).append(path[0])
    assert all(len(set(points)) == len(points) for points in ends.values())


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_the_numbers_of_operands_do_not_touch_each_other(rankdir):
    model, x = nn.LSTM(4, 8, generator=0), np.ones((5, 2, 4), np.float32)
    svg = viz.draw(model(x)[0] - 1, rankdir=rankdir, hide="constants").svg()
    marks = [
        (float(part.get("x")), float(part.get("y")))
        for group in ElementTree.fromstring(svg).iter()
        if group.get("class") == "edge"
        for part in group
        if part.tag.endswith("text")
    ]
    assert len(marks) >= 4
    for i, one in enumerate(marks):
        assert all(np.hypot(*np.subtract(one, other)) > 6 for other in marks[:i])


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_no_gradient_is_drawn_into_a_constant_or_from_where_it_is_0(depth):
    view = viz.draw(network(), direction="backward", depth=depth).view
    for edge in view.edges:
        if view.items[edge.source].kind in ("input", "constant"):
            assert edge.faded
    svg = viz.draw(network(), direction="backward", depth=depth).svg()
    for number, edge in enumerate(view.edges):
        (group,) = re.findall(rf'<g id="e{number}" .*?</g>', svg, re.DOTALL)
        if edge.faded or edge.sign == 0:
            assert 'stroke-dasharray="1.5 3"' in group
        assert ("<polygon" in group) != edge.faded


def test_lines_between_closed_modules_carry_the_gradient_that_flows_there():
    out = network()
    view = viz.draw(out, direction="backward", depth=2).view
    nodes = ancestors([out])
    products = [n for n in nodes if n.op and n.op.name == "multiply"]
    out.backward()
    last = products[-4:]  # of the last neuron: weight × output of the layer before
    signs = sorted(np.sign(n.grad * n.inputs[0].data) for n in last)
    target = view.items.index(titled(view, "layers.2.neurons.0"))
    drawn = sorted(e.sign for e in view.edges if e.target == target)
    assert drawn == signs


@both_ways
def test_the_caption_speaks_only_of_what_the_picture_has(direction):
    closed = viz.draw(network(), direction=direction, depth=1).view
    text = "; ".join(closed.caption)
    assert "× local derivative" not in text
    for phrase, there in {
        "orange: negative": any(e.sign == -1 for e in closed.edges),
        "dotted: no gradient": direction == "backward"
        and any(e.faded for e in closed.edges),
        "negative, dotted: 0": direction == "forward"
        and any(e.sign == 0 for e in closed.edges),
    }.items():
        assert (phrase in text) == there


@both_ways
def test_the_lines_of_a_wide_layer_are_thin_and_tell_size_and_sign(direction):
    drawing = viz.draw(network((16, 16, 1), (1.0, -2.0)), direction=direction)
    assert drawing.view.dense
    flows = [edge for edge in drawing.view.edges if edge.sign]
    assert {edge.sign for edge in flows} == {1, -1}
    widths = [float(w) for w in re.findall(r'stroke-width="([\d.]+)"', drawing.svg())]
    assert len({w for w in widths if w < 2}) > 30
    weakest = min(flows, key=lambda edge: edge.weight)
    assert weakest.weight < 0.1
    svg = drawing.svg()
    for number, edge in enumerate(drawing.view.edges):
        (group,) = re.findall(rf'<g id="e{number}" .*?</g>', svg, re.DOTALL)
        assert ('stroke-dasharray="4 2"' in group) == (edge.sign == -1)
        if edge.sign == 1:
            assert STYLES["positive"].line in group


# Numbers --------------------------------------------------------------------------


def four(x):
    text = f"{x:.4g}"
    return "0" if text == "-0" else text


def gradients(out):
    """By the engine's own transform, on the same numbers; no ``.grad`` is touched."""
    nodes = [node for node in ancestors([out]) if node.tracked]
    found = dict.fromkeys(nodes)
    for node, gradient, _ in pullback([out], [1.0]):
        found[node] = gradient
    return found


def random_nodes(rng):
    nodes = [ag.Value(rng.uniform(-2, 2), label=f"v{i}") for i in range(3)]
    for i in range(3, rng.randrange(6, 60)):
        kind = rng.choice([ag.add, ag.multiply, ag.subtract, ag.tanh, ag.sin])
        operands = rng.choices(nodes[-5:], k=2 if kind.arity == 2 else 1)
        nodes.append(kind(*operands))
        nodes[-1].label = f"v{i}"
    return nodes


@pytest.mark.parametrize("seed", range(15))
def test_the_parts_of_a_gradient_add_up_to_it(seed):
    rng = random.Random(seed)
    nodes = random_nodes(rng)
    most = rng.choice([200, 15])
    view = viz.draw(nodes[-3:], direction="backward", max_nodes=most).view
    for item in view.items:
        said = {row.key: row.text for row in item.rows}
        if said.get("", "").startswith("= "):
            parts = said[""][2:].replace(" - ", " + -").split(" + ")
            rounding = sum(abs(float(part)) for part in parts) * 1e-3
            assert abs(sum(map(float, parts)) - float(said["grad"])) <= rounding


@both_ways
@pytest.mark.parametrize("seed", range(15))
def test_every_number_read_back_from_the_svg_equals_memory(seed, direction):
    rng = random.Random(seed)
    nodes = random_nodes(rng)
    out = nodes[-1]
    if rng.random() < 0.7:
        out.backward()
    known = {node.label: node for node in ancestors([out])}
    options = rng.choice([{}, {"max_nodes": 15}, {"hide": "constants"}])
    svg = viz.draw(out, direction=direction, **options).svg()
    expected = gradients(out)
    read = 0
    for group in ElementTree.fromstring(svg).iter():
        if group.get("class") not in ("parameter", "result", "output"):
            continue
        texts = [part.text for part in group if part.tag.endswith("text")]
        node = known[texts[0]]
        said = dict(zip(texts[1::2], texts[2::2], strict=False))
        assert said["data"] == four(node.data)
        if direction == "backward":
            assert said["grad"] == four(expected[node])
        elif node.grad is None:
            assert said["grad"] == "not computed"
        else:
            assert said["grad"] == four(node.grad)
        read += 1
    assert read


# Colours and labels -----------------------------------------------------------------


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


THEMES = {  # what a colour is as a surface, and as text or a line
    "light": (str, str),
    "dark": (
        lambda colour: colour if colour == ALARM else DARK.get(colour, colour),
        DARK.__getitem__,
    ),
}


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_of_a_drawing_has_contrast_enough_and_every_line_can_be_seen(theme):
    surface, line = THEMES[theme]

    def written(text, fill):
        known = text if text in ("#000000", "#FFFFFF") else line(text)
        return contrast(known, surface(fill))

    for style, ink in STYLES.items():
        assert written(ink.text, ink.fill) >= 4.5, style
        assert written(key_colour(Row("key", "text", style)), ink.fill) >= 4.5, style
    for kind, ink in KINDS.items():
        assert written(ink.text, ink.fill) >= 4.5, kind
        assert contrast(line(ink.line), surface(PAPER)) >= 1.6, kind
    for depth, kind in [(0, "module"), (1, "module"), (0, "gradient")]:
        ink = frame_ink(Cluster("", "", kind=kind), depth)
        assert written(ink.text, ink.fill) >= 4.5
        for sign, more in product([1, -1, 0, None], ["faded", "broken", "tip"]):
            edge = Edge(0, 1, sign=sign, **{more: True})
            assert written(flow_ink(edge), PAPER) >= 4.5  # its label has a ground
            assert contrast(line(flow_colour(edge)), surface(ink.fill)) >= 3


def test_every_colour_of_a_drawing_is_another_on_dark_paper_but_for_an_overlays():
    inks = [*KINDS.values(), *STYLES.values()]
    inks += [
        frame_ink(Cluster("", "", kind=k), d)
        for k in ("module", "gradient")
        for d in (0, 1)
    ]
    used = {colour for ink in inks for colour in (ink.line, ink.fill, ink.text)}
    shades = {colour for ink in SHADE_INKS for colour in (ink.fill, ink.text)}
    assert used | {EDGE, MUTED} <= set(DARK) | shades
    style = viz.draw(ag.Value(1.0) * 2).svg().split("</style>")[0]
    assert "@media (prefers-color-scheme:dark){.glassgrad{" in style


def test_lines_that_carry_what_is_not_finite_are_red_and_the_caption_says_so():
    x = ag.tensor([0.0, 1.0], requires_grad=True)
    with np.errstate(all="ignore"):
        drawing = viz.draw((np.sqrt(x) * np.log(x)).sum(), direction="backward")
    lines = [edge for edge in drawing.view.edges if edge.broken]
    assert [edge.label[-1] for edge in lines] == ["norm inf", "norm inf"]
    assert {flow_colour(edge) for edge in lines} == {ALARM}
    assert "red: not finite" in " ".join(drawing.view.caption)
    whole = viz.draw((x + 1).sum(), direction="backward")
    assert "red" not in " ".join(whole.view.caption)


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_with_dot_no_label_lies_on_a_box_a_heading_or_another_label(rankdir):
    model = nn.Sequential(
        nn.Embedding(6, 8, generator=0),
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, generator=0),
        nn.Linear(8, 6, generator=0),
    )
    words = np.arange(6)[None]
    drawing = viz.draw(
        model, words, direction="backward", backend="dot", rankdir=rankdir
    )
    layout, sizes = drawing.layout, drawing.layout.sizes
    rooms = [*zip(layout.middles, sizes.items, strict=True)]
    for ((x, y), _), wide in zip(layout.frames[1:], sizes.headings[1:], strict=True):
        rooms.append(((x + wide / 2, y + HEADING / 2), (wide, HEADING)))
    for edge, middle, size in zip(
        drawing.view.edges, layout.labels, sizes.labels, strict=True
    ):
        if edge.label:
            for at, other in rooms:
                apart = [abs(a - b) for a, b in zip(middle, at, strict=True)]
                room = [(a + b) / 2 for a, b in zip(size, other, strict=True)]
                assert apart[0] >= room[0] or apart[1] >= room[1], edge
            rooms.append((middle, size))


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_with_dot_inputs_and_neurons_stand_in_their_order_on_one_line(rankdir):
    """Each layer in a column, one beside the other: no staircase."""
    drawing = viz.draw(
        nn.scalar.MLP(3, [4, 4, 1]),
        [1.0, -2.0, 0.5],
        depth=2,
        backend="dot",
        rankdir=rankdir,
    )
    columns = {}
    for item, at in zip(drawing.view.items, drawing.layout.middles, strict=True):
        columns.setdefault(item.title.rpartition(".neurons")[0] or "x", []).append(at)
    along, across = (0, 1) if rankdir == "LR" else (1, 0)
    for name in "x", "layers.0", "layers.1":
        column = columns[name][: 3 if name == "x" else None]  # and the output
        assert len({at[along] for at in column}) == 1
        assert column == sorted(column, key=lambda at: at[across])
    middles = [np.mean([at[across] for at in columns[f"layers.{i}"]]) for i in range(3)]
    assert np.ptp(middles) < 1


def test_a_transpose_is_written_large_enough_to_be_read():
    w = ag.tensor(np.ones((2, 3)), requires_grad=True)
    (circle,) = [item for item in viz.draw(w.T).view.items if item.round]
    assert circle.title == "Aᵀ"
