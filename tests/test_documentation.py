"""What the documentation shows is what happens: the README, and every docstring."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
PACKAGES = ["autograd", "nn", "viz"]


def modules():
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield name
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield module.name


@pytest.mark.parametrize("name", list(modules()))
def test_every_example_in_a_docstring_runs(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert failed == 0


def test_every_example_in_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    readme = str(ROOT / "README.md")
    failed, attempted = doctest.testfile(
        readme, module_relative=False, optionflags=FLAGS
    )
    assert attempted > 30
    assert failed == 0


def test_the_picture_in_the_readme_is_what_the_code_draws():
    import viz
    from autograd import Value

    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.88, label="b")
    out = (x1 * w1 + x2 * w2 + b).tanh()
    out.label = "out"
    drawn = viz.draw(out, direction="backward", backend="builtin").svg()
    assert (ROOT / "docs" / "neuron.svg").read_text(encoding="utf-8") == drawn
