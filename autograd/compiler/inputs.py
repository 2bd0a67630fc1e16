"""Where the arrays come from that a program is run with: what is read at each call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..core.node import raw


class Call(NamedTuple):
    """What one call has: the arrays among its arguments, and numbers of this moment."""

    arrays: list[Any]
    numbers: list[Any]


@dataclass(frozen=True, eq=False)
class Argument:
    """The array that stands there among the arguments."""

    position: int
    is_tensor: bool

    def now(self, call: Call) -> np.ndarray:
        """Its array."""
        return np.asarray(raw(call.arrays[self.position]))


@dataclass(frozen=True, eq=False)
class Captured:
    """A Tensor that is older than the program, as a parameter."""

    leaf: Any

    def now(self, call: Call) -> np.ndarray:
        """Its array."""
        return self.leaf._raw


@dataclass(frozen=True, eq=False)
class Gradient:
    """What is in the ``.grad`` of a Tensor when the call begins."""

    leaf: Any

    def now(self, call: Call) -> np.ndarray:
        """Its array."""
        return self.leaf.grad


@dataclass(frozen=True, eq=False)
class Drawn:
    """Random numbers, drawn anew at each call, from a generator or a seed."""

    draw: Callable[[], np.ndarray]
    seed: Any
    find: Callable[[], np.random.Generator]

    def now(self, call: Call) -> np.ndarray:
        """The next ones."""
        return self.draw()


@dataclass(frozen=True, eq=False)
class Scalar:
    """A number in the dtype of an array it meets."""

    number: int
    dtype: np.dtype

    def now(self, call: Call) -> np.ndarray:
        """It, as an array of no axes."""
        return np.asarray(call.numbers[self.number], self.dtype)


@dataclass(frozen=True, eq=False)
class Stored:
    """An array that lives on from call to call, as an optimizer's running means."""

    find: Callable[[], np.ndarray]

    def now(self, call: Call) -> np.ndarray:
        """It, wherever it is now."""
        return self.find()
