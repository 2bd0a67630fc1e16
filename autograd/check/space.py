"""Arrays, Values and floats side by side as one vector of reals, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core.node import raw
from ..value import Value


class Part(NamedTuple):
    """One array (or Value, or float) within a vector: ``vector[start:stop]``."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    is_value: bool
    start: int
    stop: int

    def index_of(self, position: int) -> tuple[int, ...]:
        """The index of the element that the vector holds at ``position``."""
        flat = (position - self.start) // (2 if self.dtype.kind == "c" else 1)
        return tuple(int(i) for i in np.unravel_index(flat, self.shape))


class Space:
    """The parts of a vector: their names, shapes and dtypes.

    A complex element is two reals, so that a derivative is a real matrix throughout.
    """

    def __init__(self, items: Sequence[Any], names: Sequence[str]) -> None:
        self.parts: list[Part] = []
        self.size = 0
        for item, name in zip(items, names, strict=True):
            array = np.asarray(raw(item))
            wide = 2 if array.dtype.kind == "c" else 1
            stop = self.size + wide * array.size
            is_value = isinstance(item, Value)
            self.parts.append(
                Part(name, array.shape, array.dtype, is_value, self.size, stop)
            )
            self.size = stop

    @property
    def names(self) -> list[str]:
        """The name of each part."""
        return [part.name for part in self.parts]

    @property
    def is_real(self) -> bool:
        """Whether no part is complex, nor a Value, which holds no complex number."""
        return not any(part.dtype.kind == "c" or part.is_value for part in self.parts)

    def whole(self, mask: np.ndarray) -> np.ndarray:
        """``mask`` where it holds for both parts of each complex number."""
        found = mask.copy()
        for part in self.parts:
            if part.dtype.kind == "c":
                pairs = found[part.start : part.stop].reshape(-1, 2)
                pairs[:] = pairs.all(1, keepdims=True)
        return found

    def conjugated(self, vector: np.ndarray) -> np.ndarray:
        """The conjugate: complex parts with every imaginary part negated."""
        found = vector.copy()
        for part in self.parts:
            if part.dtype.kind == "c":
                found[part.start + 1 : part.stop : 2] *= -1
        return found

    def vector(self, items: Sequence[Any]) -> np.ndarray:
        """``items`` as one vector, complex if one is where a real part is expected."""
        found = [np.asarray(raw(item)) for item in items]
        steps = any(
            a.dtype.kind == "c" and part.dtype.kind != "c"
            for a, part in zip(found, self.parts, strict=True)
        )
        vector = np.empty(self.size, complex if steps else float)
        for array, part in zip(found, self.parts, strict=True):
            if part.dtype.kind == "c":
                array = np.ascontiguousarray(array, complex).view(float)
            vector[part.start : part.stop] = array.ravel()
        return vector

    def arrays(self, vector: np.ndarray, exact: bool = False) -> list[np.ndarray]:
        """The parts of ``vector``: new arrays, in double precision or exact."""
        found = []
        for part in self.parts:
            piece = vector[part.start : part.stop].copy()
            if part.dtype.kind == "c":
                piece = piece.view(complex)
            array = piece.reshape(part.shape)
            found.append(array.astype(part.dtype) if exact else array)
        return found

    def cotangents(self, vector: np.ndarray) -> list[Any]:
        """The parts of ``vector`` as a sweep starts from them: exact, and read-only."""
        arrays = self.arrays(vector, exact=True)
        for array in arrays:
            array.flags.writeable = False
        return [float(a) if p.is_value else a for a, p in zip(arrays, self.parts)]

    def items(self, vector: np.ndarray, exact: bool = False) -> list[Any]:
        """The parts of ``vector`` as arrays, or as Values where there were Values."""
        return [
            Value.leaf(float(array)) if part.is_value else array
            for array, part in zip(self.arrays(vector, exact), self.parts)
        ]

    def at(self, position: int) -> tuple[str, tuple[int, ...]]:
        """The name of the part, and the index in it, of an element of the vector."""
        part = next(part for part in self.parts if position < part.stop)
        return part.name, part.index_of(position)
