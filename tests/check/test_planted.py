"""How good the checker is: it finds planted bugs, small, and flags nothing harmless."""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

DRIVER = Path(__file__).with_name("planted.py")
SEEDS = (1, 2, 3)
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
GROUPS = ("rules", "steps")
LEAST_KILLED = 0.97
HARMLESS_EXAMPLES = 20  # each harmless plant with each seed

Line = dict[str, Any]


def driven(seed: int, *options: str) -> list[Line]:
    """What the driver says of each plant, run in a process of its own."""
    command = [sys.executable, str(DRIVER), str(seed), *options]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def table(lines: list[Line]) -> str:
    """Name, kind, examples and error of each plant."""
    rows = [
        (
            line["name"],
            line["kind"],
            f"{line.get('examples', 0)} examples",
            "false alarm" if line.get("false_alarm") else "",
            line.get("error", ""),
        )
        for line in lines
    ]
    return "\n".join(["", *("  |  ".join(filter(None, row)) for row in rows)])


def missed(lines: list[Line]) -> list[Line]:
    return [line for line in lines if not line["killed"]]


def least_killed(lines: list[Line]) -> bool:
    return len(missed(lines)) <= (1 - LEAST_KILLED) * len(lines)


@pytest.mark.parametrize("group", GROUPS)
def test_planted_bugs_are_found(group: str) -> None:
    """Every eighth; all of them, with every seed, in the thorough profile."""
    lines = driven(SEEDS[0], "--names", group, "--every", "8")
    assert len(missed(lines)) <= 1, table(missed(lines))


@pytest.mark.skipif(not THOROUGH, reason="minutes: HYPOTHESIS_PROFILE=thorough")
@pytest.mark.parametrize("seed", SEEDS)
def test_nearly_all_planted_bugs_are_found_with_every_seed(seed: int) -> None:
    lines = driven(seed, "--names", *GROUPS)
    assert least_killed(lines), table(missed(lines))


@pytest.mark.skipif(not THOROUGH, reason="minutes: HYPOTHESIS_PROFILE=thorough")
def test_nearly_all_planted_bugs_shrink_to_small_graphs() -> None:
    lines = driven(SEEDS[0], "--names", *GROUPS, "--shrink")
    assert least_killed(lines), table(missed(lines))
    found = [line for line in lines if line["killed"] and "nodes" in line]
    rules = [line for line in found if line["group"] == "rules"]
    steps = [line for line in found if line["group"] == "steps"]
    assert median(line["operations"] for line in rules) <= 2, table(rules)
    assert median(line["elements"] for line in rules) <= 4, table(rules)
    assert median(line["nodes"] for line in steps) <= 3, table(steps)


@pytest.mark.parametrize("seed", SEEDS if THOROUGH else SEEDS[:1])
def test_no_harmless_change_is_flagged(seed: int) -> None:
    options = ["--names", "harmless", "--examples", str(HARMLESS_EXAMPLES)]
    lines = driven(seed, *options)
    flagged = [line for line in lines if line["killed"] or "error" in line]
    assert not flagged, table(flagged)
