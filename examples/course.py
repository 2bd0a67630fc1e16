"""What all lessons share: how far to go, and where their pictures end up.

Run as a script, a lesson writes its pictures to ``out/``; in a notebook, and on the
pages made of it, they stand below the cell that shows them.
"""

import argparse
import io
import sys
from pathlib import Path
from typing import Any

import __main__

_script = Path(getattr(__main__, "__file__", ""))
IS_SCRIPT = _script.parent == Path(__file__).parent

_parser = argparse.ArgumentParser(description=f"Lesson {_script.stem}")
_parser.add_argument("--full", action="store_true", help="as long as it takes")
_parser.add_argument("--out", type=Path, default=Path("out"), help="for pictures")
_options = _parser.parse_args(sys.argv[1:] if IS_SCRIPT else [])
FULL = _options.full
# Where nn.data finds its sets: a part of each, or, in full, the user's own folder
DATA = None if FULL else Path(__file__).parent / "data"


class Plot:
    """A matplotlib figure which a notebook shows."""

    def __init__(self, figure: Any) -> None:
        self.figure = figure

    def save(self, path: str) -> None:
        self.figure.savefig(
            path, metadata={"Date": None} if path.endswith("svg") else {}
        )

    def _repr_svg_(self) -> str:
        text = io.StringIO()
        self.figure.savefig(text, format="svg", metadata={"Date": None})
        return text.getvalue()


def show(picture: Any, name: str) -> Any:
    """A drawing, a player or a figure: into ``out/``, or below the cell."""
    shown = Plot(picture) if hasattr(picture, "savefig") else picture
    if IS_SCRIPT:
        _options.out.mkdir(parents=True, exist_ok=True)
        ending = "html" if type(picture).__name__ == "Player" else "svg"
        path = _options.out / f"{_script.stem}-{name}.{ending}"
        shown.save(str(path))
        print(f"picture: {path}")
    return shown
