"""Which memory was written, when and where: the guard against stale operands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from math import gcd
from threading import RLock
from typing import Any

import numpy as np

from .context import clock

Place = tuple[str, int]  # a source line: (file, line)
PAGE = 1 << 12  # bytes of memory
LINES = 1 << 20  # source lines that are told apart
OURS = ("autograd", "nn", "viz", "contextlib", "numpy")  # no line of a person's


class StaleWriteError(ValueError):
    """A rule would read an operand that was written after it was used."""


class Writes:
    """The last write into each piece of memory.

    A node keeps its operands alive, so memory it reads cannot be used anew before it is
    swept: a later write there is always a write into that operand, however the two
    arrays came to share memory, and whoever owns it. ``latest`` lets a sweep over
    younger nodes skip the question altogether.

    Memory is known by addresses: a page has one stamp, or an array of them, one for
    each piece of equal size, as small as the writes so far needed. What is kept grows
    with the memory written, not with the number of writes; a write or a question costs
    at most what going over the array does. A stamp is an age and the number of a line.
    """

    def __init__(self) -> None:
        self.latest = 0
        self.thawed = 0  # when a leaf was last tracked again
        self._pages: dict[int, Any] = {}
        self._lines: dict[Place, int] = {}
        self._stamping = RLock()

    def tick(self) -> int:
        """The age of a write that happens now."""
        self.latest = next(clock)
        return self.latest

    def places(self, array: np.ndarray) -> list[Any]:
        """Where its memory lies, for whoever stamps it again and again."""
        return list(_pieces(array, ...))

    def stamp(self, array: np.ndarray, index: Any = ..., places: Any = None) -> None:
        """Note that ``array[index]`` was written just now; its places may be known."""
        with self._stamping:
            line = self._lines.setdefault(caller(), len(self._lines))
            stamp = self.tick() * LINES + min(line, LINES - 1)
            for pages, size, where in places or _pieces(array, index):
                if where is None:
                    self._pages.update(dict.fromkeys(pages, stamp))
                    continue
                stamps = self._pages.get(pages.start, 0)
                if type(stamps) is int or len(stamps) < PAGE // size:
                    stamps = np.repeat(stamps, PAGE // size // np.size(stamps))
                    self._pages[pages.start] = stamps
                stamps.reshape(PAGE // size, -1)[where] = stamp

    def after(self, array: np.ndarray, age: int) -> Place | None:
        """Where ``array``'s memory was written after ``age``, if it was."""
        newest = 0
        for pages, size, where in _pieces(array, ...):
            for stamps in map(self._pages.get, pages):
                if type(stamps) is int:
                    newest = max(newest, stamps)
                elif stamps is not None:
                    if where is not None:
                        finest = max(PAGE // size, len(stamps))
                        stamps = np.repeat(stamps, finest // len(stamps))
                        stamps = stamps.reshape(PAGE // size, -1)[where]
                    newest = max(newest, int(stamps.max()))
        tick, line = divmod(newest, LINES)
        return list(self._lines)[line] if tick > age else None


def _pieces(array: np.ndarray, index: Any) -> Iterator[tuple[range, int, Any]]:
    """The memory of ``array[index]``: pages, and where in one of them (None: all).

    It is counted in pieces of the size that follows.
    """
    parts = index if isinstance(index, tuple) else (index,)
    whole = (*parts, *([] if any(part is ... for part in parts) else [...]))
    view = array[whole]
    if np.may_share_memory(view, array):
        array, whole = view, (...,)
    if not view.size:
        return
    start = array.__array_interface__["data"][0]
    if array is view and _is_dense(view):
        stop = start + view.nbytes
        size = gcd(start, stop, PAGE)
        first, last = -(-start // PAGE), stop // PAGE  # whole ones
        if first < last:
            yield range(first, last), PAGE, None
        for page in {start // PAGE, last}:
            low, high = max(start - page * PAGE, 0), min(stop - page * PAGE, PAGE)
            if low < high and not first <= page < last:
                yield range(page, page + 1), size, slice(low // size, high // size)
        return
    size = gcd(start, array.itemsize, *array.strides, PAGE)
    places: Any = start
    for axis, (n, stride) in enumerate(zip(array.shape, array.strides)):
        line = (np.arange(n) * stride).reshape(-1, *[1] * (array.ndim - axis - 1))
        places = places + np.broadcast_to(line, array.shape)[whole]
    places = np.add.outer(np.ravel(places), np.arange(0, array.itemsize, size))
    numbers, each = np.unique(places // size), PAGE // size
    for group in np.split(numbers, np.flatnonzero(np.diff(numbers // each)) + 1):
        page = int(group[0]) // each
        yield range(page, page + 1), size, group % each


def _is_dense(x: np.ndarray) -> bool:
    """Whether the elements fill their memory, in whatever order the axes lie."""
    if x.flags.forc:
        return True
    return np.transpose(x, np.argsort(x.strides)[::-1]).flags.c_contiguous


def caller() -> Place:
    """The source line that called into this project: (file, line)."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


@lru_cache(1024)
def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


writes = Writes()
