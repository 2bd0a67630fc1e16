"""A training that is killed goes on to what one that is not ends with, to the bit."""

import json
import subprocess
import sys
from pathlib import Path

from hypothesis import settings

SCRIPT = Path(__file__).with_name("killed.py")
KILLS = 60 if settings().max_examples >= 500 else 12


def test_trainings_that_are_killed_go_on_to_the_same_end(tmp_path):
    """With dropout, a schedule and batches made ahead, also when killed in writing."""
    run = subprocess.run(
        [sys.executable, "-W", "error", SCRIPT, tmp_path, str(KILLS), "0"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["equal"] == KILLS, (seen, run.stderr)
    assert seen["with a part of one"] > 0
    assert seen["left over"] == 0
