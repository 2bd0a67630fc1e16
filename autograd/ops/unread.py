"""Numbers that nobody can ask for: what only a graph holds, and no rule reads.

In a loop ``x = x.at[i].set(v)`` each array is kept by the next for its shape alone: n
arrays of n elements. Their memory is given back two steps later.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from ..core.context import recording
from ..core.node import Node
from ..core.space import SMALL


def let_go_of_first(inputs: tuple[Any, ...]) -> None:
    """Put NaN of its shape and dtype in the place of a large first input.

    The operation of ``inputs`` does not read it. It goes if nothing else refers to it,
    and the rule that made it does not read it, either. Small ones stay, which drawings
    show, and all do while everything is recorded or operands are looked at later.
    """
    if _holders(inputs) > ALONE:
        return
    context, x = recording.get(), inputs[0]
    if not isinstance(x, Node) or x.op is None or not x.tracked:
        return
    if context.everything or context.fingerprints:
        return
    if x._raw.nbytes > SMALL and all(read is not x for read in x.op.reads(x, 0)):
        nothing = np.asarray(np.nan, x._raw.dtype)
        x._raw = np.broadcast_to(nothing, x._raw.shape)


def _holders(inputs: tuple[Any, ...]) -> int:
    """How many references there are to the first of them, as is counted here."""
    first = inputs[0]
    return getrefcount(first)


ALONE = _holders((object(),))
