"""How the C library keeps what arrays free for the next ones."""

import numpy as np

LARGEST = (32 << 20) - (1 << 16)  # bytes: beyond 32 MiB glibc maps each array anew


def keep_freed_memory() -> None:
    """Let the memory of a step be used again in the next, where glibc allocates.

    Large arrays are given back to the system, and cost a page fault for each 4 KiB when
    there are such again; unless the program has once freed a larger one, of up to 32
    MiB: then as much is kept. So one is made and freed, of which no page is touched.

    >>> keep_freed_memory()
    """
    np.empty(LARGEST, np.uint8)
