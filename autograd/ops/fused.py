"""Fused primitives: a composition as one function, faster or with less memory.

Each is written three times: as a composition in NumPy calls, which says what is meant;
as one function of raw arrays; and as its pullback. Whatever else is asked for is that
of the composition, recorded on the spot: forward mode, derivatives of derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    def pulled(self, node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        """The contributions of a cotangent: those of the pullback, or recorded.

        Where there are several outputs, the pullback finds None for the cotangents of
        those that were not used; a part that costs may be a function that gives it.
        """
        kind = type(node)
        wanted = [type(x) is kind and x.tracked and x.age >= floor for x in node.inputs]
        if not any(wanted):
            return [None] * len(wanted)
        if lift:
            parts = self._recorded(node, several(g), wanted)
        else:
            operands = [raw(x) for x in node.inputs]
            parts = self.joint(g, node._raw, node.params, *operands)
        return [
            (part() if callable(part) else part) if wants else None
            for part, wants in zip(parts, wanted, strict=True)
        ]

    def _recorded(
        self, node: Node, gs: Sequence[Any], wanted: Sequence[bool]
    ) -> list[Any]:
        with switched(gradients=True, listeners=()):  # no event of the other sweep
            inputs = [
                positive(x) if wants else x for x, wants in zip(node.inputs, wanted)
            ]
            mine = {x for x, wants in zip(inputs, wanted) if wants}
            outs = several(self.composition(*inputs, **node.params))
            used = [(out, g) for out, g in zip(outs, gs, strict=True) if g is not None]
            floor = min(x.age for x in mine)
            events = pullback(*zip(*used, strict=True), floor=floor, lift=True)
            found = {x: g for x, g, _ in events if x in mine}
        return [found.get(x) if wants else None for x, wants in zip(inputs, wanted)]

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
        for x in () if lift else given:
            x.tracked = False
        settled = [
            node.space.settled(found.get(out, np.zeros_like(raw(out))), out, lift)
            for out in outs
        ]
        return tuple(settled) if isinstance(node._raw, tuple) else settled[0]


def fused(
    composition: Callable[..., Any],
    forward: Callable[..., Any],
    pull: Rule,
    **facts: Any,
) -> Fused:
    """``composition`` as one primitive; ``pull`` is the joint rule on raw arrays."""
    op = Fused(composition, forward, pull, **facts)
    complete(op)
    op.pull = op.pulled
    return op


def several(out: Any) -> tuple[Any, ...]:
    """One output, or several, as a tuple."""
    return tuple(out) if isinstance(out, (tuple, list)) else (out,)
