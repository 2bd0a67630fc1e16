"""What functions of arrays refuse before anything else."""

from __future__ import annotations

from typing import Any

import numpy as np


def shape_of(name: str, x: Any) -> tuple[int, ...]:
    """The shape of a Tensor or an array; lists and numbers are refused, by name.

    >>> import autograd as ag
    >>> shape_of("dropout", ag.ones((2, 3)))
    (2, 3)
    >>> shape_of("dropout", [1.0])
    Traceback (most recent call last):
        ...
    TypeError: dropout takes a Tensor or an array; got list [1.0]. Wrap it: ag.tensor(…)
    """
    shape = getattr(x, "shape", None)
    if not isinstance(shape, tuple) or not hasattr(x, "dtype"):
        got = f"{type(x).__name__} {x!r}"[:60]
        raise TypeError(
            f"{name} takes a Tensor or an array; got {got}. Wrap it: ag.tensor(…)"
        )
    return shape


def weak(setting: Any) -> Any:
    """NumPy's number as Python's, which leaves float32 what it is; all else as it is.

    >>> import numpy as np
    >>> (np.ones(2, np.float32) * np.float64(0.1)).dtype
    dtype('float64')
    >>> (np.ones(2, np.float32) * weak(np.float64(0.1))).dtype
    dtype('float32')
    """
    return setting.item() if isinstance(setting, np.generic) else setting
