"""Neural networks on autograd: PyTorch's names for tensors, micrograd's for scalars."""

from . import functional, init, optim, scalar
from .layers.activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    RReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softmax2d,
    Softmin,
    Softplus,
    Softshrink,
    Softsign,
    Tanh,
    Tanhshrink,
    Threshold,
)
from .layers.basic import MLP, Flatten, Identity, Layer, Linear, Sequential
from .layers.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from .layers.losses import BCEWithLogitsLoss, CrossEntropyLoss, HingeLoss, MSELoss
from .layers.pooling import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)
from .module import Module
from .parameter import Buffer, Parameter
from .random import seed
from .scalar import copy_weights
from .train.data import DataLoader

__all__ = [
    # What every network is made of
    "Buffer",
    "Module",
    "Parameter",
    # Layers and networks
    "Flatten",
    "Identity",
    "Layer",
    "Linear",
    "MLP",
    "Sequential",
    "copy_weights",
    # Convolution and pooling
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    # Activations
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SELU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
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


def __dir__() -> list[str]:
    return __all__
