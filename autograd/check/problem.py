"""A function to be checked, or a derivative of it, as a function from ℝⁿ to ℝᵐ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import tree
from ..graph import Node, ancestors
from ..recording import no_grad, switched
from ..tensor import Tensor
from ..transforms import jvp, vjp
from ..value import Value
from .space import Space, raw

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
        self.epsilon = max((_epsilon(node._data) for node in nodes), default=0.0)
        self.value = self.evaluate(self.point)

    def evaluate(self, vector: np.ndarray) -> np.ndarray:
        """The function at ``vector``, unrecorded; complex there, complex here."""
        leaves = [_node(x) for x in self.inputs.items(vector)]
        with no_grad():
            return self.outputs.vector(self.call(*leaves))

    def reverse(self) -> tuple[tuple[Any, ...], Callable[[Any], tuple[Any, ...]]]:
        """``vjp`` at the point, untracked even if ``f`` closes over tracked nodes."""
        with no_grad():
            return vjp(self.call, *self.given)

    def forward(self, tangent: np.ndarray) -> tuple[Any, Any]:
        """``jvp`` at the point, along a vector."""
        with no_grad():
            return jvp(self.call, self.given, self.inputs.items(tangent, exact=True))

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
        return Problem(call, self.given + seeds, names, results, self.analytic)


def problem_of(
    f: Callable[..., Any], args: Sequence[Any], wrt: Sequence[int] | None
) -> Problem:
    """``f`` as a function of the differentiable leaves among its arguments."""
    everywhere = range(len(args))
    positions = everywhere if wrt is None else sorted({i % len(args) for i in wrt})
    found = [
        (f"args[{i}]{path}", leaf)
        for i in positions
        for path, leaf in _paths(args[i])
        if is_differentiable(leaf)
    ]
    if not found:
        raise TypeError(
            "there is nothing to check: no float or complex array, number, Tensor or "
            "Value among the arguments" + ("" if wrt is None else f" wrt={wrt}")
        )
    given = [leaf._data if isinstance(leaf, Tensor) else leaf for _, leaf in found]
    given = [x.detach() if isinstance(x, Value) else x for x in given]
    chosen = set(positions)

    def call(*leaves: Any) -> tuple[Any, ...]:
        rest = iter(leaves)
        filled = [
            tree.mapped(lambda x: next(rest) if is_differentiable(x) else x, arg)
            if i in chosen
            else arg
            for i, arg in enumerate(args)
        ]
        outputs = [x for x in tree.leaves(f(*filled)) if is_differentiable(x)]
        kind = type(leaves[0])
        return tuple(x if isinstance(x, Node) else _constant(x, kind) for x in outputs)

    problem = Problem(call, given, [name for name, _ in found])
    if not problem.outputs.parts:
        raise TypeError(
            "there is nothing to check: the function returned no Tensor, Value, array "
            "or number of a float or complex type"
        )
    return problem


def doubled(problem: Problem) -> Problem:
    """The same function at the same point in double precision."""
    names = [part.name for part in problem.inputs.parts]
    return Problem(problem.call, problem.inputs.items(problem.point), names)


def tracked_leaves(given: Sequence[Any]) -> list[Any]:
    """A tracked leaf for each array, float or Value, that shares its memory."""
    return [
        Value.leaf(x._data, tracked=True)
        if isinstance(x, Value)
        else Tensor.leaf(np.asarray(x), tracked=True)
        for x in given
    ]


def is_differentiable(x: Any) -> bool:
    """Whether a leaf is of a float or complex type."""
    if isinstance(x, (Node, np.ndarray, np.generic)):
        return np.asarray(raw(x)).dtype.kind in "fc"
    return isinstance(x, (float, complex))


def _node(x: Any) -> Any:
    return x if isinstance(x, Node) else Tensor.leaf(np.asarray(x))


def _constant(x: Any, kind: type) -> Any:
    return Value.leaf(float(x)) if kind is Value else Tensor.leaf(np.asarray(x))


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


def _paths(container: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with the text that reaches it, in the order of ``tree.leaves``."""
    if isinstance(container, dict):
        for key, child in container.items():
            yield from _paths(child, f"{path}[{key!r}]")
    elif isinstance(container, (list, tuple)):
        for i, child in enumerate(container):
            yield from _paths(child, f"{path}[{i}]")
    elif container is not None:
        yield path, container
