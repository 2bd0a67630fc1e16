"""Neuron, Layer, MLP: a network of single numbers, each one a node you can look at.

The classes, attributes and the order of random numbers are those of micrograd
(Karpathy, 2020), so its programs run with the import changed, and the same numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from autograd import Value

from .module import Module


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
