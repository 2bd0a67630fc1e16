"""Functions of each element: operands broadcast, once their own axes are aligned."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.primitive import registry
from .call import RULES, Call, rule


@rule(
    "elementwise", "argument", "as integers", "astype", "conjugate", "copy", "exponent",
    "detach", "imag", "iscomplex", "isneginf", "isposinf", "isreal", "ldexp", "real",
    "round", "weigh", "where",
)  # fmt: skip
def elementwise(call: Call) -> Any:
    """The same function, of operands whose last axes lie above each other."""
    ranks = [np.ndim(x) for x in call.one]
    rank = max(ranks)
    operands = [
        x if own == rank or not it else call.aligned(i, rank)
        for i, (x, own, it) in enumerate(zip(call.operands, ranks, call.mapped))
    ]
    return call.op(*operands, **call.params)


@rule("without slope")
def _without_slope(call: Call) -> Any:
    """Its axes, which are those of the second operand, are counted from the end."""
    rank = max([call.rank(i) for i in range(3)])
    axis = call.params["axis"]
    axes = axis if isinstance(axis, tuple) else (axis,)
    if axis is None:
        axes = tuple(range(-rank, 0))
    own = call.rank(1)
    axes = tuple([a - own if a >= 0 else a for a in axes])
    part, x, where = [call.aligned(i, rank) for i in range(3)]
    return call.again(part, x, where, axis=axes)


@rule("presumed")
def _presumed(call: Call) -> Any:
    """The condition is one for all examples together."""
    return call.again(call.whole(0), call.operands[1])


for op in registry.values():
    if isinstance(op.forward, np.ufunc) and op.forward.signature is None:
        RULES.setdefault(op.name, elementwise)
