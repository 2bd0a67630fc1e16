"""The benchmarks: the same steps on both sides, and a command that runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import HERE, compared, ratio, rows
from benchmarks.growth import BYTES, SECONDS
from benchmarks.instructions import costs
from benchmarks.peers import REQUIREMENTS
from benchmarks.works import OURS, PEERS, WORKS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", WORKS)
def test_every_work_has_scripts_known_sides_and_goals_for_them(name):
    work = WORKS[name]
    assert all((HERE / "work" / script).exists() for script in work.scripts.values())
    assert work.scripts.keys() <= {*OURS, *PEERS}
    assert {PEERS[side] for side in work.scripts if side in PEERS} <= {*REQUIREMENTS}
    assert {side for goal in work.goals for side in goal} <= work.scripts.keys()


def rounds(*seconds, check=1.0):
    return [{"seconds": s, "check": check, "bytes": 0, "latency": 0.0} for s in seconds]


def test_the_ratio_is_the_median_of_those_within_a_round():
    found = {"ours": rounds(1.0, 20.0, 3.0), "torch": rounds(2.0, 10.0, 3.0)}
    assert ratio(found, "ours", "torch") == 1.0
    (first, second) = rows("chain", found)
    assert (first["ratios"], second["ratios"]) == ({}, {"ours": 1.0})
    assert second["goals"] == {"ours": 0.7}


def test_a_side_that_computes_another_number_or_fails_is_not_timed(monkeypatch):
    def fake(name, side):
        if side == "hips":
            raise RuntimeError("no such library")
        return rounds(1.0, check=2.0 if side == "jax" else 1.0)[0]

    monkeypatch.setattr("benchmarks.__main__.measured", fake)
    found, missing = compared("chain", ["ours", "torch", "jax", "hips"], 3)
    assert [*found] == ["ours", "torch"]
    assert len(found["torch"]) == 3
    assert missing["jax"] == "chain on jax computed 2.0, not 1.0"
    assert missing["hips"] == "no such library"


@pytest.fixture(scope="module")
def counted():
    return costs()


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="counted for Python 3.11")
@pytest.mark.parametrize(
    ("what", "most"),
    {
        "a call, Tensor": 137,
        "a step backward, Tensor": 270,
        "a call, Value": 134,
        "a step backward, Value": 246,
    }.items(),
)
def test_the_hot_path_runs_no_more_instructions_than_it_did(counted, what, most):
    assert counted[what] <= most


def test_the_command_prints_our_time():
    command = [sys.executable, "-W", "error", "-m", "benchmarks", "--only", "chain"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("chain: ")
    assert done.stdout.endswith(" ms a step\n")


@pytest.mark.parametrize("name", {**SECONDS, **BYTES})
def test_every_case_of_growth_runs(name):
    case, _ = {**SECONDS, **BYTES}[name]
    case(4)()


def test_a_profile_names_the_operations_in_which_the_time_goes():
    command = [sys.executable, "-m", "benchmarks", "--profile", "small"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    _, *lines, rest, step = [line.split() for line in done.stdout.splitlines()]
    calls = {name: int(count) for name, count, *_ in lines}
    loss = "binary_cross_entropy_with_logits"
    assert calls == {"affine": 3, "relu": 2, loss: 1, "mean": 1}
    times = [float(x) for _, _, *both, _ in lines for x in both]
    assert all(x > 0 for x in times)
    assert sum(times) + float(rest[2]) == pytest.approx(float(step[2]), abs=0.01)
