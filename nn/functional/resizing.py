"""Images made larger or smaller, with PyTorch's names and arguments.

What is interpolated is linear in the image, and is so along one axis after the other: a
product with a small matrix for each axis, (new length, length).
"""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

import autograd as ag

from .adaptive import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    along,
)
from .between import weights, weights_of_many
from .windows import each

AREA = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}
MODES = {  # the numbers of axes after the channels
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "trilinear": (3,),
    "bicubic": (2,),
}


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """(batch, channels, …) → (batch, channels, *size), or so many times as long.

    ``mode`` is "nearest" or "nearest-exact", "linear", "bilinear" or "trilinear" (by
    the number of axes), "bicubic" (of images), or "area", which is the mean of windows.
    Pixels are squares, and a point outside of their centres is taken at the nearest
    one; with ``align_corners`` they are points, and the outermost ones stay what they
    are. With ``recompute_scale_factor`` the scale is that of the lengths, which are
    rounded down; with ``antialias`` a point of a smaller image is a mean of all that
    lie around it ("bilinear" and "bicubic").

    Raises:
        ValueError: both or none of size and scale_factor, a length that is not
            positive, a mode that there is not for so many axes.

    >>> import autograd as ag
    >>> interpolate(ag.tensor([[[1.0, 2.0]]]), scale_factor=2)
    Tensor([[[1., 1., 2., 2.]]])
    >>> interpolate(ag.tensor([[[1.0, 3.0]]]), size=3, mode="linear")
    Tensor([[[1., 2., 3.]]])
    """
    check_how(mode, size, scale_factor)
    ndim = _check(input, mode, align_corners)
    lengths = input.shape[2:]
    sizes, scales = _sizes(lengths, size, scale_factor)
    if recompute_scale_factor:
        if scale_factor is None:
            raise ValueError("recompute_scale_factor needs a scale_factor; got a size")
        scales = (None,) * ndim
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(f"antialias is for bilinear and bicubic; got mode={mode!r}")
    if mode == "area":
        return AREA[ndim](input, sizes)
    if mode.startswith("nearest"):
        return _nearest(input, sizes, scales, exact=mode.endswith("exact"))
    kind = "cubic" if mode == "bicubic" else "linear"
    matrix = weights_of_many if antialias else weights
    for axis, (n, m, scale) in enumerate(zip(lengths, sizes, scales), start=-ndim):
        input = along(axis, matrix(kind, n, m, scale, bool(align_corners)), input)
    return input


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """(…, channels · r², height, width) → (…, channels, height · r, width · r).

    The r² channels of a pixel become r × r pixels. Shi et al. (2016), arXiv:1609.05158.

    >>> import autograd as ag
    >>> pixel_shuffle(ag.arange(4.0).reshape(1, 4, 1, 1), 2).tolist()
    [[[[0.0, 1.0], [2.0, 3.0]]]]
    """
    r = each("upscale_factor", upscale_factor, 1)[0]
    *lead, channels, height, width = _image(input)
    if channels % r**2:
        raise ValueError(
            f"pixel_shuffle by {r} needs a multiple of {r**2} channels; got {channels} "
            f"of shape {input.shape}"
        )
    own, k = channels // r**2, len(lead)
    x = ag.reshape(input, (*lead, own, r, r, height, width))
    axes = (*range(k), k, k + 3, k + 1, k + 4, k + 2)
    return ag.reshape(ag.transpose(x, axes), (*lead, own, height * r, width * r))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """(…, channels, height · r, width · r) → (…, channels · r², height, width).

    What ``pixel_shuffle`` undoes.

    >>> import autograd as ag
    >>> pixel_unshuffle(ag.ones((1, 3, 4, 6)), 2).shape
    (1, 12, 2, 3)
    """
    r = each("downscale_factor", downscale_factor, 1)[0]
    *lead, channels, height, width = _image(input)
    if height % r or width % r:
        raise ValueError(
            f"pixel_unshuffle by {r} needs a height and width that it divides; got "
            f"{height} and {width} of shape {input.shape}"
        )
    k = len(lead)
    x = ag.reshape(input, (*lead, channels, height // r, r, width // r, r))
    axes = (*range(k), k, k + 2, k + 4, k + 1, k + 3)
    shape = (*lead, channels * r**2, height // r, width // r)
    return ag.reshape(ag.transpose(x, axes), shape)


def _image(input: Any) -> tuple[int, ...]:
    shape = getattr(input, "shape", ())
    if len(shape) < 3:
        got = shape if hasattr(input, "shape") else f"a {type(input).__name__}"
        raise ValueError(f"expected an array (…, channels, height, width); got {got}")
    return shape


def check_how(mode: str, size: Any, scale_factor: Any) -> None:
    """Raise if nothing could be resized so, whatever its shape.

    >>> check_how("nearest", None, 2)
    """
    if mode not in tuple(MODES):
        raise ValueError(f"mode is one of {', '.join(MODES)}; got {mode!r}")
    if (size is None) == (scale_factor is None):
        raise ValueError(
            f"give size or scale_factor, one of them; got size={size!r} and "
            f"scale_factor={scale_factor!r}"
        )
    if scale_factor is not None and not all(
        isinstance(scale, Real) and 0 < scale < math.inf
        for scale in _each_scale(scale_factor)
    ):
        raise ValueError(
            "scale_factor is a positive number, or one for each axis; got "
            f"{scale_factor!r}"
        )


def _each_scale(given: Any) -> tuple[float, ...]:
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)


# Sizes --------------------------------------------------------------------------------


def _check(input: Any, mode: str, align_corners: bool | None) -> int:
    """The number of axes after the channels."""
    ndim = len(getattr(input, "shape", ())) - 2
    if ndim not in MODES[mode]:
        axes = " or ".join(str(n + 2) for n in MODES[mode])
        got = f"shape {input.shape}" if ndim > -2 else f"a {type(input).__name__}"
        raise ValueError(
            f"mode={mode!r} is for (batch, channels, …) of {axes} axes; got {got}"
        )
    if align_corners is not None and mode in ("nearest", "nearest-exact", "area"):
        raise ValueError(
            f"align_corners is for linear and cubic modes; got mode={mode!r}"
        )
    return ndim


def _sizes(
    lengths: tuple[int, ...], size: Any, scale_factor: Any
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The new lengths, and the scales that were given."""
    ndim = len(lengths)
    if size is not None:
        size = tuple(size) if isinstance(size, list) else size
        return each("size", size, ndim), (None,) * ndim
    given = _each_scale(scale_factor)
    scales = given * (ndim if len(given) == 1 else 1)
    if len(scales) != ndim:
        raise ValueError(
            f"scale_factor is a positive number, or one for each of {ndim} axes; got "
            f"{scale_factor!r}"
        )
    sizes = tuple([math.floor(n * scale) for n, scale in zip(lengths, scales)])
    if not all(sizes):
        raise ValueError(
            f"scale_factor={scale_factor!r} leaves nothing of axes of lengths {lengths}"
        )
    return sizes, scales


# Nearest ------------------------------------------------------------------------------


def _nearest(
    x: Any, sizes: tuple[int, ...], scales: tuple[float | None, ...], exact: bool
) -> Any:
    lead, lengths = x.shape[:2], x.shape[2:]
    whole = all(
        m % n == 0 and scale in (None, m // n)
        for n, m, scale in zip(lengths, sizes, scales)
    )
    if whole:  # each element is repeated: its gradient is a sum over two axes
        apart = [length for n in lengths for length in (n, 1)]
        times = [length for n, m in zip(lengths, sizes) for length in (n, m // n)]
        x = ag.broadcast_to(ag.reshape(x, (*lead, *apart)), (*lead, *times))
        return ag.reshape(x, (*lead, *sizes))
    for axis, (n, m, scale) in enumerate(zip(lengths, sizes, scales), start=2):
        x = ag.take(x, _nearest_of(n, m, scale, exact), axis=axis)
    return x


def _nearest_of(n: int, m: int, scale: float | None, exact: bool) -> np.ndarray:
    """Which of n elements each of m points takes: in single precision, as in PyTorch.

    Where a point lies on the border of two, rounding decides.
    """
    step = np.float32(n) / np.float32(m) if scale is None else np.float32(1 / scale)
    at = np.arange(m, dtype=np.float32) + np.float32(0.5 if exact else 0.0)
    return np.minimum(np.floor(at * step).astype(np.intp), n - 1)
