"""What all lessons share: how far to go, where pictures end up, and some data.

Run as a script, a lesson writes its pictures to ``out/``; in a notebook, and on the
pages made of it, they stand below the cell that shows them.
"""

import argparse
import io
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from figures import gallery, matrix, named, panels, planes, sheet, tinted
from scipy.spatial.distance import cdist

import __main__
import autograd as ag
import nn

__all__ = [
    "DATA",
    "FULL",
    "gallery",
    "generated",
    "matrix",
    "named",
    "panels",
    "patterns",
    "pieces",
    "planes",
    "shapes",
    "sheet",
    "show",
    "side_by_side",
    "small_digits",
    "spirals",
    "tinted",
    "tries",
]

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


def spirals(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (2 n, 2) of two arms wound into each other, and 1 or -1 for each."""
    angle = np.sqrt(np.linspace(0.01, 1, n)) * 5 * np.pi
    arm = np.stack([angle * np.cos(angle), angle * np.sin(angle)], 1) / (2.5 * np.pi)
    signs = np.repeat(np.float32([1, -1]), n)
    return np.concatenate([arm, -arm]).astype(np.float32), signs


def small_digits(rng: np.random.Generator) -> tuple[tuple, tuple]:
    """scikit-learn's digits, (n, 64) from -1 to 1, shuffled: 1,400 and the rest."""
    images, labels = nn.data.digits()
    order = rng.permutation(len(labels))
    images, labels = 2 * images[order].reshape(-1, 64) - 1, labels[order]
    return (images[:1400], labels[:1400]), (images[1400:], labels[1400:])


def shapes(n: int, side: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Circles, squares and triangles in slanting light, with noise, one in each image.

    Images and masks (n, 1, side, side), boxes (n, 4) (left, top, right, bottom, from 0
    to 1) and kinds (n,), from 0 to 2.
    """
    down, right = np.mgrid[:side, :side]
    light = np.stack([down - side // 2, right - side // 2, 0 * down + 1])
    found = []
    for _ in range(n):
        kind, size = rng.integers(3), rng.uniform(5, 8)
        x, y = rng.uniform(size + 1, side - 1 - size, 2)
        u, v = right - x, down - y
        circle = u**2 + v**2 < size**2
        square = np.maximum(abs(u), abs(v)) < 0.85 * size
        triangle = (v < 0.75 * size) & (abs(u) < (v + size) / 1.75)
        mask = (circle, square, triangle)[kind]
        image = np.tensordot(rng.uniform(-0.03, 0.03, 3), light, 1)
        image += rng.uniform(0.3, 0.6) * mask + 0.08 * rng.normal(size=mask.shape)
        rows, columns = np.nonzero(mask)
        box = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        arrays = image[None], mask[None], np.array(box) / side
        found.append((*map(np.float32, arrays), kind))
    return [np.stack(part) for part in zip(*found)]


@cache
def patterns() -> dict[str, np.ndarray]:
    """Drawn patterns, 256 by 256, of mean 0 and deviation 1, by their names."""
    y, x = np.mgrid[:256, :256]
    drawn = {
        "stripes": np.sin((x + y) / 3) > 0,
        "waves": np.sin(x / 2.5 + 3 * np.sin(y / 9)) > 0,
        "dots": (x % 12 - 6) ** 2 + (y % 12 - 6) ** 2 < 14,
        "rings": np.sin(1.2 * np.hypot(x % 64 - 32, y % 64 - 32)) > 0,
        "lines": np.sin(y / 2) > 0,
    }
    return {k: ((d - d.mean()) / d.std()).astype(np.float32) for k, d in drawn.items()}


def pieces(n: int, rng: np.random.Generator, side: int = 24) -> tuple:
    """Noisy pieces of the patterns, (n, 1, side, side), and of which each is, (n,)."""
    kinds, corners = rng.integers(5, size=n), rng.integers(256 - side, size=(n, 2))
    drawn = list(patterns().values())
    found = [drawn[k][a : a + side, b : b + side] for k, (a, b) in zip(kinds, corners)]
    noise = rng.normal(0, 0.5, (n, 1, side, side))
    return (np.array(found)[:, None] + noise).astype(np.float32), kinds


def tries(step: Any, force: Any, n: int, rng: np.random.Generator) -> tuple:
    """n poles on carts at once, for 500 steps at most, or until all have fallen.

    States (steps, n, 4), what pushed them (steps, n), and who was still up (steps, n).
    """
    state, up, past = rng.uniform(-0.05, 0.05, (n, 4)), np.ones(n, bool), []
    while up.any() and len(past) < 500:
        pushed = force(state)
        past.append((state, pushed, up))
        state = step(state, pushed)
        up = up & (abs(state[:, 0]) < 2.4) & (abs(state[:, 2]) < np.radians(12))
    return tuple(map(np.array, zip(*past)))


def side_by_side(rows: ag.Tensor, places: int) -> ag.Tensor:
    """At each place its row, and those before it: (batch, n, w) → (batch, n, k·w)."""
    n, padded = rows.shape[1], ag.pad(rows, ((0, 0), (places - 1, 0), (0, 0)))
    return ag.concatenate([padded[:, i : i + n] for i in range(places)], axis=-1)


def generated(
    made: np.ndarray, kinds: np.ndarray, known: np.ndarray, judge: Any
) -> tuple:
    """Of generated pictures (n, pixels) of so many kinds, three numbers.

    Whether they are what they should be: the share that a judge, a classifier, takes
    for it. Whether they are various: how far apart two of a kind are. And whether they
    are copies: how far each is from the nearest known picture, (n,).
    """
    each = [made[kinds == kind] for kind in np.unique(kinds)]
    apart = np.mean([cdist(some, some).mean() for some in each])
    return judge.score(made, kinds), apart, cdist(made, known).min(1)
