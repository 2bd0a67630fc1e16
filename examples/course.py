"""What all lessons share: how far to go, how to draw, where the pictures end up.

Run as a script, a lesson writes its pictures to ``out/``; in a notebook, and on the
pages made of it, they stand below the cell that shows them.
"""

import argparse
import io
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

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


def show(picture: Any, name: str) -> None:
    """A drawing, a player or a figure: into ``out/``, or below the cell."""
    shown = Plot(picture) if hasattr(picture, "savefig") else picture
    if IS_SCRIPT:
        _options.out.mkdir(parents=True, exist_ok=True)
        ending = "html" if hasattr(picture, "html") else "svg"
        path = _options.out / f"{_script.stem}-{name}.{ending}"
        shown.save(str(path))
        print(f"picture: {path}")
    else:  # wherever in its cell it is called
        from IPython.display import display

        display(shown)


def panels(columns: int, width: float, height: float, **rows: Any) -> tuple:
    """An empty figure of so many inches, and the axes that are side by side in it."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(ncols=columns, **rows)


def planes(functions: Mapping[str, Any], points: Any, labels: Any) -> Figure:
    """What functions of two numbers, (n, 2) → (n,), say everywhere in the plane.

    Purple is above 0, orange below, and the line is where they are 0. Points are dots
    where the label is 1, crosses where it is -1; labels are for all functions alike, or
    by the function's name.
    """
    points = np.asarray(points)
    low, high = points.min(0) - 0.5, points.max(0) + 0.5
    a, b = np.meshgrid(*np.linspace(low, high, 100).T)
    plane = np.stack([a.ravel(), b.ravel()], 1)
    box, n = (low[0], high[0], low[1], high[1]), len(functions)
    height = 9 / max(n, 3) * (high[1] - low[1]) / (high[0] - low[0])
    figure, grid = panels(n, 9 * n / max(n, 3), height + 0.3, squeeze=False)
    for axes, (name, f) in zip(grid.flat, functions.items()):
        said = np.reshape(f(plane), a.shape)
        most = 1.5 * np.abs(said).max() or 1.0  # not so dark that points are lost
        look = {"cmap": "PuOr", "vmin": -most, "vmax": most, "origin": "lower"}
        axes.imshow(said, extent=box, **look)
        if said.max() > 0:  # a function that is 0 everywhere has no line
            axes.contour(a, b, said, [0.0], colors="#1F2933", linewidths=1)
        wanted = np.asarray(labels[name] if isinstance(labels, Mapping) else labels)
        size = 7 if len(points) < 10 else 4 if len(points) < 100 else 1.5
        for label, marker in ((1, "o"), (-1, "x")):
            axes.plot(*points[wanted == label].T, marker, ms=size, color="#1F2933")
        axes.set(title=name, xticks=[], yticks=[])
    return figure


def gallery(
    pictures: Any,
    titles: Iterable[object] = (),
    columns: int = 0,
    cmap: str = "gray",
    top: float | None = None,
) -> Figure:
    """Square pictures side by side, or a row for each name, which stands above it.

    Each from black, 0, to its brightest, or to ``top``; ``cmap="PuOr"`` is for what has
    a sign: purple above 0, white at 0, orange below.
    """
    side = "center"
    if isinstance(pictures, Mapping):
        side = "left"
        columns = max(len(row) for row in pictures.values())
        titles = [
            name if i == 0 else ""
            for name, row in pictures.items()
            for i in range(len(row))
        ]
        pictures = [picture for row in pictures.values() for picture in row]
    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    size = min(1.8, 9 / columns)
    shape = size * columns, (size + 0.25) * rows
    figure, grid = panels(columns, *shape, nrows=rows, squeeze=False)
    names = [*map(str, titles), *[""] * len(pictures)]
    for axes, picture, name in zip(grid.flat, pictures, names):
        picture = np.reshape(picture, (math.isqrt(np.size(picture)), -1))
        most = top or np.abs(picture).max() or 1.0
        low = -most if cmap == "PuOr" else 0
        axes.imshow(picture, cmap=cmap, vmin=low, vmax=most)
        axes.set_title(name, fontsize=9, loc=side)
        axes.set(xticks=[], yticks=[])
    return figure
