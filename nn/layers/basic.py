"""The layers of a multi-layer perceptron, and what joins layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from .. import init
from ..module import Module
from ..parameter import Parameter
from ..random import Seed, generator_of

Activation = Callable[[Any], Any]


class Identity(Module):
    """x ↦ x.

    >>> Identity()(3.0)
    3.0
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return x


class Flatten(Module):
    """The axes from ``start_dim`` to ``end_dim`` as one: (batch, …) → (batch, n).

    >>> import autograd as ag
    >>> Flatten()(ag.zeros((5, 2, 3))).shape
    (5, 6)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Any) -> Any:
        """(batch, …) → (batch, n)."""
        shape = x.shape
        start, end = self.start_dim % len(shape), self.end_dim % len(shape) + 1
        one = math.prod(shape[start:end])
        return ag.reshape(x, (*shape[:start], one, *shape[end:]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


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


class Sequential(Module):
    """x ↦ modules[-1](… modules[0](x)): each takes what the one before returned.

    Any function will do as a step. The steps are the attributes named "0", "1", …, so
    parameters are named as in PyTorch: ``0.weight``.

    >>> import numpy as np
    >>> import nn
    >>> model = Sequential(nn.Linear(2, 3), np.tanh, nn.Linear(3, 1))
    >>> model(np.ones((5, 2))).shape
    (5, 1)
    >>> list(model.state_dict())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """

    def __init__(self, *modules: Callable[..., Any]) -> None:
        for i, module in enumerate(modules):
            setattr(self, str(i), module)

    def forward(self, x: Any) -> Any:
        """Through every step, in order."""
        for module in self:
            x = module(x)
        return x

    def __len__(self) -> int:
        return sum(name.isdigit() for name in vars(self))

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return (getattr(self, str(i)) for i in range(len(self)))

    def __getitem__(self, i: int) -> Callable[..., Any]:
        return list(self)[i]
