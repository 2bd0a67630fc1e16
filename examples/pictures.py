"""Pictures of the examples that viz has not: a gallery of digits, a divided plane."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

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
    images: np.ndarray,
    labels: np.ndarray,
    read: np.ndarray,
    path: Path,
    names: Sequence[str] = "0123456789",
) -> None:
    """Square images and what they were read as: mistakes first, framed and crossed."""
    order = np.argsort(read == labels, kind="stable")[:40]
    figure, axes = _grid(4, 10, 10, 1.3)
    side = math.isqrt(images[0].size)
    for place, i in enumerate(order):
        y, x = divmod(place, 10)
        wrong = read[i] != labels[i]
        colour, name = ORANGE if wrong else INK, names[read[i]]
        text = f"✗ {name}, is {names[labels[i]]}" if wrong else name
        style = {"color": colour, "fontsize": 10 if len(text) < 12 else 7}
        image = images[i].reshape(side, side)
        axes.imshow(image, "gray_r", extent=_cell(x, 1.3 * y), vmin=0, vmax=1)
        axes.add_patch(_frame(x, 1.3 * y, ORANGE if wrong else PALE, 1 + 2 * wrong))
        axes.text(x + 0.5, 1.3 * y - 0.03, text, ha="center", va="bottom", **style)
    wrong = int(np.sum(read != labels))
    _title(axes, f"Held out: {wrong:,} of {len(labels):,} misread", 24)
    figure.savefig(path, dpi=144, bbox_inches="tight", pad_inches=0.2)


def curves(
    steps: Sequence[float],
    series: dict[str, Sequence[float]],
    along: str,
    path: Path,
) -> None:
    """Numbers as training went on, each series by its name; a picture of a few kB."""
    figure = Figure(figsize=(4.8, 2.7))
    axes = figure.add_axes((0.1, 0.17, 0.87, 0.79))
    for (name, values), colour in zip(series.items(), (ORANGE, BLUE)):
        label = f"{name}: {values[-1]:.3g} at the end"
        axes.plot(steps, values, color=colour, linewidth=1.5, label=label)
    axes.set(xlabel=along, xlim=(steps[0], steps[-1]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", color="#E4E7EB", linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=80)


def page(text: str, nats: np.ndarray, path: Path) -> None:
    """A text, each character on a ground the darker, the less it was expected."""
    lines, place = text.split("\n"), 0
    figure, axes = _grid(len(lines), 60, 8, 1.9)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            shade = SIGNED(0.5 - 0.45 * min(nats[place + x] / 6, 1))
            corner = x, 1.9 * y + 0.1
            axes.add_patch(Rectangle(corner, 1, 1.8, facecolor=shade, edgecolor="none"))
            style = {"family": "monospace", "fontsize": 8, "color": INK}
            axes.text(
                x + 0.5, 1.9 * y + 1, character, ha="center", va="center", **style
            )
        place += len(line) + 1
    _title(
        axes, f"Held-out text, {np.mean(nats):.2f} nats a character: unexpected, dark"
    )
    figure.savefig(path, dpi=100, bbox_inches="tight", pad_inches=0.2)


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
