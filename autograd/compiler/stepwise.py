"""The simplest backend: one step after the other, as a recording has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .flat import Flat


def built(flat: Flat) -> Callable[..., tuple[Any, ...]]:
    """A function of the leaves' arrays: the results, None for what is written.

    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: x * 2, (np.zeros(2),))
    >>> built(flat)(np.ones(2))
    (array([2., 2.]),)
    """

    def run(*leaves: np.ndarray) -> tuple[Any, ...]:
        with np.errstate(all="ignore"):  # as sweeps do, which these may be
            values = flat.values(leaves)
        results: list[Any] = [np.array(values[i]) for i in flat.outputs]
        for result, leaf in flat.targets.items():
            np.copyto(leaves[leaf], results[result])
            results[result] = None
        return tuple(results)

    run.source = flat.source()  # type: ignore[attr-defined]
    return run
