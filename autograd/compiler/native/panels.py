"""The C text of products with a weight in panels, which is packed once for all rows.

BLAS packs the second factor of each product anew, in each thread. Of a parameter that
many rows meet that is done once; parts of the rows then read the panels as they lie.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .cache import processor
from .lines import GIVEN, TYPES, Line, Lines
from .loops import MANY, PARTS
from .phrases import pointer
from .views import View

ROWS = 256  # of the first factor at least: else packing takes too large a share
SOME = 24  # rows of a part at least
PACKED = 1 << 21  # multiplications from which on a weight is worth packing
BYTES = 64  # of a row of a panel


def columns(dtype: np.dtype) -> int:
    """Of a panel."""
    return BYTES // dtype.itemsize


def packed(lines: Lines, y: View) -> View:
    """A matrix (k, n) as panels (panels, k, columns), filled up with zeros."""
    (k, n), dtype = y.shape, lines.dtype(y)
    wide = columns(dtype)
    return lines.emit("panels", (y,), None, (-(-n // wide), k, wide), dtype)


def by_panels(lines: Lines, x: View, y: View, bias: View | None = None) -> View | None:
    """x @ y, with one row added to all; None where panels do not pay."""
    if len(x.shape) != 2 or len(y.shape) != 2 or lines[y.of].op not in GIVEN:
        return None
    (m, k), n, dtype = x.shape, y.shape[1], lines.dtype(y)
    small = m < ROWS or m * k * n < PACKED
    if small or n % columns(dtype) or x.strides[1] != 1 or has_wider_vectors():
        return None
    if bias is not None and bias.strides != (1,):
        return None
    given = (x, packed(lines, y), *([] if bias is None else [bias]))
    return lines.emit("by panels", given, None, (m, n), dtype)


def has_wider_vectors() -> bool:
    """Whether BLAS uses vectors that are twice as long as those of panels.h."""
    return "avx512f" in processor()


def pack(lines: Lines, i: int, line: Line) -> tuple[list[str], str]:
    """The function of a line ``panels``, and the text that calls it."""
    (y,), (count, k, wide), name = line.args, line.shape, f"pack_{i}"
    (down, along), n, kind = y.strides, y.shape[1], TYPES[line.dtype.name]
    some = f"{n} - c*{wide} < {wide} ? {n} - c*{wide} : {wide}"
    text = [
        f"/* {y.shape} in panels */",
        f"static void {name}(void **m, long part, long parts) {{",
        pointer(lines, y, "q"),
        f"{kind} *o = m[{i}];",
        f"for (long c = {count}*part/parts; c < {count}*(part + 1)/parts; c++)",
        f"pack_{_end(line)}({k}, {some}, q + c*{wide * along}, {down}, {along}, "
        f"o + c*{k * wide});",
        "}",
    ]
    shared = line.size > MANY and count > 1
    return text, f"parallel({name}, m, {PARTS});" if shared else f"{name}(m, 0, 1);"


def multiply(lines: Lines, i: int, line: Line) -> tuple[list[str], str]:
    """The function of a line ``by panels``: parts of the rows; and what calls it."""
    (x, panels, *bias), (m, n), name = line.args, line.shape, f"by_panels_{i}"
    parts, apart = PARTS, x.strides[0]
    while m < SOME * parts:
        parts //= 2
    text = [
        f"/* {x.shape} @ panels, {line.shape} */",
        f"static void {name}(void **m, long part, long parts) {{",
        pointer(lines, x, "p"),
        pointer(lines, panels, "q"),
        *[pointer(lines, row, "b") for row in bias],
        f"{TYPES[line.dtype.name]} *o = m[{i}];",
        f"long from = {m}*part/parts, some = {m}*(part + 1)/parts - from;",
        f"panels_{_end(line)}(some, {x.shape[1]}, p + from*{apart}, {apart}, q, "
        f"{'b' if bias else 0}, 0, o + from*{n}, {n});",
        "}",
    ]
    return text, f"parallel({name}, m, {parts});"


def rows(line: Line) -> int:
    """How many slices there may be, if all parts of them have rows enough."""
    m = line.shape[0]
    return m if m >= SOME * PARTS else 1


def _end(line: Any) -> str:
    return "f" if line.dtype == np.float32 else "d"
