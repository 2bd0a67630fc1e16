"""The backward pass as drawn: what arrives at every node, what every edge passes on."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from autograd.core.node import Node
from autograd.core.sweeps import Deferred, pullback
from autograd.core.zeros import weigh

from .nodes import data_of, is_member, told
from .words import count, norm, number, sign

MOST_PATHS = 4  # a sum of more contributions is not written out


class Backward:
    """One reverse sweep over a graph; nothing is committed to any ``.grad``.

    ``arriving`` holds the gradient of every node that is not ``hidden``; ``passed`` the
    contribution of a node to its input ``i``, under (node, i); ``local`` the derivative
    ∂node/∂input there, for element-wise operations and for scalars.
    """

    def __init__(self, outputs: Sequence[Node], hidden: Container[Node]) -> None:
        self.arriving: dict[Node, Any] = {}
        self.passed: dict[tuple[Node, int], Any] = {}
        self.local: dict[tuple[Node, int], Any] = {}
        self.parts: dict[Node, list[Any]] = {}
        tracked = [node for node in outputs if node.tracked]
        if not tracked:
            raise ValueError(
                "a backward drawing starts from something made of leaves that require "
                f"a gradient; {told(outputs[0])} is not. Make a leaf with "
                "requires_grad=True, or draw direction='forward'"
            )
        seeds = [node.space.ones(node) for node in tracked]
        events = pullback(
            tracked, seeds, times=weigh.call
        )  # as .grad has it: 0 · ∞ is 0
        for node, gradient, contributions in events:
            here = node not in hidden
            if here and not isinstance(data_of(node), tuple):
                self.arriving[node] = _outside(gradient)
            if is_member(node):
                continue
            for i, part in enumerate(contributions):
                x = node.inputs[i]
                if part is not None and (here or x not in hidden):
                    part = _outside(_fitted(part, x))
                    self.passed[node, i] = part
                    self.parts.setdefault(x, []).append(part)
                    self.local[node, i] = _local(node, i)

    def largest(self) -> float:
        """The norm of the largest finite contribution."""
        sizes = map(norm, self.passed.values())
        return max((size for size in sizes if np.isfinite(size)), default=0.0)

    def label(self, node: Node, i: int) -> tuple[str, ...]:
        """``× 0.5 = -1.2``: the local derivative, and the contribution it makes."""
        part, local = self.passed[node, i], self.local[node, i]
        if np.size(part) == 1:
            one = f"= {number(np.asarray(part).item())}"
            if local is not None and np.size(local) == 1:
                return (f"× {number(1 * np.asarray(local).item())} {one}",)
            return (one,)
        size = f"norm {number(norm(part))}"
        if local is None or np.asarray(local).dtype.kind == "c":
            return (size,)
        low, high = float(np.min(local)), float(np.max(local))
        times = number(low) if low == high else f"{number(low)} … {number(high)}"
        return f"× {times}", size

    def sum(self, node: Node) -> str:
        """``= 1.5 - 0.3``, where several contributions make up a scalar's gradient."""
        parts = self.parts.get(node, [])
        if len(parts) < 2:
            return ""
        if len(parts) > MOST_PATHS or any(np.size(part) != 1 for part in parts):
            return f"sum of {count(len(parts), 'path')}"
        numbers = [number(np.asarray(part).item()) for part in parts]
        rest = [f"- {n[1:]}" if n.startswith("-") else f"+ {n}" for n in numbers[1:]]
        return " ".join(["=", numbers[0], *rest])

    def sign(self, node: Node, i: int) -> int | None:
        """The sign of a contribution, None where its elements differ."""
        return sign(self.passed[node, i])


def _fitted(part: Any, x: Node) -> Any:
    """A contribution as what it adds to ``x``: summed over broadcast axes."""
    if isinstance(part, Deferred):
        total = part.buffer()
        part.add_into(total)
        return total
    return x.space.fitted(part, x, False)


def _outside(gradient: Any) -> Any:
    """The gradient as ``.grad`` would have it: conjugated where it is complex."""
    return np.conj(gradient) if np.iscomplexobj(gradient) else gradient


def _local(node: Node, i: int) -> Any:
    data, x = data_of(node), node.inputs[i]
    try:
        local = node.op.partial(node, i)
        if local is None and np.size(data) == 1 and np.size(data_of(x)) == 1:
            local = _fitted(node.op.pull(node, node.space.ones(node), 0, False)[i], x)
    except (ArithmeticError, ValueError):  # math has no answer there: log′(0)
        return None
    return local
