"""Blocks of memory, kept from run to run and used for one value after another."""

from __future__ import annotations

from math import prod

import numpy as np

from ..flat import Kind

LINE = 64  # bytes of the cache that are read at once: blocks begin with one
SPARE = 4  # times as large as it needs to be is a block at most


class Block:
    """Some bytes, and the arrays that lie in them."""

    def __init__(self, size: int) -> None:
        whole = np.zeros(size + LINE, np.uint8)
        start = -whole.ctypes.data % LINE
        self.bytes = whole[start : start + size]

    def array(self, kind: Kind) -> np.ndarray:
        """An array of that kind at the beginning."""
        size = prod(kind.shape) * kind.dtype.itemsize
        return self.bytes[:size].view(kind.dtype).reshape(kind.shape)


class Memory:
    """The blocks of a program: those in use, and those that are free."""

    def __init__(self) -> None:
        self.free: list[Block] = []  # that was used last stands last
        self.size = 0  # bytes of all blocks

    def take(self, kind: Kind) -> Block:
        """A free block in which an array of that kind fits well, or a new one."""
        size = max(prod(kind.shape) * kind.dtype.itemsize, 1)
        size += -size % LINE
        fitting = [x for x in self.free if size <= len(x.bytes) <= SPARE * size]
        if not fitting:
            self.size += size
            return Block(size)
        best = min(reversed(fitting), key=lambda block: len(block.bytes))
        self.free.remove(best)
        return best

    def give(self, block: Block) -> None:
        """Take a block back, for other values."""
        self.free.append(block)
