"""The threads that all programs share, and how the addresses of arrays are found."""

from __future__ import annotations

import ctypes
from functools import lru_cache

import numpy as np

from ...threads import processors, threads
from .cache import HERE, library
from .compilers import NoCompiler

PLAIN, WRITEABLE = 0x101, 0x400  # NumPy's flags: C-contiguous and aligned
HEAD = object.__basicsize__  # bytes of a Python object before its own fields
AWAKE = 200_000  # nanoseconds that a thread waits before it sleeps; waking takes 80,000


class Pool:
    """The C side: ``parallel``'s address, and ``bind``, which reads addresses."""

    def __init__(self) -> None:
        text = (HERE / "pool.c").read_text(encoding="utf-8")
        made = library(text)
        self.threads = threads()
        self.parallel = ctypes.cast(made.parallel, ctypes.c_void_p)
        held = ctypes.PyDLL(made._name)
        held.bind.argtypes = [ctypes.c_void_p, ctypes.c_long, ctypes.c_long]
        held.bind.argtypes += [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
        held.bind.argtypes += [ctypes.c_void_p] * 4
        held.bind.restype = ctypes.c_long
        self.bind = held.bind
        held.overlap.argtypes = [ctypes.c_void_p, ctypes.c_long, ctypes.c_void_p]
        held.overlap.argtypes += [ctypes.c_long, ctypes.c_void_p]
        held.overlap.restype = ctypes.c_long
        self.overlap = held.overlap
        if not self._reads_arrays():
            raise NoCompiler("NumPy's arrays do not begin as the C text says")
        made.start.argtypes, made.start.restype = [ctypes.c_long] * 2, None
        made.start(self.threads, AWAKE if self.threads <= processors() else 0)

    def _reads_arrays(self) -> bool:
        """Whether NumPy's arrays begin as the C text says."""
        for array in (np.zeros((2, 3), np.float32), np.zeros(()), np.arange(5)):
            table, slot = (ctypes.c_void_p * 1)(), (ctypes.c_long * 1)(0)
            shape = (ctypes.c_long * 3)(*array.shape)
            wrong = self.bind(
                table,
                HEAD,
                1,
                (ctypes.c_void_p * 1)(id(array)),
                slot,
                1,
                (ctypes.c_long * 1)(PLAIN | WRITEABLE),
                (ctypes.c_void_p * 1)(id(array.dtype)),
                (ctypes.c_long * 1)(array.ndim),
                shape,
            )
            if wrong or table[0] != array.ctypes.data:
                return False
        return True


@lru_cache(1)
def pool() -> Pool:
    return Pool()
