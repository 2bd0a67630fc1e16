"""Images changed at random, each by itself, as a photographer might have: arrays in,
arrays out.

Images are (batch, …, height, width): grey, or with channels before the pixels, as
nn.Conv2d has them; all channels of one image change alike. Every function draws from
``generator`` (a NumPy Generator, a seed, or None for nn's own), and leaves what it is
given as it was. In a loader: ``DataLoader(…, augment=function)``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..random import Seed, generator_of


def shift(
    images: np.ndarray, by: int, fill: float = 0, *, generator: Seed = None
) -> np.ndarray:
    """Moved by up to ``by`` whole pixels up or down and left or right.

    What comes in at the border is ``fill``.

    Raises:
        TypeError, ValueError: ``by`` is no whole number, or negative; no images.

    >>> import numpy as np
    >>> shift(np.array([[[1, 2], [3, 4]]]), by=1, generator=3)
    array([[[0, 3],
            [0, 0]]])
    """
    height, width = _checked("shift", images).shape[-2:]
    return crop(images, (height, width), pad=by, fill=fill, generator=generator)


def crop(
    images: np.ndarray,
    size: int | tuple[int, int],
    pad: int = 0,
    fill: float = 0,
    *,
    generator: Seed = None,
) -> np.ndarray:
    """A piece of ``size`` (a side, or height and width) from anywhere in each image.

    ``pad`` pixels of ``fill`` are put around it before, as in training on CIFAR-10.

    Raises:
        TypeError, ValueError: the piece is larger than the padded image; ``pad`` is no
            whole number, or negative; no images.

    >>> import numpy as np
    >>> crop(np.arange(9).reshape(1, 3, 3), 2, generator=0)
    array([[[4, 5],
            [7, 8]]])
    """
    images = _checked("crop", images)
    pad = _whole("pad", pad)
    height, width = _pair("size", size)
    borders = [(0, 0)] * (images.ndim - 2) + [(pad, pad)] * 2
    padded = np.pad(images, borders, constant_values=fill) if pad else images
    room = [there - n + 1 for there, n in zip(padded.shape[-2:], (height, width))]
    if min(room) < 1:
        raise ValueError(
            f"crop takes at most {padded.shape[-2:]} of images of shape {images.shape} "
            f"padded by {pad}; got size {(height, width)}"
        )
    generator, n = generator_of(generator), len(images)
    down, right = (generator.integers(0, high, n) for high in room)
    pieces = sliding_window_view(padded, (height, width), axis=(-2, -1))
    return pieces[np.arange(n), ..., down, right, :, :]


def flip(images: np.ndarray, p: float = 0.5, *, generator: Seed = None) -> np.ndarray:
    """Mirrored, left to right, each with probability ``p``.

    Raises:
        ValueError: ``p`` is no probability; no images.

    >>> import numpy as np
    >>> flip(np.array([[[1, 2]], [[3, 4]]]), p=1).tolist()
    [[[2, 1]], [[4, 3]]]
    """
    images = _checked("flip", images)
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, from 0 to 1; got {p}")
    chosen = generator_of(generator).random(len(images)) < p
    out = images.copy()
    out[chosen] = images[chosen, ..., ::-1]
    return out


def noise(images: np.ndarray, std: float, *, generator: Seed = None) -> np.ndarray:
    """With normal noise of this standard deviation added to every pixel.

    Raises:
        TypeError: the images are integers, which would cut it off.
        ValueError: ``std`` is negative, or not finite; no images.

    >>> import numpy as np
    >>> noise(np.zeros((1, 1, 2), np.float32), 0.5, generator=0).round(3)
    array([[[ 0.559, -0.694]]], dtype=float32)
    """
    images = _checked("noise", images)
    if images.dtype.kind != "f":
        raise TypeError(
            f"noise needs images of floats; got {images.dtype}. Divide bytes by 255"
        )
    std = _number("std", std)
    kind = np.float64 if images.dtype.itemsize > 4 else np.float32
    drawn = generator_of(generator).standard_normal(images.shape, kind)
    return (images + std * drawn).astype(images.dtype, copy=False)


def cutout(
    images: np.ndarray, size: int, fill: float = 0, *, generator: Seed = None
) -> np.ndarray:
    """With a square of this side, centred at any pixel of the image, set to ``fill``.

    At the border a part of it lies outside. DeVries and Taylor, "Improved
    regularization of convolutional neural networks with cutout" (2017),
    arXiv:1708.04552.

    Raises:
        TypeError, ValueError: ``size`` is no whole number, or negative; no images.

    >>> import numpy as np
    >>> cutout(np.ones((1, 3, 4), int), 2, generator=0)
    array([[[1, 1, 1, 1],
            [1, 0, 0, 1],
            [1, 0, 0, 1]]])
    """
    images = _checked("cutout", images)
    size, generator = _whole("size", size), generator_of(generator)
    within = []
    for n in images.shape[-2:]:
        first = generator.integers(0, max(n, 1), len(images)) - size // 2
        past = np.arange(n) - first[:, None]
        within.append((past >= 0) & (past < size))
    hidden = within[0][:, :, None] & within[1][:, None, :]
    among = (slice(None), *[None] * (images.ndim - 3))
    return np.where(hidden[among], np.asarray(fill, images.dtype), images)


def rotate(
    images: np.ndarray, degrees: float, fill: float = 0, *, generator: Seed = None
) -> np.ndarray:
    """Turned about the middle by an angle of up to ``degrees``, either way.

    That is ``affine(images, degrees=degrees)``.

    >>> import numpy as np
    >>> image = np.array([[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]])
    >>> rotate(image, 45, generator=0).round(1)
    array([[[0. , 0.8, 0.2],
            [0. , 1. , 0. ],
            [0.2, 0.8, 0. ]]])
    """
    return affine(images, degrees=degrees, fill=fill, generator=generator)


def affine(
    images: np.ndarray,
    *,
    degrees: float = 0,
    shift: float = 0,
    scale: float = 0,
    shear: float = 0,
    fill: float = 0,
    generator: Seed = None,
) -> np.ndarray:
    """Turned, moved, scaled, sheared in one go, each by an amount drawn evenly.

    The angle is within ± ``degrees``; the shift, in pixels and parts of them, within
    ± ``shift`` along both axes; the factor of size between 1 - ``scale`` and
    1 + ``scale``; and rows move by within ± ``shear`` times their distance from the
    middle. A pixel of the result is read where it came from, between four pixels
    linearly, and ``fill`` outside. Integers are rounded.

    Raises:
        ValueError: an amount is negative or not finite; ``scale`` is 1 or more; the
            images are complex; no images.

    >>> import numpy as np
    >>> images = np.random.default_rng(0).random((128, 28, 28), np.float32)
    >>> moved = affine(images, degrees=10, shift=2, scale=0.1, generator=0)
    >>> moved.shape, moved.dtype
    ((128, 28, 28), dtype('float32'))
    """
    images = _checked("affine", images)
    if images.dtype.kind not in "fiub":
        raise ValueError(f"affine needs images of real numbers; got {images.dtype}")
    degrees, shift = _number("degrees", degrees), _number("shift", shift)
    scale, shear = _number("scale", scale), _number("shear", shear)
    if scale >= 1:
        raise ValueError(f"scale is below 1: sizes within 1 ± scale; got {scale}")
    n, generator = len(images), generator_of(generator)

    def drawn(most: float) -> np.ndarray:
        return generator.uniform(-most, most, n).astype(np.float32)[:, None]

    angle, size, slant = np.deg2rad(drawn(degrees)), 1 + drawn(scale), drawn(shear)
    down, right = drawn(shift), drawn(shift)
    height, width = images.shape[-2:]
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    y = np.arange(height, dtype=np.float32) - middle_y - down
    x = np.arange(width, dtype=np.float32) - middle_x - right
    # A point (y, x) of the result comes from (y, x - slant·y), turned back and shrunk.
    # What the rows add and what the columns add are put together last: few operations.
    sine, cosine = np.sin(angle) / size, np.cos(angle) / size
    rows_y = (cosine + sine * slant) * y + middle_y
    rows_x = (sine - cosine * slant) * y + middle_x
    at_y = rows_y[:, :, None] - (sine * x)[:, None, :]
    at_x = rows_x[:, :, None] + (cosine * x)[:, None, :]
    return _between(images, at_y, at_x, fill)


def _between(
    images: np.ndarray, y: np.ndarray, x: np.ndarray, fill: float
) -> np.ndarray:
    """Images read at points, linearly between the four pixels around each.

    A border of ``fill`` makes every point lie between four, once it is cut to it.
    """
    n, *channels, height, width = images.shape
    kind = np.result_type(images.dtype, np.float32)
    wide = width + 3
    padded = np.full((n, *channels, height + 3, wide), fill, kind)
    padded[..., 1:-2, 1:-2] = images
    y, x = np.clip(y + 1, 0, height + 1), np.clip(x + 1, 0, width + 1)
    top, left = y.astype(np.intp), x.astype(np.intp)
    y, x = (y - top).astype(kind), (x - left).astype(kind)
    planes = padded.reshape(n, math.prod(channels), (height + 3) * wide)
    first = np.arange(planes.shape[0] * planes.shape[1]).reshape(planes.shape[:2])
    corner = (top * wide + left)[:, None] + (first * planes.shape[-1])[..., None, None]
    flat, y, x = planes.reshape(-1), y[:, None], x[:, None]
    above, below = (
        flat.take(corner + row) * (1 - x) + flat.take(corner + row + 1) * x
        for row in (0, wide)
    )
    out = (above + (below - above) * y).reshape(n, *channels, *y.shape[-2:])
    if images.dtype.kind in "iub":
        np.rint(out, out=out)
    return out.astype(images.dtype, copy=False)


def _checked(name: str, images: Any) -> np.ndarray:
    shape, dtype = getattr(images, "shape", None), getattr(images, "dtype", None)
    if not isinstance(images, np.ndarray):
        raise TypeError(
            f"{name} takes an array of images; got {type(images).__name__}"
            + (f" of shape {shape} and {dtype}; pass its .data" if dtype else "")
        )
    if images.ndim < 3:
        raise ValueError(
            f"{name} takes images of shape (batch, …, height, width); got {shape}. Of "
            "one image: image[None]"
        )
    return images


def _whole(name: str, number: Any) -> int:
    if not isinstance(number, (int, np.integer)) or isinstance(number, bool):
        raise TypeError(f"{name} is a whole number of pixels; got {number!r}")
    if number < 0:
        raise ValueError(f"{name} is 0 or more pixels; got {number}")
    return int(number)


def _pair(name: str, size: Any) -> tuple[int, int]:
    sides = size if isinstance(size, (tuple, list)) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"{name} is a side, or (height, width); got {size!r}")
    height, width = (_whole(name, side) for side in sides)
    return height, width


def _number(name: str, number: Any) -> float:
    if not (np.isscalar(number) and np.isreal(number)):
        raise TypeError(f"{name} is a number; got {number!r}")
    if not 0 <= number < np.inf:
        raise ValueError(f"{name} is 0 or more, and finite; got {number}")
    return float(number)
