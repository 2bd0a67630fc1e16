"""Positions in a sequence, as what is added to its elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..faults import check_sizes
from ..module import Module
from .dropout import Dropout


class PositionalEncoding(Module):
    """x + waves of each place: sines and cosines of wavelengths from 2π to 10000 · 2π.

    Element 2i of place p is sin(p / 10000^(2i / d_model)), element 2i + 1 the cosine.
    Shapes: (n, batch, d_model), with ``batch_first`` (batch, n, d_model), or (n,
    d_model). Places that are learned are an Embedding of ``range(n)``.

    Raises:
        ValueError: the sequence is longer than ``max_len``, or of another d_model.

    >>> import autograd as ag
    >>> PositionalEncoding(2)(ag.zeros((2, 2))).data.round(3)
    array([[0.   , 1.   ],
           [0.841, 0.54 ]])
    """

    def __init__(
        self,
        d_model: int,
        dropout: float = 0.0,
        max_len: int = 5000,
        batch_first: bool = False,
    ) -> None:
        check_sizes(self, d_model=d_model, max_len=max_len)
        self.d_model, self.max_len, self.batch_first = d_model, max_len, batch_first
        self.dropout = Dropout(dropout)
        angles = np.arange(max_len)[:, None] * 10000.0 ** (
            -np.arange(0, d_model, 2) / d_model
        )
        waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
        self.waves = waves.reshape(max_len, -1)[:, :d_model]

    def forward(self, input: Any) -> Any:
        """(n, batch, d_model) → the same shape."""
        ndim = input.ndim
        along = 1 if self.batch_first and ndim == 3 else 0
        if ndim not in (2, 3) or input.shape[-1] != self.d_model:
            raise ValueError(
                f"{self!r} needs (n, batch, {self.d_model}), with batch_first (batch, "
                f"n, {self.d_model}), or (n, {self.d_model}); got {input.shape}"
            )
        n = input.shape[along]
        if n > self.max_len:
            raise ValueError(f"{self!r} has {self.max_len} places; got {input.shape}")
        waves = self.waves[:n].astype(input.dtype)
        return self.dropout(input + (waves if along or ndim == 2 else waves[:, None]))

    def extra_repr(self) -> str:
        first = ", batch_first=True" if self.batch_first else ""
        return f"{self.d_model}, max_len={self.max_len}{first}"
