"""The backward pass as a graph of its own, beside the one that it goes through."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.core import tree
from autograd.core.context import switched
from autograd.core.node import Node, ancestors, raw
from autograd.core.sweeps import Event, Product, pullback
from autograd.core.zeros import weigh

from ..view import ROOT, Cluster, View
from .nodes import tracked_of
from .scopes import Scopes
from .slopes import slopes
from .words import MOST_NAMED, finite

PRODUCTS = ("multiply", weigh.name)  # of what arrives and a slope


@dataclass(frozen=True, slots=True)
class Both:
    """Both passes as one graph: its outputs, all names, and what arrives where."""

    outputs: list[Node]
    names: dict[Node, str]
    arriving: dict[Node, list[Node]]  # by the gradient, the nodes that get it
    local: set[Node]  # what is named ∂v/∂x
    slopes: list[list[Node]]  # what leads to local derivatives


def with_backward(outputs: Sequence[Node], names: Mapping[Node, str]) -> Both:
    """The outputs and the gradients of the leaves, computed as nodes.

    Each node v has a name, and what arrives there in the sweep is ∂v: so one is found
    by the other. Where several get the same, it has all their names. What the gradient
    of v is multiplied by on its way to x is ∂v/∂x, if that is the only way.
    """
    asked = "the backward pass starts from"
    tracked = tracked_of(outputs, asked, "draw direction='forward'")
    every = ancestors(outputs)
    scopes = Scopes(every, names)
    called = {node: scopes.title(node) or f"v{i}" for i, node in enumerate(every, 1)}
    arriving: dict[Node, list[Node]] = {}
    ends: list[Node] = []
    known, local = set(every), set[Node]()
    seeds = [type(node).leaf(node.space.ones(node)) for node in tracked]
    events = _swept(tracked, seeds, None)
    arrived = [gradient for _, gradient, _ in events]
    if not all(finite([raw(x) for x in tree.leaves(each)]) for each in arrived):
        events = _swept(tracked, seeds, weigh.call)  # 0 · ∞ is 0
    for node, gradient, contributions in events:
        for x, part in zip(node.inputs, contributions, strict=False):
            if sum(operand is x for operand in node.inputs) > 1:
                continue  # ∂v/∂x is the sum of several, which is no node
            for slope in _factors(part, gradient, known):
                called.setdefault(slope, f"∂{called[node]}/∂{called[x]}")
                local.add(slope)
        if isinstance(gradient, Node):
            arriving.setdefault(gradient, []).append(node)
            if node.op is None:
                ends.append(gradient)
    for gradient, nodes in arriving.items():
        parts = [f"∂{called[node]}" for node in nodes[:MOST_NAMED]]
        called[gradient] = " = ".join([*parts, *["…"] * (len(nodes) > MOST_NAMED)])
    ends = [*dict.fromkeys([*outputs, *ends])]
    formulas = slopes(ancestors(ends), known, seeds)
    return Both(ends, called, arriving, local, formulas)


def _swept(
    tracked: Sequence[Node], seeds: Sequence[Node], times: Product | None
) -> list[Event]:
    """A sweep that is recorded, of which no hook and no listener hears."""
    with (
        switched(gradients=True, everything=True, listeners=()),
        np.errstate(all="ignore"),  # what is not finite is shown in red
    ):
        return [*pullback(tracked, seeds, lift=True, times=times, hooks=False)]


def _factors(part: Any, gradient: Any, known: set[Node]) -> list[Node]:
    """What the sweep computed from values alone and multiplied the gradient by."""
    if not isinstance(part, Node) or not part.op or part.op.name not in PRODUCTS:
        return []
    others = [x for x in part.inputs if x is not gradient]
    if len(others) + 1 != len(part.inputs):  # of g itself, once: f(g) * c has no slope
        return []
    return [
        x
        for x in others
        if isinstance(x, Node)
        and x.inputs
        and x not in known
        and not _reads(x, gradient)
    ]


def _reads(x: Node, gradient: Node) -> bool:
    """Whether ``x`` was computed from the gradient, which is older than that."""
    seen, todo = {x}, [x]
    while todo:
        for operand in todo.pop().inputs:
            if operand is gradient:
                return True
            if isinstance(operand, Node) and operand.age > gradient.age:
                todo += [operand] * (operand not in seen)
                seen.add(operand)
    return False


def frame_passes(view: View, forward: Collection[int]) -> None:
    """A frame around the items of the forward pass; what it starts from, in the other.

    Where derivatives are a part of the forward pass, too, there is no telling them
    apart by frames.
    """
    inside = {view.items[item].cluster for item in forward}
    for cluster in [*inside]:
        while cluster != ROOT:
            cluster = view.clusters[cluster].parent
            inside.add(cluster)
    if not forward or inside != {*range(len(inside))}:
        return
    there = len(inside) + 1 if len(inside) < len(view.clusters) else ROOT
    view.clusters[1:] = [
        Cluster("", "forward pass"),
        *(
            replace(
                each, parent=each.parent + (each.parent != ROOT or number in inside)
            )
            for number, each in enumerate(view.clusters[1:], 1)
        ),
    ]
    for number, item in enumerate(view.items):
        home = 1 if number in forward else there
        home = home if item.cluster == ROOT else item.cluster + 1
        view.items[number] = replace(item, cluster=home)
