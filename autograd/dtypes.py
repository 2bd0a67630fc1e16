"""NumPy's dtypes under the names of the Array API standard; questions about them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .core.node import raw

__all__ = [
    "bool",
    "can_cast",
    "complex128",
    "complex64",
    "finfo",
    "float16",
    "float32",
    "float64",
    "iinfo",
    "int16",
    "int32",
    "int64",
    "int8",
    "isdtype",
    "result_type",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
]

bool = np.dtype(np.bool_)
int8, int16, int32, int64 = map(np.dtype, (np.int8, np.int16, np.int32, np.int64))
uint8, uint16, uint32, uint64 = map(
    np.dtype, (np.uint8, np.uint16, np.uint32, np.uint64)
)
float16, float32, float64 = map(np.dtype, (np.float16, np.float32, np.float64))
complex64, complex128 = map(np.dtype, (np.complex64, np.complex128))


class FloatInfo(NamedTuple):
    """The limits of a float dtype, as Python floats."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: np.dtype


def finfo(type: Any) -> FloatInfo:
    """The limits of a float or complex dtype, or of an array's.

    >>> finfo(float32).eps == 2**-23
    True
    """
    found = np.finfo(getattr(type, "dtype", type))
    eps, most, least, normal = map(
        float, (found.eps, found.max, found.min, found.smallest_normal)
    )
    return FloatInfo(found.bits, eps, most, least, normal, found.dtype)


def iinfo(type: Any) -> np.iinfo:
    """The limits of an integer dtype, or of an array's.

    >>> iinfo(int8).max
    127
    """
    return np.iinfo(getattr(type, "dtype", type))


def isdtype(dtype: Any, kind: Any) -> Any:
    """Whether ``dtype`` is ``kind``: a dtype, "real floating", "integral", a tuple …

    >>> isdtype(float32, "real floating"), isdtype(float32, ("integral", float64))
    (True, False)
    """
    return np.isdtype(dtype, kind)


def can_cast(from_: Any, to: Any) -> Any:
    """Whether NumPy's promotion leads from one dtype (or an array's) to another.

    >>> can_cast(float32, float64), can_cast(float64, int64)
    (True, False)
    """
    return np.can_cast(getattr(from_, "dtype", from_), to)


def result_type(*arrays_and_dtypes: Any) -> np.dtype:
    """The dtype that arrays, dtypes and Python numbers promote to.

    >>> result_type(float32, 1.0)
    dtype('float32')
    """
    return np.result_type(*map(raw, arrays_and_dtypes))
