"""The examples, as a user runs them: numbers, pictures, no warnings, twice the same."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]

for needed in ("sklearn", "matplotlib", "tqdm"):
    pytest.importorskip(needed)


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with warnings as errors, on the code of this checkout."""
    return subprocess.run(
        [sys.executable, "-W", "error", *map(str, command)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def example(name: str, out: Path, **environment: str) -> str:
    """What the example prints; it runs without complaint."""
    script = ROOT / "examples" / f"{name}.py"
    done = run(script, "--quick", "--out", out, **environment)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
    return done.stdout


def assert_pictures(out: Path, plots: set[str], drawings: set[str]) -> None:
    names = {path.name for path in out.iterdir()}
    assert {f"{each}.png" for each in plots} <= names
    assert {f"{each}.svg" for each in drawings} <= names
    for path in out.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    for path in out.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def percentages(line: str) -> list[float]:
    return [float(number) for number in re.findall(r"(\d+(?:\.\d+)?)%", line)]


PASSES = ("network-forward", "network-backward", "neuron-forward", "neuron-backward")


def test_digits_are_read_and_drawn_and_the_numbers_are_the_same_twice(tmp_path):
    printed = example("digits", tmp_path)
    assert "random stratified" in printed
    assert "80/20 split" in printed
    (mean,) = [line for line in printed.splitlines() if line.startswith("mean")]
    at_random, by_writer = percentages(mean)
    assert at_random > 95
    assert by_writer > 90
    plots = {"digits-loss", "digits-weights", "digits-predictions"}
    drawings = {f"digits-{each}" for each in (*PASSES, "neurons")}
    assert_pictures(tmp_path, plots, drawings)
    assert example("digits", tmp_path) == printed


def test_two_moons_are_parted_and_drawn_and_the_same_without_dot(tmp_path):
    printed = example("scalar", tmp_path)
    assert "output 0.7071, its slope in w1 1.0000" in printed
    (moons,) = [line for line in printed.splitlines() if line.startswith("two moons")]
    assert percentages(moons)[0] > 80
    assert_pictures(tmp_path, {"scalar-moons"}, {f"scalar-{each}" for each in PASSES})

    without_dot = tmp_path / "without"
    again = example("scalar", without_dot, PATH=str(tmp_path))
    assert moons in again.splitlines()
    drawn = {path.suffix for path in without_dot.glob("scalar-n*")}
    ways = ("resvg_py", "pygraphviz")  # which brings a dot of its own
    if all(run("-c", f"import {way}").returncode for way in ways):
        assert drawn == {".svg"}
        assert again.count("PNG needs") == 1
    else:
        assert drawn == {".svg", ".png"}


def test_two_processes_train_as_one_does():
    pytest.importorskip("mpi4py")
    mpirun = shutil.which("mpirun", path=Path(sys.executable).parent) or "mpirun"
    script = ROOT / "examples" / "parallel.py"
    done = subprocess.run(
        [mpirun, "-n", "2", sys.executable, "-W", "error", str(script), "--quick"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "2 processes, 72 steps" in done.stdout
    apart = re.findall(r"(\d\.\de[+-]\d+) in a", done.stdout)
    assert len(apart) == 2
    assert all(float(number) <= 1e-6 for number in apart)


@pytest.mark.parametrize(
    ("name", "missing"),
    [("digits", "sklearn"), ("digits", "matplotlib"), ("scalar", "tqdm")],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(name, missing):
    script = ROOT / "examples" / f"{name}.py"
    program = (
        "import runpy, sys\n"
        f"sys.modules[{missing!r}] = None\n"
        f"sys.path.insert(0, {str(script.parent)!r})\n"
        f"runpy.run_path({str(script)!r}, run_name='__main__')\n"
    )
    done = run("-c", program)
    assert done.returncode == 1
    assert missing in done.stderr
    assert 'pip install "glassgrad[examples]"' in done.stderr
    assert "Traceback" not in done.stderr
