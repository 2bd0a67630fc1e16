"""Which memory was written, when and where: the guard against stale operands."""

from __future__ import annotations

import sys
import weakref
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from .clock import clock

Place = tuple[str, int]


class StaleWriteError(ValueError):
    """A rule would read an operand that was written after it was used."""


class Writes:
    """The last write into each piece of memory that is still alive.

    A write is kept by the array that owns the memory, so every alias (view, transpose,
    ``detach``, ``asarray``) finds it, and forgotten when that array is freed.
    ``latest`` lets a sweep over younger nodes skip the question altogether.
    """

    def __init__(self) -> None:
        self.latest = 0
        self._owners: dict[int, tuple[Any, dict[tuple[int, int], tuple[int, Place]]]] = {}

    def tick(self) -> int:
        """The age of a write that happens now."""
        self.latest = next(clock)
        return self.latest

    def stamp(self, array: np.ndarray) -> None:
        """Note that ``array``'s memory was written just now."""
        owner = owner_of(array)
        key = id(owner)
        if key not in self._owners:
            forget = weakref.ref(owner, lambda _, key=key: self._owners.pop(key, None))
            self._owners[key] = (forget, {})
        self._owners[key][1][byte_bounds(array)] = (self.tick(), caller())

    def after(self, array: np.ndarray, age: int) -> Place | None:
        """Where ``array``'s memory was written after ``age``, if it was."""
        entry = self._owners.get(id(owner_of(array)))
        if entry is None:
            return None
        low, high = byte_bounds(array)
        for (start, stop), (tick, place) in entry[1].items():
            if tick > age and start < high and low < stop:
                return place
        return None


def owner_of(array: np.ndarray) -> np.ndarray:
    """The array that owns the memory ``array`` looks at."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def caller() -> Place:
    """The source line that called into this project: (file, line)."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("autograd", "nn", "contextlib", "numpy")


writes = Writes()
