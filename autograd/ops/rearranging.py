"""Moving elements about: each result is made of copies of elements, or zeros.

Such a function says itself where its elements come from, if it is given their numbers:
so one transpose serves them all.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..composite import composed
from ..primitive import linear
from .indexing import ARRAY_INDEX, scatter


def rearranging(function: Callable[..., Any], **facts: Any) -> linear:
    """A primitive that moves, copies or leaves out elements, or puts zeros beside.

    >>> import numpy as np
    >>> import autograd as ag
    >>> twice = rearranging(lambda x: np.concatenate([x, x]), name="twice")
    >>> ag.vjp(twice, np.zeros(2))[1](np.array([1.0, 2.0, 3.0, 4.0]))
    (array([4., 6.]),)
    """
    _, *parameters = inspect.signature(function).parameters.values()

    def transposed(g: Any, x_shape: tuple[int, ...], *given: Any) -> Any:
        size = math.prod(x_shape)
        numbers = np.arange(1, size + 1).reshape(x_shape)
        params = dict(zip([each.name for each in parameters], given))
        places = function(numbers, **params)  # 0 where there is a zero
        total = scatter(g, places, template=(ARRAY_INDEX,), shape=(size + 1,))
        return np.reshape(total[1:], x_shape)

    names = ["g", "x_shape", *[each.name for each in parameters]]
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    transposed.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, positional) for name in names]
    )
    return linear(function, transposed, of_ones=True, **facts)


def _flip(x, axis=None):
    return np.flip(x, axis)


def _roll(x, shift=0, axis=None):
    return np.roll(x, shift, axis)


flip = rearranging(_flip, sample={"x": "array", "axis": "axes"})
roll = rearranging(_roll, sample={"x": "array", "shift": (1, -2, 0, 5), "axis": "axes"})


@composed(sample={"x": "1-d or more"})
def flipud(x):
    """The rows from last to first."""
    return flip(x, axis=0)
