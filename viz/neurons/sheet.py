"""What all frames of a picture of a network share: places, scales, names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..layout.measure import text_width
from .pixels import image_of
from .place import RADIUS, Column, columns
from .plane import Plane
from .read import Layer

SIDE = 160.0  # of the image
MARGIN = 16.0
BAR = 90.0  # the length of a whole one
LONGEST = 24  # letters of a name
LEGEND = 620.0  # how wide the explanation below is


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A network at one moment, and what is said of that."""

    layers: Sequence[Layer]
    note: str = ""
    plane: Plane | None = None


@dataclass(slots=True)
class Sheet:
    """What all frames of one picture share: places, scales, names."""

    frames: Sequence[Frame]
    most: int
    image: tuple[int, int] | bool | None
    classes: Sequence[str]
    columns: list[Column] = field(default_factory=list)
    brightest: list[float] = field(default_factory=list)  # by layer
    heaviest: list[float] = field(default_factory=list)
    height: float = 0.0
    shift: float = 0.0  # of the columns, from the top
    left: float = 0.0  # of the first column
    label: float = 0.0  # how wide the names of the classes are
    are_shares: bool = False  # whether the outputs are, in each frame

    def __post_init__(self) -> None:
        layers = self.frames[0].layers
        sizes = [layer.values.size for layer in layers]
        self.columns, height = columns(sizes, self.most)
        self.height = max(height, SIDE if self.has_image else 0.0)
        self.shift = (self.height - height) / 2
        for number in range(len(layers)):
            values = [frame.layers[number].values for frame in self.frames]
            self.brightest.append(_largest(values))
            weights = [frame.layers[number].weights for frame in self.frames]
            self.heaviest.append(_largest([w for w in weights if w is not None]))
        self.left = MARGIN + RADIUS + (SIDE + 40 if self.has_image else 30)
        if sizes[-1] > 1:
            outputs = [frame.layers[-1].values for frame in self.frames]
            self.are_shares = all(map(_sum_to_one, outputs))
            names = [*map(self.name, range(sizes[-1]))]
            self.label = max(text_width(name, bold=True) for name in names)

    @property
    def has_image(self) -> bool:
        """Whether something stands before the inputs."""
        first = self.frames[0]
        return first.plane is not None or self.image_at(first) is not None

    def image_at(self, frame: Frame) -> np.ndarray | None:
        """What stands before the inputs: brightnesses from 0 to 1."""
        if self.image is False:
            return None
        shape = self.image if isinstance(self.image, tuple) else None
        if frame.layers[0].after and self.image is None:  # made of them, perhaps mixed
            return None
        return image_of(frame.layers[0].values, shape)

    def name(self, k: int) -> str:
        """What output ``k`` is called."""
        name = str(self.classes[k]) if k < len(self.classes) else str(k)
        return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"

    @property
    def width(self) -> float:
        """Of the whole picture."""
        ends = RADIUS + self.label + BAR + 76 if self.label else 40
        return max(self.left + self.columns[-1].x + ends + MARGIN, LEGEND)

    def at(self, number: int, place: int) -> tuple[float, float]:
        """The middle of a circle."""
        column = self.columns[number]
        return self.left + column.x, MARGIN + self.shift + column.y[place]


def _sum_to_one(values: np.ndarray) -> bool:
    """Whether these are shares already."""
    return bool(np.all(values >= 0) and abs(float(np.sum(values)) - 1) < 1e-3)


def _largest(arrays: Sequence[np.ndarray]) -> float:
    sizes = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays]
    return float(max(sizes, default=0.0))
