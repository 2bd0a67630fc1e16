"""What functions of arrays are given: what is refused, and how the rest is read."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.core.space import unmasked
from autograd.ops.held import held


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
    if isinstance(x, Tensor):
        return x.shape
    shape = getattr(unmasked(x, name), "shape", None)
    is_array = hasattr(x, "dtype") and hasattr(x, "__array__")  # sparse ones are none
    if not isinstance(shape, tuple) or not is_array:
        got = f"{type(x).__name__} {x!r}"[:60]
        raise TypeError(
            f"{name} takes a Tensor or an array; got {got}. Wrap it: ag.tensor(…)"
        )
    return shape


def array_of(x: Any) -> Any:
    """What a Tensor or a Value holds; anything else as an array.

    Where everything is recorded it is a Tensor still, which has no derivative.

    >>> array_of(Tensor([1.0])), array_of([1.0])
    (array([1.]), array([1.]))
    """
    if isinstance(x, Tensor):
        return held(x)
    return np.asarray(x.data if isinstance(x, Value) else unmasked(x, "nn"))


def check_probability(name: str, p: float) -> None:
    """Raise unless ``p`` is a probability.

    >>> check_probability("dropout", 1.5)
    Traceback (most recent call last):
        ...
    ValueError: dropout is a probability, from 0 to 1; got 1.5
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{name} is a probability, from 0 to 1; got {p}")


def weak(setting: Any) -> Any:
    """NumPy's number as Python's, which leaves float32 what it is; all else as it is.

    >>> import numpy as np
    >>> (np.ones(2, np.float32) * np.float64(0.1)).dtype
    dtype('float64')
    >>> (np.ones(2, np.float32) * weak(np.float64(0.1))).dtype
    dtype('float32')
    """
    return setting.item() if isinstance(setting, np.generic) else setting
