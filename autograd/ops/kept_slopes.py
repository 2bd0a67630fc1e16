"""Functions whose slope takes little more time where it is computed with the value.

Both are then computed at once where a graph is recorded, and the slope is kept: what a
plain sweep has left, backwards or forwards, is one product. All else (derivatives of
derivatives, copies, compiled programs) goes by the rule that is declared, which gives
the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..core.context import recording
from ..core.node import NO_PARAMS, Node, made
from ..core.primitive import Primitive
from ..core.rules import written_out


def keeping_slope(op: Primitive, both: Callable[[Any], Any]) -> Primitive:
    """``op``, of one operand, which from here on keeps its slope for the sweep.

    ``both`` gives value and slope of a real array, the same as ``op`` and its rule give
    by themselves; or None, where that is no faster.
    """
    alone, push_by_rule = op.call, op.push

    @cache
    def by_rule() -> Callable[..., None]:  # not before it is declared
        return written_out(op, floats=False)

    def pair(data: Any) -> Any:
        if type(data) is not np.ndarray or data.dtype.kind != "f":
            return None
        try:
            return both(data)
        except FloatingPointError:  # as np.errstate asks: ``alone`` says of what
            return None

    def call(x: Any) -> Any:
        if isinstance(x, Node) and x.tracked and not recording.get().unusual:
            found = pair(x._raw)
            if found is not None:
                value, slope = found
                node = made(type(x), value, op, (x,), NO_PARAMS, True)
                node._slope = slope
                return node
        return alone(x)

    def flow(node: Any, g: Any, sums: Any, add: Any, floor: int) -> None:
        slope, inputs = getattr(node, "_slope", None), node.inputs
        if slope is None or not inputs:  # freed since, by another thread
            by_rule()(node, g, sums, add, floor)
        elif inputs[0].tracked and inputs[0].age >= floor:
            add(inputs[0], g * slope)

    def push(node: Any, tangents: Any, lift: bool, times: Any) -> Any:
        slope = getattr(node, "_slope", None)
        if slope is None or lift or times:
            return push_by_rule(node, tangents, lift, times)
        return node.space.settled(tangents[0] * slope, node, lift)

    vars(op).update(call=call, flow=flow, push=push)
    call.__qualname__ = op.name
    return op
