"""Images and fields as SVG paths: one path for each shade, with nothing to install."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import numpy as np

from ..write.shapes import short

SHADES = 16  # steps from the lowest to the highest


def pixels(
    levels: np.ndarray, corner: tuple[float, float], cell: float, ink: Callable
) -> str:
    """A matrix of brightnesses from 0 to 1, a square each; the shade 0 is left out.

    ``ink`` gives the colour of a brightness.

    >>> pixels(np.array([[0.0, 1.0, 1.0]]), (0, 0), 2, lambda level: "#fff")
    '<path d="M2 0h4v2h-4z" fill="#fff"/>'
    """
    steps = np.clip(np.round(levels * SHADES), 0, SHADES).astype(int)
    runs: dict[int, list[str]] = {}
    for row, line in enumerate(steps.tolist()):
        column = 0
        for step, same in groupby(line):
            length = len([*same])
            if step:
                x, y = corner[0] + column * cell, corner[1] + row * cell
                wide, high = short(length * cell), short(cell)
                runs.setdefault(step, []).append(
                    f"M{short(x)} {short(y)}h{wide}v{high}h-{wide}z"
                )
            column += length
    return "".join(
        f'<path d="{"".join(parts)}" fill="{ink(step / SHADES)}"/>'
        for step, parts in sorted(runs.items())
    )


def image_of(values: np.ndarray, shape: tuple[int, int] | None) -> np.ndarray | None:
    """The inputs as an image with brightnesses from 0 to 1; None if they are none.

    Where no shape is given, 49 inputs or more that fill a square are one.
    """
    if shape is None:
        side = round(values.size**0.5)
        if values.size < 49 or side * side != values.size:
            return None
        shape = (side, side)
    image = values.reshape(shape)
    image = np.where(np.isfinite(image), image, 0.0)
    low, high = min(image.min(), 0.0), image.max()
    return (image - low) / (high - low) if high > low else np.zeros(shape)
