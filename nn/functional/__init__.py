"""Activations and losses as functions, with PyTorch's names and conventions."""

from autograd import gelu, relu, sigmoid, silu, softplus, tanh

from .activations import log_softmax, softmax
from .losses import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    mse_loss,
)

__all__ = [
    # Activations
    "gelu",
    "log_softmax",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
    # Losses
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "hinge_loss",
    "mse_loss",
]


def __dir__() -> list[str]:
    return __all__
