"""A function to be checked, or a derivative of it, as a function from ℝⁿ to ℝᵐ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..core.context import switched
from ..core.node import Node, ancestors, raw
from ..core.primitive import Interval
from ..switches import no_grad
from ..tensor import Tensor
from ..transforms import jvp, vjp
from ..value import Value
from .space import Space

Call = Callable[..., tuple[Any, ...]]


class Problem:
    """A function of nodes at one point: its value, its derivatives, their functions.

    ``call`` takes Tensors or Values and returns a tuple of them; ``given`` is what a
    caller of ``vjp`` would pass. ``epsilon`` is that of the lowest precision met, and
    ``analytic`` tells whether the complex step may be tried.
    """

    def __init__(
        self,
        call: Call,
        given: Sequence[Any],
        names: Sequence[str],
        results: Sequence[str] = (),
        analytic: bool = True,
    ) -> None:
        self.call = call
        self.given = list(given)
        self.inputs = Space(given, names)
        self.point = self.inputs.vector(given)
        leaves = tracked_leaves(given)
        with switched(gradients=True, everything=True):
            outputs = call(*leaves)
        single = ["output"] if len(outputs) == 1 else []
        several = [f"output[{i}]" for i in range(len(outputs))]
        self.outputs = Space(outputs, results or single or several)
        self.recorded = self.outputs.vector(outputs)
        nodes = ancestors(outputs)
        is_real = self.inputs.is_real and self.outputs.is_real
        self.analytic = analytic and is_real and _is_analytic(nodes)
        self.of_one_number = False  # whether its cotangent may as well be 1
        self.is_derivative = False
        self.at_kink = False  # of the function it is a derivative of
        self.hessian = 0  # how many inputs it is a gradient by; 0: it is none
        self.low = np.full(len(self.point), -np.inf)  # the domain, of each input
        self.high = np.full(len(self.point), np.inf)
        self.epsilon = max((_epsilon(node._raw) for node in nodes), default=0.0)
        self.value = self.evaluate(self.point)

    def limit(self, intervals: Sequence[Interval], strict: bool = True) -> None:
        """Keep to a domain: one interval for each part of the inputs.

        An element outside of it is refused, or if not ``strict`` has no domain.
        """
        for part, (low, high) in zip(self.inputs.parts, intervals, strict=True):
            here = slice(part.start, part.stop)
            outside = (self.point[here] < low) | (self.point[here] > high)
            if strict and outside.any():
                place = self.inputs.at(part.start + int(outside.argmax()))
                raise ValueError(
                    f"domain={low, high}, but {place[0]} has an element outside of it "
                    f"at {place[1]}: {self.point[here][outside][0]}"
                )
            self.low[here] = np.where(outside, -np.inf, low)
            self.high[here] = np.where(outside, np.inf, high)

    @property
    def ends(self) -> np.ndarray:
        """Whether each input is at the very end of its domain."""
        return (self.point == self.low) | (self.point == self.high)

    def room(self, direction: np.ndarray) -> float:
        """How far the point may move along ``direction`` within the domain."""
        ends = np.where(direction > 0, self.high, self.low)
        moving = (direction != 0) & np.isfinite(ends)
        far = (ends[moving] - self.point[moving]) / direction[moving]
        return float(far.min(initial=np.inf))

    def magnified(self, factors: np.ndarray) -> Problem:
        """The same function, each output times a factor (a complex one its first)."""
        several: list[Any] = []
        for part in self.outputs.parts:
            wide = 2 if part.dtype.kind == "c" else 1
            piece = factors[part.start : part.stop : wide].reshape(part.shape)
            several.append(float(piece) if part.is_value else piece)

        def call(*leaves: Any) -> tuple[Any, ...]:
            return tuple([y * by for y, by in zip(self.call(*leaves), several)])

        names = [part.name for part in self.inputs.parts]
        problem = Problem(call, self.given, names, self.outputs.names, self.analytic)
        problem.of_one_number = self.of_one_number
        problem.low, problem.high = self.low, self.high
        return problem

    def at(self, point: np.ndarray) -> Problem:
        """The same function at another point."""
        items = self.inputs.items(point, exact=True)
        names = [part.name for part in self.inputs.parts]
        return Problem(self.call, items, names, analytic=self.analytic)

    def moved(self, step: np.ndarray) -> np.ndarray:
        """The function at ``point + step``; NaN if there is none, or no other point."""
        there = self.point + step
        if not ((there == self.point) & (step != 0)).any():
            with suppress(Exception):  # whatever f raises outside of its domain
                return self.evaluate(there)
        return np.full(self.outputs.size, np.nan)  # none, or no other point

    def evaluate(self, vector: np.ndarray) -> np.ndarray:
        """The function at ``vector``, unrecorded; complex there, complex here."""
        leaves = [_node(x) for x in self.inputs.items(vector)]
        with no_grad():
            return self.outputs.vector(self.call(*leaves))

    def reverse(
        self, lifted: bool = False, tracked: bool = False
    ) -> tuple[tuple[Any, ...], Callable[[Any], tuple[Any, ...]]]:
        """``vjp`` at the point, untracked even if ``f`` closes over tracked nodes.

        If ``lifted``, the rules run on nodes, as they do for derivatives of a higher
        order; if ``tracked`` alone, only where something tracked comes in.
        """
        with switched(gradients=lifted or tracked, everything=lifted):
            return vjp(self.call, *self.given)

    def forward(self, tangent: np.ndarray) -> tuple[Any, Any]:
        """``jvp`` at the point, along a vector."""
        with no_grad():
            return jvp(self.call, self.given, self.inputs.items(tangent, exact=True))

    def closing_over(self, seed: np.ndarray) -> Problem:
        """The other inputs ↦ the part of Jᵀu that goes to the first, for constant u.

        They are caught in a closure by the function whose derivative that is, and
        differentiated by from outside.
        """
        cotangents = tuple(self.outputs.cotangents(seed))
        first, *others = self.given

        def pulled(*leaves: Any) -> tuple[Any, ...]:
            _, pull = vjp(lambda x: self.call(x, *leaves), first)
            return tuple(_node(g) for g in pull(cotangents))

        names = [part.name for part in self.inputs.parts]
        problem = Problem(
            pulled, others, names[1:], [f"cotangent of {names[0]}"], self.analytic
        )
        problem.is_derivative = True
        start = self.inputs.parts[1].start
        problem.low, problem.high = self.low[start:], self.high[start:]
        return problem

    def derivative(self, mode: str, seed: np.ndarray) -> Problem:
        """(x, u) ↦ Jᵀu in reverse mode, (x, v) ↦ Jv in forward mode, as a problem."""
        count = len(self.given)
        source, target, what = self.inputs, self.outputs, "tangent"
        if mode == "reverse":
            source, target, what = self.outputs, self.inputs, "cotangent"
        seeds = source.items(seed)
        names = [part.name for part in self.inputs.parts]
        names += [f"{what} of {part.name}" for part in source.parts]
        results = [f"{what} of {part.name}" for part in target.parts]

        def pulled(*leaves: Any) -> tuple[Any, ...]:
            _, pull = vjp(self.call, *leaves[:count])
            cotangents = tuple(_conjugate(u) for u in leaves[count:])
            return tuple(_conjugate(g) for g in pull(cotangents))

        def pushed(*leaves: Any) -> tuple[Any, ...]:
            _, tangents = jvp(self.call, leaves[:count], leaves[count:])
            return tuple(_node(t) for t in tangents)

        call = pulled if mode == "reverse" else pushed
        problem = Problem(call, self.given + seeds, names, results, self.analytic)
        if mode == "reverse" and problem.inputs.is_real:
            problem.hessian = self.inputs.size
        problem.is_derivative = True
        problem.low[: self.inputs.size] = self.low
        problem.high[: self.inputs.size] = self.high
        return problem


def doubled(problem: Problem) -> Problem:
    """The same function at the same point in double precision."""
    names = [part.name for part in problem.inputs.parts]
    twin = Problem(problem.call, problem.inputs.items(problem.point), names)
    twin.low, twin.high = problem.low, problem.high
    return twin


def tracked_leaves(given: Sequence[Any]) -> list[Any]:
    """A tracked leaf for each array, float or Value, that shares its memory."""
    return [
        Value.leaf(x._raw, tracked=True)
        if isinstance(x, Value)
        else Tensor.leaf(np.asarray(raw(x)), tracked=True)
        for x in given
    ]


def is_differentiable(x: Any) -> bool:
    """Whether a leaf is of a float or complex type."""
    if isinstance(x, (Node, np.ndarray, np.generic)):
        return np.asarray(raw(x)).dtype.kind in "fc"
    return isinstance(x, (float, complex))


def _node(x: Any) -> Any:
    return x if isinstance(x, Node) else Tensor.leaf(np.asarray(x))


def _conjugate(x: Any) -> Any:
    """Undoes the conjugate ``vjp`` takes at its border: what is inside is analytic."""
    return np.conjugate(x) if np.iscomplexobj(raw(x)) else x


def _is_analytic(nodes: Sequence[Node]) -> bool:
    """Whether every operation met is; a comparison branches where it should not."""
    ops = {node.op for node in nodes if node.op is not None}
    return all(op.analytic and op.kind != "constant" for op in ops)


def _epsilon(data: Any) -> float:
    dtype = getattr(data, "dtype", np.dtype(float))
    return float(np.finfo(dtype).eps) if dtype.kind in "fc" else 0.0
