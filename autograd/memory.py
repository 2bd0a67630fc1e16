"""How the C library keeps what arrays free for the next ones."""

import ctypes
import os

KEPT = 256 << 20  # bytes that may stay free at the end of the heap
LARGEST = 32 << 20  # bytes: beyond, glibc maps each array anew; it takes no more
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # glibc's names for the two, in malloc.h
SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")


def keep_freed_memory() -> None:
    """Let the memory of a step be used again in the next, where glibc allocates.

    By itself it gives what large arrays free back to the system, and there is a page
    fault for each 4 KiB when there are such again: a third of the time of a step on a
    million doubles. Where the environment says how much to keep, that holds.

    >>> keep_freed_memory()
    """
    told = "glibc.malloc." in os.environ.get("GLIBC_TUNABLES", "")
    if not told and not any(name in os.environ for name in SETTINGS):
        try:
            mallopt = ctypes.CDLL(None).mallopt
        except (AttributeError, OSError, TypeError):
            return  # another system, or another C library
        mallopt(TRIM_THRESHOLD, KEPT)
        mallopt(MMAP_THRESHOLD, LARGEST)
