"""Which memory was written, when and where: the guard against stale operands."""

from __future__ import annotations

import sys
import weakref

import numpy as np
from numpy.lib.array_utils import byte_bounds

from .context import clock

Place = tuple[str, int]  # a source line: (file, line)
Region = tuple[int, int]  # of memory: the first byte, and the one after the last
MANY = 64  # regions of one owner, above which they are taken for a single one


class StaleWriteError(ValueError):
    """A rule would read an operand that was written after it was used."""


class Writes:
    """The last write into each region of memory.

    A node keeps its operands alive, so a region it reads cannot be used anew before it
    is swept: an overlap with a later write is always a write into that operand, however
    the two arrays came to share memory. ``latest`` lets a sweep over younger nodes skip
    the question altogether.
    """

    def __init__(self) -> None:
        self.latest = 0
        self._regions: dict[int, dict[Region, tuple[int, Place]]] = {}  # by owner
        self._owners: dict[int, weakref.ref[np.ndarray]] = {}

    def tick(self) -> int:
        """The age of a write that happens now."""
        self.latest = next(clock)
        return self.latest

    def stamp(self, array: np.ndarray) -> None:
        """Note that ``array``'s memory was written just now."""
        owner = owner_of(array)
        key = id(owner) if owner.flags.owndata else 0  # 0: not NumPy's own memory
        regions = self._regions.setdefault(key, {})
        region = byte_bounds(array)
        if len(regions) >= MANY and region not in regions:
            ends = [region, *regions]
            region = min(low for low, _ in ends), max(high for _, high in ends)
            regions.clear()
        regions[region] = (self.tick(), caller())
        if key and key not in self._owners:
            self._owners[key] = weakref.ref(owner, lambda _: self._forget(key))

    def _forget(self, key: int) -> None:
        self._owners.pop(key, None)
        self._regions.pop(key, None)

    def after(self, array: np.ndarray, age: int) -> Place | None:
        """Where ``array``'s memory was written after ``age``, if it was."""
        low, high = byte_bounds(array)
        for regions in list(self._regions.values()):
            for (start, stop), (tick, place) in list(regions.items()):
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
