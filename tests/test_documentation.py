"""What the documentation shows is what happens: the README, and every docstring."""

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

import autograd as ag
import viz
from autograd import Value, memory
from autograd.check import GradientError, check_graph
from autograd.core.space import SMALL
from autograd.ops import error_functions
from autograd.transforms import sweeps_along

ROOT = Path(__file__).parent.parent
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
PACKAGES = ["autograd", "nn", "viz"]
pytestmark = pytest.mark.usefixtures("few_examples")


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


@pytest.mark.parametrize(
    ("document", "fewest"),
    [
        ("README.md", 9),
        ("docs/checking.md", 25),
        ("docs/compile.md", 20),
        ("docs/conventions.md", 5),
        ("docs/data.md", 25),
        ("docs/drawing.md", 20),
        ("docs/extending.md", 20),
        ("docs/layers.md", 12),
        ("docs/networks.md", 35),
        ("docs/numpy.md", 15),
        ("docs/pitfalls.md", 12),
        ("docs/saving.md", 20),
        ("docs/parallel.md", 15),
        ("docs/scikit-learn.md", 15),
        ("docs/speed.md", 8),
        ("docs/start.md", 15),
        ("docs/torch.md", 15),
        ("docs/tour.md", 60),
        ("docs/transforms.md", 30),
        ("docs/training.md", 30),
        ("docs/player.md", 8),
        ("docs/reference/autograd.md", 15),
    ],
)
def test_every_example_in_a_document_runs(document, fewest, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, attempted = doctest.testfile(
        str(ROOT / document), module_relative=False, optionflags=FLAGS
    )
    assert attempted > fewest
    assert failed == 0


MODULE = r"automodule:: (\S+)"


def shown():
    """The modules of the reference, and the page on which each stands."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    return [(module, text) for text in texts for module in re.findall(MODULE, text)]


@pytest.mark.parametrize(
    ("module", "page"), shown(), ids=[module for module, _ in shown()]
)
def test_every_public_name_says_what_it_is_and_shows_it(module, page):
    """What is called: functions and classes, also such as only others make.

    In its docstring, or, as those of the core, in the examples of its page.
    """
    public = importlib.import_module(module)
    parts = {name: getattr(public, name) for name in public.__all__}
    docs = {
        name: part.__doc__ or ""
        for name, part in parts.items()
        if callable(part) and not isinstance(part, np.dtype)
    }
    assert all(docs.values())
    examples = [each.source for each in doctest.DocTestParser().get_examples(page)]
    used = set(re.findall(r"\bag\.(\w+)", "".join(examples)))
    missing = {name for name, doc in docs.items() if ">>> " not in doc}
    assert missing - used == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_module_has_its_place_in_the_reference(package):
    public = importlib.import_module(package)
    parts = [getattr(public, name) for name in public.__all__]
    modules = {part.__name__ for part in parts if inspect.ismodule(part)}
    assert {package, *modules} <= {module for module, _ in shown()}


SETUP = (ROOT / "setup.cfg").read_text(encoding="utf-8")
NUMPY = re.search(r"^ *numpy>=(.*)", SETUP, flags=re.MULTILINE)[1]
*FIRST, LAST = re.findall(r"Python :: (3\.\d+)", SETUP)
PYTHONS = f"{', '.join(FIRST)} or {LAST}"
MOST = inspect.signature(viz.network).parameters["most"].default
EXAMPLES = {
    name: settings.get_profile(name).max_examples for name in ("dev", "ci", "thorough")
}
QUIZ = (ROOT / "viz/write/player/quiz.js").read_text(encoding="utf-8")
WITHIN = re.search(r"min\((.+), (.+) \* size\).*\n.*max\((.+) \* size", QUIZ).groups()
SMALL_WITHIN, SMALL_PART, PART = map(float, WITHIN)


@pytest.mark.parametrize(
    "document", ["README.md", "examples/README.md", "examples/data/README.md"]
)
def test_what_a_page_outside_the_documentation_links_to_is_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)", text)
    ours = [link for link in links if not link.startswith("https://")]
    assert [
        link for link in ours if not (ROOT / document).parent.joinpath(link).exists()
    ] == []


LIMITS = {  # what the pages say of them, made of the numbers in the code
    "README.md": [f"NumPy {NUMPY} or later", f"Python {PYTHONS}"],
    "docs/start.md": [f"NumPy {NUMPY} or later", f"Python {PYTHONS}"],
    "docs/pitfalls.md": [f"more than {SMALL >> 10} kB"],
    "docs/tour.md": [f"Up to {SMALL >> 10} kB"],
    "docs/transforms.md": [f"at most {sweeps_along.ROOM >> 20} MiB"],
    "docs/design.md": [f"up to {memory.KEPT >> 20} MiB"],
    "docs/speed.md": [f"{2 * error_functions.BLOCK:,} elements and more"],
    "docs/networks.md": [f"more than {MOST} neurons"],
    "docs/checking.md": [f"`{name}` ({EXAMPLES[name]}" for name in EXAMPLES],
    "docs/player.md": [
        f"within {100 * PART:g} %",
        f"below {SMALL_WITHIN / PART:g} what lies within {SMALL_WITHIN:g} and "
        f"{100 * SMALL_PART:g} %",
    ],
}


@pytest.mark.parametrize("page", LIMITS)
def test_a_limit_that_a_page_names_is_the_one_in_the_code(page):
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert [said for said in LIMITS[page] if said not in text] == []


def test_the_picture_in_the_guide_is_what_the_code_draws():
    cube = ag.elementwise(lambda x: x**3, lambda x: 2 * x**2, name="bad_cube")
    w = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    w.label = "w"
    with pytest.raises(GradientError) as caught:
        check_graph(ag.sum(cube(w @ w) * w))
    marks = {caught.value.node: caught.value.verdict()}
    drawn = viz.draw(caught.value.graph, marks=marks).svg()
    assert (ROOT / "docs" / "guilty.svg").read_text(encoding="utf-8") == drawn


def test_the_picture_in_the_tour_is_what_the_code_draws():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.88, label="b")
    out = (x1 * w1 + x2 * w2 + b).tanh()
    out.label = "out"
    drawn = viz.draw(out, direction="backward").svg()
    assert (ROOT / "docs" / "neuron.svg").read_text(encoding="utf-8") == drawn


def test_the_film_in_the_guide_is_what_the_code_plays():
    x, w, b = (Value(v, label=n) for v, n in ((1.2, "x"), (0.5, "w"), (0.1, "b")))
    played = viz.play((w * x + b).tanh()).svg()
    assert (ROOT / "docs" / "pass.svg").read_text(encoding="utf-8") == played


def test_the_table_of_functions_is_what_the_registry_says():
    written = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    command = "from autograd.facts import document; print(document(), end='')"
    made = subprocess.run(  # in a fresh process: other tests declare functions, too
        [sys.executable, "-X", "utf8", "-c", command], capture_output=True, check=True
    )
    assert made.stdout.decode() == written
