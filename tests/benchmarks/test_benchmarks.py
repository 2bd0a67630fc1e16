"""The benchmarks: the same steps on both sides, and a command that runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import HERE, WORKS
from benchmarks.growth import BYTES, SECONDS
from benchmarks.peers import REQUIREMENTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", WORKS)
def test_every_work_has_a_script_on_both_sides_and_a_known_peer(name):
    ours, theirs, peer, _, _ = WORKS[name]
    assert (HERE / "work" / ours).exists()
    assert (HERE / "work" / theirs).exists()
    assert peer in REQUIREMENTS


def test_both_sides_of_the_chain_go_through_the_same_operations():
    def loop(script: str) -> str:
        text = (HERE / "work" / script).read_text()
        return text[text.index("    for _ in") : text.index("    y.sum()")]

    ours = loop("chain_ours.py").replace("ag.tanh", "tanh")
    assert ours == loop("chain_torch.py").replace("torch.tanh", "tanh")


@pytest.mark.parametrize("work", ["mlp", "lenet"])
def test_both_sides_of_a_network_take_the_same_steps(work):
    def step(script: str) -> str:
        text = (HERE / "work" / script).read_text()
        return text[text.index("def step()") :]

    ours = step(f"{work}_ours.py").replace("free=True", "")
    assert ours == step(f"{work}_torch.py")


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
