"""The layers of a multi-layer perceptron, and those that only reshape."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from .. import functional, init
from ..faults import check_sizes
from ..module import Module
from ..parameter import Parameter
from ..random import Seed, generator_of

Activation = Callable[[Any], Any]


class Identity(Module):
    """x ↦ x; takes the arguments of any layer it stands in for.

    >>> Identity(54, unused=0.1)(3.0)
    3.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, input: Any) -> Any:
        """(…) → (…)."""
        return input


class Flatten(Module):
    """The axes from ``start_dim`` to ``end_dim`` as one: (batch, …) → (batch, n).

    >>> import autograd as ag
    >>> Flatten()(ag.zeros((5, 2, 3))).shape
    (5, 6)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Any) -> Any:
        """(batch, …) → (batch, n)."""
        shape = input.shape
        start = _axis(self, self.start_dim, shape)
        end = _axis(self, self.end_dim, shape)
        if start > end:
            raise ValueError(
                f"{self!r} joins the axes from start_dim to end_dim, but of shape "
                f"{shape} it starts behind the end"
            )
        one = math.prod(shape[start : end + 1])
        return ag.reshape(input, (*shape[:start], one, *shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The axis ``dim`` as several, of the shape ``unflattened_size``: not Flatten.

    Raises:
        ValueError: the axis has another length.

    >>> import autograd as ag
    >>> Unflatten(1, (2, -1))(ag.zeros((5, 6))).shape
    (5, 2, 3)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Any) -> Any:
        """(…, n, …) → (…, *unflattened_size, …)."""
        shape = input.shape
        dim = _axis(self, self.dim, shape)
        sizes = self.unflattened_size
        known = math.prod([n for n in sizes if n != -1])
        free = sizes.count(-1)
        if free > 1 or (shape[dim] % max(known, 1) if free else shape[dim] != known):
            raise ValueError(
                f"{self!r} needs {known}{' times any number' if free else ''} elements "
                f"along axis {self.dim}; got shape {shape}"
            )
        return ag.reshape(input, (*shape[:dim], *sizes, *shape[dim + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def _axis(layer: Module, dim: int, shape: tuple[int, ...]) -> int:
    """An axis counted from the front; a number has one, of one element."""
    ndim = max(len(shape), 1)
    if not -ndim <= dim < ndim:
        raise ValueError(f"{layer!r} got shape {shape}, which has no axis {dim}")
    return dim % ndim


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
        sizes = {"in_features": in_features, "out_features": out_features}
        check_sizes(self, least=0, **sizes)
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

    def forward(self, input: Any) -> Any:
        """(…, in_features) → (…, out_features)."""
        if input.shape[-1:] != (self.in_features,):
            raise ValueError(
                f"{self!r} needs an input of shape (…, {self.in_features}); got "
                f"{input.shape}"
            )
        if self.bias is None:
            return ag.matmul(input, self.weight.T)
        return ag.affine(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        bias = "" if self.bias is not None else ", bias=False"
        return f"{self.in_features}, {self.out_features}{bias}"


class Bilinear(Module):
    """yₖ = x₁ᵀ Wₖ x₂ + bₖ: (…, in1_features), (…, in2_features) → (…, out_features).

    Weights and biases start uniform in ±1/√in1_features, as PyTorch's.

    Raises:
        ValueError: the inputs do not fit each other, or the layer.

    >>> import numpy as np
    >>> Bilinear(2, 3, 4)(np.ones((5, 2)), np.ones((5, 3))).shape
    (5, 4)
    """

    weight: Tensor  # (out_features, in1_features, in2_features)
    bias: Tensor | None  # (out_features,)

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        check_sizes(self, in1_features=in1_features, in2_features=in2_features)
        check_sizes(self, out_features=out_features)
        generator = generator_of(generator)
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features = out_features
        bound = 1 / math.sqrt(in1_features)
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(np.empty(shape, dtype))
        init.uniform_(self.weight, -bound, bound, generator=generator)
        self.bias = None
        if bias:
            self.bias = Parameter(np.empty(out_features, dtype))
            init.uniform_(self.bias, -bound, bound, generator=generator)

    def forward(self, input1: Any, input2: Any) -> Any:
        """(…, in1_features), (…, in2_features) → (…, out_features)."""
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        bias = "" if self.bias is not None else ", bias=False"
        sizes = f"{self.in1_features}, {self.in2_features}, {self.out_features}"
        return f"{sizes}{bias}"


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
        check_sizes(self, least=0, n_in=n_in)
        check_sizes(self, n_out=n_out)
        super().__init__(n_in, n_out, **linear)
        self.activation = activation

    def forward(self, input: Any) -> Any:
        """(…, n_in) → (…, n_out)."""
        y = super().forward(input)
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
        if not hasattr(n_outs, "__len__"):
            raise TypeError(
                f"MLP takes the sizes of its layers as a list, MLP(2, [16, 1]); got "
                f"{n_outs!r}"
            )
        check_sizes(self, least=0, n_in=n_in)
        for size in n_outs:
            check_sizes(self, n_outs=size)
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
