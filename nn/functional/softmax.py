"""Activations along an axis, which has PyTorch's name: ``dim``."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag

from ..random import Seed, drawn
from .arguments import array_of, weak


def softmax(input: Any, dim: int = -1) -> Any:
    """eˣ / Σ eˣ along the axis ``dim``.

    >>> import autograd as ag
    >>> softmax(ag.tensor([1.0, 1.0]), dim=0)
    Tensor([0.5, 0.5])
    """
    return ag.softmax(input, axis=_one(dim))


def softmin(input: Any, dim: int = -1) -> Any:
    """e⁻ˣ / Σ e⁻ˣ along the axis ``dim``.

    >>> import autograd as ag
    >>> softmin(ag.tensor([1.0, 1.0]), dim=0)
    Tensor([0.5, 0.5])
    """
    return ag.softmax(-input, axis=_one(dim))


def log_softmax(input: Any, dim: int = -1) -> Any:
    """x - log Σ eˣ along the axis ``dim``, without overflow.

    >>> import autograd as ag
    >>> log_softmax(ag.tensor([1000.0, 0.0]), dim=0)
    Tensor([    0., -1000.])
    """
    return ag.log_softmax(input, axis=_one(dim))


def gumbel_softmax(
    logits: Any,
    tau: float = 1.0,
    hard: bool = False,
    *,
    dim: int = -1,
    generator: Seed = None,
) -> Any:
    """softmax((logits + noise) / tau): classes drawn by their probabilities, softened.

    The noise is Gumbel's, drawn from ``generator``. With ``hard`` the result is the
    class that was drawn, as a one-hot vector, but the gradient that of the soft one.
    Jang, Gu, Poole (2016), arXiv:1611.01144.

    >>> import autograd as ag
    >>> gumbel_softmax(ag.tensor([0.0, 50.0]), hard=True, generator=0)
    Tensor([0., 1.])
    """
    tau = weak(tau)
    if tau <= 0:
        raise ValueError(f"gumbel_softmax needs tau > 0; got {tau}")
    dim, shape, dtype = _one(dim), np.shape(logits), logits.dtype
    noise = drawn(generator, lambda rng: rng.gumbel(size=shape).astype(dtype))
    soft = ag.softmax((logits + noise) / tau, axis=dim)
    if not hard:
        return soft
    data = array_of(soft)
    place = np.expand_dims(np.argmax(data, axis=dim), dim)
    chosen = ag.put_along_axis(np.zeros(data.shape, data.dtype), place, 1, axis=dim)
    return (chosen - data) + soft


def glu(input: Any, dim: int = -1) -> Any:
    """a σ(b), of the halves a and b along ``dim``. Dauphin et al., arXiv:1612.08083.

    >>> import autograd as ag
    >>> glu(ag.tensor([2.0, 0.0]))
    Tensor([1.])
    """
    dim, shape = _one(dim), np.shape(input)
    if not -len(shape) <= dim < len(shape) or shape[dim] % 2:
        raise ValueError(
            f"glu halves an axis of even length; got the shape {shape} and dim={dim}"
        )
    a, b = ag.split(input, 2, axis=dim)
    return a * ag.sigmoid(b)


def _one(dim: int | None) -> int:
    """An axis: PyTorch takes None for the first or the second, NumPy for all."""
    if dim is None:
        raise TypeError("dim is an axis, such as -1 for that of classes; got None")
    return dim
