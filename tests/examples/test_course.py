"""The lessons as scripts. All are run, as notebooks, when the documentation is built."""

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import Value

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
LESSONS = sorted(path.stem for path in EXAMPLES.glob("[0-9]*.py"))

pytest.importorskip("sklearn")
Figure = pytest.importorskip("matplotlib.figure").Figure


@pytest.mark.parametrize(
    "lesson", ["01_neuron", "02_perceptron", "07_loans", "24_coming_from"]
)
def test_a_lesson_runs_as_a_script_and_its_pictures_are_what_it_says(lesson, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / f"{lesson}.py", "--out", tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    said = {line.split(": ", 1)[1] for line in lines if line.startswith("picture: ")}
    assert said == {str(path) for path in tmp_path.iterdir()} != set()


def meant(node, names):
    """What ``nn.optim.Adam`` stands for; None, if that is told only by running it."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = meant(node.value, names)
        if inspect.ismodule(owner) or inspect.isclass(owner):
            return getattr(owner, node.attr)
    return None


def ours(called):
    module = getattr(called, "__module__", None) or ""
    return module.split(".")[0] in ("autograd", "nn", "viz")


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_lesson_uses_of_the_packages_is_there_and_takes_what_it_gives(
    lesson, monkeypatch
):
    monkeypatch.syspath_prepend(EXAMPLES)
    tree = ast.parse((EXAMPLES / f"{lesson}.py").read_text(encoding="utf-8"))
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {}
    exec(compile(ast.Module(imports, []), lesson, "exec"), names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ours(called := meant(node.func, names)):
            named = {keyword.arg: None for keyword in node.keywords if keyword.arg}
            inspect.signature(called).bind_partial(**named)
        else:
            meant(node, names)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_short_begins_with_its_title_and_shows_something(lesson):
    text = (EXAMPLES / f"{lesson}.py").read_text(encoding="utf-8")
    assert text.startswith("# %% [markdown]\n# # ")
    assert len(text.splitlines()) <= 125
    assert re.search(r"^show\(", text, flags=re.MULTILINE)


def test_a_gallery_has_a_place_for_each_picture_and_a_name_for_each_row(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import course

    rows = course.gallery({"zeros": np.zeros((3, 64)), "noise": np.ones((3, 8, 8))})
    assert [axes.get_title("left") for axes in rows.axes[::3]] == ["zeros", "noise"]
    signed = course.gallery(-np.ones((4, 5, 5)), range(4), columns=2, cmap="PuOr")
    assert [axes.images[0].get_clim() for axes in signed.axes] == [(-1.0, 1.0)] * 4
    assert [axes.get_title() for axes in signed.axes] == ["0", "1", "2", "3"]


def test_planes_have_a_line_where_there_is_one_and_labels_for_all_or_by_name(
    monkeypatch,
):
    monkeypatch.syspath_prepend(EXAMPLES)
    import course

    points, signs = course.spirals(4)
    functions = {"left": lambda x: -x[:, 0], "nothing": lambda x: 0 * x[:, 0]}
    figure = course.planes(functions, points, {"left": signs, "nothing": -signs})
    left, nothing = figure.axes
    assert (len(left.collections), len(nothing.collections)) == (1, 0)
    dots, crosses = (line.get_xydata() for line in left.lines)
    np.testing.assert_array_equal(np.concatenate([dots, crosses]), points)
    np.testing.assert_array_equal(nothing.lines[0].get_xydata(), crosses)


def test_names_words_and_small_pictures_stand_where_they_belong(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import course

    points = np.array([[0.0, 0.0], [0.01, 0.01], [1.0, 1.0]])
    figure = course.named(points, {2: "far", 0: "here", 1: "too near"})
    assert [text.get_text() for text in figure.axes[0].texts] == ["far", "here"]
    figure = course.tinted([(["not", "bad"], {"+1": [-1.0, 3.0], "-1": [1.0, 0.0]})])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["+1", "-1"]
    np.testing.assert_allclose(figure.axes[0].images[0].get_array()[0], [-1 / 3, 1])
    tiles = np.arange(6.0).reshape(2, 3, 1, 1)
    drawn = course.sheet(tiles).axes[0].images[0].get_array()
    np.testing.assert_array_equal(drawn[1::3, 1::3], tiles[..., 0, 0])
    axes = course.matrix(np.eye(2), ["a", "b"], "across", "down").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b"]


def test_a_word_stands_beside_those_before_it(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import course

    rows = ag.tensor(np.arange(1.0, 4.0).reshape(1, 3, 1))
    seen = course.side_by_side(rows, 2).data[0]
    np.testing.assert_array_equal(seen, [[0, 1], [1, 2], [2, 3]])


def test_in_a_notebook_each_picture_is_displayed_wherever_in_its_cell(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import course

    pictures = [Figure(), viz.draw(Value(1.0) * 2)]
    shown = []
    notebook = SimpleNamespace(display=SimpleNamespace(display=shown.append))
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    monkeypatch.setitem(sys.modules, "IPython.display", notebook.display)
    for picture in pictures:
        assert course.show(picture, "name") is None
    assert [shown[0].figure, shown[1]] == pictures


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import tiny

    return tiny


STEPS = (
    lambda x, y: x + y,
    lambda x, y: x * y * 0.3,
    lambda x, y: x - y * 0.5,
    lambda x, y: x / (y * y + 1),
    lambda x, y: x.tanh() - y,
    lambda x, y: (x * 0.1).exp() * y,
    lambda x, y: (x * x + 1).log() + y,
    lambda x, y: x.relu() * y,
    lambda x, y: 2 - x * y,
    lambda x, y: 1 / (x * x + 1) - -y,
)


@pytest.mark.parametrize("seed", range(20))
def test_the_tiny_engine_has_the_gradients_of_the_real_one(tiny, seed):
    rng = np.random.default_rng(seed)
    numbers = rng.uniform(0.5, 2, 3).tolist()
    program = [(rng.choice(STEPS), rng.integers(3 + i, size=2)) for i in range(20)]
    found = []
    for kind in (tiny.Number, Value):
        leaves = [kind(x) for x in numbers]
        made = list(leaves)
        for step, (i, j) in program:
            made.append(step(made[i], made[j]).tanh())
        loss = sum(made[1:], made[0])
        loss.backward()
        found.append([loss.data, *(leaf.grad for leaf in leaves)])
    np.testing.assert_allclose(*found, rtol=1e-12)


def test_the_tiny_engine_has_as_many_lines_as_the_texts_say():
    many = len((EXAMPLES / "tiny.py").read_text(encoding="utf-8").splitlines())
    for name in ("01_neuron.py", "README.md"):
        assert f" {many} lines" in (EXAMPLES / name).read_text(encoding="utf-8")


def test_the_tiny_engine_is_deep_without_recursion(tiny):
    x = tiny.Number(1.0)
    y = x
    for _ in range(5000):
        y = y + x
    y.backward()
    assert x.grad == 5001
