"""A function is run once, for real; what it recorded is read as a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import tree
from ..core.context import switched
from ..core.node import Node, ancestors, tick
from ..tensor import Tensor
from .flat import Flat


class TraceError(TypeError):
    """Something left the graph that a program could not compute again."""


class Tracing:
    """What is asked where data is read or written while a program is made."""

    def __init__(self) -> None:
        self.since = tick()

    def leak(self, node: Node, what: str) -> TraceError:
        """The error for a number that would become a constant of the program."""
        return TraceError(
            f"{what} of a result of {node.op} leaves the graph: what depends on it "
            "cannot be compiled. Return it, choose by np.where, or compute it outside"
        )


def traced(
    f: Callable[..., Any], args: Any, kwargs: dict[str, Any] | None = None
) -> tuple[Flat, Any]:
    """The program of ``f(*args)``, and what this call returned.

    The program's leaves are the arrays among the arguments, in order, then the nodes
    that are older than this call; its results are the nodes that ``f`` returned.

    >>> import autograd as ag
    >>> flat, _ = traced(ag.grad(lambda x: (x**3).sum()), (np.ones(2),))
    >>> flat(np.array([1.0, 2.0]))
    array([ 3., 12.])
    """
    tracing, inputs = Tracing(), []

    def stand_in(x: Any) -> Any:
        if not isinstance(x, (np.ndarray, np.generic, Tensor)):
            return x
        data = x._raw if isinstance(x, Tensor) else np.asarray(x)
        inputs.append(Tensor.leaf(data))
        return inputs[-1]

    inner = tree.mapped(stand_in, args)
    with switched(everything=True, gradients=True, tracing=tracing):
        out = f(*inner, **(kwargs or {}))
    results = [x for x in tree.leaves(out) if isinstance(x, Node)]
    captured = [
        node
        for node in ancestors(results)
        if node.op is None and node.age < tracing.since
    ]
    return Flat.of(*results, leaves=[*inputs, *captured]), out
