"""The package as its users meet it, whatever was imported before."""

import importlib
import pathlib
import pkgutil
import re

import pytest

import viz


def test_completion_offers_what_a_user_may_use_and_nothing_else():
    for module in pkgutil.walk_packages(viz.__path__, "viz."):
        importlib.import_module(module.name)
    offered = [name for name in dir(viz) if not name.startswith("__")]
    assert offered == sorted(viz.__all__)
    assert "__all__" in dir(viz)


@pytest.mark.parametrize(
    ("room", "known"),
    [
        ("read", {"view", "story", "collector"}),
        ("layout", {"view", "story", "collector", "digraph", "graphviz"}),
        ("write", {"view", "story", "digraph", "graphviz", "layout"}),
    ],
)
def test_what_reads_places_and_writes_meet_in_the_view_or_the_story(room, known):
    for path in pathlib.Path(viz.__file__).with_name(room).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"^\s*from \.\.(\w+)", text, re.MULTILINE)) <= known


def test_no_file_takes_the_name_of_something_public():
    files = {module.name for module in pkgutil.iter_modules(viz.__path__)}
    assert files
    assert not files & set(viz.__all__)
    assert all(getattr(viz, name).__name__ == name for name in viz.__all__)
