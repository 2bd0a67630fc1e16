"""DOT text: the same bytes every time, and whole whatever the labels hold."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from xml.etree import ElementTree

import pytest

import autograd as ag
import viz

here = pathlib.Path(__file__).parent
PROGRAM = """
import autograd as ag, nn, random, sys, viz
random.seed(1)
others = [ag.Value(0.0) for _ in range(random.Random().randrange(50))]
model = nn.scalar.MLP(2, [2, 1])
out = model([ag.Value(1.0, label="x1"), ag.Value(-2.0, label="x2")])
for direction in ("forward", "backward"):
    sys.stdout.write(viz.draw(out, direction=direction).dot)
    sys.stdout.write(viz.draw(out, direction=direction, backend="builtin").svg())
"""


def draw_elsewhere(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", PROGRAM]
    root = here.parent.parent
    return subprocess.run(
        command, capture_output=True, check=True, env=environment, cwd=root
    ).stdout


def test_two_processes_write_the_same_bytes():
    first, second = draw_elsewhere("1"), draw_elsewhere("2")
    assert first
    assert first == second


STRANGE = [
    '"',
    "\\",
    "\\N",
    "a<b>&amp;c",
    "{|}",
    "new\nline",
    "\x00\x1b",
    "日本 🙂",
    "]]>",
]


@pytest.mark.parametrize("label", STRANGE)
def test_any_label_survives_both_writers(label):
    x = ag.Value(1.0, label=label)
    drawing = viz.draw(x * 2 + x)
    for form in ("svg", "dot"):
        if form == "dot" and shutil.which("dot") is None:
            pytest.skip("needs dot")
        backend = "builtin" if form == "svg" else "dot"
        svg = viz.draw(x * 2 + x, backend=backend).svg()
        assert svg.rstrip().endswith("</svg>")
        assert "\x00" not in svg
    assert repr(drawing).startswith("Drawing")


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
@pytest.mark.parametrize("label", [r"\Gamma", r"C:\New\Graph", "\\", r"\\", "&amp;"])
def test_graphviz_sets_a_label_as_it_is(label):
    x = ag.Value(1.0, label=label)
    dot = viz.draw(x + 1, marks={x: [(label, label), label]}).dot
    svg = subprocess.run(
        ["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True
    ).stdout
    texts = [element.text for element in ElementTree.fromstring(svg).iter()]
    assert texts.count(label) == 4


def test_every_cluster_is_closed_and_holds_its_items():
    import nn

    model = nn.scalar.MLP(2, [2, 1])
    dot = viz.draw(model([1.0, 2.0])).dot
    assert dot.count("{") == dot.count("}")
    assert dot.count("subgraph cluster_") == 6


HOSTILE = [
    '"><script>alert(1)</script>',
    "]]></svg><script>",
    "<!--",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "\u2066a\u2069",
    "a\r\nb\u2028c\x85d\x0b",
    "x" * 10_000,
    "<TABLE></TABLE>>];n0->n1;",
    "\\",
    "${x}",
]
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_are_inert(text):
    x = ag.Value(1.0, label=text)
    drawing = viz.draw({text: x * 2}, marks={x: [text, (text, text)]})
    root = ElementTree.fromstring(drawing.svg())
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    drawn = {"svg", "g", "title", "rect", "text", "tspan", "path", "polygon"}
    assert tags <= {"style"} | drawn
    x.label = "x"
    plain = viz.draw({"y": x * 2}, marks={x: ["z", ("z", "z")]})
    style = re.compile("<style>.*?</style>")
    assert style.findall(drawing.svg()) == style.findall(plain.svg())
    for written in (drawing.svg(), drawing.dot):
        assert "<script" not in written
        assert not set(BIDI) & set(written)
    if shutil.which("dot"):
        svg = subprocess.run(
            ["dot", "-Tsvg"],
            input=drawing.dot.encode(),
            capture_output=True,
            check=True,
        ).stdout
        root = ElementTree.fromstring(svg)
        ids = [e.get("id") for e in root.iter() if e.tag.endswith("}g")]
        assert sorted(i for i in ids if i[0] == "n") == ["n0", "n1", "n2", "n3"]
        assert not any(e.tag.endswith("script") for e in root.iter())


def test_a_line_break_in_a_label_is_one_in_every_drawing():
    x = ag.Value(1.0, label="one\ntwo")
    drawing = viz.draw(x + 1, marks={x: ["a\nb"]})
    texts = [e.text for e in ElementTree.fromstring(drawing.svg()).iter()]
    assert texts.index("two") > texts.index("one")
    assert "a↵b" in texts
    assert "one<BR/>two" in drawing.dot
    assert "\ufffd" not in drawing.svg() + drawing.dot


def chain(length, frames=0):
    """A chain of boxes, as many frames around all of it but its ends."""
    from viz.view import Cluster, Edge, Item, View

    rooms = [Cluster("", ""), *(Cluster(f"{n}", "Block") for n in range(frames))]
    each = max(1, length // max(1, frames))
    items = [
        Item("result", f"a box of some width {n}", cluster=min(frames, 1 + n // each))
        for n in range(length)
    ]
    edges = [Edge(n, n + 1) for n in range(length - 1)]
    return View(items, edges, rooms, rankdir="")


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
@pytest.mark.parametrize("length", [5, 12, 60, 150])
def test_dot_draws_no_strip(length):
    from viz.layout import Sheet

    wide, high = Sheet(chain(length), "dot").layout.size
    assert wide < 2400
    assert length == 5 or 0.22 < wide / high < 4


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
def test_columns_of_dot_stand_in_order_and_end_where_frames_do():
    from viz.layout import Sheet
    from viz.layout.measure import measured
    from viz.layout.strips import course

    view = chain(120, frames=8)
    rankdir, columns = course(view, measured(view))
    assert rankdir == "TB"
    assert columns == sorted(columns)
    assert columns[-1] > 0
    of_frames = {
        (item.cluster, at) for item, at in zip(view.items, columns, strict=True)
    }
    assert len(of_frames) == 8
    x = [at for at, _ in Sheet(view, "dot").layout.middles]
    for at, after in pairwise(range(columns[-1] + 1)):
        sides = [
            [place for place, column in zip(x, columns, strict=True) if column == each]
            for each in (at, after)
        ]
        assert max(sides[0]) < min(sides[1])


def test_the_direction_asked_for_is_that_of_dot_too():
    drawn = [viz.draw(ag.Value(2.0) * 3, rankdir=way).dot for way in ("LR", "TB", None)]
    assert [re.search("rankdir=(..)", dot)[1] for dot in drawn] == ["LR", "TB", "LR"]


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")
def test_the_number_of_an_operand_lies_on_no_box_where_its_line_is_short():
    import nn
    from viz.layout.measure import item_size

    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    drawing = viz.draw(model, ag.tensor([[1.0, 2.0]]), backend="dot", rankdir="TB")
    root = ElementTree.fromstring(drawing.svg())
    marks = [each for each in root.iter() if each.get("font-size") == "8"]
    assert len(marks) == 6
    for mark in marks:
        x, y = (float(mark.get(name)) for name in "xy")
        for (a, b), item in zip(
            drawing.layout.middles, drawing.view.items, strict=True
        ):
            wide, high = item_size(item)
            assert abs(x - a) >= wide / 2 + 2 or abs(y - 2.8 - b) >= high / 2 + 4
