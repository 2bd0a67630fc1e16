"""The documentation: pages, the course with every cell run, and the reference.

python -m sphinx -W --keep-going -j 2 docs out/docs
"""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import jupytext

import autograd as ag
from autograd import __version__
from autograd.protocols.pytorch import Elsewhere

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # -j runs lessons side by side
here = Path(__file__).parent
sys.path.insert(0, str(here))  # for the gallery
project = "glassgrad"
version = release = __version__
html_title = "glassgrad"
html_theme = "furo"
html_show_copyright = False  # the licence stands in the README
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_static_path = ["gallery", "style"]  # players and films, pages of their own; CSS
html_css_files = ["narrow.css"]
exclude_patterns = ["course/*.py", "course/data"]

nb_execution_mode = "force"
nb_execution_show_tb = True  # and by -W a failing cell fails the build
nb_execution_timeout = 120
nb_output_stderr = "warn"  # what a cell complains of fails the build, by -W
myst_heading_anchors = 3

autodoc_member_order = "groupwise"
autodoc_typehints = "none"
napoleon_use_ivar = True


def notebooks(*_: object) -> None:
    """The lessons as notebooks, and what they import beside them."""
    course = here / "course"
    shutil.rmtree(course, ignore_errors=True)
    shutil.copytree(here.parent / "examples" / "data", course / "data")
    for script in sorted((here.parent / "examples").glob("*.py")):
        if script.name[0].isdigit():
            lesson = jupytext.read(script, fmt="py:percent")
            lesson.metadata["language_info"] = {"name": "python"}
            jupytext.write(lesson, course / f"{script.stem}.ipynb")
        elif script.stem in ("course", "figures", "spoken", "tiny"):
            shutil.copy(script, course)


def gallery(*_: object) -> None:
    """The gallery's page, and the pictures it makes."""
    from gallery import write

    write(here)


def kinks(*_: object) -> None:
    """The table of conventions, for their page."""
    table = ag.conventions()
    rows = [table.heads, ["---"] * len(table.heads)]
    rows += [(*row[:3], f"`{row.example}`", f"`{row.result}`") for row in table]
    lines = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows)
    text = "".join(f"| {line} |\n" for line in lines)
    (here / "kinks.txt").write_text(text, encoding="utf-8")


def without_gap(app: object, name: str, source: list[str]) -> None:
    """Doctest needs an empty line at the end of a block of code; readers do not."""
    source[0] = source[0].replace("\n\n```\n", "\n```\n")


def is_not_ours(app: object, what: str, name: str, of: object, *_: object) -> Any:
    """What scikit-learn adds to our classes is in its own reference.

    And names that are elsewhere, which only errors tell, are no members.
    """
    theirs = "sklearn" in (getattr(of, "__module__", None) or "")
    return theirs or isinstance(of, Elsewhere) or None


def as_written(
    app: object, what: str, name: str, of: object, opt: object, lines: list[str]
) -> None:
    """Docstrings are plain text, where |x| and a*b are formulas: no markup but code."""
    example = False
    for i, line in enumerate(lines):
        example = line.lstrip().startswith(">>>") or (example and line.strip())
        if not example:
            parts = line.split("`")
            parts[::2] = [re.sub(r"([*|])", r"\\\1", part) for part in parts[::2]]
            lines[i] = "`".join(parts)


def setup(app: object) -> None:
    app.connect("config-inited", notebooks, priority=100)
    app.connect("config-inited", gallery, priority=100)
    app.connect("config-inited", kinks, priority=100)
    app.connect("source-read", without_gap)
    app.connect("autodoc-skip-member", is_not_ours)
    app.connect("autodoc-process-docstring", as_written, priority=900)
