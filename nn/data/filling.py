"""What is filled in, at borders and ends: a value that the array can hold."""

from __future__ import annotations

from typing import Any

import numpy as np


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
