"""How hard the property tests try, and what they cost.

HYPOTHESIS_PROFILE names a profile; without it ``ci`` where CI=true, else ``dev``.
"""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Two processes share the cores; before any of them imports NumPy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# The many processes that tests start would compile all they import, each for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Tests press Ctrl-C, which is ignored by what a script starts in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)

COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("dev", max_examples=15, **COMMON)
settings.register_profile("ci", max_examples=30, derandomize=True, **COMMON)
settings.register_profile("thorough", max_examples=500, **COMMON)
settings.register_profile("shown", max_examples=5, derandomize=True, **COMMON)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or (
    "ci" if os.environ.get("CI") == "true" else "dev"
)
settings.load_profile(PROFILE)


@pytest.fixture(scope="module")
def few_examples() -> Iterator[None]:
    """For what is shown, and to be run: other tests check it at many."""
    settings.load_profile("shown")
    yield
    settings.load_profile(PROFILE)


REGISTRY = "test_registry.py::test_derivatives_agree_with_the_oracles["


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What checking a primitive of the registry costs, on average and at most."""
    seconds = {
        report.nodeid.split("[")[-1].rstrip("]"): report.duration
        for report in terminalreporter.stats.get("passed", [])
        if REGISTRY in report.nodeid
    }
    if seconds:
        slowest = max(seconds, key=seconds.__getitem__)
        terminalreporter.write_line(
            f"gradient checks: {len(seconds)} functions at {settings().max_examples} "
            f"examples (composites at a quarter), {sum(seconds.values()) / len(seconds):.2f} s each; at most "
            f"{seconds[slowest]:.2f} s ({slowest})"
        )
