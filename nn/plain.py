"""What a call remembers of its arguments: those numbers and arrays that are no nodes.

A graph holds them as constants, like the numbers in a model's own code; a drawing shows
them as what went in.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

SMALL = 8192  # bytes: larger arrays a graph reads where they are, and keeps itself


def plain(x: Any) -> Any:
    """A copy of a small array or a list; of a large array a weak reference; else None.

    It holds no node, which would keep a graph alive.

    >>> plain([1.0, [2.0]]), plain("text")
    ([1.0, [2.0]], None)
    """
    if isinstance(x, np.ndarray):
        return x.copy() if x.nbytes <= SMALL else ref(x)
    if isinstance(x, (list, tuple)):
        return [*map(plain, x)]
    return x if isinstance(x, (float, int, complex)) else None
