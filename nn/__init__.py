"""Neural networks on autograd: PyTorch's names for tensors, micrograd's for scalars."""

from . import functional, init, optim, scalar
from .layers.activations import (
    GELU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from .layers.attention import MultiheadAttention
from .layers.basic import MLP, Bilinear, Flatten, Identity, Layer, Linear, Unflatten
from .layers.containers import ModuleDict, ModuleList, Residual, Sequential
from .layers.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from .layers.dropout import (
    AlphaDropout,
    Dropout,
    Dropout1d,
    Dropout2d,
    Dropout3d,
    FeatureAlphaDropout,
)
from .layers.lookup import Embedding, EmbeddingBag
from .layers.losses import BCEWithLogitsLoss, CrossEntropyLoss, HingeLoss, MSELoss
from .layers.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    LocalResponseNorm,
    RMSNorm,
)
from .layers.pooling import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)
from .layers.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from .layers.transformer import (
    PositionalEncoding,
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
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
    "Bilinear",
    "Embedding",
    "EmbeddingBag",
    "Flatten",
    "Identity",
    "Layer",
    "Linear",
    "MLP",
    "ModuleDict",
    "ModuleList",
    "Residual",
    "Sequential",
    "Unflatten",
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
    # Sequences
    "GRU",
    "GRUCell",
    "LSTM",
    "LSTMCell",
    "MultiheadAttention",
    "PositionalEncoding",
    "RNN",
    "RNNCell",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    # Normalization and dropout
    "AlphaDropout",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "FeatureAlphaDropout",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
    # Activations
    "GELU",
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


def __dir__() -> list[str]:
    return __all__
