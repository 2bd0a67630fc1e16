"""The pytest plugin and the command line, each in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

FAILING = """
import numpy as np
import autograd as ag
from autograd.check import check_graph

bad = ag.elementwise(np.tanh, lambda out: 1 - out, name="bad tanh")


def test_a_graph():
    x = ag.tensor([0.5, 1.0], requires_grad=True)
    check_graph(ag.sum(bad(ag.exp(x))))


def test_a_call(check_grads):
    check_grads(bad, np.ones(2))


def test_a_group(check_grads):
    try:
        check_grads(bad, np.ones(2))
    except ValueError as error:
        raise ExceptionGroup("several", [error, ValueError("another")])


def test_what_passes(check_grads):
    check_grads(np.tanh, np.ones(2))
"""

OPERATIONS = """
import numpy as np
import autograd as ag

right = ag.elementwise(lambda x: x**3, lambda x: 3 * x**2, name="cube")
wrong = ag.elementwise(lambda x: x**3, lambda x: 2 * x**2, name="bad cube")
"""


def ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True
    )


def test_artifacts_of_failures_are_saved_and_named_in_the_report(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING, encoding="utf-8")
    kept = tmp_path / "kept"
    run = ran(
        tmp_path,
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--grad-artifacts",
        str(kept),
    )
    assert "3 failed, 1 passed" in run.stdout
    names = sorted(re.sub("-[0-9a-f]{6}", "", path.name) for path in kept.iterdir())
    assert names == [
        "failed-test_failing.py-test_a_call.script",
        "failed-test_failing.py-test_a_call.txt",
        "failed-test_failing.py-test_a_graph.dot",
        "failed-test_failing.py-test_a_graph.script",
        "failed-test_failing.py-test_a_graph.svg",
        "failed-test_failing.py-test_a_graph.txt",
        "failed-test_failing.py-test_a_group.script",
        "failed-test_failing.py-test_a_group.txt",
    ]
    (drawing,) = kept.glob("*.svg")
    assert drawing.name in run.stdout
    svg = drawing.read_text(encoding="utf-8")
    assert "bad tanh" in svg
    assert "expected" in svg


def test_what_is_saved_beside_tests_is_not_taken_for_tests(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING, encoding="utf-8")
    command = ["pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules"]
    first = ran(tmp_path, *command, "--grad-artifacts", ".")
    assert len(list(tmp_path.glob("failed-*"))) == 8
    assert "3 failed, 1 passed" in first.stdout
    assert "3 failed, 1 passed" in ran(tmp_path, *command).stdout


@pytest.mark.parametrize("folder", ["a_file", "a_file/below", "/proc/no"])
def test_what_cannot_be_written_ends_no_test_run(tmp_path: Path, folder: str) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING, encoding="utf-8")
    (tmp_path / "a_file").touch()
    run = ran(tmp_path, "pytest", "-p", "no:cacheprovider", "--grad-artifacts", folder)
    assert "3 failed, 1 passed" in run.stdout
    assert "not saved in" in run.stdout
    assert "INTERNALERROR" not in run.stdout + run.stderr


def test_a_test_run_without_gradients_loads_neither_numpy_nor_autograd(
    tmp_path: Path,
) -> None:
    text = "import sys\n\ndef test_nothing():\n"
    text += "    assert 'pytest_glassgrad' in sys.modules\n"
    text += "    assert not {'numpy', 'autograd'} & sys.modules.keys()\n"
    (tmp_path / "test_nothing.py").write_text(text, encoding="utf-8")
    run = ran(tmp_path, "pytest", "-q", "-p", "no:cacheprovider")
    assert "1 passed" in run.stdout, run.stdout


def test_another_autograd_and_warnings_as_errors_end_no_test_run(
    tmp_path: Path,
) -> None:
    (tmp_path / "autograd" / "numpy").mkdir(parents=True)
    for folder in ("autograd", "autograd/numpy"):
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "test_nothing.py").write_text("def test(): assert 0", encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "pytest", "-p", "no:cacheprovider"]
    command += ["--grad-artifacts", "kept"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "1 failed" in run.stdout, run.stderr


def test_without_the_option_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING, encoding="utf-8")
    run = ran(tmp_path, "pytest", "-q", "-p", "no:cacheprovider")
    assert "3 failed, 1 passed" in run.stdout
    assert {path.name for path in tmp_path.iterdir()} <= {
        "test_failing.py",
        "__pycache__",
        ".hypothesis",
    }


def test_the_command_checks_what_is_asked_for_and_counts_failures(
    tmp_path: Path,
) -> None:
    (tmp_path / "operations.py").write_text(OPERATIONS, encoding="utf-8")
    command = ["autograd.check", "--examples", "20", "--import", "operations", "--only"]
    run = ran(tmp_path, *command, "cube", "tanh")
    assert run.returncode == 0, run.stderr
    assert "0 failures" in run.stdout
    run = ran(tmp_path, *command, "bad cube")
    assert run.returncode == 1
    assert "reverse derivative" in run.stdout
    run = ran(tmp_path, *command, "nothing")
    assert "there is no primitive of the name 'nothing'" in run.stderr
