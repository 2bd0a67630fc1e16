"""Marked nodes: red in both writers and directions, and never hidden by a summary."""

import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd.core.node import ancestors
from viz.layout import Sheet
from viz.write.palette import ALARM

ROWS = [("got", "0.25"), ("expected", "-0.25, by complex step"), "in operand 2"]
both_ways = pytest.mark.parametrize("direction", ["forward", "backward"])


def neuron():
    x, w, b = (ag.Value(v, label=n) for n, v in {"x": 2.0, "w": -3.0, "b": 6.5}.items())
    product = x * w
    return w, product, (product + b).tanh()


def chain(length):
    """``2 * length + 1`` nodes, oldest first."""
    x = ag.Value(1.0, label="x")
    nodes = [x]
    for _ in range(length):
        nodes.append(nodes[-1] * 1.0001)
        nodes.append(nodes[-1] + 0.0001)
    return nodes


def network(samples):
    random.seed(0)
    model = nn.scalar.MLP(2, [4, 4, 1])
    total = ag.Value(0.0)
    for _ in range(samples):
        total = total + (1 - model([random.random(), random.random()])).relu()
    return total


def splits(times):
    x = ag.tensor(np.arange(6.0), requires_grad=True)
    for _ in range(times):
        first, _, last = ag.split(x, 3)
        x = ag.concatenate([first - last, last, first])
    return x.sum()


def marked(view):
    return [item for item in view.items if item.marked]


def guilty(view):
    return [i for i, item in enumerate(view.items) if item.kind == "guilty"]


def into(view, i):
    return [view.items[edge.source] for edge in view.edges if edge.target == i]


def out_of(view, i):
    return [view.items[edge.target] for edge in view.edges if edge.source == i]


def red_rows(item):
    return [(row.key, row.text) for row in item.rows if row.style == "alarm"]


def line_of(dot, number):
    (line,) = [x for x in dot.splitlines() if x.strip().startswith(f"n{number} [")]
    return line


def group_of(svg, number):
    pattern = rf'<g id="n{number}" class="(\w+)">(.*?)</g>'
    (found,) = re.findall(pattern, svg, flags=re.DOTALL)
    return found


def runs_onwards(view):
    """Whether drawn downwards, in one column, every edge ends below its source."""
    down = [y for _, y in Sheet(replace(view, rankdir="TB")).layout.middles]
    return all(down[edge.source] < down[edge.target] for edge in view.edges)


@both_ways
def test_a_marked_operation_has_a_red_circle_and_its_box_the_rows(direction):
    _, product, out = neuron()
    view = viz.draw(out, direction=direction, marks={product: ROWS}).view
    (circle,) = guilty(view)
    assert view.items[circle].title == "×"
    (box,) = out_of(view, circle)
    assert marked(view) == [box]
    assert box.kind == "result"
    assert red_rows(box) == [*ROWS[:2], ("", ROWS[2])]
    assert [row.key for row in box.rows[:2]] == ["data", "grad"]
    assert view.caption[-1] == "marked in red: 1 operation (multiply)"


@both_ways
def test_a_marked_leaf_has_a_red_outline_and_no_operation_turns_red(direction):
    w, _, out = neuron()
    view = viz.draw(out, direction=direction, marks={w: ROWS}).view
    (box,) = marked(view)
    assert (box.title, box.kind) == ("w", "parameter")
    assert red_rows(box) == [*ROWS[:2], ("", ROWS[2])]
    assert guilty(view) == []
    assert view.caption[-1] == "marked in red: 1 leaf (w)"


