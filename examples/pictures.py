"""Pictures of the examples that viz has not: a gallery of digits, a divided plane."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import viz

BLUE, ORANGE, INK, PALE = "#1B5E9E", "#B4560A", "#1F2933", "#CBD2D9"

# Orange below 0, blue above: apart in every common kind of colour blindness.
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "#FFFFFF", BLUE])


def save(drawing: viz.Drawing, path: Path) -> None:
    """Write a drawing as SVG, and as PNG where there is a renderer for that."""
    drawing.save(f"{path}.svg")
    try:
        drawing.save(f"{path}.png")
    except viz.RenderError:
        _tell_once("Drawings are SVG only; PNG needs: pip install resvg-py")


@cache
def _tell_once(text: str) -> None:
    print(text)


def gallery(
    images: np.ndarray, labels: np.ndarray, read: np.ndarray, path: Path
) -> None:
    """Digits and what they were read as: the mistakes first, framed and crossed."""
    order = np.argsort(read == labels, kind="stable")[:40]
    figure, axes = _grid(4, 10, 10, 1.3)
    for place, i in enumerate(order):
        y, x = divmod(place, 10)
        wrong = read[i] != labels[i]
        colour = ORANGE if wrong else INK
        text = f"✗ {read[i]}, is {labels[i]}" if wrong else f"{read[i]}"
        image = images[i].reshape(8, 8)
        axes.imshow(image, "gray_r", extent=_cell(x, 1.3 * y), vmin=0, vmax=1)
        axes.add_patch(_frame(x, 1.3 * y, ORANGE if wrong else PALE, 1 + 2 * wrong))
        axes.text(x + 0.5, 1.3 * y - 0.03, text, color=colour, ha="center", va="bottom")
    wrong = int(np.sum(read != labels))
    _title(axes, f"Held-out digits: {wrong} of {len(labels)} misread", 24)
    figure.savefig(path, dpi=144, bbox_inches="tight", pad_inches=0.2)


def regions(
    points: np.ndarray, labels: np.ndarray, score: Callable, title: str, path: Path
) -> None:
    """Points (n, 2) of two classes, over the score that divides the plane at 0.

    ``score`` takes points (n, 2) and returns (n,).
    """
    low, high = points.min(axis=0) - 0.4, points.max(axis=0) + 0.4
    x, y = np.meshgrid(*(np.linspace(a, b, 200) for a, b in zip(low, high)))
    z = score(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape)
    figure = Figure(figsize=(7.6, 5))
    axes = figure.add_axes((0.06, 0.08, 0.92, 0.83))
    levels = np.linspace(-4, 4, 17)
    shown = axes.contourf(x, y, z, levels, cmap=SIGNED, extend="both", alpha=0.75)
    axes.contour(x, y, z, [0], colors=INK, linewidths=2)
    for label, colour, marker in ((-1, ORANGE, "o"), (1, BLUE, "D")):
        where = labels == label
        style = {"s": 42, "edgecolor": "white", "linewidth": 1, "zorder": 3}
        axes.scatter(*points[where].T, color=colour, marker=marker, **style)
    _title(axes, title)
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(shown, ax=axes, shrink=0.7, pad=0.02, label="score")
    bar.outline.set_visible(False)
    figure.savefig(path, dpi=144, bbox_inches="tight", pad_inches=0.2)


def _grid(
    rows: int, columns: int, width: float, pitch: float = 1.0
) -> tuple[Figure, Axes]:
    """Axes for images side by side, each in a cell of width 1 and height ``pitch``."""
    figure = Figure(figsize=(width, width * rows * pitch / columns))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, columns), ylim=(rows * pitch, 0), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def _title(axes: Axes, text: str, pad: float = 8) -> None:
    axes.set_title(text, loc="left", color=INK, fontweight="bold", pad=pad)


def _cell(x: float, y: float) -> tuple[float, float, float, float]:
    return x + 0.04, x + 0.96, y + 0.96, y + 0.04  # left, right, bottom, top


def _frame(x: float, y: float, colour: str, width: float) -> Rectangle:
    corner = x + 0.04, y + 0.04
    return Rectangle(corner, 0.92, 0.92, fill=False, color=colour, linewidth=width)
