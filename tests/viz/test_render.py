"""Renderers: which is used, what happens when there is none, and what files hold."""

import json
import logging
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from viz import graphviz
from viz.layout import Sheet
from viz.view import Cluster, Edge, Item, View

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot")


@pytest.fixture
def drawing():
    x = ag.Value(3.0, label="x")
    return viz.draw(x * x)


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A PATH without dot, and no pygraphviz."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(graphviz.importlib.util, "find_spec", lambda name: None)
    return tmp_path


def program(path, text):
    """An executable Python script."""
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_svg_and_dot_need_no_renderer(drawing, nowhere, tmp_path):
    drawing.save(tmp_path / "graph.svg")
    drawing.save(tmp_path / "graph.dot")
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == drawing.svg()
    assert (tmp_path / "graph.dot").read_text(encoding="utf-8") == drawing.dot
    assert 'class="parameter"' in drawing.svg()


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_png_and_pdf_without_a_renderer_name_two_ways_to_get_one(
    drawing, nowhere, tmp_path, form
):
    with pytest.raises(viz.RenderError) as error:
        drawing.save(tmp_path / f"graph.{form}")
    assert "apt install graphviz" in str(error.value)
    assert ('"glassgrad[png]"' in str(error.value)) == (form == "png")
    assert 'pip install "glassgrad[dot]"' in str(error.value)
    assert not (tmp_path / f"graph.{form}").exists()


