"""``network``: a live model as circles and edges, for one input."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from ..showing import display, inline, save
from ..write.picture import to_png
from .picture import moment, write
from .pixels import image_of
from .read import layers_of
from .sheet import Frame, Sheet


class Picture:
    """A picture that is saved as a file, and shown in notebooks."""

    def _formats(self) -> dict[str, Callable[[], bytes]]:
        """What writes each format; the first is shown in a browser."""
        return {"svg": lambda: self.svg().encode(), "png": lambda: to_png(self.svg())}

    def svg(self) -> str:
        """The picture as a complete SVG document."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, in the format of its extension.

        Raises RenderError for another extension, or where there is no renderer for this
        one; FileNotFoundError where there is no such folder, IsADirectoryError where
        the path is one.
        """
        save(path, self._formats())

    def show(self) -> None:
        """Show the picture: below the cell of a notebook, else in a browser.

        Raises RenderError where there is no browser.
        """
        form, written = next(iter(self._formats().items()))
        display(self, written(), f"{type(self).__name__.lower()}.{form}")

    def _repr_svg_(self) -> str:
        return inline(self.svg(), "")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self._repr_svg_(), "text/plain": repr(self)}


class Network(Picture):
    """A network at one moment; what ``network`` returns.

    >>> import numpy as np, nn, viz
    >>> drawing = viz.network(nn.MLP(2, [3, 1]), np.ones(2, np.float32))
    >>> [layer.values.size for layer in drawing.layers]
    [2, 3, 1]
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.layers = sheet.frames[0].layers

    def svg(self) -> str:
        return write(self.sheet, moment(self.sheet, self.sheet.frames[0]))

    def __repr__(self) -> str:
        sizes = "-".join(str(layer.values.size) for layer in self.layers)
        return f"Network({sizes})"


def network(
    model: Any,
    x: Any,
    *,
    classes: Sequence[str] = (),
    image: tuple[int, int] | bool | None = None,
    most: int = 16,
) -> Network:
    """Draw the neurons of ``model`` for one sample ``x``, as introductions do.

    A neuron is a circle, the brighter the larger its activation; the rim of a negative
    one is dashed. An edge is a weight: solid blue above 0, dashed orange below, the
    wider the larger in its layer. Of a layer that is larger than ``most`` its ends are
    shown, and ``⋮`` counts the rest. Several outputs are bars: shares of 1, by softmax
    if they are not such already; the brighter one is, the larger its share.

    Works for whatever is a row of layers: nn.MLP, nn.Sequential of nn.Linear and
    activations, nn.scalar.MLP, functions that multiply by matrices. The model runs
    once, as in evaluation, and is not changed.

    Args:
        model: the model.
        x: one sample, as the model takes it: (n,), (1, n), an image; a list of numbers.
        classes: names of the outputs.
        image: (height, width) of the inputs as an image; None: if they are 49 or more,
            and fill a square; False: no image.
        most: neurons that are shown of a layer.

    Raises:
        ValueError: the model is no row of layers, or ``x`` is several samples.

    >>> import numpy as np, nn, viz
    >>> drawing = viz.network(nn.MLP(64, [16, 10]), np.ones(64, np.float32))
    >>> drawing
    Network(64-16-10)
    >>> drawing.svg().count("<circle")
    42
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 2:
        raise ValueError(f"most is a number of 2 or more; got {most!r}")
    return Network(sheet_of([Frame(layers_of(model, x))], most, image, classes))


def sheet_of(
    frames: Sequence[Frame],
    most: int,
    image: tuple[int, int] | bool | None,
    classes: Sequence[str],
) -> Sheet:
    """The sheet of frames, if the image and the names fit the network."""
    inputs, outputs = frames[0].layers[0].values, frames[0].layers[-1].values
    if isinstance(image, tuple) and (
        len(image) != 2 or image[0] * image[1] != inputs.size
    ):
        raise ValueError(
            f"image is (height, width) of {inputs.size} inputs; got {image!r}"
        )
    if image is True and image_of(inputs, None) is None:
        raise ValueError(
            f"{inputs.size} inputs do not fill a square; say image=(height, width)"
        )
    if len(classes) not in (0, outputs.size):
        raise ValueError(
            f"classes are the names of {outputs.size} outputs; got {len(classes)}"
        )
    return Sheet(frames, most, image, classes)
