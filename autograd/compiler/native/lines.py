"""What the backend computes with: lines of few kinds, over views of memory.

A line has one result with memory of its own, unless it is a leaf or a constant. What
only looks at other elements (a transpose, a slice) is no line but a ``View``.

    leaf, constant      given; a constant's ``params`` is its array
    a name of ELEMENTS  one of its expressions, for each element
    sum, prod, max, min, any, all   over the axes ``params``; these stay, of length 1
    argmax, argmin      along the axis ``params``; it stays, of length 1
    matmul              of views (…, m, k) and (…, k, n)
    panels              a matrix (k, n) in panels of columns: (panels, k, columns)
    by panels           of rows and such panels, with one row added to all if there is
    convolve            of an image and filters (groups, filters, channels, …)
    filters             of an image and results: the gradient of the filters
    assemble            parts, each written to places of the result (``Places``)
    presume             stops the program where the one boolean it reads is false
    gather, scatter     rows picked by arrays of whole numbers; added where picked
    walk                all steps of a recurrent layer (``walks.Walk``)
    python              the forward function of a primitive: what has no form in C
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .views import View, reshaped, whole

TYPES = {  # of C, by NumPy's name
    "bool": "unsigned char",
    "int8": "signed char",
    "uint8": "unsigned char",
    "int16": "short",
    "uint16": "unsigned short",
    "int32": "int",
    "uint32": "unsigned int",
    "int64": "long",
    "float32": "float",
    "float64": "double",
}
REDUCTIONS = ("sum", "prod", "max", "min", "any", "all")
GIVEN = ("leaf", "constant")


class Number(NamedTuple):
    """A number in the text; without a dtype it takes that of what it meets."""

    value: Any
    dtype: np.dtype | None


class Plain(NamedTuple):
    """An operand of a ``python`` line that is no array: handed over as it is."""

    value: Any


class Whole(NamedTuple):
    """All outputs of a ``python`` line that has several."""

    of: int


class Places(NamedTuple):
    """Where the parts of an ``assemble`` go: (offset, strides) each, in the result."""

    parts: tuple[tuple[int, tuple[int, ...]], ...]
    fill: float | None  # what stands elsewhere, if anything does
    added: bool  # to what stands there, rather than written


class Line(NamedTuple):
    """One thing that is computed: its operands, and the shape and dtype of the result.

    ``shape`` and ``dtype`` are None where a Python line gives several outputs.
    """

    op: str
    args: tuple[Any, ...]
    params: Any
    shape: Any
    dtype: Any

    @property
    def size(self) -> int:
        return math.prod(self.shape)


class Lines:
    """Lines in order, each made once; the first are the leaves."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.outputs: list[int] = []  # lines that are results,
        self.shapes: list[tuple[int, ...]] = []  # and in which shape
        self.targets: dict[int, int] = {}
        self.presumed: list[int] = []  # lines that may stop the program
        self._known: dict[Any, int] = {}

    def __getitem__(self, i: int) -> Line:
        return self.lines[i]

    def __len__(self) -> int:
        return len(self.lines)

    def emit(
        self, op: str, args: Sequence[Any], params: Any, shape: Any, dtype: Any
    ) -> View:
        """A line, or the one that already computes the same."""
        line = Line(op, tuple(args), params, tuple(shape), np.dtype(dtype))
        key = (*line[:2], _exactly(args), *line[2:])
        if key not in self._known:
            self._known[key] = self.append(line)
        return whole(self._known[key], line.shape)

    def append(self, line: Line) -> int:
        """A line of its own, whatever else computes the same."""
        self.lines.append(line)
        return len(self.lines) - 1

    def constant(self, array: np.ndarray) -> View:
        """An array that stands beside the program."""
        key = ("constant", array.dtype, array.tobytes())
        if key not in self._known:
            flat = array.reshape(-1)
            line = Line("constant", (), flat, flat.shape, array.dtype)
            self._known[key] = self.append(line)
        return whole(self._known[key], array.shape)

    def dtype(self, x: Any) -> Any:
        """That of a view, or of a number if it has one."""
        return x.dtype if isinstance(x, Number) else self.lines[x.of].dtype

    def copied(self, view: View) -> View:
        """A view's elements side by side, in memory of their own."""
        dtype = self.dtype(view)
        return self.emit("copy", (view,), dtype, view.shape, dtype)

    def shaped(self, view: View, shape: tuple[int, ...]) -> View:
        """The elements in another shape, copied where they must be."""
        found = reshaped(view, shape)
        return whole(self.copied(view).of, shape) if found is None else found


def _exactly(args: Sequence[Any]) -> tuple[Any, ...]:
    """What tells apart numbers that are equal but not the same: 1, 1.0, True; 0, -0."""
    return tuple([repr(x) for x in args if not isinstance(x, View)])