@needs_dot
@pytest.mark.parametrize(("form", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_dot_makes_pictures_of_the_dot_text(drawing, tmp_path, form, magic):
    drawing.save(tmp_path / f"graph.{form.upper()}")
    assert (tmp_path / f"graph.{form.upper()}").read_bytes().startswith(magic)


@needs_dot
def test_dot_places_what_our_writer_draws():
    x = ag.Value(1.0, label="\\Gamma \\N")
    ours, theirs = (viz.draw(x * x, backend=name) for name in ("builtin", "dot"))
    assert ours.svg() != theirs.svg()
    assert ours.view == theirs.view
    pattern = r' id="\w+"|<text|>[^<>]+<'
    found, expected = (re.findall(pattern, each.svg()) for each in (theirs, ours))
    assert found == expected
    assert ">\\Gamma \\N<" in found


@needs_dot
@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_dot_draws_what_has_nothing_left_to_draw(tmp_path, form):
    drawing = viz.draw(ag.tensor(3.0), hide="inputs", backend="dot")
    drawing.save(tmp_path / f"graph.{form}")
    assert "not drawn: 1 input" in drawing.svg()


@pytest.mark.parametrize("name", ["graph.gif", "graph", "graph.svg.txt"])
def test_an_unknown_extension_names_those_there_are(drawing, name):
    with pytest.raises(viz.RenderError, match=r"\.svg, \.png, \.pdf, \.dot"):
        drawing.save(name)


def test_an_unknown_backend_names_those_there_are():
    with pytest.raises(viz.RenderError, match="builtin, dot, pygraphviz"):
        viz.draw(ag.Value(1.0), backend="matplotlib")


def test_a_backend_that_was_asked_for_is_not_replaced(nowhere, tmp_path):
    with pytest.raises(viz.RenderError, match="no dot on the PATH"):
        viz.draw(ag.Value(1.0), backend="dot").svg()
    with pytest.raises(viz.RenderError, match="needs resvg"):
        viz.draw(ag.Value(1.0), backend="builtin").save(tmp_path / "graph.png")
    with pytest.raises(viz.RenderError, match="only SVG and PNG"):
        viz.draw(ag.Value(1.0), backend="builtin").save(tmp_path / "graph.pdf")


def test_a_dot_that_never_finishes_is_given_up(nowhere):
    program(nowhere / "dot", "import signal; signal.pause()")
    x = ag.Value(3.0)
    with pytest.raises(viz.RenderError, match=r"not finished after 0\.2 s"):
        viz.draw(x * x, backend="dot", time_limit=0.2).svg()


def test_a_dot_that_fails_is_reported_with_its_own_words(nowhere):
    program(nowhere / "dot", "raise SystemExit('no such font')")
    with pytest.raises(viz.RenderError, match="no such font"):
        viz.draw(ag.Value(3.0), backend="dot").svg()


def test_positions_are_read_from_the_upper_left_corner_and_edges_by_name(nowhere):
    answer = {
        "bb": "10,0,110,50",
        "objects": [
            {"name": "cluster_1", "bb": "60,5,100,45"},
            {"name": "n1", "pos": "80,40"},
            {"name": "n0", "pos": "20,10"},
        ],
        "edges": [
            {"id": "e1", "pos": "30,9 40,9 50,39 66,39"},
            {"id": "e0", "pos": "30,10 40,10 50,40 66,40", "lp": "45,30"},
        ],
    }
    program(
        nowhere / "dot", f"import sys; sys.stdin.read(); print({json.dumps(answer)!r})"
    )
    view = View([Item("input", "x"), Item("operation", "×", cluster=1)])
    view.edges += [Edge(0, 1, label=("= 2",)), Edge(0, 1)]
    view.clusters.append(Cluster("f", "F"))
    layout = Sheet(view, "dot").layout
    assert layout.middles == [(10, 40), (70, 10)]
    assert layout.labels == [(35, 20), (0, 0)]
    assert layout.paths[0] == [(20, 40), (30, 40), (40, 10), (56, 10)]
    assert layout.paths[1] == [(20, 41), (30, 41), (40, 11), (56, 11)]
    assert layout.frames == [((0, 0), (100, 50)), ((50, 5), (40, 40))]


BROKEN = {
    "nothing": b"",
    "another format": b"<svg></svg>",
    "a cut picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "a cut document": b"%PDF-1.7 ...",
    "cut JSON": b'{"bb": "0,0,1',
    "JSON that ends too soon": b'{"bb": {}',
    "JSON without positions": b'{"bb": "0,0,1,1", "objects": []}',
    "JSON with other things": b'{"bb": 3, "objects": [{}]}',
}


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
@pytest.mark.parametrize("wrote", BROKEN.values(), ids=BROKEN)
def test_what_dot_wrote_is_not_believed_because_it_exits_well(nowhere, form, wrote):
    write = f"import sys; sys.stdout.buffer.write({wrote!r}); sys.stdin.read()"
    program(nowhere / "dot", write)
    with pytest.raises(viz.RenderError, match=r"is empty or cut|cannot be read"):
        viz.draw(ag.Value(3.0) + 1, backend="dot").save(nowhere / f"graph.{form}")
    assert not (nowhere / f"graph.{form}").exists()


@needs_dot
def test_which_program_made_a_picture_is_logged(drawing, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="viz"):
        drawing.svg()
        drawing.save(tmp_path / "graph.pdf")
    assert [record.getMessage() for record in caplog.records] == ["dot made the pdf"]


def test_an_svg_asks_no_program_and_writes_no_dot_text(drawing, monkeypatch):
    for name, home in (("run", "graphviz"), ("digraph", "digraph")):
        for module in (home, "layout.dot", "write.dot", "write.picture"):
            monkeypatch.delattr(f"viz.{module}.{name}", raising=module == home)
    assert drawing._repr_svg_().startswith("<svg")


def test_importing_viz_imports_no_renderer():
    program = (
        "import sys, viz; "
        "print([m for m in ('graphviz', 'pygraphviz', 'matplotlib', 'nn', "
        "'autograd.check', 'hypothesis') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=os.path.dirname(os.path.dirname(viz.__file__)),
    )
    assert done.stdout.strip() == "[]"


def test_pygraphviz_draws_in_a_process_of_its_own(drawing):
    pytest.importorskip("pygraphviz", reason="needs pygraphviz")
    assert "</svg>" in viz.draw(ag.Value(1.0) + 1, backend="pygraphviz").svg()


def test_a_png_needs_no_graphviz_where_resvg_is_installed(tmp_path):
    pytest.importorskip("resvg_py", reason="needs resvg-py")
    x = ag.Value(3.0, label=r"\Gamma")
    for backend in (None, "builtin"):
        viz.draw(x * x, backend=backend).save(tmp_path / "graph.png")
        assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")


PICTURES = {
    "drawing": lambda: viz.draw(ag.Value(3.0) * 2),
    "player": lambda: viz.play(ag.Value(3.0) * 2),
    "network": lambda: viz.network(nn.MLP(2, [1], generator=0), np.ones(2)),
    "film": lambda: viz.film([([np.ones((1, 2))], [np.ones(2), np.ones(1)])]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_where_no_file_can_be_written_the_error_says_why_and_none_is_left(
    name, tmp_path
):
    picture = PICTURES[name]()
    with pytest.raises(FileNotFoundError, match=r"no folder '.*nodir'.*os\.makedirs"):
        picture.save(tmp_path / "nodir" / "a.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder\.svg' is a folder; give"):
        picture.save(tmp_path / "folder.svg")
    for ending in "", "a.bmp", "svg":
        with pytest.raises(viz.RenderError, match=r"extension; use one of \."):
            picture.save(os.path.join(tmp_path, ending))
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]
    picture.save(tmp_path / "A.SVG")
    assert (tmp_path / "A.SVG").read_bytes().startswith(b"<svg")


@pytest.mark.parametrize("there", [True, False])
def test_show_opens_the_drawing_or_says_where_it_is(there, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or there)
    drawing = viz.draw(ag.Value(3.0) + 1)
    if there:
        drawing.show()
    else:
        with pytest.raises(viz.RenderError, match=r"no browser.*\.svg"):
            drawing.show()
    path = pathlib.Path(opened[0].removeprefix("file://"))
    assert path.read_text(encoding="utf-8") == drawing.svg()
    path.unlink()


def test_a_graph_too_large_for_dot_says_what_to_do(nowhere):
    program(nowhere / "dot", "import signal; signal.pause()")
    with pytest.raises(viz.RenderError, match=r"too large.*max_nodes.*time_limit"):
        viz.draw(ag.Value(3.0) + 1, time_limit=0.2).save(nowhere / "graph.pdf")