@both_ways
def test_both_writers_draw_marks_in_red(direction):
    w, product, out = neuron()
    drawing = viz.draw(out, direction=direction, marks={product: ROWS, w: []})
    (circle,) = guilty(drawing.view)
    boxes = [i for i, item in enumerate(drawing.view.items) if item.marked]
    svg = drawing.svg()
    ElementTree.fromstring(svg)
    assert 'class="guilty"' in line_of(drawing.dot, circle)
    assert f'fillcolor="{ALARM}"' in line_of(drawing.dot, circle)
    kind, markup = group_of(svg, circle)
    assert kind == "guilty"
    assert f'fill="{ALARM}"' in markup
    for box in boxes:
        assert f'BORDER="2" COLOR="{ALARM}"' in line_of(drawing.dot, box)
        assert f'stroke="{ALARM}" stroke-width="2"' in group_of(svg, box)[1]
    for text in ("0.25", "-0.25, by complex step", "in operand 2"):
        assert f'<FONT COLOR="#FFFFFF">{text}</FONT>' in drawing.dot
        assert re.search(f'fill="#FFFFFF">{re.escape(text)}</text>', svg)
    for text in (drawing.dot, svg):
        assert "marked in red: 1 operation (multiply), 1 leaf (w)" in text


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
@both_ways
def test_graphviz_draws_marks_in_red(direction):
    _, product, out = neuron()
    svg = viz.draw(out, direction=direction, marks={product: ROWS}, backend="dot").svg()
    assert svg.count(ALARM) > 2
    assert "by complex step" in svg


def test_without_marks_nothing_changes_and_nothing_is_said():
    _, _, out = neuron()
    assert viz.draw(out, marks={}).dot == viz.draw(out).dot
    assert ALARM not in viz.draw(out).dot
    assert "marked" not in viz.draw(out).dot


def test_the_caption_counts_marks_and_names_the_first_few():
    nodes = chain(4)
    marks = {node: [] for node in nodes[1:5]}
    caption = viz.draw(nodes[-1], marks=marks).view.caption
    assert caption[-1] == "marked in red: 4 operations (multiply, add)"
    x = ag.Value(0.5)
    several = [x, x.exp(), x.sin(), x.cos(), x.tanh()]
    marks = {node: [] for node in several}
    caption = viz.draw(several[1:], marks=marks).view.caption
    assert caption[-1] == "marked in red: 4 operations (exp, sin, cos, …), 1 leaf"


def test_a_red_circle_counts_as_a_circle():
    _, product, out = neuron()
    assert repr(viz.draw(out, marks={product: ROWS})) == repr(viz.draw(out))


def test_a_mark_on_an_operation_that_is_not_finite_either_is_still_a_mark():
    x = ag.tensor([1.0, 0.0], requires_grad=True)
    with np.errstate(all="ignore"):
        log = np.log(x)
    view = viz.draw(log.sum(), marks={log: ROWS}).view
    assert len(guilty(view)) == 1
    assert any(line.startswith("not finite from") for line in view.caption)
    assert any(line.startswith("marked in red") for line in view.caption)


@both_ways
def test_a_marked_output_of_several_has_its_operation_in_red(direction):
    first, _, last = ag.split(ag.tensor(np.arange(6.0), requires_grad=True), 3)
    out = (first * last).sum()
    view = viz.draw(out, direction=direction, marks={last: ROWS}).view
    (circle,) = guilty(view)
    assert view.items[circle].title == "split"
    (box,) = marked(view)
    assert box.rows[0].key == "output 2"
    assert box in out_of(view, circle)


@both_ways
def test_a_mark_on_all_outputs_of_an_operation_has_a_box_of_its_own(direction):
    first, _, last = ag.split(ag.tensor(np.arange(6.0), requires_grad=True), 3)
    out = (first * last).sum()
    marks = {first.inputs[0]: ROWS, last: []}
    view = viz.draw(out, direction=direction, marks=marks).view
    (circle,) = guilty(view)
    note, box = marked(view)
    assert len(red_rows(note)) == 3
    assert box.rows[0].key == "output 2"
    assert note in out_of(view, circle)
    assert view.caption[-1] == "marked in red: 1 operation (split)"
    assert runs_onwards(view)


# Summaries --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_chain():
    return chain(2500)


