"""What nn.data is given: whole numbers, numbers of examples, texts; others refused."""

from __future__ import annotations

from typing import Any

import numpy as np


def whole(name: str, number: Any, least: int = 0) -> int:
    """A whole number, at least so large.

    >>> whole("batch_size", 2.5)
    Traceback (most recent call last):
        ...
    TypeError: batch_size is a whole number; got 2.5
    """
    if not isinstance(number, (int, np.integer)) or isinstance(number, bool):
        raise TypeError(f"{name} is a whole number; got {number!r}")
    if number < least:
        raise ValueError(f"{name} is at least {least}; got {number}")
    return int(number)


def real(name: str, number: Any, most: float = np.inf) -> float:
    """A number from 0 to the most it may be, and finite.

    >>> real("p", 1.5, most=1)
    Traceback (most recent call last):
        ...
    ValueError: p is a number from 0 to 1, and finite; got 1.5
    """
    if not isinstance(number, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} is a number; got {number!r}")
    if not (0 <= number <= most and np.isfinite(number)):
        raise ValueError(
            f"{name} is a number from 0 to {most}, and finite; got {number}"
        )
    return float(number)


def checked_text(name: str, given: Any) -> str:
    """A text.

    >>> checked_text("encode", b"hello")
    Traceback (most recent call last):
        ...
    TypeError: encode takes a text, a str; got bytes
    """
    if not isinstance(given, str):
        raise TypeError(f"{name} takes a text, a str; got {type(given).__name__}")
    return given


def checked_numbers(name: str, given: Any, n: int, of: str = "examples") -> np.ndarray:
    """A row of whole numbers as an array, each from 0 to n - 1.

    >>> checked_numbers("sampler", [2, 3], 3)
    Traceback (most recent call last):
        ...
    IndexError: sampler has numbers of examples, from 0 to 2; got 3 at position 1
    """
    array = np.asarray(given)
    if array.dtype.kind not in "iu" and array.size:
        hint = ". Of a mask: np.flatnonzero(mask)" if array.dtype == bool else ""
        raise TypeError(f"{name} needs whole numbers of {of}; got {array.dtype}{hint}")
    if array.ndim != 1:
        raise ValueError(
            f"{name} needs one row of numbers of {of}; got shape {array.shape}"
        )
    wrong = np.flatnonzero((array < 0) | (array >= n))
    if len(wrong):
        raise IndexError(
            f"{name} has numbers of {of}, from 0 to {n - 1}; got {array[wrong[0]]} at "
            f"position {wrong[0]}"
        )
    return array.astype(np.intp)


def held(value: Any, dtype: np.dtype, name: str) -> Any:
    """A number as one of this dtype; floats are rounded, whole numbers must be exact.

    Raises:
        TypeError: it is no number, or not one of the dtype's.

    >>> import numpy as np
    >>> held(0.1, np.dtype("f4"), "fill")
    np.float32(0.1)
    >>> held(-1, np.dtype("u1"), "fill")
    Traceback (most recent call last):
        ...
    TypeError: fill is a number that an array of uint8 can hold; got -1
    """
    try:
        kept = np.asarray(value, dtype)
    except (OverflowError, TypeError, ValueError):
        kept = None
    exact = dtype.kind not in "iub" or kept == value
    if kept is None or kept.ndim or not exact:
        raise TypeError(
            f"{name} is a number that an array of {dtype} can hold; got {value!r}"
        )
    return kept[()]
