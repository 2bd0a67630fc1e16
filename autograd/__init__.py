"""glassgrad's engine: a scalar and a tensor engine on one graph you can see through.

The functions have NumPy's names and arguments, and are a namespace of the Python Array
API standard, 2024.12.
"""

from typing import Any

import numpy as np

from . import creation, dtypes, fft, linalg, ops, transforms
from .compiler import compile
from .core.composite import composed
from .core.declare import constant, elementwise, general, linear, multilinear
from .core.node import Node, ancestors
from .core.primitive import Primitive, registry
from .core.program import Graph, Program
from .core.sweeps import pullback, pushforward
from .core.writes import StaleWriteError
from .costs import multiply_adds
from .creation import *
from .dtypes import *
from .facts import conventions, coverage
from .memory import keep_freed_memory
from .namesake import warn_of_namesake
from .ops.activations import *
from .ops.attention import *
from .ops.calculus import *
from .ops.complex import *
from .ops.convolutions import *
from .ops.distances import *
from .ops.einsum import *
from .ops.elementwise import *
from .ops.filling import *
from .ops.filters import *
from .ops.gru import *
from .ops.ignoring_nan import *
from .ops.joining import *
from .ops.linalg import *
from .ops.losses import *
from .ops.lstm import *
from .ops.normalization import *
from .ops.padding import *
from .ops.polynomials import *
from .ops.pooling import *
from .ops.products import *
from .ops.quantiles import *
from .ops.rearranging import *
from .ops.rectifiers import *
from .ops.reductions import *
from .ops.rnn import *
from .ops.scans import *
from .ops.searching import *
from .ops.selecting import *
from .ops.shaping import *
from .ops.sliding import *
from .ops.smooth_activations import *
from .ops.sorting import *
from .ops.statistics import *
from .ops.updating import *
from .protocols import pytorch
from .switches import (
    detect_writes,
    enable_grad,
    listen,
    no_grad,
    record_places,
)
from .tensor import Tensor
from .transforms import *
from .value import Value
from .why import Explanation, explain

__version__ = "0.1.0"

# The names of the standard for what NumPy calls otherwise.
abs = absolute
acos = arccos
acosh = arccosh
asin = arcsin
asinh = arcsinh
atan = arctan
atan2 = arctan2
atanh = arctanh
bitwise_invert = invert
bitwise_left_shift = left_shift
bitwise_right_shift = right_shift
concat = concatenate
conj = conjugate
permute_dims = transpose
pow = power
e, inf, nan, newaxis, pi = np.e, np.inf, np.nan, None, np.pi
__array_api_version__ = "2024.12"


def __array_namespace_info__() -> Any:
    """What the standard asks of a namespace: devices, dtypes, capabilities.

    >>> import autograd as ag
    >>> list(ag.__array_namespace_info__().devices())
    ['cpu']
    """
    return np.__array_namespace_info__()


def __dir__() -> list[str]:
    """What TAB shows: what is offered, not what it is made of."""
    return [*__all__, *[name for name in globals() if name.startswith("__")]]


def __getattr__(name: str) -> Any:
    """What is asked for a name that is not there: PyTorch's are told apart."""
    text = f"module 'autograd' has no attribute {name!r}"
    instead = pytorch.instead_of(name)
    if not instead:
        raise AttributeError(text, name=name)
    raise pytorch.absent(f"{text}, which is PyTorch's: {instead}", name)


warn_of_namesake()
keep_freed_memory()

__all__ = [
    # The two engines, and namespaces
    "Tensor",
    "Value",
    "fft",
    "linalg",
    # What is recorded
    "Explanation",
    "Graph",
    "Node",
    "Program",
    "StaleWriteError",
    "ancestors",
    "compile",
    "detect_writes",
    "enable_grad",
    "explain",
    "listen",
    "no_grad",
    "pullback",
    "pushforward",
    "record_places",
    # Declaring primitives
    "Primitive",
    "composed",
    "constant",
    "elementwise",
    "general",
    "linear",
    "multilinear",
    "registry",
    # What is known of them
    "conventions",
    "coverage",
    "multiply_adds",
    # Other names, and constants, of the standard
    "__array_api_version__",
    "__array_namespace_info__",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_right_shift",
    "concat",
    "conj",
    "e",
    "inf",
    "nan",
    "newaxis",
    "permute_dims",
    "pi",
    "pow",
    # New Tensors, transforms, and the families of functions
    *creation.__all__,
    *dtypes.__all__,
    *transforms.__all__,
    *[name for family in ops.GENERAL for name in family.__all__],
]
