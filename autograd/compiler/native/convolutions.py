"""The C text of convolutions that need no columns: calls of sliding.c, and its rooms.

An image is seen a few lines at a time, which lie padded in a room of their own that
stays in cache; so a program needs no memory for what all windows see.
"""

from __future__ import annotations

import ctypes
import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ...ops.windows import Windows
from .cache import HERE, library
from .lines import TYPES, Line, Lines
from .loops import PARTS
from .memory import ALIGNED
from .products import POOLED
from .views import View, dense

ROOM = 1 << 17  # bytes of what windows see, or of results, at a time
SUMS = 1 << 22  # bytes of filters' gradients that are added up apart
TILE = 6  # taps at a time, as sliding.c has it
VECTOR = 32  # bytes
HEADER = '#include "sliding.h"\n'
FUNCTIONS = ("pack", "add_up", "convolve", "filters")  # as sliding.h has them


class Sliding(NamedTuple):
    """How filters slide: over one to three axes."""

    windows: Windows
    groups: int


@lru_cache(2)
def functions(kind: str) -> Any:
    """The addresses of sliding.c's functions for a type of C."""
    made = library(
        (HERE / "sliding.c").read_text(encoding="utf-8"), (f"-DREAL={kind}",)
    )
    found = [ctypes.cast(getattr(made, name), ctypes.c_void_p) for name in FUNCTIONS]
    return (ctypes.c_void_p * len(found))(*[each.value for each in found])


def connect(made: ctypes.CDLL) -> None:
    """Tell a program where they are."""
    made.connect_sliding(functions("float"), functions("double"))


class SlidingText:
    """One line ``convolve`` or ``filters``: its functions, and what calls them.

    A convolution reads an image and the filters (groups, filters, channels, …); the
    gradient of the filters reads the image and the results.
    """

    can_fail = False

    def __init__(self, lines: Lines, i: int, line: Line) -> None:
        self.lines, self.i, self.line = lines, i, line
        self.item, self.convolves = line.dtype.itemsize, line.op == "convolve"
        w, self.groups = line.params
        self.x, other = line.args
        self.n, channels = self.x.shape[:2]
        results = line.shape if self.convolves else other.shape
        self.channels, self.filters = channels // self.groups, results[1] // self.groups
        self.image, self.count, self.kernel = map(_three, (w.shape, w.count, w.kernel))
        self.stride, self.dilation = _three(w.stride), _three(w.dilation)
        self.before = _three([before for before, _ in w.padding], 0)
        self.depth = self.channels * math.prod(w.kernel)
        lanes = VECTOR // self.item
        self.padded = -(-self.filters // lanes) * lanes
        self._cut()

    def _cut(self) -> None:
        """How many rows of windows are seen at a time, and what the parts are."""
        (_, s1, s2), (_, n1, n2) = self.stride, self.count
        reach = [d * (k - 1) for k, d in zip(self.kernel, self.dilation)]
        lines = (n1 - 1) * s1 + reach[1] + 1
        self.width = ((n2 - 1) * s2 + reach[2]) // s2 + 1
        line = self.channels * lines * s2 * self.width * self.item
        turned = n1 * n2 * self.padded * self.item
        fit = ROOM // max(line * self.stride[0], turned)
        most = max(1, min(fit, self.count[0] * self.n // PARTS, self.count[0]))
        pieces = -(-self.count[0] // most)
        self.rows = -(-self.count[0] // pieces)
        self.height = (self.rows - 1) * self.stride[0] + reach[0] + 1
        size = self.depth * 8 + line * self.height + 4 * VECTOR
        size += 0 if self.convolves else turned * self.rows
        self.size = -(-size // ALIGNED) * ALIGNED
        work = self.n * self.groups * self.filters * self.depth * math.prod(self.count)
        parts, pieces = PARTS if work > POOLED else 1, pieces * self.n
        sums = self.groups * self.depth * self.padded * self.item
        self.by_images = max(1, min(parts, SUMS // sums, pieces))
        self.by_taps = max(1, min(parts // self.by_images, -(-self.depth // TILE)))
        if self.convolves:
            self.parts, self.first = parts, sums
        else:
            self.parts = self.by_images * self.by_taps
            self.first = self.by_images * sums
        self.first = -(-self.first // ALIGNED) * ALIGNED

    def rooms(self) -> dict[int, int]:
        """The bytes beside the result: packed filters or their sums, then the rooms."""
        return {self.i: self.first + self.parts * self.size}

    # The text -------------------------------------------------------------------------

    def _numbers(self) -> str:
        """The fields of ``struct sliding``."""
        other = self.line.args[1]
        if self.convolves:
            results = _strides(dense(self.line.shape), self.line.shape)
            weight = (*other.strides[:3], *_three(other.strides[3:], 0))
        else:
            results, weight = _strides(other.strides, other.shape), (0,) * 6
        fields = [self.n, self.groups, self.channels, self.filters]
        fields += [*self.image, *self.count, *self.kernel, *self.stride]
        fields += [*self.dilation, *self.before]
        fields += [*_strides(self.x.strides, self.x.shape), *results, *weight]
        fields += [self.rows, self.height, self.width, self.by_images, self.by_taps]
        return ", ".join(map(str, fields))

    def _read(self, view: View) -> str:
        kind = TYPES[self.line.dtype.name]
        return f"(const {kind} *)m[{view.of}] + {view.offset}"

    def text(self, rooms: dict[int, int]) -> list[str]:
        library = "sliding_s" if self.line.dtype == np.float32 else "sliding_d"
        x, y, own, out = *map(self._read, self.line.args), f"m[{rooms[self.i]}]", self.i
        rest = f"(char *){own} + {self.first}, {self.size}, part, parts);"
        numbers = f"static const long sizes[] = {{{self._numbers()}}};"
        if self.convolves:
            first = f"{library}.pack(sizes, {y}, {own}, part, parts);"
            second = f"{library}.convolve(sizes, {x}, {own}, m[{out}], {rest}"
        else:
            first = f"{library}.filters(sizes, {x}, {y}, {own}, {rest}"
            second = f"{library}.add_up(sizes, {own}, m[{out}], part, parts);"
        about = f"/* {self.line.op}, {self.x.shape} to {self.line.shape} */"
        head = "static void {}_{}(void **m, long part, long parts) {{"
        return [
            about,
            head.format("first", out),
            numbers,
            first,
            "}",
            head.format("second", out),
            numbers,
            second,
            "}",
        ]

    def call(self, rooms: dict[int, int]) -> list[str]:
        return [
            f"parallel({name}_{self.i}, m, {self.parts});"
            for name in ("first", "second")
        ]


def _three(sizes: Any, other: int = 1) -> tuple[int, ...]:
    """One to three axes as three: (n) as (1, 1, n), (m, n) as (m, 1, n)."""
    *lead, last = sizes
    lead = [*lead, other] if len(lead) == 1 else lead or [other, other]
    return (*lead, last)


def _strides(strides: Any, shape: Any) -> tuple[int, ...]:
    """Those of (n, channels, …)."""
    return (*strides[:2], *_three(strides[2:], 0))
