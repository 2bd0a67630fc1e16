"""What functions of arrays are given: what is refused, and how the rest is read."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, Value


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


def array_of(x: Any) -> np.ndarray:
    """What a Tensor or a Value holds; anything else as an array.

    >>> array_of(Tensor([1.0])), array_of([1.0])
    (array([1.]), array([1.]))
    """
    return np.asarray(x.data if isinstance(x, (Tensor, Value)) else x)


def check_probability(name: str, p: float) -> None:
    """Raise unless ``p`` is a probability.

    >>> check_probability("dropout", 1.5)
    Traceback (most recent call last):
        ...
    ValueError: dropout is a probability, from 0 to 1; got 1.5
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{name} is a probability, from 0 to 1; got {p}")
