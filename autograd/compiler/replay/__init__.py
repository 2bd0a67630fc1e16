"""A program as one Python function of NumPy calls, which write into kept memory.

What is known before is done before: memory is taken once and used for one value after
another, views of it are made once, and numbers have the dtype in which they are needed.

``steps`` says what is known of a step, ``places`` where its result lies, ``writer`` and
``blocks`` write it as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..flat import Flat
from ..passes.simplify import simplified
from .grouping import grouped
from .writer import Writer

__all__ = ["built"]


def built(flat: Flat) -> Callable[..., tuple[Any, ...]]:
    """The program, simplified, as a function of the leaves' arrays.

    It returns the results, in memory of their own, and None for those that were written
    into the array of a leaf: of a target. An error that a step raises leaves all
    targets as they were; of 1 / 0 and the like there are no warnings. The leaves must
    have the shapes and dtypes of the program's, and the array of a target may share
    memory with others only where it did so already when this was built.

    ``run.source`` is the text of the function, a commented line for each step;
    ``run.size`` counts the bytes that it keeps. Two threads must not run it at once,
    since they would write into the same memory: the caller has a lock.

    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(ag.grad(lambda x: np.sum(np.exp(x) * 2)), (np.zeros(2),))
    >>> run = built(flat)
    >>> run(np.array([0.0, 1.0]))[0].round(4)
    array([2.    , 5.4366])
    >>> print(run.source)
    # c0 = 2.0 float64
    def run(x0):
        with errstate(all='ignore'):
            exp(x0, out=v1)                           # (2,) float64 exp
            v2 = multiply(c0, v1)                     # (2,) float64 multiply
            return v2,
    """
    return Writer(*grouped(simplified(flat))).function()
