"""The plane of a classifier of two inputs: which class where, how sure, the points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from autograd.core.context import switched
from autograd.core.node import Node, raw
from autograd.core.space import leaf

from ..write.shapes import short
from .read import evaluating

FINE, COARSE = 40, 20  # cells along a side: of arrays; of single numbers, one by one
AROUND = 0.12  # of the points' extent, shown beyond them
SURE = 4  # steps from unsure to sure
MOST_POINTS = 200
TINTS = ("zero", "one")  # two classes have the colours of the signs
HUES = (  # of several, which the colour-blind tell apart, too: Okabe, Ito (2008)
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
)


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A grid over the plane, seen from above: row 0 is the highest second input.

    ``classes`` (side, side) are numbers of classes, ``sure`` how sure, from 0 to 1;
    ``points`` (n, 2) within 0 … 1, from the lower left corner, and their ``labels``.
    """

    classes: np.ndarray
    sure: np.ndarray
    points: np.ndarray
    labels: np.ndarray
    count: int


def plane_of(model: Any, points: np.ndarray, labels: np.ndarray) -> Plane:
    """What ``model`` says all over the plane of ``points`` (n, 2).

    One output is the score of class 1 over class 0, apart at 0; of several the largest
    wins.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    extent = np.where(high > low, high - low, 1.0)
    low, extent = low - AROUND * extent, extent * (1 + 2 * AROUND)
    side = COARSE if hasattr(model, "w") or _is_scalar(model) else FINE
    across = (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(across, across[::-1])
    grid = np.stack([x.ravel(), y.ravel()], axis=1) * extent + low
    with evaluating(model), switched(gradients=False, everything=False):
        scores = _scores(model, grid.astype(points.dtype), side == COARSE)
    if scores.shape[1] == 1:
        found = (scores[:, 0] > 0).astype(int)
        sure = np.abs(np.tanh(scores[:, 0] / 2))
    else:
        found = scores.argmax(axis=1)
        ranked = np.sort(scores, axis=1)
        sure = np.tanh((ranked[:, -1] - ranked[:, -2]) / 2)
    shape, count = (side, side), max(scores.shape[1], 2)
    within = (points - low) / extent
    return Plane(found.reshape(shape), sure.reshape(shape), within, labels, count)


def _is_scalar(model: Any) -> bool:
    parts = type(model).modules(model) if hasattr(model, "modules") else []
    return any(hasattr(part, "neurons") for part in parts)


def _scores(model: Callable[..., Any], grid: np.ndarray, one_by_one: bool) -> Any:
    if not one_by_one:
        return np.asarray(raw(model(leaf(grid))), float).reshape(len(grid), -1)
    rows = [model([float(x) for x in row]) for row in grid]
    return np.array(
        [[raw(out)] if isinstance(out, Node) else [*map(raw, out)] for out in rows]
    )


def drawn(plane: Plane, corner: tuple[float, float], side: float) -> str:
    """The plane as SVG, with the borders between classes, and the points on it."""
    cell = side / len(plane.classes)
    x, y = corner
    box = f'x="{short(x)}" y="{short(y)}" width="{short(side)}" height="{short(side)}"'
    return "".join(
        [
            '<g shape-rendering="crispEdges">',
            *_areas(plane, corner, cell),
            "</g>",
            f'<path d="{"".join(_borders(plane, corner, cell))}" class="border"/>',
            f'<rect {box} class="line"/>',
            *_points(plane, corner, side),
            *_names(plane, corner, cell),
        ]
    )


def _names(plane: Plane, corner: tuple[float, float], cell: float) -> Iterator[str]:
    """In the middle of each class's area, its number: colours alone do not tell."""
    for kind in np.unique(plane.classes).tolist():
        cells = np.argwhere(plane.classes == kind)
        middle = cells[np.argmin(np.sum(np.abs(cells - np.median(cells, axis=0)), 1))]
        x, y = (
            corner[0] + (middle[1] + 0.5) * cell,
            corner[1] + (middle[0] + 0.5) * cell,
        )
        yield (
            f'<text x="{short(x)}" y="{short(y + 5)}" text-anchor="middle" '
            f'font-size="15" font-weight="bold" class="halo">{kind}</text>'
        )


def key(plane: Plane) -> str:
    """What tells the classes of points apart."""
    if plane.count > 2:
        return "in the plane, numbers: classes; small ones, those of samples"
    return "in the plane circles are class 0, squares class 1; darker: surer"


def _areas(plane: Plane, corner: tuple[float, float], cell: float) -> Iterator[str]:
    steps = np.round(np.clip(plane.sure, 0, 1) * SURE).astype(int)
    runs: dict[tuple[int, int], list[str]] = {}
    for row, line in enumerate(zip(plane.classes.tolist(), steps.tolist())):
        column = 0
        for kind, same in groupby(zip(*line)):
            length = len([*same])
            x, y = corner[0] + column * cell, corner[1] + row * cell
            wide = short(length * cell)
            path = f"M{short(x)} {short(y)}h{wide}v{short(cell)}h-{wide}z"
            runs.setdefault(kind, []).append(path)
            column += length
    for (number, step), parts in sorted(runs.items()):
        opacity = short(0.08 + 0.42 * step / SURE)
        ink = _ink(plane, number)
        yield f'<path d="{"".join(parts)}" {ink} fill-opacity="{opacity}"/>'


def _ink(plane: Plane, kind: int) -> str:
    """The colour of a class; of many classes, some have the same."""
    if plane.count == 2:
        return f'class="{TINTS[kind]}"'
    return f'fill="{HUES[kind % len(HUES)]}"'


def _borders(plane: Plane, corner: tuple[float, float], cell: float) -> Iterator[str]:
    classes = plane.classes
    for row, column in np.argwhere(classes[:, 1:] != classes[:, :-1]):
        x, y = corner[0] + (column + 1) * cell, corner[1] + row * cell
        yield f"M{short(x)} {short(y)}v{short(cell)}"
    for row, column in np.argwhere(classes[1:] != classes[:-1]):
        x, y = corner[0] + column * cell, corner[1] + (row + 1) * cell
        yield f"M{short(x)} {short(y)}h{short(cell)}"


def _points(plane: Plane, corner: tuple[float, float], side: float) -> Iterator[str]:
    """Circles for class 0, squares for class 1; of several classes, their numbers."""
    step = -(-len(plane.points) // MOST_POINTS)
    for (x, y), label in zip(plane.points[::step], plane.labels[::step].tolist()):
        x, y = corner[0] + x * side, corner[1] + (1 - y) * side
        if plane.count > 2:
            yield (
                f'<text x="{short(x)}" y="{short(y + 3)}" text-anchor="middle" '
                f'font-size="8" class="halo" style="stroke-width:2">{int(label)}</text>'
            )
        elif label > 0:
            at = f'x="{short(x - 2.4)}" y="{short(y - 2.4)}" width="4.8" height="4.8"'
            yield f'<rect {at} class="one dot"/>'
        else:
            yield f'<circle cx="{short(x)}" cy="{short(y)}" r="2.8" class="zero dot"/>'
