"""Fused primitives: a composition as one function, faster or with less memory.

Each is written three times: as a composition in NumPy calls, which says what is meant;
as one function of raw arrays; and as its pullback. Whatever else is asked for is that
of the composition, recorded on the spot: forward mode, derivatives of derivatives. A
program that is compiled may have the pullback itself as one of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.call import complete, outputs
from ..core.context import recording, switched
from ..core.node import Gradient, Node, raw
from ..core.primitive import General, Rule
from ..core.sweeps import Product, pullback, pushforward
from ..source import recipe
from .elementwise import positive


class Again(Gradient):
    """The scope of what a sweep runs again: its factors are no cotangents."""

    __slots__ = ()


def again() -> Any:
    """The scope of now, for a function that is run again."""
    scope = recording.get().scope
    swept = bool(scope) and type(scope[1]) is Gradient
    return (scope[0], Again(*scope[1])) if swept else scope


class Fused(General):
    """A function and its pullback on raw arrays, and the composition they stand for."""

    kind = "fused"
    backwards: Any = None  # the pullback as a step of programs

    def __init__(
        self,
        composition: Callable[..., Any],
        forward: Callable[..., Any],
        pull: Rule | None,
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
            tracing = self.backwards and recording.get().tracing
            if tracing and tracing.fuses:
                return self._as_step(node, several(g), wanted)
            parts = recorded(self, node.inputs, node.params, several(g), wanted)
        else:
            operands = [raw(x) for x in node.inputs]
            parts = self.joint(g, node._raw, node.params, *operands)
        return [
            (part() if callable(part) else part) if wants else None
            for part, wants in zip(parts, wanted, strict=True)
        ]

    def _as_step(
        self, node: Node, gs: Sequence[Any], wanted: Sequence[bool]
    ) -> list[Any]:
        many = isinstance(node._raw, tuple)
        outs = outputs(node, len(gs)) if many else [node]
        found = self.backwards.call(
            *node.inputs,
            *outs,
            *[g for g in gs if g is not None],
            wanted=tuple(wanted),
            given=tuple([g is not None for g in gs]),
            params=dict(node.params),
        )
        parts = iter(found)
        return [next(parts) if wants else None for wants in wanted]

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        def fresh(x: Any) -> Any:
            return positive(x) if lift else type(node).leaf(raw(x), tracked=True)

        pairs = [*zip(node.inputs, tangents, strict=True)]
        with switched(gradients=True, listeners=(), scope=again()):
            inputs = [
                fresh(x) if t is not None else x if lift else raw(x) for x, t in pairs
            ]
            outs = [  # what does not depend on what moves is an array
                out if isinstance(out, Node) else type(node).leaf(out)
                for out in several(self.composition(*inputs, **node.params))
            ]
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


class Backwards(Fused):
    """The pullback of a fused primitive, as a primitive.

    Its operands are those of the other, what came out, and the cotangents there are,
    as ``given`` says; it gives what arrives at the ``wanted`` operands. Its derivative
    is that of the composition's: what came out follows from the operands.
    """

    def __init__(self, of: Fused) -> None:
        def forward(*operands: Any, wanted: Any, given: Any, params: Any) -> Any:
            xs, outs, gs = self.parts(operands, given)
            one = len(outs) == 1
            found = of.joint(*((gs[0], outs[0]) if one else (gs, outs)), params, *xs)
            return tuple(
                [
                    np.asarray(part() if callable(part) else part, x.dtype)
                    for x, part, wants in zip(xs, found, wanted)
                    if wants
                ]
            )

        def composition(*operands: Any, wanted: Any, given: Any, params: Any) -> Any:
            xs, _, gs = self.parts(operands, given)
            found = recorded(of, xs, params, gs, wanted)
            return tuple(
                [
                    x * 0 if part is None else part
                    for x, part, wants in zip(xs, found, wanted)
                    if wants
                ]
            )

        super().__init__(composition, forward, None, name=f"{of.name} backwards")
        self.of = of
        self.text = self.written_call
        complete(self)
        self.pull = self.pulled

    def written_call(self, operands: Sequence[str], params: dict[str, Any]) -> str:
        """Its call as source text: it has no name but as part of the other."""
        settings = [f"{key}={recipe(value)}" for key, value in params.items()]
        name = f"ag.registry[{self.of.name!r}].backwards"
        return f"{name}({', '.join([*operands, *settings])})"

    def parts(self, operands: Sequence[Any], given: Sequence[bool]) -> Any:
        """The operands of the other, its outputs, and a cotangent or None for each."""
        n = self.of.arity
        gs = iter(operands[n + len(given) :])
        cotangents = tuple([next(gs) if there else None for there in given])
        return operands[:n], tuple(operands[n : n + len(given)]), cotangents

    def pulled(self, node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        kind = type(node)
        wanted = [type(x) is kind and x.tracked and x.age >= floor for x in node.inputs]
        parts = recorded(self, node.inputs, node.params, several(g), wanted)
        return parts if lift else [p if p is None else raw(p) for p in parts]


def recorded(
    op: Fused,
    operands: Sequence[Any],
    params: dict[str, Any],
    gs: Sequence[Any],
    wanted: Sequence[bool],
) -> list[Any]:
    """The pullback of the composition, which is recorded, and can be swept again."""
    kind = next(type(x) for x in (*operands, *gs) if isinstance(x, Node))

    def inner(x: Any) -> Any:
        if not isinstance(x, Node):
            return kind.leaf(x, tracked=True)
        found = positive(x)
        found.tracked = True
        return found

    with switched(gradients=True, listeners=(), scope=again()):  # no event of the other
        inputs = [inner(x) if wants else x for x, wants in zip(operands, wanted)]
        mine = {x for x, wants in zip(inputs, wanted) if wants}
        outs = several(op.composition(*inputs, **params))
        used = [(out, g) for out, g in zip(outs, gs, strict=True) if g is not None]
        floor = min(x.age for x in mine)
        events = pullback(*zip(*used, strict=True), floor=floor, lift=True)
        found = {x: g for x, g, _ in events if x in mine}
    return [found.get(x) if wants else None for x, wants in zip(inputs, wanted)]


def fused(
    composition: Callable[..., Any],
    forward: Callable[..., Any],
    pull: Rule,
    steps: bool = False,
    **facts: Any,
) -> Fused:
    """``composition`` as one primitive; ``pull`` is the joint rule on raw arrays.

    With ``steps`` the composition is long: programs take the pullback as one step.
    """
    op = Fused(composition, forward, pull, **facts)
    complete(op)
    op.pull = op.pulled
    if steps:
        op.backwards = Backwards(op)
    return op


def several(out: Any) -> tuple[Any, ...]:
    """One output, or several, as a tuple."""
    return tuple(out) if isinstance(out, (tuple, list)) else (out,)
