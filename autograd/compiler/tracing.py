"""A function is run once, for real; what it recorded is read as a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import tree
from ..core.context import switched
from ..core.node import Node, TraceError, ancestors, tick
from ..core.writes import caller
from ..tensor import Tensor
from .flat import Flat


class Tracing:
    """What is asked where data is read or written while a program is made."""

    def __init__(self, careful: bool = False) -> None:
        self.since = tick()
        self.careful = careful  # whether 0 · ∞ is 0 in its sweeps, at any numbers
        self.inputs: set[Node] = set()

    def check(self, node: Node, what: str) -> None:
        """Raise if the number of a node, which is read, depends on an input."""
        for each in ancestors([node]):
            if each in self.inputs or (each.op is None and each.age < self.since):
                raise self.leak(node, what)

    def leak(self, node: Node, what: str) -> TraceError:
        """The error for a number that would become a constant of the program."""
        source = f"a result of {node.op}" if node.op else "an argument"
        file, line = caller()
        return TraceError(
            f"{what} of {source} leaves the graph, at {file}:{line}: what depends on "
            "it cannot be compiled. Return it, choose by np.where, or compute it before"
        )


def traced(
    f: Callable[..., Any],
    args: Any,
    kwargs: dict[str, Any] | None = None,
    careful: bool = False,
) -> tuple[Flat, Any]:
    """The program of ``f(*args)``, and what this call returned.

    The program's leaves are the arrays among the arguments, in order, then the nodes
    that are older than this call; its results are the nodes that ``f`` returned.

    >>> import autograd as ag
    >>> flat, _ = traced(ag.grad(lambda x: (x**3).sum()), (np.ones(2),))
    >>> flat(np.array([1.0, 2.0]))
    array([ 3., 12.])
    """
    tracing, inputs = Tracing(careful), []

    def stand_in(x: Any) -> Any:
        if not isinstance(x, (np.ndarray, np.generic, Tensor)):
            return x
        data = x._raw if isinstance(x, Tensor) else np.asarray(x)
        inputs.append(Tensor.leaf(data))
        return inputs[-1]

    inner = tree.mapped(stand_in, args)
    tracing.inputs.update(inputs)
    with switched(everything=True, gradients=True, tracing=tracing):
        out = f(*inner, **(kwargs or {}))
    results = [x for x in tree.leaves(out) if isinstance(x, Node)]
    captured = [
        node
        for node in ancestors(results)
        if node.op is None and node.age < tracing.since
    ]
    return Flat.of(*results, leaves=[*inputs, *captured]), out
