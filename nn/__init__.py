"""Neural networks on autograd: PyTorch's names for tensors, micrograd's for scalars."""

from . import functional, init, optim, scalar
from .activations import (
    GELU,
    Flatten,
    Identity,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from .data import DataLoader
from .linear import Linear
from .losses import BCEWithLogitsLoss, CrossEntropyLoss, HingeLoss, MSELoss
from .mlp import MLP, Layer
from .module import Module
from .parameter import Buffer, Parameter
from .seeding import seed
from .sequential import Sequential
from .twins import copy_weights

__all__ = [
    # What every network is made of
    "Buffer",
    "Module",
    "Parameter",
    # Layers and networks
    "Layer",
    "Linear",
    "MLP",
    "Sequential",
    "copy_weights",
    # Activations
    "Flatten",
    "GELU",
    "Identity",
    "LogSoftmax",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    # Losses
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "HingeLoss",
    "MSELoss",
    # Data and randomness
    "DataLoader",
    "seed",
    # Submodules
    "functional",
    "init",
    "optim",
    "scalar",
]
