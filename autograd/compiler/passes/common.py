"""Equal steps are computed once (common subexpressions)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from ...core.program import Ref, Step
from ..flat import Flat
from .rewriting import Rewriting, rewritten

COMPARED = 1024  # bytes: larger constants are equal if they are the same array


def without_repetition(flat: Flat) -> Flat:
    """The program with one step for all that compute the same.

    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: np.exp(x) * np.exp(x), (np.zeros(2),))
    >>> without_repetition(flat)
    Program(1 leaf, 2 steps)
    """
    return rewritten(flat, shared)


def shared(new: Rewriting, step: Step, kind: Any) -> Ref:
    """The earlier step that is this one; or this, remembered. The last of the rules."""
    key = (step.op, tuple([_key(x) for x in step.operands]), _key(step.params))
    if key not in new.known:
        new.known[key] = new.append(step, kind)
    return new.known[key]


def _key(x: Any) -> Any:
    """Equal for what computes the same: 1, 1.0 and True differ, and so do 0.0 and -0.0.

    What is compared by identity is held by the steps, so its number is not used again.
    """
    if isinstance(x, Ref):
        return x
    if isinstance(x, (np.ndarray, np.generic)):
        content = x.tobytes() if x.nbytes <= COMPARED else id(x)
        return "array", x.dtype, x.shape, content
    if isinstance(x, dict):
        return tuple([(name, _key(value)) for name, value in x.items()])
    if isinstance(x, (tuple, list)):
        return type(x), tuple([_key(each) for each in x])
    if isinstance(x, (float, complex)):
        return type(x), repr(x)
    return type(x), x if isinstance(x, Hashable) else id(x)
