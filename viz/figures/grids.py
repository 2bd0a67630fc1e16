"""Images side by side: the weights of hidden layers, feature maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core.node import raw

from ..read.words import count
from .shared import OUTER, heading, new_figure, numbers, signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PALE = "#CBD2D9"
CELL = 0.72  # inches of an image
MOST = 64  # images


def weight_images(
    weight: Any,
    shape: tuple[int, int] | None = None,
    *,
    most: int = MOST,
    title: str = "",
) -> Figure:
    """The weights of each neuron of a hidden layer as an image, the strongest first.

    White is 0, and all images share one scale, the same on both sides of 0.

    Args:
        weight: a layer with a ``weight``, or that: (neurons, pixels), or filters
            (out, in, height, width), of which each input is an image of its own.
        shape: (height, width) of an image; if None, the pixels fill a square.
        most: images that are shown; the title counts the rest.

    Raises:
        ValueError: the weights are no images of that shape.

    >>> import nn, viz
    >>> figure = viz.weight_images(nn.Linear(64, 16))
    >>> figure.axes[0].get_title(loc="left")
    'weights of 16 neurons, the strongest first'
    """
    array = numbers(getattr(weight, "weight", weight), "weight_images")
    if not array.size:
        raise ValueError(f"there is nothing to show in shape {array.shape}")
    if array.ndim == 4:
        images = array.reshape(-1, *array.shape[2:])
        filters, inputs = array.shape[:2]
        what = f"{count(filters, 'filter')} of {count(inputs, 'input')}"
    elif array.ndim == 2:
        images, what = array, count(len(array), "neuron")
        side = round(array.shape[1] ** 0.5)
        shape = shape or (side, side)
        if shape[0] * shape[1] != array.shape[1]:
            raise ValueError(
                f"weights of {array.shape[1]} pixels are no images of shape {shape}; "
                "say which: shape=(height, width)"
            )
        images = array.reshape(-1, *shape)
    else:
        raise ValueError(
            "weight_images needs weights (neurons, pixels) or (out, in, height, "
            f"width); got shape {array.shape}"
        )
    sizes = np.linalg.norm(np.nan_to_num(images).reshape(len(images), -1), axis=1)
    order = np.argsort(-sizes, kind="stable")
    first = ", the strongest first" * (len(images) > 1)
    title = title or f"weights of {what}{first}"
    return _grid(images[order], title, "weight", True, most)


def feature_maps(maps: Any, *, most: int = MOST, title: str = "") -> Figure:
    """What a convolution makes of one image: a picture of each channel.

    Dark is 0 where nothing is negative; else the scale is signed, and white is 0.

    Args:
        maps: (channels, height, width), or (1, channels, height, width).
        most: channels that are shown, in their order; the title counts the rest.

    >>> import numpy as np, nn, viz
    >>> maps = nn.Conv2d(1, 4, 3)(np.ones((1, 1, 8, 8), np.float32))
    >>> viz.feature_maps(maps).axes[0].get_title(loc="left")
    '4 feature maps'
    """
    array = numbers(maps, "feature_maps")
    if array.ndim == 4 and len(array) == 1:
        array = array[0]
    if array.ndim != 3 or not array.size:
        raise ValueError(
            "feature_maps needs those of one image, (channels, height, width); got "
            f"shape {np.shape(raw(maps))}"
        )
    signs = bool(np.any(array < 0))
    what = count(len(array), "feature map")
    return _grid(array, title or what, "activation", signs, most)


def _grid(images: np.ndarray, title: str, label: str, signs: bool, most: int) -> Figure:
    """Images side by side, on one scale."""
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise ValueError(f"most is a number of 1 or more; got {most!r}")
    hidden = len(images) - most
    if hidden > 0:
        title += f"; {hidden:,} are not shown"
    images = images[:most]
    across = min(len(images), 16 if len(images) > 32 else 8)
    down = -(-len(images) // across)
    tall = images.shape[1] / images.shape[2]
    width, height = across * CELL, down * CELL * tall
    figure = new_figure(max(width + 1.3, 4.5), height + 0.6)
    wide, high = figure.get_size_inches()
    axes = figure.add_axes((0.02, 0.1 / high, width / wide, height / high))
    axes.set(xlim=(0, across), ylim=(down * tall, 0), aspect="equal")
    axes.set_axis_off()
    finite = np.abs(images[np.isfinite(images)])
    end = float(np.quantile(finite, OUTER)) if finite.size else 1.0
    end = end or float(finite.max(initial=0.0)) or 1.0
    colours: Any = signed() if signs else "gray"
    low = -end if signs else 0.0
    for place, image in enumerate(images):
        y, x = divmod(place, across)
        gap = 0.05
        cell = (x + gap, x + 1 - gap, (y + 1 - gap) * tall, (y + gap) * tall)
        shown = axes.imshow(image, colours, extent=cell, vmin=low, vmax=end)
        frame = [cell[0], cell[1], cell[1], cell[0], cell[0]]
        sides = [cell[2], cell[2], cell[3], cell[3], cell[2]]
        axes.plot(frame, sides, color=PALE, linewidth=0.8)
    heading(axes, title)
    right = 0.02 + (width + 0.1) / wide
    beside = figure.add_axes((right, 0.1 / high, 0.12 / wide, height / high))
    clipped = finite.max(initial=0.0) > end
    extend = ("both" if signs else "max") if clipped else "neither"
    bar = figure.colorbar(shown, cax=beside, extend=extend, label=label)
    bar.outline.set_visible(False)
    return figure
