"""DOT text: the same bytes every time, and whole whatever the labels hold."""

import os
import pathlib
import shutil
import subprocess
import sys
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


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_drawing_of_a_neuron_is_the_golden_one(direction):
    x, w, b = ag.Value(2.0, label="x"), ag.Value(-3.0, label="w"), ag.Value(6.5)
    out = (x * w + b - 1).tanh()
    out.label = "out"
    golden = (here / f"neuron-{direction}.dot").read_text(encoding="utf-8")
    assert viz.draw(out, direction=direction).dot == golden


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
