"""Linear: the affine map x Wᵀ + b."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from . import init
from .module import Module
from .parameter import Parameter
from .seeding import Seed, generator_of


class Linear(Module):
    """y = x Wᵀ + b: (…, in_features) → (…, out_features).

    Weights and biases start uniform in ±1/√in_features, drawn from ``generator`` (a
    NumPy Generator, a seed, or None for nn's own), as PyTorch does.

    Raises:
        ValueError: the last axis of the input is not in_features long.

    >>> import numpy as np
    >>> layer = Linear(2, 3, generator=0)
    >>> layer
    Linear(2, 3)
    >>> layer(np.ones((5, 2))).shape
    (5, 3)
    """

    weight: Tensor  # (out_features, in_features)
    bias: Tensor | None  # (out_features,)

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        generator = generator_of(generator)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(np.empty((out_features, in_features), dtype))
        init.kaiming_uniform_(self.weight, a=math.sqrt(5), generator=generator)
        self.bias = None
        if bias:
            bound = 1 / math.sqrt(in_features) if in_features else 0.0
            self.bias = Parameter(np.empty(out_features, dtype))
            init.uniform_(self.bias, -bound, bound, generator=generator)

    def forward(self, x: Any) -> Any:
        """(…, in_features) → (…, out_features)."""
        if x.shape[-1:] != (self.in_features,):
            raise ValueError(
                f"{self!r} needs an input of shape (…, {self.in_features}); got "
                f"{x.shape}"
            )
        if self.bias is None:
            return ag.matmul(x, self.weight.T)
        return ag.affine(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        bias = "" if self.bias is not None else ", bias=False"
        return f"{self.in_features}, {self.out_features}{bias}"
