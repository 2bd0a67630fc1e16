"""The import arrows: who may know whom, read from the files themselves."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("autograd", "nn", "viz")
# From the bottom to the top: a file imports what stands in its own row or below it.
LAYERS = [
    [
        "autograd.core.context",
        "autograd.core.tree",
        "autograd.namesake",
        "autograd.sums",
        "autograd.threads",
    ],
    ["autograd.blas", "autograd.core.writes"],
    ["autograd.core.node"],
    ["autograd.core.guard", "autograd.core.space", "autograd.source"],
    ["autograd.core.signature", "autograd.core.sweeps"],
    ["autograd.core.rules"],
    ["autograd.core.primitive"],
    ["autograd.core.call"],
    ["autograd.core.declare", "autograd.core.composite", "autograd.core.program"],
    ["autograd.core.zeros"],
    ["autograd.core.backward", "autograd.core"],
    ["autograd.costs"],
    ["autograd.ops"],
    [
        "autograd.protocols",
        "autograd.operators",
        "autograd.augmented",
        "autograd.copying",
        "autograd.hooks",
        "autograd.switches",
    ],
    ["autograd.value"],
    ["autograd.tensor"],
    ["autograd.creation", "autograd.dtypes", "autograd.fft", "autograd.linalg"],
    ["autograd.compiler"],
    ["autograd.batching"],
    ["autograd.transforms", "autograd.facts", "autograd.why", "autograd.shown"],
    ["autograd.check"],
    ["autograd"],
    [
        "nn.elsewhere",
        "nn.faults",
        "nn.hooks",
        "nn.module",
        "nn.parameter",
        "nn.plain",
        "nn.random",
        "nn.restoring",
        "nn.state",
        "nn.init",
        "nn.walking",
    ],
    ["nn.functional"],
    [
        "nn.data",
        "nn.layers",
        "nn.metrics",
        "nn.optim",
        "nn.saving",
        "nn.scalar",
        "nn.summary",
    ],
    ["nn.parallel"],
    ["nn.train"],
    ["nn"],
    ["viz"],
]
CORE = 3100  # lines at most, all in all


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_of(path): path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}


class Imports(ast.NodeVisitor):
    """Every import of a file, those inside functions and for types included."""

    def __init__(self, module, is_package):
        self.found = set()
        self.package = module if is_package else module.rpartition(".")[0]

    def visit_Import(self, node):
        self.found |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node):
        base = node.module or ""
        if node.level:
            parts = self.package.split(".")
            base = ".".join(
                [*parts[: len(parts) - node.level + 1], *filter(None, [node.module])]
            )
        for alias in node.names:
            full = f"{base}.{alias.name}"
            self.found.add(full if full in FILES else base)


@cache
def parsed(module):
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def imports_of(module):
    visitor = Imports(module, FILES[module].name == "__init__.py")
    visitor.visit(parsed(module))
    return visitor.found


@pytest.fixture(scope="module")
def imports():
    """By file what it imports."""
    return {module: imports_of(module) for module in FILES}


def rank(module):
    """The row of the longest name that the module's begins with."""
    rows = [
        (len(name), row)
        for row, names in enumerate(LAYERS)
        for name in names
        if module == name or module.startswith(name + ".")
    ]
    return max(rows)[1]


def reachable(module, imports):
    """Every file of ours that ``module`` imports, directly or by way of others."""
    seen, waiting = set(), [module]
    while waiting:
        for name in imports.get(waiting.pop(), ()):
            if name in FILES and name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def test_no_file_imports_from_above_its_row(imports):
    rows = {module: rank(module) for module in FILES}
    above = {
        (module, name)
        for module, names in imports.items()
        for name in names & FILES.keys()
        if rows[name] > rows[module]
    }
    # Which draws the failures it saves.
    assert above == {("autograd.check.artifacts", "viz")}


def test_every_row_has_files():
    assert {rank(module) for module in FILES} == set(range(len(LAYERS)))


def test_the_core_stays_readable_in_an_evening():
    """As many lines as the design says, and no more than it may have."""
    files = (ROOT / "autograd" / "core").glob("*.py")
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in files)
    assert lines <= CORE
    said = re.search(
        r"core: ([\d,]+) lines", (ROOT / "docs" / "design.md").read_text("utf-8")
    )
    assert abs(int(said[1].replace(",", "")) - lines) <= 100, f"the core has {lines}"


def test_there_are_no_import_cycles_hidden_ones_included(imports):
    for module in FILES:
        assert module not in reachable(module, imports), (
            f"{module} imports itself in a circle"
        )


def test_the_engine_knows_neither_nn_nor_viz(imports):
    """One file of the checker draws what it found, and nothing else imports that."""
    for module, imported in imports.items():
        if module.startswith("autograd") and module != "autograd.check.artifacts":
            wrong = {name for name in imported if name.split(".")[0] in ("nn", "viz")}
            assert not wrong, f"{module} imports {sorted(wrong)}"
            assert "autograd.check.artifacts" not in imported, module


