"""Layer and MLP: the multi-layer perceptron, on whole batches at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import autograd as ag

from .linear import Linear
from .module import Module
from .seeding import Seed, generator_of

Activation = Callable[[Any], Any]


class Layer(Linear):
    """y = activation(x Wᵀ + b): (…, n_in) → (…, n_out); without activation, linear.

    An activation is any function of a Tensor, or a module. Further arguments are
    those of Linear.

    >>> import numpy as np
    >>> Layer(2, 3, activation=np.tanh)(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        activation: Activation | None = ag.relu,
        **linear: Any,
    ) -> None:
        super().__init__(n_in, n_out, **linear)
        self.activation = activation

    def forward(self, x: Any) -> Any:
        """(…, n_in) → (…, n_out)."""
        y = super().forward(x)
        return y if self.activation is None else self.activation(y)

    def extra_repr(self) -> str:
        after = self.activation
        if after is None or isinstance(after, Module):
            return super().extra_repr()
        return f"{super().extra_repr()}, {getattr(after, '__name__', repr(after))}"


class MLP(Module):
    """Layers one after the other, the last one linear: (…, n_in) → (…, n_outs[-1]).

    The tensor twin of ``nn.scalar.MLP``; ``copy_weights`` makes the two equal.

    >>> import numpy as np
    >>> model = MLP(2, [16, 16, 1])
    >>> model(np.ones((5, 2))).shape
    (5, 1)
    >>> model
    MLP(
      layers.0: Layer(2, 16, relu)
      layers.1: Layer(16, 16, relu)
      layers.2: Layer(16, 1)
    )
    """

    def __init__(
        self,
        n_in: int,
        n_outs: Sequence[int],
        activation: Activation = ag.relu,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        generator = generator_of(generator)
        last = len(n_outs) - 1
        self.layers = [
            Layer(
                *sizes,
                activation=None if i == last else activation,
                bias=bias,
                dtype=dtype,
                generator=generator,
            )
            for i, sizes in enumerate(pairwise([n_in, *n_outs]))
        ]

    def forward(self, x: Any) -> Any:
        """(…, n_in) → (…, n_outs[-1])."""
        for layer in self.layers:
            x = layer(x)
        return x
