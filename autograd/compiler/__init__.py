"""A recording becomes one flat program: traced, simplified, run by NumPy or as C."""

from __future__ import annotations

from typing import Any


def compile(f: Any = None, *, backend: str = "auto") -> Any:
    """``f`` as a program: the same results and effects, in a fraction of the time.

    The first two calls are ordinary runs, which are recorded; from the third on a flat
    program runs, in which no Python is left: C where there is a compiler, else NumPy.
    Compile the outermost function: a gradient, or a whole training step with
    ``backward()`` and ``optimizer.step()``. As a decorator: ``@ag.compile``.

    Arrays and Tensors among the arguments, in lists, tuples and dictionaries, may
    change from call to call. All else is part of what is compiled: their shapes and
    dtypes, other arguments by their value, attributes of the modules that are called.
    A call with another of these is recorded anew. Captured Tensors, parameters, are
    read at each call; captured arrays and numbers are constants, copied.

    Effects on Tensors take place at the end of each call, and not after an error:
    ``.data`` and ``.grad``, optimizers, buffers, random numbers of ``nn``. What Python
    does besides, such as printing, happens while recording only. A call with a tracked
    argument, or within a transform, runs ``f`` as it is.

    Args:
        f: a function of arrays, Tensors and whatever else; a module.
        backend: "auto", "c", "numpy", or "steps", the recorded calls one by one. The
            environment variable GLASSGRAD_BACKEND decides what "auto" is.

    Raises:
        TraceError: a number left the graph, as by ``bool`` or ``float``, or two
            recordings differed. A TypeError; it names the line, and what to do.

    >>> import numpy as np
    >>> import autograd as ag
    >>> slope = ag.compile(ag.grad(lambda x: np.sum(x**3)))
    >>> for _ in range(3):
    ...     y = slope(np.array([1.0, 2.0]))
    >>> y
    array([ 3., 12.])
    >>> slope
    compiled(gradient, 1 program)
    """
    from .backends import check_backend  # at the first call: few compile
    from .compiled import Compiled

    check_backend(backend)
    if f is None:
        return lambda g: compile(g, backend=backend)
    return Compiled(f, backend)
