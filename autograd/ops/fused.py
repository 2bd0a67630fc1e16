"""Fused primitives: a composition as one function, faster or with less memory.

Each is written three times: as a composition in NumPy calls, which says what is meant;
as one function of raw arrays; and as its pullback. Whatever else is asked for is that
of the composition, recorded on the spot: forward mode, derivatives of derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..core.call import complete
from ..core.context import switched
from ..core.node import Node, raw
from ..core.primitive import General, Rule
from ..core.sweeps import Product, pullback, pushforward
from .elementwise import positive


class Fused(General):
    """A function and its pullback on raw arrays, and the composition they stand for."""

    kind = "fused"

    def __init__(
        self,
        composition: Callable[..., Any],
        forward: Callable[..., Any],
        pull: Rule,
        **facts: Any,
    ) -> None:
        super().__init__(forward, joint=pull, **facts)
        self.composition = composition

    @cached_property
    def joint(self) -> Any:
        """The contributions of a cotangent to all operands at once."""
        on_arrays = self._compiled(self.joint_written)

        def joint(g: Any, out: Any, params: dict[str, Any], *operands: Any) -> Any:
            gs = g if isinstance(g, tuple) else (g,)
            if any(isinstance(each, Node) for each in gs):
                return self._pulled(gs, params, operands)
            return on_arrays(g, out, params, *operands)

        return joint

    def _pulled(
        self, gs: Sequence[Any], params: dict[str, Any], operands: Sequence[Any]
    ) -> list[Any]:
        with switched(gradients=True, listeners=()):  # no event of the other sweep
            inputs = [positive(x) if is_tracked(x) else x for x in operands]
            mine = [x for x in inputs if is_tracked(x)]
            outs = several(self.composition(*inputs, **params))
            floor = min(x.age for x in mine)
            events = pullback(outs, gs, floor=floor, lift=True)
            found = {node: g for node, g, _ in events if node.age <= mine[-1].age}
        return [found.get(x) if is_tracked(x) else None for x in inputs]

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        def fresh(x: Any) -> Any:
            return positive(x) if lift else type(node).leaf(raw(x), tracked=True)

        pairs = [*zip(node.inputs, tangents, strict=True)]
        with switched(gradients=True, listeners=()):
            inputs = [
                fresh(x) if t is not None else x if lift else raw(x) for x, t in pairs
            ]
            outs = several(self.composition(*inputs, **node.params))
            given = {x: t for x, t in zip(inputs, tangents) if t is not None}
            events = pushforward(outs, given, lift=lift, times=times)
            found = {each: t for each, t, _ in events}
        for x in given:
            x.tracked = lift
        settled = [
            node.space.settled(found.get(out, np.zeros_like(raw(out))), out, lift)
            for out in outs
        ]
        return tuple(settled) if isinstance(node._data, tuple) else settled[0]


def fused(
    composition: Callable[..., Any],
    forward: Callable[..., Any],
    pull: Rule,
    **facts: Any,
) -> Fused:
    """``composition`` as one primitive; ``pull`` is the joint rule on raw arrays."""
    return complete(Fused(composition, forward, pull, **facts))


def is_tracked(x: Any) -> bool:
    """Whether ``x`` is a node that derivatives are taken to."""
    return isinstance(x, Node) and x.tracked


def several(out: Any) -> tuple[Any, ...]:
    """One output, or several, as a tuple."""
    return tuple(out) if isinstance(out, (tuple, list)) else (out,)
