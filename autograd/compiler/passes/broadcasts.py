"""Repeated elements are not computed with: functions of each element broadcast."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ...core.program import Step
from ..flat import Flat, Kind
from .rewriting import Rewriting, is_by_element, name_of, rewritten

MOST = 1 << 11  # times that a number of any float dtype can be multiplied by exactly


def unrepeated(flat: Flat) -> Flat:
    """The program with functions of each element on what was broadcast for them.

    The broadcasts are then dead code, if nothing else reads them.

    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: np.exp(np.broadcast_to(x, (3, 2))), (np.zeros(2),))
    >>> print(unrepeated(flat).source())
    import numpy as np
    <BLANKLINE>
    def f(x0):
        x1 = np.broadcast_to(x0, shape=(3, 2))
        x2 = np.exp(x0)
        x3 = np.broadcast_to(x2, shape=(3, 2))
        return x3
    """
    return rewritten(flat, broadcast)


def broadcast(new: Rewriting, step: Step, kind: Any) -> Any:
    """The step on what was broadcast; its result is broadcast if it must be."""
    if is_by_element(step.op):
        return _by_element(new, step, kind)
    if name_of(step.op) == "sum":
        return _sum(new, step, kind)
    return None


def _by_element(new: Rewriting, step: Step, kind: Any) -> Any:
    bare = tuple([_bare(new, x) for x in step.operands])
    if not isinstance(kind, Kind) or all(x is y for x, y in zip(bare, step.operands)):
        return None
    shape = np.broadcast_shapes(*[new.shape(x) for x in bare])
    if shape == kind.shape:
        return new.emit(step.op, bare, step.params, kind)
    if prod(shape) < prod(kind.shape):
        small = new.emit(step.op, bare, step.params, Kind(shape, kind.dtype))
        return new.broadcast_to(small, kind.shape)
    return None


def _bare(new: Rewriting, x: Any) -> Any:
    """What an operand is broadcast from."""
    before = new.made_by(x, "broadcast_to")
    if before is not None:
        return before.operands[0]
    if type(x) is np.ndarray and x.ndim and x.size and not any(x.strides):
        return x[(0,) * x.ndim]
    return x


def _sum(new: Rewriting, step: Step, kind: Any) -> Any:
    """Σ of n equal numbers is n times that: one rounding in place of n."""
    (x,), axes = step.operands, step.params["axis"]
    before = new.made_by(x, "broadcast_to")
    if before is None or not isinstance(axes, tuple) or kind.dtype.kind != "f":
        return None
    shape, inner = new.shape(x), new.shape(before.operands[0])
    axes = normalize_axis_tuple(axes, len(shape))
    inner = (1,) * (len(shape) - len(inner)) + inner
    repeated = [i for i in axes if inner[i] == 1 and shape[i] != 1]
    n = prod([shape[i] for i in repeated])
    if not repeated or not 0 < n <= MOST or new.dtype(x) != kind.dtype:
        return None
    small = new.reshape(before.operands[0], inner)
    wide = tuple([1 if i in repeated else m for i, m in enumerate(shape)])
    total = new.reduced(
        "sum", new.broadcast_to(small, wide), axes, step.params["keepdims"]
    )
    return new.by_element("multiply", total, n)
