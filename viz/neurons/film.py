"""``film``: a training step by step, as SVG that plays by itself, or as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape as escaped
from itertools import pairwise
from typing import Any

import numpy as np

from ..read.words import count
from .page import page
from .picture import moment, spans, weight_of, write
from .read import Layer
from .sheet import Frame, Sheet
from .still import Picture, sheet_of

PAIR = (
    "a frame is what a viz.Recorder remembers, or a pair of weights and activations, "
    "of which there is one more; got {}"
)
HELD = 3  # times as long as others the last frame is shown


class Film(Picture):
    """A training as moving pictures; what ``film`` returns.

    Saved as .svg it plays by itself; as .html it has a slider, and keys; a .png is its
    last frame.

    >>> import numpy as np, nn, viz
    >>> recorder = viz.Recorder(nn.MLP(2, [3, 1]), np.ones(2, np.float32))
    >>> recorder()
    >>> "</html>" in viz.film(recorder).html()
    True
    """

    def __init__(self, sheet: Sheet, seconds: float) -> None:
        self.sheet, self.seconds = sheet, seconds

    def _formats(self) -> dict[str, Callable[[], bytes]]:
        return {"html": lambda: self.html().encode(), **super()._formats()}

    def svg(self) -> str:
        """All frames in one SVG document, which shows one after the other.

        Who prefers reduced motion sees the last frame.
        """
        frames = self.sheet.frames
        shown = len(frames) + HELD - 1  # at times of equal length
        share = 100 / shown
        rules = (
            "SCOPE .f{visibility:hidden}SCOPE .z{visibility:visible}"
            "@media (prefers-reduced-motion:no-preference){"
            f"SCOPE .f{{animation:NAME-f {self.seconds:g}s infinite step-end}}"
            f"SCOPE .z{{animation-name:NAME-z}}"
            f"@keyframes NAME-f{{0%{{visibility:visible}}{share:.4g}%"
            "{visibility:hidden}}"
            f"@keyframes NAME-z{{0%{{visibility:visible}}{share * HELD:.4g}%"
            "{visibility:hidden}}}"
        )
        parts = []
        for number, frame in enumerate(frames):
            last = " z" if number == len(frames) - 1 else ""
            delay = self.seconds * (number / shown - 1)
            lines = _together(self.sheet, frame)
            body = moment(self.sheet, frame, lines)
            parts.append(
                f'<g class="f{last}" style="animation-delay:{delay:.4g}s">{body}</g>'
            )
        return write(self.sheet, "\n".join(parts), rules)

    def html(self) -> str:
        """A page of its own: a slider, play and pause, keys. It loads nothing."""
        return page(self.sheet, self.seconds)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        inside = escaped(self.html())
        high = round(self.sheet.height + 190)
        frame = (
            f'<iframe srcdoc="{inside}" sandbox="allow-scripts" title="Film" '
            f'width="100%" height="{high}"></iframe>'
        )
        return {**super()._repr_mimebundle_(), "text/html": frame}

    def __repr__(self) -> str:
        sizes = [str(layer.values.size) for layer in self.sheet.frames[0].layers]
        return f"Film({'-'.join(sizes)}, {count(len(self.sheet.frames), 'frame')})"


def film(
    history: Any,
    *,
    seconds: float = 10.0,
    classes: Sequence[str] = (),
    image: tuple[int, int] | bool | None = None,
    most: int = 16,
) -> Film:
    """The training of a network, step by step: one frame for each look at it.

    Widths and brightnesses are on one scale from the first frame to the last, so that
    weights are seen to grow.

    Args:
        history: a ``viz.Recorder``, its ``history``, or a list of pairs (weights,
            activations): matrices (n, n_before), and vectors, one more.
        seconds: how long it runs before it begins again.
        classes, image, most: as for ``viz.network``.

    Raises:
        TypeError: the history is none of these.
        ValueError: there are no frames, or they are of different networks.

    >>> import numpy as np, nn, viz
    >>> model = nn.MLP(2, [3, 1])
    >>> recorder = viz.Recorder(model, np.ones(2, np.float32))
    >>> for step in range(3):
    ...     recorder()
    >>> viz.film(recorder)
    Film(2-3-1, 3 frames)
    """
    frames = getattr(history, "history", history)
    if isinstance(frames, str) or not isinstance(frames, Iterable):
        raise TypeError(
            "a film is of a viz.Recorder, of its history, or of a list of pairs "
            f"(weights, activations); got {type(history).__name__}"
        )
    frames = [*map(_frame, frames)]
    if not frames:
        raise ValueError("a film needs one frame or more; the history is empty")
    sizes = {tuple(layer.values.size for layer in frame.layers) for frame in frames}
    if len(sizes) > 1:
        raise ValueError(
            f"a film is of one network; the history has ones of sizes {sorted(sizes)}"
        )
    if not 0 < seconds < float("inf"):
        raise ValueError(f"seconds is a number above 0; got {seconds!r}")
    if isinstance(most, bool) or not isinstance(most, int) or most < 2:
        raise ValueError(f"most is a number of 2 or more; got {most!r}")
    return Film(sheet_of(frames, most, image, classes), seconds)


def _frame(snapshot: Any) -> Frame:
    if isinstance(snapshot, Frame):
        return snapshot
    try:
        weights, activations = snapshot
    except (TypeError, ValueError):
        raise TypeError(PAIR.format(type(snapshot).__name__)) from None
    try:
        matrices = [None, *(np.array(w, dtype=float) for w in weights)]
        values = [np.array(a, dtype=float).ravel() for a in activations]
        layers = [Layer(a, w) for a, w in zip(values, matrices, strict=True)]
    except (TypeError, ValueError) as error:
        raise ValueError(PAIR.format("others")) from error
    for before, layer in pairwise(layers):
        shape = (layer.values.size, before.values.size)
        came = None if layer.weights is None else layer.weights.shape
        if came != shape:
            raise ValueError(
                f"weights between {shape[1]} and {shape[0]} neurons have shape "
                f"{shape}; got {came}"
            )
    return Frame(layers)


def _together(sheet: Sheet, frame: Frame) -> list[str]:
    """The weights in a few paths, one for each sign and width; 0 is not drawn."""
    found: dict[tuple[int, str], list[str]] = {}
    for number, j, k, path in spans(sheet):
        weight, sign, level = weight_of(sheet, frame, number, j, k)
        if weight:
            found.setdefault((level, sign), []).append(path)
    return [
        f'<path d="{"".join(paths)}" class="{sign} l{level}"/>'
        for (level, sign), paths in sorted(found.items())
    ]
