"""What lessons draw with, beside what viz draws: galleries, planes, words in colour.

Purple is above 0, orange below, in all of them that have a sign.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure


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
        most = 2 * np.abs(said).max() or 1.0  # not so dark that points are lost
        look = {"cmap": "PuOr", "vmin": -most, "vmax": most, "origin": "lower"}
        axes.imshow(said, extent=box, **look)
        if said.max() > 0:  # a function that is 0 everywhere has no line
            axes.contour(a, b, said, [0.0], colors="#1F2933", linewidths=1)
        wanted = np.asarray(labels[name] if isinstance(labels, Mapping) else labels)
        size = 7 if len(points) < 10 else 4 if len(points) < 100 else 1.5
        for label, marker, colour in ((1, "o", "#33155F"), (-1, "x", "#7A3100")):
            axes.plot(*points[wanted == label].T, marker, ms=size, color=colour)
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


def matrix(values: np.ndarray, names: Sequence[str], across: str, down: str) -> Figure:
    """A square matrix, the darker the larger; names stand at its columns and rows."""
    figure, axes = panels(1, 5.4, 5)
    axes.imshow(values, cmap="Purples")
    axes.set_xticks(range(len(names)), names, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel=across, ylabel=down)
    return figure


def sheet(pictures: np.ndarray) -> Figure:
    """Pictures (rows, columns, height, width) as one: from black, 0, to white, 1."""
    framed = np.pad(pictures, [(0, 0), (0, 0), (1, 1), (1, 1)]).swapaxes(1, 2)
    rows, high, columns, wide = framed.shape
    figure, axes = panels(1, 5, 5 * rows * high / (columns * wide))
    axes.imshow(framed.reshape(rows * high, -1), cmap="gray", vmin=0, vmax=1)
    axes.set_axis_off()
    return figure


def named(points: np.ndarray, names: Mapping[int, str]) -> Figure:
    """Points (n, 2), some with names by their number, but where one stands near."""
    figure, axes = panels(1, 7, 5.4)
    axes.scatter(*points.T, s=4, color="#B8C2CC")
    written: list[int] = []
    for i, name in names.items():
        apart = np.abs(points[written] - points[i]) / np.ptp(points, axis=0)
        if (apart > [0.09, 0.04]).any(axis=1).all():
            axes.annotate(name, points[i], fontsize=9, ha="center")
            written.append(i)
    axes.set(xticks=[], yticks=[])
    return figure


def tinted(sentences: Iterable[tuple[Sequence[str], Mapping[str, Any]]]) -> Figure:
    """Words on grounds of colour, a row for each name: purple above 0, orange below."""
    sentences = list(sentences)
    figure, grid = panels(1, 11, 1.1 * len(sentences), nrows=len(sentences))
    longest = max(len(words) for words, _ in sentences)
    for axes, (words, rows) in zip(np.ravel(grid), sentences):
        weights = np.array(list(rows.values()))
        weights /= np.abs(weights).max(1, keepdims=True)
        axes.imshow(weights, cmap="PuOr", vmin=-1.5, vmax=1.5, aspect="auto")
        for row, place in np.ndindex(weights.shape):
            style = {"ha": "center", "va": "center", "fontsize": 9}
            axes.text(place, row, words[place], **style)
        axes.set(xticks=[], yticks=range(len(rows)), yticklabels=rows)
        axes.set_xlim(-0.5, longest - 0.5)
        axes.spines[:].set_visible(False)
    return figure
