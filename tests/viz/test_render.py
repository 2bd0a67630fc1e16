"""Renderers: which is used, what happens when there is none, and what files hold."""

import logging
import os
import shutil
import stat
import subprocess
import sys

import pytest

import autograd as ag
import viz
from viz import graphviz

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
    assert 'pip install "glassgrad[dot]"' in str(error.value)
    assert not (tmp_path / f"graph.{form}").exists()


@needs_dot
@pytest.mark.parametrize(
    ("form", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")]
)
def test_dot_writes_every_format(drawing, tmp_path, form, magic):
    drawing.save(tmp_path / f"graph.{form.upper()}")
    assert (tmp_path / f"graph.{form.upper()}").read_bytes().startswith(magic)


@needs_dot
def test_dot_gives_every_item_its_id(drawing):
    svg = viz.draw(ag.Value(1.0) + 1, backend="dot").svg()
    for name in ("n0", "n1", "n2", "n3", "e0"):
        assert f'id="{name}"' in svg


@pytest.mark.parametrize("name", ["graph.gif", "graph", "graph.svg.txt"])
def test_an_unknown_extension_names_those_there_are(drawing, name):
    with pytest.raises(viz.RenderError, match=r"\.svg, \.png, \.pdf, \.dot"):
        drawing.save(name)


def test_an_unknown_backend_names_those_there_are():
    with pytest.raises(viz.RenderError, match="dot, pygraphviz, builtin"):
        viz.draw(ag.Value(1.0), backend="matplotlib").svg()


def test_a_backend_that_was_asked_for_is_not_replaced(nowhere, tmp_path):
    with pytest.raises(viz.RenderError, match="no dot on the PATH"):
        viz.draw(ag.Value(1.0), backend="dot").svg()
    with pytest.raises(viz.RenderError, match="only SVG"):
        viz.draw(ag.Value(1.0), backend="builtin").save(tmp_path / "graph.png")


def test_a_dot_that_never_finishes_is_given_up(nowhere):
    hanging = nowhere / "dot"
    hanging.write_text(f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    hanging.chmod(hanging.stat().st_mode | stat.S_IXUSR)
    x = ag.Value(3.0)
    with pytest.raises(viz.RenderError, match=r"not finished after 0\.2 s"):
        viz.draw(x * x, backend="dot", time_limit=0.2).svg()
    assert viz.draw(x * x, time_limit=0.2).svg().startswith("<svg")


def test_a_dot_that_fails_is_reported_with_its_own_words(nowhere):
    failing = nowhere / "dot"
    failing.write_text(f"#!{sys.executable}\nraise SystemExit('no such font')\n")
    failing.chmod(failing.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(viz.RenderError, match="no such font"):
        viz.draw(ag.Value(3.0), backend="dot").svg()


def test_which_backend_drew_is_logged_once(drawing, nowhere, caplog):
    with caplog.at_level(logging.INFO, logger="viz"):
        drawing.svg()
        drawing.svg()
        drawing._repr_svg_()
    assert len(caplog.records) == 1
    assert "builtin" in caplog.text


def test_a_graph_too_large_for_dot_goes_to_the_builtin_layout(caplog):
    x = ag.Value(1.0)
    for _ in range(800):
        x = x + 1.0
    drawing = viz.draw(x, max_nodes=10_000)
    with caplog.at_level(logging.INFO, logger="viz"):
        assert drawing.svg().startswith("<svg")
    assert "builtin" in caplog.text


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
