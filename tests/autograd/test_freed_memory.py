"""What the arrays of a step free is there for the next."""

import os
import platform
import subprocess
import sys

import pytest

from autograd.memory import SETTINGS

STEPS = """
import resource
import numpy as np
import autograd as ag

def step():
    x = ag.ones(1_000_000)
    kept = [x := x * 1.0 for _ in range(20)]

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

step()
before = faults()
for _ in range(5):
    step()
print(faults() - before)
"""


def faults_of_five_steps(**settings):
    kept = {name: x for name, x in os.environ.items() if name not in SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", STEPS],
        env={**kept, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


on_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="another C library keeps what it will"
)


@on_glibc
def test_steps_of_160_megabytes_use_the_memory_of_the_one_before():
    assert faults_of_five_steps() < 2_000  # a step has 39,000 pages


@on_glibc
def test_the_environment_may_say_that_less_memory_is_kept():
    assert faults_of_five_steps(MALLOC_TRIM_THRESHOLD_="1000000") > 50_000
