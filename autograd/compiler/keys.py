"""What tells one program of a function from another: its arguments but for numbers."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from ..core.node import Node
from ..tensor import Tensor
from ..value import Value

NUMERIC = "biufc"
STATIC = (int, float, complex, str, bytes, type, np.dtype, np.ndarray, np.generic)


def is_array(x: Any) -> bool:
    """Whether the elements may change from call to call: an array of numbers."""
    if isinstance(x, (Tensor, Value)):
        return True
    if not isinstance(x, (np.ndarray, np.generic)) or isinstance(x, np.ma.MaskedArray):
        return False
    return x.dtype.kind in NUMERIC


class Opaque:
    """An argument without a hash, known by equality; a copy keeps it as it was."""

    def __init__(self, x: Any) -> None:
        self.x = deepcopy(x)

    def __hash__(self) -> int:
        return hash(type(self.x))

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Opaque) or type(other.x) is not type(self.x):
            return False
        try:
            return bool(other.x == self.x)
        except (TypeError, ValueError):
            return False


def key_of(x: Any, arrays: list[Any]) -> Any:
    """The part of a key that an argument is; its arrays are added to ``arrays``.

    Containers by their structure, arrays by shape and dtype, all else by value.

    >>> arrays = []
    >>> key = key_of([np.zeros(2), 1.0], arrays)
    >>> key == key_of([np.ones(2), 1.0], arrays), key == key_of([np.ones(2), 1], [])
    (True, False)
    >>> arrays
    [array([0., 0.]), array([1., 1.])]
    """
    kind = type(x)
    if kind is np.ndarray and x.dtype.kind in NUMERIC:
        arrays.append(x)
        return (kind, x.shape, x.dtype)
    if kind is not Value and is_array(x):
        arrays.append(x)
        return (Tensor if kind is Tensor else np.ndarray, x.shape, x.dtype)
    if isinstance(x, (list, tuple)):
        return (kind, *[key_of(each, arrays) for each in x])
    if isinstance(x, dict):
        return (kind, *[(name, key_of(each, arrays)) for name, each in x.items()])
    if kind is Value:
        arrays.append(x)
        return Value
    if isinstance(x, (float, complex)):
        return (kind, repr(x))  # which tells -0.0 from 0.0, and NaN is NaN
    try:
        hash(x)
    except TypeError:
        return Opaque(x)
    return (kind, x)


def is_static(x: Any) -> bool:
    """Whether what a function returns can be returned again as it is.

    >>> is_static("text"), is_static([])
    (True, False)
    """
    if isinstance(x, Node):
        return False
    return x is None or isinstance(x, STATIC)
