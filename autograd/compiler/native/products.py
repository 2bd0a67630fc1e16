"""The C text of products of matrices: by tiles if small, else by BLAS; in threads."""

from __future__ import annotations

import math

import numpy as np

from .lines import TYPES, Line, Lines
from .loops import PARTS
from .phrases import nested, places, pointer
from .views import View, dense

POOLED = 1 << 18  # multiplications of a product that are worth the pool
TILED = 1 << 19  # multiplications at most for which our tiles are faster than BLAS,
DEEP = 256  # and numbers that are added up: tiles.h has room for so many
NARROW = 4  # columns from which on a tile of 8 or 16 is worth it
SMALL = 1 << 9  # multiplications of a product that are not worth either


class ProductText:
    """One line ``matmul``: a function, and the text that calls it.

    With ``params`` "summed" the products along the first axis are added up.
    """

    can_fail = False
    is_by_threads = False

    def __init__(self, lines: Lines, i: int, line: Line) -> None:
        self.line, self.name, (self.x, self.y) = line, f"product_{i}", line.args
        self.m, self.n = line.shape[-2:]
        self.k = self.x.shape[-1]
        self.lead = self.x.shape[:-2]  # of both factors
        self.single = line.dtype == np.float32
        self.call, self.slices_at_most = f"{self.name}(m, 0, 1);", 1
        summed = line.params == "summed"
        body = self._summed() if summed else self._stacked()
        self.text = [
            f"/* {'the sum of ' * summed}{self.x.shape} @ {self.y.shape} */",
            f"static void {self.name}(void **m, long part, long parts) {{",
            pointer(lines, self.x, "p"),
            pointer(lines, self.y, "q"),
            f"{TYPES[line.dtype.name]} *o = m[{i}];",
            *body,
            "}",
        ]

    def cut(self, slices: int | str) -> None:
        """The text is the same for any number of parts."""
        self.slices = slices

    def _by_threads(self) -> None:
        """There is a part for each thread."""
        self.call, self.is_by_threads = f"parallel({self.name}, m, threads);", True

    def _stacked(self) -> list[str]:
        """A product for each place along the leading axes."""
        m, n, k, lead = self.m, self.n, self.k, self.lead
        x, y = self.x.strides, self.y.strides
        p, q = f"p{places(x[:-2])}", f"q{places(y[:-2])}"
        o = f"o{places(dense(self.line.shape)[:-2])}"
        if m * n * k <= SMALL:
            return [nested(lead) + self._by_tiles("small", p, q, o)]
        one = self._gemm(f"{m}", f"{n}", p, q, o)
        fits = m * n * k <= TILED and k <= DEEP and n >= NARROW
        if fits:
            one = self._by_tiles("tiles", p, q, o)
        slow = 8 / max(min(m, n, 8), 1)  # with few rows, reading takes the time
        large = math.prod(lead) * m * n * k * slow > POOLED
        if large and math.prod(lead) > 1:
            axis = next(d for d, side in enumerate(lead) if side > 1)
            self.call = f"parallel({self.name}, m, {PARTS});"
            outer, (side, *inner) = lead[:axis], lead[axis:]
            self.slices_at_most = 1 if axis else side
            loop = (
                nested(outer)
                + f"for (long i{axis} = {side}*part/parts; "
                + f"i{axis} < {side}*(part + 1)/parts; i{axis}++) "
                + nested(inner, axis + 1)
            )
            return [loop + one]
        if not large:
            return [nested(lead) + one]
        self._by_threads()
        if m >= n:  # rows are shared out, else columns
            p, o = f"p + from*{x[-2]}", f"o + from*{n}"
            return [_share(m), self._gemm("some", f"{n}", p, "q", o)]
        q, o = f"q + from*{y[-1]}", "o + from"
        return [_share(n), self._gemm(f"{m}", "some", "p", q, o)]

    def _summed(self) -> list[str]:
        """Each thread has some rows of all products."""
        _, m, n = self.line.shape
        x, y = self.x.strides, self.y.strides
        if math.prod(self.lead) * m * n * self.k > POOLED:
            self._by_threads()
        p, q = f"p{places(x[:2])} + from*{x[2]}", f"q{places(y[:2])}"
        o = f"o + i1*{m * n} + from*{n}"
        product = self._gemm("some", f"{n}", p, q, o, "i0 ? 1 : 0")
        return [_share(m), nested(self.lead) + product]

    def _by_tiles(self, name: str, p: str, q: str, o: str) -> str:
        m, n, k, x, y = self.m, self.n, self.k, self.x.strides, self.y.strides
        steps = f"{x[-2]}, {x[-1]}, {y[-2]}, {y[-1]}"
        end = "s" if self.single else "d"
        return f"{name}_{end}({m}, {n}, {k}, {p}, {q}, {o}, {steps});"

    def _gemm(self, m: str, n: str, p: str, q: str, o: str, kept: str = "0") -> str:
        """o = p q + kept o"""
        (tx, ldx), (ty, ldy) = _order(self.x), _order(self.y)
        name, one = ("gemm_s", "1.f") if self.single else ("gemm_d", "1.")
        return (
            f"{name}(101, {tx}, {ty}, {m}, {n}, {self.k}, {one}, {p}, {ldx}, {q}, "
            f"{ldy}, {kept}, {o}, {self.n});"
        )


def _share(n: int) -> str:
    return f"long from = {n}*part/parts, some = {n}*(part + 1)/parts - from;"


def _order(x: View) -> tuple[int, int]:
    """How BLAS is told of a matrix: as it is (111) or transposed (112), rows apart."""
    (m, n), (down, along) = x.shape[-2:], x.strides[-2:]
    if (along == 1 or n == 1) and (down >= n or m == 1):
        return 111, max(down if m > 1 else n, n, 1)
    return 112, max(along if n > 1 else m, m, 1)
