"""The built documentation, for the tests that read it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "examples").glob("[0-9]*.py"))
BUILT = ROOT / "out" / "docs"
RUN = ROOT / "out" / "jupyter_execute" / "course"
SHOWN = [  # whose output stands in the lessons
    ROOT / "examples" / "README.md",
    *(path for part in ("autograd", "examples", "nn", "viz") for path in (ROOT / part).rglob("*.py")),
]  # fmt: skip


def out_of_date(run, sources):
    """Whether one of these was not run, or before one of the sources was written."""
    newest = max(path.stat().st_mtime for path in sources)
    return any(not path.exists() or path.stat().st_mtime < newest for path in run)


@pytest.fixture(scope="session")
def documentation():
    """Skips where there is none, or one of another state of the project."""
    if not BUILT.exists():
        pytest.skip("needs the documentation, built")
    lessons = [RUN / f"{lesson.stem}.ipynb" for lesson in LESSONS]
    if out_of_date(lessons, SHOWN):
        told = "out/ was built before what is here now; build the documentation again"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)
