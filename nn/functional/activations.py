"""Activations as functions: the engine's, where an axis has PyTorch's name."""

from __future__ import annotations

from typing import Any

import autograd as ag


def softmax(input: Any, dim: int = -1) -> Any:
    """eˣ / Σ eˣ along the axis ``dim``.

    >>> import autograd as ag
    >>> softmax(ag.tensor([1.0, 1.0]), dim=0)
    Tensor([0.5, 0.5])
    """
    return ag.softmax(input, axis=dim)


def log_softmax(input: Any, dim: int = -1) -> Any:
    """x - log Σ eˣ along the axis ``dim``, without overflow.

    >>> import autograd as ag
    >>> log_softmax(ag.tensor([1000.0, 0.0]), dim=0)
    Tensor([    0., -1000.])
    """
    return ag.log_softmax(input, axis=dim)