@both_ways
@pytest.mark.parametrize("at", [2500, 2501, 1, 12, 13, 4990, 5000])
@pytest.mark.parametrize("most", [1500, 40, 1])
def test_of_five_thousand_nodes_the_marked_one_and_its_inputs_are_drawn(
    long_chain, at, most, direction
):
    nodes = long_chain
    marks = {nodes[at]: ROWS}
    drawing = viz.draw(nodes[-1], direction=direction, max_nodes=most, marks=marks)
    view = drawing.view
    assert len(view.items) < 100
    (circle,) = guilty(view)
    (box,) = [item for item in out_of(view, circle) if item.marked]
    assert len(red_rows(box)) == 3
    assert {item.kind for item in into(view, circle)} <= {
        "result",
        "constant",
        "parameter",
    }
    labels = [edge.label for edge in view.edges if edge.target == circle]
    assert any(labels) == (direction == "backward")
    assert runs_onwards(view)
    for text in (drawing.dot, drawing.svg()):
        assert 'class="guilty"' in text
        assert "-0.25, by complex step" in text


def test_a_marked_leaf_is_drawn_however_many_others_fold():
    leaves = [ag.Value(1.0, label=f"leaf {i}") for i in range(3000)]
    total = ag.Value(0.0)
    for leaf in leaves + leaves[:1000]:
        total = total + leaf
    view = viz.draw(total, marks={leaves[0]: ROWS, leaves[1500]: ROWS}).view
    assert [item.title for item in marked(view)] == ["leaf 0", "leaf 1500"]
    assert len(view.items) < 500


def test_inputs_made_long_before_the_marked_operation_are_drawn():
    nodes = chain(2500)
    product = nodes[700] * nodes[2300]
    view = viz.draw(product * nodes[-1], marks={product: ROWS}).view
    (circle,) = guilty(view)
    assert [item.kind for item in into(view, circle)] == ["result", "result"]
    assert runs_onwards(view)


def test_one_operation_between_two_that_are_drawn_is_no_fold():
    x = chain(1250)[-1].exp()
    product = x * (x + 1).sin()
    out = product + chain(1250)[-1]
    view = viz.draw(out, marks={product: ROWS}).view
    folds = [item.title for item in view.items if item.kind == "fold"]
    assert "1 operation" not in folds


def test_modules_around_a_mark_open_and_the_others_stay_closed():
    out = network(1)
    inside = [node for node in ancestors([out]) if node.op and node.op.name == "relu"]
    view = viz.draw(out, max_nodes=60, marks={inside[1]: ROWS}).view
    (circle,) = guilty(view)
    frame = view.clusters[view.items[circle].cluster]
    assert frame.path == "layers.0.neurons.1"
    closed = [item.title for item in view.items if item.kind == "fold"]
    assert "layers.0.neurons.0" in closed
    assert "layers.0.neurons.1" not in closed
    assert runs_onwards(view)


class Long(nn.Module):
    def forward(self, x):
        for _ in range(1000):
            x = x * 1.001 + 0.001
        return x


def test_what_folds_around_a_mark_in_a_long_module_stays_in_the_modules_frame():
    middle, x = Long(), ag.Value(1.0)
    out = middle(x.sin()).exp()
    node = ancestors([out])[1000]
    view = viz.draw(out, marks={node: ROWS}).view
    folds = [item for item in view.items if item.kind == "fold"]
    assert len(folds) == 2
    assert {view.clusters[fold.cluster].title for fold in folds} == {"Long"}
    assert runs_onwards(view)


def nodes_in(seed):
    """A graph of some kind, and two or three of its nodes."""
    rng = random.Random(seed)
    out = rng.choice([lambda: network(6), lambda: splits(40), lambda: chain(300)[-1]])()
    nodes = ancestors([out])
    return out, rng.sample(nodes, rng.randrange(1, 4))


