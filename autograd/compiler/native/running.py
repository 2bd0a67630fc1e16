"""A program that runs: its library, its memory, and what each call does."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...blas import blas, give_threads, take_threads
from ...ops.held import Presumed, of_shape
from .cache import library
from .convolutions import connect
from .lines import Whole
from .pool import HEAD, PLAIN, WRITEABLE, pool
from .program import Text
from .views import View

KEPT = 1 << 18  # bytes of a result whose memory is used again


def _holders(arrays: list[Any]) -> list[int]:
    return [sys.getrefcount(array) for array in arrays]


UNHELD = _holders([object()])[0]  # what is counted where only a list holds something


class Run:
    """``run(*leaves)`` gives the results, None in the place of one with a target.

    The memory between units is kept: two calls at once are the caller's to keep apart.
    """

    def __init__(self, text: Text) -> None:
        self.text, self.lines, self.source = text, text.lines, text.source
        found = blas()
        flags = (f"-DBLAS_INT={found.integer}",) if found else ()
        self.pool = pool()
        made = library(self.source, flags)
        address = ctypes.c_void_p
        made.connect.argtypes = [address, ctypes.c_long, address, address]
        made.connect(
            self.pool.parallel,
            self.pool.threads,
            found and found.sgemm,
            found and found.dgemm,
        )
        if text.slides:
            connect(made)
        self._prepare()
        self.table = (ctypes.c_void_p * text.slots)()
        self._fix()
        self.calls = [self._called(made, segment) for segment in text.segments]
        self.products = "gemm_" in text.functions
        self.simple = len(self.calls) == 1 and isinstance(text.segments[0], str)

    # Once -----------------------------------------------------------------------------

    def _prepare(self) -> None:
        """What is told to C of the leaves and results of each call."""
        text, lines = self.text, self.lines
        self.leaves = [line for line in lines.lines if line.op == "leaf"]
        self.fresh = [
            (i, lines.shapes[k], lines[i].dtype)
            for k, i in enumerate(lines.outputs)
            if k not in lines.targets and i not in text.python
        ]
        self.spare: dict[int, list[np.ndarray]] = {
            k: []
            for k, (i, *_) in enumerate(self.fresh)
            if lines[i].size * lines[i].dtype.itemsize >= KEPT
        }
        n = len(self.leaves)
        slots = [*range(n), *[i for i, *_ in self.fresh]]
        self.slots = (ctypes.c_long * len(slots))(*slots)
        self.ids = ctypes.c_void_p * len(slots)
        self.count, self.checked = len(slots), n
        self.dtypes = (ctypes.c_void_p * n)(*[id(x.dtype) for x in self.leaves])
        self.ndims = (ctypes.c_long * n)(*[len(x.shape) for x in self.leaves])
        sides = [side for x in self.leaves for side in x.shape]
        self.written = set(lines.targets.values())
        flags = [PLAIN | WRITEABLE * (j in self.written) for j in range(n)]
        self.flags = (ctypes.c_long * n)(*flags)
        self.sides = (ctypes.c_long * len(sides))(*sides)
        self.direct = {leaf: i for i, leaf in text.direct.items()}
        self.placed = (ctypes.c_long * len(self.direct))(*self.direct)
        bytes_of = [x.size * x.dtype.itemsize for x in self.leaves]
        self.sizes = (ctypes.c_long * n)(*bytes_of)

    def _fix(self) -> None:
        """The addresses that stay: constants, and the program's own memory."""
        text = self.text
        room = np.zeros(text.size + 64, np.uint8)
        start = room.ctypes.data + -room.ctypes.data % 64
        for i, offset in text.offsets.items():
            self.table[i] = start + offset
        constants = [
            (i, line.params)
            for i, line in enumerate(self.lines.lines)
            if line.op == "constant"
        ]
        self.fault = np.zeros(2, np.int64)
        self.table[text.fault] = self.fault.ctypes.data
        for i, array in constants:
            self.table[i] = array.ctypes.data
        self.kept = [room, *[array for _, array in constants]]
        self.arrays = dict(constants)
        for i in text.offsets:
            if i < len(self.lines):
                self.arrays[i] = self._array(i, start + text.offsets[i], room)

    def _array(self, i: int, address: int, room: np.ndarray) -> np.ndarray:
        line = self.lines[i]
        at = address - room.ctypes.data
        size = line.size * line.dtype.itemsize
        return room[at : at + size].view(line.dtype).reshape(line.shape)

    def _called(self, made: ctypes.CDLL, segment: Any) -> Any:
        if not isinstance(segment, str):
            return segment
        function = getattr(made, segment)
        function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_int
        return function

    # At each call ---------------------------------------------------------------------

    def __call__(self, *leaves: np.ndarray) -> tuple[Any, ...]:
        fresh = [*map(self._room, range(len(self.fresh)))]
        leaves, copied = self._bound(leaves, fresh)
        if self.products:
            take_threads()
        try:
            if self.simple:
                failed = self.calls[0](self.table)
                if failed:
                    self._fail(failed)
            else:
                fresh = self._by_segments(leaves, fresh)
        finally:
            if self.products:
                give_threads()
        for original, used in copied:
            original[...] = used
        if not self.lines.targets:
            return tuple(fresh)
        results = iter(fresh)
        return tuple(
            [
                None if k in self.lines.targets else next(results)
                for k in range(len(self.lines.outputs))
            ]
        )

    def _room(self, k: int) -> np.ndarray:
        """Memory for a result: large, that of one which nobody holds any more.

        The system clears fresh memory page by page, which can take as long as a loop.
        """
        _, shape, dtype = self.fresh[k]
        spare = self.spare.get(k)
        if spare is None:
            return np.empty(shape, dtype)
        for i, count in enumerate(_holders(spare)):
            if count == UNHELD:
                return spare[i]
        spare[2:] = []
        spare.append(np.empty(shape, dtype))
        return spare[-1]

    def _bound(self, leaves: Any, fresh: Any) -> Any:
        """The arrays that are read, now in the table, and what is to be copied back."""
        if len(leaves) != self.checked:
            raise TypeError(f"expected {self.checked} arrays; got {len(leaves)}")
        copied: list[Any] = []
        wrong = self._bind(leaves, fresh)
        while wrong:
            leaves = [*leaves]
            self._mend(leaves, wrong - 1, copied)
            wrong = self._bind(leaves, fresh)
        if self.direct and self._overlap():
            leaves = [*leaves]
            for j in self.direct:
                copied.append((leaves[j], leaves[j].copy()))
                leaves[j] = copied[-1][1]
            self._bind(leaves, fresh)
        return leaves, copied

    def _bind(self, leaves: Any, fresh: Any) -> int:
        return self.pool.bind(
            self.table,
            HEAD,
            self.count,
            self.ids(*map(id, leaves), *map(id, fresh)),
            self.slots,
            self.checked,
            self.flags,
            self.dtypes,
            self.ndims,
            self.sides,
        )

    def _mend(self, leaves: list[Any], j: int, copied: list[Any]) -> None:
        """A leaf in the memory order that C reads, or the error that it is another."""
        x, line = leaves[j], self.leaves[j]
        x = np.asarray(x) if isinstance(x, np.generic) else x
        if not isinstance(x, np.ndarray) or not _is_of(x, line):
            raise TypeError(
                f"array {j} of a compiled program has shape {line.shape} and dtype "
                f"{line.dtype}; got {np.shape(x)} and {getattr(x, 'dtype', type(x))}"
            )
        if j in self.written and not x.flags.writeable:
            raise ValueError(
                f"array {j} is replaced by a result of the program, but it is read-only"
            )
        new = x if x.dtype.isnative else x.astype(line.dtype)
        new = np.require(new, requirements=["C", "A"]).view(line.dtype)
        if j in self.written and not np.may_share_memory(new, x):
            copied.append((x, new))
        leaves[j] = new

    def _overlap(self) -> bool:
        """Whether a leaf that is written in place has memory in common with another."""
        return self.pool.overlap(
            self.table, self.checked, self.sizes, len(self.direct), self.placed
        )

    def _fail(self, i: int) -> None:
        line = self.lines[i]
        if line.op == "presume":
            raise Presumed(line.params)
        what = "picked from" if line.op == "gather" else "added to"
        shape = line.args[0].shape if line.op == "gather" else line.shape
        raise IndexError(
            f"index {self.fault[0]} is out of range for an axis of {self.fault[1]} "
            f"elements, of an array {shape} that is {what}"
        )

    # With Python between --------------------------------------------------------------

    def _by_segments(self, leaves: Any, fresh: Any) -> Any:
        arrays = {**self.arrays, **dict(enumerate(leaves))}
        arrays |= {i: x for (i, *_), x in zip(self.fresh, fresh)}
        with np.errstate(all="ignore"):
            for call in self.calls:
                if not isinstance(call, int):
                    failed = call(self.table)
                    if failed:
                        self._fail(failed)
                    continue
                arrays[call] = found = self._by_python(call, arrays)
                if isinstance(found, np.ndarray):
                    self.table[call] = found.ctypes.data
        found = []
        for k, i in enumerate(self.lines.outputs):
            if k not in self.lines.targets:
                found.append(arrays[i].reshape(self.lines.shapes[k]))
            elif i in self.text.python:
                leaf = leaves[self.lines.targets[k]]
                leaf[...] = arrays[i].reshape(leaf.shape)
        return found

    def _by_python(self, i: int, arrays: dict[int, Any]) -> Any:
        """What a primitive's own function gives, in memory of its own."""
        line = self.lines[i]
        given = [_operand(x, arrays) for x in line.args]
        if line.op != "python":
            return np.array(given[0], order="C")
        op, params = line.params
        found = op.forward(*given, **params)
        if line.shape is None:
            return tuple([np.array(x, order="C") for x in found])
        found = of_shape(found, line.shape, op)
        array = np.asarray(found, line.dtype, order="C")
        return array if array.base is None else array.copy()


def _is_of(x: np.ndarray, line: Any) -> bool:
    """Whether an array has the shape and dtype of a line, in whatever byte order."""
    return x.shape == line.shape and x.dtype.newbyteorder("=") == line.dtype


def _operand(x: Any, arrays: dict[int, Any]) -> Any:
    if isinstance(x, Whole):
        return arrays[x.of]
    if not isinstance(x, View):
        return x.value
    base = arrays[x.of]
    steps = [n * base.itemsize for n in x.strides]
    flat = base.reshape(-1)[x.offset :]
    return as_strided(flat, x.shape, steps, writeable=False)
