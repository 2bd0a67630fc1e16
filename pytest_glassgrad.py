"""For pytest: drawings and repros of failed gradient checks, and a fixture.

It stands outside of ``autograd``, and imports it when it is first used: pytest loads
every plugin there is, also in projects that have nothing to do with gradients.

``pytest --grad-artifacts DIR`` writes, for every test that fails with a
``GradientError``, its text, a script that repeats it, and the drawing of its graph, as
DOT and as SVG, where there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option ``--grad-artifacts``."""
    parser.getgroup("gradient checks").addoption(
        "--grad-artifacts",
        metavar="DIR",
        type=Path,
        help="write drawings and repros of failed gradient checks into DIR",
    )


@pytest.fixture
def check_grads() -> Callable[..., Any]:
    """``autograd.check.check_grads``, without an import."""
    from autograd.check import check_grads

    return check_grads


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Keep what a failed check left, and say in the test's report where it is."""
    report = yield
    folder = item.config.getoption("--grad-artifacts")
    checked = sys.modules.get("autograd.check.report")  # or no such error can be
    if folder is None or checked is None:
        return report
    if call.excinfo is None or report.outcome != "failed":
        return report
    kind = checked.GradientError
    found = [e for e in _related(call.excinfo.value) if isinstance(e, kind)]
    for i, error in enumerate(found):
        phase = "" if call.when == "call" else f" {call.when}"
        name = f"{item.nodeid}{phase}" + (f" {i + 1}" if len(found) > 1 else "")
        report.sections.append(("gradient check", _saved(error, folder, name)))
    return report


def _saved(error: Any, folder: Path, name: str) -> str:
    """The files that were written, or why none were: that never ends a test run."""
    try:
        from autograd.check.artifacts import save

        return "\n".join(str(path) for path in save(error, folder, name))
    except Exception as reason:  # a full disk, a folder that is a file, a drawing …
        return f"not saved in {folder}: {type(reason).__name__}: {reason}"


def _related(error: BaseException) -> Iterator[BaseException]:
    """An error, those within it if it is a group, and what it came from; each once."""
    seen: dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if id(each) not in seen:
            seen[id(each)] = each
            waiting += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
            waiting += [x for x in (each.__cause__, each.__context__) if x is not None]
    return iter(seen.values())
