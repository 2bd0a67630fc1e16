"""The backward pass as a graph of its own, beside the one that it goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograd.core.context import switched
from autograd.core.node import Node, ancestors
from autograd.core.sweeps import pullback

from .nodes import tracked_of
from .scopes import Scopes
from .words import MOST_NAMED


@dataclass(frozen=True, slots=True)
class Both:
    """Both passes as one graph: its outputs, all names, and what arrives where."""

    outputs: list[Node]
    names: dict[Node, str]
    arriving: dict[Node, list[Node]]  # by the gradient, the nodes that get it


def with_backward(outputs: Sequence[Node], names: Mapping[Node, str]) -> Both:
    """The outputs and the gradients of the leaves, computed as nodes.

    Each node v has a name, and what arrives there in the sweep is ∂v: so one is found
    by the other. Where several get the same, it has all their names.
    """
    asked = "the backward pass starts from"
    tracked = tracked_of(outputs, asked, "draw direction='forward'")
    every = ancestors(outputs)
    scopes = Scopes(every, names)
    called = {node: scopes.title(node) or f"v{i}" for i, node in enumerate(every, 1)}
    seeds = [type(node).leaf(node.space.ones(node)) for node in tracked]
    arriving: dict[Node, list[Node]] = {}
    ends: list[Node] = []
    with switched(gradients=True, everything=True, listeners=()):
        for node, gradient, _ in pullback(tracked, seeds, lift=True, hooks=False):
            if isinstance(gradient, Node):
                arriving.setdefault(gradient, []).append(node)
                if node.op is None:
                    ends.append(gradient)
    for gradient, nodes in arriving.items():
        parts = [f"∂{called[node]}" for node in nodes[:MOST_NAMED]]
        called[gradient] = " = ".join([*parts, *["…"] * (len(nodes) > MOST_NAMED)])
    return Both([*dict.fromkeys([*outputs, *ends])], called, arriving)
