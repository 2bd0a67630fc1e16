"""The same network in numbers and in arrays: copying weights from one to the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import scalar
from .mlp import MLP


def copy_weights(source: MLP | scalar.MLP, target: MLP | scalar.MLP) -> None:
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
    if isinstance(layer, scalar.Layer):
        rows = [[w.data for w in neuron.w] for neuron in layer.neurons]
        return np.array(rows), np.array([neuron.b.data for neuron in layer.neurons])
    if layer.bias is None:
        raise ValueError("copy_weights needs layers with a bias, as neurons have one")
    return layer.weight.data, layer.bias.data


def _assign(layer: Any, weight: np.ndarray, bias: np.ndarray) -> None:
    if isinstance(layer, scalar.Layer):
        for neuron, row, b in zip(layer.neurons, weight, bias):
            neuron.b.data = b
            for w, number in zip(neuron.w, row):
                w.data = number
    else:
        layer.weight.data = weight.astype(layer.weight.dtype)
        layer.bias.data = bias.astype(layer.bias.dtype)
