"""The backward pass as a graph of its own, beside the one that it goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.core.context import switched
from autograd.core.node import Node, ancestors
from autograd.core.sweeps import pullback

from .nodes import tracked_of
from .scopes import Scopes
from .words import MOST_NAMED


def with_backward(
    outputs: Sequence[Node], names: Mapping[Node, str]
) -> tuple[list[Node], dict[Node, str]]:
    """The outputs and the gradients of the leaves, computed as nodes; and all names.

    Each node v has a name, and what arrives there in the sweep is ∂v: so one is found
    by the other. Where several get the same, it has all their names.
    """
    asked = "the backward pass starts from"
    tracked = tracked_of(outputs, asked, "draw direction='forward'")
    every = ancestors(outputs)
    scopes = Scopes(every, names)
    called = {node: scopes.title(node) or f"v{i}" for i, node in enumerate(every, 1)}
    seeds = [type(node).leaf(node.space.ones(node)) for node in tracked]
    of: dict[Node, list[str]] = {}
    ends: list[Node] = []
    with switched(gradients=True, everything=True, listeners=()):
        for node, gradient, _ in pullback(tracked, seeds, lift=True, hooks=False):
            if isinstance(gradient, Node):
                of.setdefault(gradient, []).append(f"∂{called[node]}")
                if node.op is None:
                    ends.append(gradient)
    found = {
        gradient: " = ".join([*parts[:MOST_NAMED], *["…"] * (len(parts) > MOST_NAMED)])
        for gradient, parts in of.items()
    }
    return [*dict.fromkeys([*outputs, *ends])], {**called, **found}