def test_nn_never_imports_viz(imports):
    for module, imported in imports.items():
        if module.split(".")[0] == "nn":
            wrong = {name for name in imported if name.split(".")[0] == "viz"}
            assert not wrong, f"{module} imports {sorted(wrong)}"


def test_viz_reads_the_core_and_what_operations_cost_only(imports):
    for module, imported in imports.items():
        if module.split(".")[0] == "viz":
            ours = {
                name for name in imported if name.split(".")[0] in ("autograd", "nn")
            }
            known = ("autograd.core.", "autograd.costs")
            wrong = {name for name in ours if not name.startswith(known)}
            assert not wrong, f"{module} imports {sorted(wrong)}"


def test_hypothesis_is_imported_under_check_only(imports):
    for module, imported in imports.items():
        if any(name.split(".")[0] == "hypothesis" for name in imported):
            assert module.startswith("autograd.check"), module


def test_the_tree_functions_import_nothing(imports):
    allowed = {"__future__", "collections.abc", "typing"}
    assert imports["autograd.core.tree"] <= allowed


def test_nothing_imports_the_engine_through_its_front_door_from_within(imports):
    for module, imported in imports.items():
        if module.startswith("autograd."):
            assert "autograd" not in imported, module


def is_facade(module):
    return FILES[module].name == "__init__.py" or module in (
        "autograd.fft",
        "autograd.linalg",
    )


def literal_names_of(module):
    """What a file says in ``__all__``, if that is a list of strings."""
    for node in parsed(module).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    raise LookupError(f"{module} has no __all__")


def starred(module):
    """The modules whose names a file imports with a star."""
    tree = parsed(module)
    inside = FILES[module].name == "__init__.py"
    package = module if inside else module.rpartition(".")[0]
    return [
        f"{package}.{node.module}" if node.level else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    ]


def test_no_star_imports_but_in_facades_of_modules_that_list_their_names():
    for module in FILES:
        for source in starred(module):
            assert is_facade(module), module
            assert literal_names_of(source), source


def test_no_asserts_outside_of_tests():
    for module in FILES:
        nodes = ast.walk(parsed(module))
        assert not any(isinstance(node, ast.Assert) for node in nodes), module


def test_the_packages_only_raise_what_numpy_or_python_raise_for_bad_input():
    known = {
        "TypeError", "ValueError", "StaleWriteError", "NotImplementedError", "IndexError",
        "LinAlgError", "RuntimeError", "ZeroDivisionError", "ImportError",
        "AttributeError", "KeyError", "StopIteration", "PicklingError",
        "TraceError", "Presumed", "NoCompiler",
    }  # fmt: skip
    for module in FILES:
        if not module.startswith("autograd") or module.startswith("autograd.check"):
            continue
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = ast.unparse(node.exc.func).split(".")[-1]
                assert name in known or name[0].islower(), f"{module}: raise {name}"


def run(code, *, path=()):
    """The output of a fresh Python that has the project and ``path`` on its path."""
    script = f"import sys; sys.path[:0] = {[str(ROOT), *map(str, path)]!r}\n{code}"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_importing_the_engine_imports_no_heavy_package_and_warns_of_nothing():
    result = run(
        "import autograd\n"
        "heavy = ['hypothesis', 'graphviz', 'matplotlib', 'scipy', 'pytest', 'nn', 'viz',\n"
        "         'tqdm', 'sklearn', 'pygraphviz', 'IPython']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
    assert result.stderr == ""


def test_importing_nn_does_not_import_viz():
    if not (ROOT / "nn" / "__init__.py").exists():
        pytest.skip("nn is not there yet")
    result = run(
        "import nn\nprint([n for n in ('viz', 'graphviz', 'scipy') if n in sys.modules])"
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"


def test_every_module_of_the_engine_can_be_imported_first():
    for module in (
        "autograd.core.node",
        "autograd.value",
        "autograd.ops.linalg",
        "autograd.core.tree",
    ):
        result = run(f"import {module}")
        assert result.returncode == 0, result.stderr


def test_the_other_autograd_is_noticed_where_both_are_installed(tmp_path):
    """HIPS autograd has the same import name: say so instead of mixing both."""
    other = tmp_path / "autograd-1.8.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: autograd\nVersion: 1.8.0\n"
    )
    (other / "RECORD").write_text("autograd/__init__.py,,\n")
    package = tmp_path / "autograd"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "numpy").mkdir()
    (package / "numpy" / "__init__.py").write_text("")
    result = run("import autograd\nprint(autograd.tensor(1.0))", path=[tmp_path])
    assert "HIPS" in result.stderr


def test_what_else_is_on_the_path_does_not_keep_us_from_being_imported(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)  # which root may read nevertheless, but no one the long one
    odd = [str(closed), "/long" * 2000, "/no/such", "", b"/bytes", None, 3]
    result = run(f"sys.path += {odd!r}\nimport autograd")
    assert result.returncode == 0, result.stderr
