"""A network of single numbers, each a node you can look at, and its twin of arrays.

The classes, attributes and the order of random numbers are those of micrograd
(Karpathy, 2020), so its programs run with the import changed, and the same numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Value

from .layers import basic
from .module import Module

__all__ = ["MLP", "Layer", "Neuron", "Perceptron", "copy_weights"]


def __dir__() -> list[str]:
    return __all__


class Neuron(Module):
    """ReLU(w₁x₁ + … + wₙxₙ + b), or without the ReLU: n numbers → one.

    >>> neuron = Neuron(2)
    >>> neuron
    ReLUNeuron(2)
    >>> neuron.w, neuron.b = [Value(1.0), Value(-2.0)], Value(5.0)
    >>> neuron([1.0, 2.0]).data
    2.0
    """

    w: list[Value]  # n_in of them
    b: Value

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def forward(self, x: Sequence[Any]) -> Value:
        """n_in Values or numbers → one Value."""
        if len(x) != len(self.w):
            raise ValueError(f"{self} needs {len(self.w)} inputs; got {len(x)}")
        out = self.b
        for wi, xi in zip(self.w, x):
            out = out + wi * xi
        return out.relu() if self.nonlin else out

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Perceptron(Module):
    """1 where w₁x₁ + … + wₙxₙ + b > 0, else 0: n numbers → one, without a slope.

    It learns from its errors alone, by a rule of its own. Rosenblatt, "The perceptron"
    (1958).

    >>> gate = Perceptron(2)
    >>> table = [([0, 0], 0), ([0, 1], 0), ([1, 0], 0), ([1, 1], 1)]
    >>> while any([gate.learn(x, y) for x, y in table]):
    ...     pass
    >>> [gate(x) for x, _ in table]
    [0.0, 0.0, 0.0, 1.0]
    """

    w: list[Value]  # n_in of them
    b: Value

    def __init__(self, nin: int) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)

    def forward(self, x: Sequence[Any]) -> float:
        """n_in Values or numbers → 1.0 or 0.0."""
        if len(x) != len(self.w):
            raise ValueError(f"{self} needs {len(self.w)} inputs; got {len(x)}")
        terms = [wi.data * raw for wi, raw in zip(self.w, map(_number, x))]
        return float(sum(terms, self.b.data) > 0)

    def learn(self, x: Sequence[Any], y: int) -> bool:
        """Turn the weights towards what should have been said; whether it was wrong.

        w ← w + (y - ŷ) x, and b ← b + (y - ŷ).

        >>> gate = Perceptron(1)
        >>> gate.w, gate.b = [Value(1.0)], Value(0.0)
        >>> gate.learn([2.0], 0), gate.w[0].data, gate.b.data
        (True, -1.0, -1.0)
        """
        error = y - self(x)
        for wi, xi in zip(self.w, x):
            wi.data += error * _number(xi)
        self.b.data += error
        return error != 0

    def __repr__(self) -> str:
        return f"Perceptron({len(self.w)})"


def _number(x: Any) -> float:
    return x.data if isinstance(x, Value) else x


class Layer(Module):
    """Neurons side by side: n_in numbers → n_out, or a single Value if n_out is 1.

    >>> Layer(2, 3)
    Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)]
    >>> len(Layer(2, 3)([1.0, 2.0]))
    3
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def forward(self, x: Sequence[Any]) -> Any:
        """n_in Values or numbers → a list of n_out Values; one Value if n_out is 1."""
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(str(neuron) for neuron in self.neurons)}]"


class MLP(Module):
    """Layers one after the other, the last one linear.

    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.parameters())
    337
    >>> isinstance(model([1.0, 2.0]), Value)
    True
    """

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != last) for i in range(len(nouts))
        ]

    def forward(self, x: Sequence[Any]) -> Any:
        """n_in Values or numbers → what the last layer returns."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(str(layer) for layer in self.layers)}]"


# The same network in numbers and in arrays -----------------------------------------


def copy_weights(source: MLP | basic.MLP, target: MLP | basic.MLP) -> None:
    """Give ``target`` the weights and biases of ``source``: scalar or tensor, each.

    Neuron j of a layer is row j of its weight matrix. Two networks of equal weights
    compute the same, up to rounding.

    Raises:
        ValueError: the layers differ in number or size; nothing was copied.

    >>> import numpy as np
    >>> import nn
    >>> ours, twin = nn.scalar.MLP(2, [3, 1]), nn.MLP(2, [3, 1], dtype=np.float64)
    >>> copy_weights(ours, twin)
    >>> abs(ours([1.0, 2.0]).data - twin(np.array([1.0, 2.0])).data.item()) < 1e-12
    True
    """
    weights = [_weights(layer) for layer in source.layers]
    shapes = [weight.shape for weight, _ in weights]
    expected = [_weights(layer)[0].shape for layer in target.layers]
    if shapes != expected:
        raise ValueError(
            f"copy_weights needs networks of equal sizes; the source has weights "
            f"{shapes}, the target {expected}"
        )
    for layer, (weight, bias) in zip(target.layers, weights):
        _assign(layer, weight, bias)


def _weights(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Weight (n_out, n_in) and bias (n_out,) of a layer of either kind."""
    if isinstance(layer, Layer):
        rows = [[w.data for w in neuron.w] for neuron in layer.neurons]
        return np.array(rows), np.array([neuron.b.data for neuron in layer.neurons])
    if layer.bias is None:
        raise ValueError("copy_weights needs layers with a bias, as neurons have one")
    return layer.weight.data, layer.bias.data


def _assign(layer: Any, weight: np.ndarray, bias: np.ndarray) -> None:
    if isinstance(layer, Layer):
        for neuron, row, b in zip(layer.neurons, weight, bias):
            neuron.b.data = b
            for w, number in zip(neuron.w, row):
                w.data = number
    else:
        layer.weight.data = weight.astype(layer.weight.dtype)
        layer.bias.data = bias.astype(layer.bias.dtype)