@both_ways
@pytest.mark.parametrize("most", [300, 60, 14, 1])
@pytest.mark.parametrize("seed", range(12))
def test_no_summary_hides_a_mark_or_leads_back_to_where_it_came_from(
    seed, most, direction
):
    out, chosen = nodes_in(seed)
    marks = {node: [("node", str(i))] for i, node in enumerate(chosen)}
    view = viz.draw(out, direction=direction, max_nodes=most, marks=marks).view
    written = {row.text for item in marked(view) for row in item.rows if row.key}
    assert {str(i) for i in range(len(chosen))} <= written
    for circle in guilty(view):
        assert all(item.kind != "fold" for item in into(view, circle))
    assert runs_onwards(view)
    for line in view.caption:
        if line.startswith("summary"):
            n_hidden, n_nodes, n_folds = (
                int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", line)
            )
            assert n_nodes == len(ancestors([out]))
            assert n_folds == sum(item.kind == "fold" for item in view.items)
            assert n_hidden < n_nodes


# The same bytes ---------------------------------------------------------------------

PROGRAM = """
import autograd as ag, random, sys, viz
others = [ag.Value(0.0) for _ in range(random.Random().randrange(50))]
x = ag.Value(1.0, label="x")
nodes = [x]
for _ in range(2500):
    nodes.append(nodes[-1] * 1.0001)
    nodes.append(nodes[-1] + 0.0001)
marks = {node: [("got", "1"), "wrong"] for node in {x, nodes[1000], nodes[3001]}}
for direction in ("forward", "backward"):
    for node in (nodes[3001], nodes[-1]):
        drawing = viz.draw(node, direction=direction, marks=marks, backend="builtin")
        sys.stdout.write(drawing.dot + drawing.svg())
"""


def draw_elsewhere(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    root = pathlib.Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(
        command, capture_output=True, check=True, env=environment, cwd=root
    ).stdout


def test_two_processes_write_the_same_bytes_of_marks():
    first, second = draw_elsewhere("1"), draw_elsewhere("2")
    assert b"guilty" in first
    assert first == second


def test_the_order_of_marks_does_not_matter():
    w, product, out = neuron()
    one = viz.draw(out, marks={w: ROWS, product: []})
    other = viz.draw(out, marks={product: [], w: ROWS})
    assert one.dot == other.dot
    assert one.svg() == other.svg()


# Errors -----------------------------------------------------------------------------


def test_a_mark_of_a_node_that_is_not_drawn_says_which_and_what_to_do():
    _, product, out = neuron()
    stranger = ag.Value(4.0, label="stranger")
    with pytest.raises(ValueError, match=r"'stranger' 4\.0.*not in the drawn graph"):
        viz.draw(out, marks={stranger: ROWS})
    with pytest.raises(ValueError, match=r"not in the drawn graph.*Mark what"):
        viz.draw(product, marks={out: ROWS})
    split = ag.split(ag.tensor(np.ones(6), requires_grad=True), 3)[0].inputs[0]
    with pytest.raises(ValueError, match="of 3 outputs"):
        viz.draw(out, marks={split: ROWS})


def test_marks_that_are_no_rows_are_a_type_error_that_shows_how_to_write_them():
    _, product, out = neuron()
    with pytest.raises(TypeError, match=r"as in \[.*; got 'wrong'"):
        viz.draw(out, marks={product: "wrong"})
    with pytest.raises(TypeError, match=r"list of rows.*got None"):
        viz.draw(out, marks={product: None})
    for row in (0.25, ("got", 0.25), ("got", "0.25", "1"), None):
        with pytest.raises(TypeError, match="pair"):
            viz.draw(out, marks={product: [row]})
    with pytest.raises(TypeError, match=r"mapping.*; got list"):
        viz.draw(out, marks=[product])
    with pytest.raises(TypeError, match="'product'"):
        viz.draw(out, marks={"product": ROWS})


@pytest.mark.parametrize("text", ['"', "\\", "a<b>&amp;c", "new\nline", "日本 🙂"])
def test_any_text_survives_both_writers(text):
    _, product, out = neuron()
    marks = {product: [text, (text, text)]}
    ElementTree.fromstring(viz.draw(out, marks=marks, backend="builtin").svg())
    if shutil.which("dot"):
        svg = viz.draw(out, marks=marks, backend="dot").svg()
        assert svg.rstrip().endswith("</svg>")
