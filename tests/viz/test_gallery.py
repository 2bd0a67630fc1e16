"""The gallery of the documentation: every picture is made, and stands on its page."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")
pytest.importorskip("matplotlib", reason="needs matplotlib")

DOCS = Path(__file__).parents[2] / "docs"


def test_every_picture_of_the_gallery_is_made_by_the_lines_above_it(
    tmp_path, monkeypatch
):
    spec = importlib.util.spec_from_file_location("gallery", DOCS / "gallery.py")
    gallery = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gallery", gallery)  # whose source is read
    spec.loader.exec_module(gallery)
    gallery.write(tmp_path)
    page = (tmp_path / "gallery.md").read_text(encoding="utf-8")
    made = {path.name for path in (tmp_path / "gallery").iterdir()}
    assert len(made) == len(gallery.PICTURES) == page.count("\n## ") - 1
    assert {*re.findall(r'src="_static/([^"]*)"', page)} == made
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        compile(code, "gallery", "exec")
    nan = (tmp_path / "gallery" / "where_a_nan_came_from.svg").read_text("utf-8")
    assert "nan" in nan


def test_every_page_of_the_documentation_is_in_its_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = {*re.findall(r"^[\w/-]+$", index, re.MULTILINE)}
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert pages <= listed
