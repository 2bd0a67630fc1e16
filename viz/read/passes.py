"""The backward pass as drawn: what arrives at every node, what every edge passes on."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.core.context import switched
from autograd.core.node import Node, hooked
from autograd.core.sweeps import Deferred, Event, Product, pullback
from autograd.core.zeros import weigh

from .folds import Summary
from .nodes import data_of, is_member, tracked_of
from .words import count, finite, norm, number

MOST_PATHS = 4  # a sum of more contributions is not written out


class Gradients:
    """What arrives at the nodes of a graph in one reverse sweep over it."""

    def __init__(self) -> None:
        self.arriving: dict[Node, Any] = {}


def forward_gradients(
    outputs: Sequence[Node], nodes: Sequence[Node], summary: Summary
) -> Gradients | None:
    """The gradient of what is drawn, at every node that has a ``.grad`` of its own.

    ``.grad`` itself adds up over sweeps, and may be that of another output. None where
    there is none to compare with, or where no sweep is possible: of a graph that was
    freed or written into.
    """
    drawn = {node for node in nodes if not node.inputs or node not in summary.owners}
    kept = {node for node in drawn if node.grad is not None}
    tracked = [node for node in outputs if node.tracked]
    if not kept or not tracked:
        return None
    found = Gradients()
    try:
        found.arriving = gradients(tracked, kept)
    except (ValueError, ArithmeticError, RuntimeError):
        return None
    return found


def gradients(outputs: Sequence[Node], wanted: Container[Node]) -> dict[Node, Any]:
    """What arrives at each node that is wanted, newest first.

    The careful product of zeros takes longer, and is used where all is not finite.
    """
    for times in None, weigh.call:
        found = {}
        for node, gradient, _ in _events(outputs, times):
            if times is None and not finite(gradient):
                break
            if node in wanted:
                found[node] = outside(gradient)
        else:
            return found
    return found


def _events(outputs: Sequence[Node], times: Product | None) -> Iterator[Event]:
    """A sweep from the sum of the outputs, of which no hook and no listener hears."""
    seeds = [node.space.ones(node) for node in outputs]
    with switched(listeners=()):
        return pullback(outputs, seeds, times=times, hooks=False)


def about_hooks(nodes: Sequence[Node]) -> Iterator[str]:
    """The line of a caption that says which gradients are not those of ``backward()``.

    What a hook does beside is none of a drawing's business.
    """
    n = sum(id(node) in hooked for node in nodes) if hooked else 0
    if n:
        yield f"without the hooks of {count(n, 'node')}, which no drawing calls"


class Backward(Gradients):
    """One reverse sweep over a graph; nothing is committed to any ``.grad``.

    ``arriving`` holds the gradient of every node that is drawn; ``passed`` the
    contribution of a node to its input ``i``, under (node, i), but for what stays
    within a fold; ``local`` the derivative ∂node/∂input there, for element-wise
    operations and for scalars.
    """

    def __init__(self, outputs: Sequence[Node], summary: Summary) -> None:
        super().__init__()
        self.passed: dict[tuple[Node, int], Any] = {}
        self.local: dict[tuple[Node, int], Any] = {}
        self.parts: dict[Node, list[Any]] = {}
        asked = "a backward drawing starts from"
        tracked = tracked_of(outputs, asked, "draw direction='forward'")
        if not self._sweep(tracked, summary, None):
            self._sweep(tracked, summary, weigh.call)  # 0 · ∞ is 0

    def _sweep(
        self, tracked: Sequence[Node], summary: Summary, times: Product | None
    ) -> bool:
        """One sweep from its beginning; whether it need not be a more careful one."""
        self.arriving, self.passed, self.local = {}, {}, {}
        # What is drawn is itself the first part of its gradient.
        self.parts = {node: [node.space.ones(node)] for node in tracked}
        owners = summary.owners
        for node, gradient, contributions in _events(tracked, times):
            if times is None and not finite(gradient):
                return False
            is_drawn = node not in owners or not node.inputs
            if is_drawn and not isinstance(data_of(node), tuple):
                self.arriving[node] = outside(gradient)
            if is_member(node) and node not in summary.makers:
                continue
            fold = summary.home(node)
            for i, part in enumerate(contributions):
                x = node.inputs[i]
                if part is None:
                    continue
                crossing = not summary.is_within(x, fold)
                if crossing or x not in owners:
                    part = outside(_fitted(part, x))
                    self.parts.setdefault(x, []).append(part)
                if crossing:
                    self.passed[node, i] = part
                if fold is None:
                    self.local[node, i] = _local(node, i)
        return True

    def largest(self) -> float:
        """The norm of the largest finite contribution."""
        sizes = map(norm, self.passed.values())
        return max((size for size in sizes if np.isfinite(size)), default=0.0)

    def carried(self, node: Node, i: int) -> tuple[str, ...]:
        """``= -1.2`` or ``norm 3``: the contribution alone."""
        part = self.passed[node, i]
        if np.size(part) == 1:
            return (f"= {number(np.asarray(part).item())}",)
        return (f"norm {number(norm(part))}",)

    def label(self, node: Node, i: int) -> tuple[str, ...]:
        """``× 0.5 = -1.2``: the local derivative, and the contribution it makes."""
        part, local = self.passed[node, i], self.local.get((node, i))
        (size,) = self.carried(node, i)
        if np.size(part) == 1:
            if local is not None and np.size(local) == 1:
                return (f"× {number(1 * np.asarray(local).item())} {size}",)
            return (size,)
        if local is None or np.iscomplexobj(local) or not np.size(local):
            return (size,)
        low, high = float(np.min(local)), float(np.max(local))
        times = number(low) if low == high else f"{number(low)} … {number(high)}"
        return f"× {times}", size

    def sum(self, node: Node) -> str:
        """``= 1.5 - 0.3``, where several contributions make up a scalar's gradient."""
        parts = self.parts.get(node, [])
        if len(parts) < 2:
            return ""
        told = all(np.size(part) == 1 and np.isrealobj(part) for part in parts)
        if len(parts) > MOST_PATHS or not told:
            return f"sum of {count(len(parts), 'path')}"
        numbers = [number(np.asarray(part).item()) for part in parts]
        rest = [f"- {n[1:]}" if n.startswith("-") else f"+ {n}" for n in numbers[1:]]
        return " ".join(["=", numbers[0], *rest])


def _fitted(part: Any, x: Node) -> Any:
    """A contribution as what it adds to ``x``: summed over broadcast axes."""
    if isinstance(part, Deferred):
        total = part.buffer()
        part.add_into(total)
        return total
    return x.space.fitted(part, x, False)


def outside(gradient: Any) -> Any:
    """The gradient as ``.grad`` would have it: conjugated where it is complex."""
    if isinstance(gradient, float):
        return gradient
    return np.conj(gradient) if np.iscomplexobj(gradient) else gradient


def _local(node: Node, i: int) -> Any:
    """What the gradient that arrives is multiplied by, if nothing else is done to it.

    Of a real operand the contribution is the real part of a product; what conjugates
    multiplies by nothing.
    """
    data, x = data_of(node), node.inputs[i]
    if isinstance(data, tuple) or is_member(node):
        return None
    real = np.isrealobj(data)
    if not real and np.isrealobj(data_of(x)):
        return None
    try:
        local = node.op.partial(node, i)
        if local is None and real and np.size(data) == 1 and np.size(data_of(x)) == 1:
            local = _fitted(node.op.pull(node, node.space.ones(node), 0, False)[i], x)
    except (ArithmeticError, ValueError):  # math has no answer there: log′(0)
        return None
    return outside(local)
