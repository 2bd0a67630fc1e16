"""Programs as C: fused loops, NumPy's BLAS, a pool of threads, a private cache.

Read ``lines`` (what there is to compute), ``lowering`` (a program as these), ``nests``
(which run together), ``loops`` and ``singles`` (the text), ``regions`` (what a thread
takes a slice through), ``memory``, ``running``.
"""

from __future__ import annotations

from ..flat import Flat
from ..passes.simplify import prepared
from .compilers import NoCompiler
from .lowering import lowered
from .nests import scheduled
from .program import Text
from .running import Run
from .sums import summed

__all__ = ["NoCompiler", "built"]


def built(flat: Flat) -> Run:
    """A function of the leaves' arrays that gives the results; ``.source`` is its C.

    A result with a target is None, and stands in that leaf's array. Results have memory
    of their own; what lies between units is kept: calls at once are the caller's to
    keep apart.

    Raises:
        NoCompiler: there is no C compiler, or it failed.
    """
    return Run(Text(scheduled(summed(lowered(prepared(flat))))))
