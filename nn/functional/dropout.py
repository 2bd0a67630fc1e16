"""Dropout: elements that are left out at random, so that none is relied upon.

In training each element, or each channel, is 0 with probability ``p``, and the others
are larger by 1 / (1 - p), so that the mean stays. Otherwise nothing happens. The random
numbers are those of ``generator``: a NumPy Generator, a seed, or None for nn's own.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag

from ..random import Seed, drawn
from .activations import refuse_inplace
from .arguments import check_probability, shape_of


def dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """Each element is 0 with probability ``p``, or 1 / (1 - p) times what it was.

    Srivastava et al., "Dropout: a simple way to prevent neural networks from
    overfitting" (2014).

    Raises:
        ValueError: ``p`` is no probability.

    >>> import autograd as ag
    >>> x = ag.ones(5)
    >>> dropout(x, 0.5, generator=4)
    Tensor([0., 2., 0., 2., 0.])
    >>> dropout(x, 0.5, training=False) is x
    True
    """
    check_dropout(p, inplace)
    shape = shape_of("dropout", input)
    return _dropout(input, p, training, generator, shape)


def dropout1d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """Whole channels of (batch, channels, length), or (channels, length), are 0.

    Tompson et al. (2015), arXiv:1411.4280.

    >>> import autograd as ag
    >>> dropout1d(ag.ones((1, 3, 2)), 0.5, generator=4).tolist()
    [[[0.0, 0.0], [2.0, 2.0], [0.0, 0.0]]]
    """
    check_dropout(p, inplace)
    return _of_channels(input, p, training, generator, (2, 3), 2)


def dropout2d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """Whole channels of (batch, channels, height, width) are 0.

    Three axes are (batch, channels, length), as PyTorch has it.

    >>> import autograd as ag
    >>> dropout2d(ag.ones((1, 3, 1, 1)), 0.5, generator=4).ravel()
    Tensor([0., 2., 0.])
    """
    check_dropout(p, inplace)
    return _of_channels(input, p, training, generator, (3, 4), None)


def dropout3d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """Whole channels of (batch, channels, depth, height, width) are 0.

    Four axes are one example without a batch.

    >>> import autograd as ag
    >>> dropout3d(ag.ones((1, 3, 1, 1, 1)), 0.5, generator=4).ravel()
    Tensor([0., 2., 0.])
    """
    check_dropout(p, inplace)
    return _of_channels(input, p, training, generator, (4, 5), 4)


# The value of SELU far below 0, -λα, which stands for what is left out.
SATURATED = float(ag.selu(-np.inf))


def alpha_dropout(
    input: Any,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """Dropout for SELU: mean 0 and variance 1 stay what they are.

    What is left out is SELU(-∞); then all is scaled and moved. Klambauer et al.,
    "Self-normalizing neural networks" (2017), arXiv:1706.02515.

    >>> import autograd as ag
    >>> alpha_dropout(ag.zeros(3), 0.5, training=True, generator=4).data.round(3)
    array([-0.779,  0.779, -0.779])
    """
    check_dropout(p, inplace)
    shape = shape_of("alpha_dropout", input)
    return _alpha(input, p, training, generator, shape)


def feature_alpha_dropout(
    input: Any,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """``alpha_dropout`` of whole channels of (batch, channels, …).

    >>> import autograd as ag
    >>> x = ag.zeros((1, 2, 2))
    >>> feature_alpha_dropout(x, 0.5, training=True, generator=4).data.round(3).tolist()
    [[[-0.779, -0.779], [0.779, 0.779]]]
    """
    check_dropout(p, inplace)
    shape = shape_of("feature_alpha_dropout", input)
    if len(shape) < 2:
        raise ValueError(f"channels need (batch, channels, …); got shape {shape}")
    return _alpha(input, p, training, generator, _per_channel(shape, 2))


def check_dropout(p: float, inplace: bool = False) -> None:
    """Raise unless ``p`` is a probability, and the input stays what it is.

    >>> check_dropout(0.5)
    """
    check_probability("p", p)
    refuse_inplace(inplace, "dropout")


def _kept(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> np.ndarray:
    """True with probability 1 - p: of 16 bits each, and 53 more where these are equal
    to those of p."""
    n = math.prod(shape)
    words = rng.integers(0, 2**64 - 1, -(-n // 4), np.uint64, endpoint=True)
    bits = words.view(np.uint16)[:n]
    threshold = int(p * 2**16)
    kept = bits > threshold
    equal = np.flatnonzero(bits == threshold)
    kept[equal] = rng.random(len(equal)) >= p * 2**16 - threshold
    return kept.reshape(shape)


def _dropout(
    input: Any, p: float, training: bool, generator: Seed, shape: tuple[int, ...]
) -> Any:
    if not training or p == 0:
        return input
    scale = 1 / (1 - p) if p < 1 else 0.0
    dtype = np.result_type(input.dtype, np.float16)
    return input * drawn(
        generator, lambda rng: np.multiply(_kept(shape, p, rng), scale, dtype=dtype)
    )


def _alpha(
    input: Any, p: float, training: bool, generator: Seed, shape: tuple[int, ...]
) -> Any:
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0.0
    scale = ((1 - p) * (1 + p * SATURATED**2)) ** -0.5
    kept = drawn(generator, lambda rng: _kept(shape, p, rng))
    dtype = np.result_type(input.dtype, np.float16)
    left_out = np.where(kept, 0, scale * SATURATED) - scale * p * SATURATED
    return input * (kept * scale).astype(dtype) + left_out.astype(dtype)


def _of_channels(
    input: Any,
    p: float,
    training: bool,
    generator: Seed,
    ndims: tuple[int, ...],
    single: int | None,
) -> Any:
    shape = shape_of("dropout", input)
    if len(shape) not in ndims:
        raise ValueError(
            f"dropout of channels needs {ndims[0]} or {ndims[1]} axes here; got shape "
            f"{shape}"
        )
    lead = 1 if len(shape) == single else 2
    return _dropout(input, p, training, generator, _per_channel(shape, lead))


def _per_channel(shape: tuple[int, ...], lead: int) -> tuple[int, ...]:
    return shape[:lead] + (1,) * (len(shape) - lead)
