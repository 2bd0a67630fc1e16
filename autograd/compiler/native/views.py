"""Where the elements of a value lie: in whose memory, from where, how far apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided


class View(NamedTuple):
    """Elements of value ``of``; offset and strides are counted in elements."""

    of: int
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def is_dense(self) -> bool:
        """Whether the elements lie side by side, in order."""
        sides = zip(self.shape, self.strides, dense(self.shape))
        return self.size == 0 or all(n == 1 or a == b for n, a, b in sides)


def whole(of: int, shape: tuple[int, ...]) -> View:
    """All of a value that has memory of its own."""
    return View(of, 0, shape, dense(shape))


def dense(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of an array whose elements lie side by side.

    >>> dense((2, 3, 4))
    (12, 4, 1)
    """
    strides, apart = [], 1
    for side in reversed(shape):
        strides.append(apart)
        apart *= side
    return tuple(reversed(strides))


def seen(view: View, look: Callable[[np.ndarray], np.ndarray]) -> View:
    """What ``look`` makes of a view, if it copies nothing: NumPy is asked.

    >>> seen(whole(0, (2, 3)), np.transpose)
    View(of=0, offset=0, shape=(3, 2), strides=(1, 3))
    """
    memory = np.empty(1, np.int8)  # whose elements are never read
    array = look(as_strided(memory, view.shape, view.strides))
    start = _address(array) - _address(memory) if array.size else 0
    return View(view.of, view.offset + start, array.shape, array.strides)


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def reshaped(view: View, shape: tuple[int, ...]) -> View | None:
    """The same elements in another shape; None if they would have to be copied."""
    if view.shape == shape:
        return view
    if view.is_dense:
        return View(view.of, view.offset, shape, dense(shape))
    try:
        return seen(view, lambda x: np.reshape(x, shape, copy=False))
    except ValueError:
        return None


def spread(view: View, shape: tuple[int, ...]) -> View:
    """Broadcast to a shape: what is repeated has a stride of 0.

    >>> spread(whole(0, (3, 1)), (2, 3, 4)).strides
    (0, 1, 0)
    """
    lead = len(shape) - len(view.shape)
    kept = zip(view.shape, shape[lead:], view.strides)
    strides = [0 if side == 1 else apart for side, _, apart in kept]
    return View(view.of, view.offset, shape, (0,) * lead + tuple(strides))


def indexed(view: View, index: tuple[Any, ...]) -> View:
    """``x[index]`` by slices, whole numbers, None and the ellipsis."""
    index = index if Ellipsis in index else (*index, Ellipsis)
    return seen(view, lambda x: x[index])
