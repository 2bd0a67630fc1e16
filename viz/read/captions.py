"""What is written below a drawing: what it shows, how to read it, what it hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.core.node import Node
from autograd.core.zeros import weigh

from ..view import View
from .nodes import data_of, is_freed, is_leaf, is_operation
from .passes import about_hooks
from .words import count, finite, listed


def captions(
    builder: Any, outputs: Sequence[Node], every: int, marked: str
) -> Iterator[str]:
    """The lines below the drawing that a builder made of ``every`` node, or a part."""
    nodes, view, summary = builder.part.ordered, builder.view, builder.summary
    whole = [node for node in nodes if node not in builder.part.cut]
    operations = count(sum(map(is_operation, whole)), "operation")
    leaves = count(sum(map(is_leaf, nodes)), "leaf")
    what = f"{operations}, {leaves}"
    if len(nodes) < every:
        what += f" of a graph of {every:,} nodes"
    coloured = bool(builder.overlay) and builder.overlay.kind.key == "|grad|"
    if builder.backward is None:
        yield f"{'both passes' if builder.wanted.both else 'forward pass'} · {what}"
        if builder.wanted.both:
            turned = any(map(np.iscomplexobj, map(data_of, builder.wanted.arriving)))
            conjugate = "; of complex v, .grad is its conjugate" if turned else ""
            yield f"∂v is what arrives at v in the backward pass{conjugate}"
        yield from _about_gradients(builder, coloured)
    else:
        yield f"backward pass · {what}"
        if legend := _legend(view):
            yield f"on an edge: {legend}"
        if any(np.size(data_of(node)) > 1 for node in outputs):
            yield "the gradient is that of the sum of the output"
        elif len(outputs) > 1:
            yield "the gradient is that of the sum of the outputs"
    if builder.sweep or builder.wanted.both or coloured:
        yield from about_hooks(nodes)
    if builder.overlay:
        yield from builder.overlay.caption()
    freed = sum(map(is_freed, nodes))
    if freed:
        yield f"the history of {count(freed, 'box')} was freed: backward(free=True)"
    if builder.origins:
        yield f"not finite from (red): {listed(builder.origins)}"
    if _has_zeros_that_won(builder):
        yield "0 × inf is 0 in a backward pass: what was not chosen passes nothing on"
    if marked:
        yield marked
    if summary.owners:
        yield (
            f"summary: {len(summary.owners):,} of {len(nodes):,} nodes are hidden in "
            f"{count(len(summary.folds()), 'dashed box')}"
        )
        open_ = max(map(view.depth, range(len(view.clusters))))
        closed = any(fold.is_module for fold in summary.folds())
        ways = [f"depth={open_ + 1}"] * closed
        chosen = builder.wanted.depth is not None or builder.wanted.opened is not None
        if not (closed and chosen):
            ways.append(f"max_nodes={4 * builder.wanted.most}")
        yield f"to see more: draw(…, {' or '.join(ways)})"
    unseen = [
        count(n, kind.removesuffix("s")) for kind, n in builder.unseen.items() if n
    ]
    if unseen:
        yield f"not drawn: {', '.join(unseen)}"


def _about_gradients(builder: Any, coloured: bool) -> Iterator[str]:
    nodes = builder.part.ordered
    tracked = [node for node in nodes if node.tracked and node.op is None]
    elsewhere = builder.wanted.both or not builder.wanted.stored or coloured
    missing = tracked and all(node.grad is None for node in tracked)
    if missing and not elsewhere:  # of a sweep of the drawing's own
        yield "gradients are not computed yet: call .backward() first"
    rows = [row for item in builder.view.items for row in item.rows]
    if any(row.key.startswith(".grad") for row in rows):
        yield (
            ".grad is what is stored, of several or of other backward passes"
            + ("; grad is that of what is drawn" if builder.sweep else "")
        )
    if any(edge.sign in (1, -1) for edge in builder.view.edges):
        zero = any(edge.sign == 0 for edge in builder.view.edges)
        yield (
            "into dashed boxes: the thicker, the larger what is computed there; blue: "
            f"positive, dashed orange: negative{', dotted: 0' * zero}"
        )


def _has_zeros_that_won(builder: Any) -> bool:
    """Whether a slope is not finite, and what it makes of the gradient is."""
    if builder.backward is not None:
        local, passed = builder.backward.local, builder.backward.passed
        lost = (key for key, slope in local.items() if not finite(slope))
        return any(key in passed and finite(passed[key]) for key in lost)
    products = (node for node in builder.part.ordered if node.op is weigh)
    return any(
        finite(data_of(node)) and not all(finite(data_of(x)) for x in node.inputs)
        for node in products
    )


def _legend(view: View) -> str:
    """How to read the edges of a backward drawing: only what this one has."""
    signs = {edge.sign for edge in view.edges if not edge.faded}
    labels = [line for edge in view.edges for line in edge.label]
    known = {
        "× local derivative = contribution": any(x.startswith("×") for x in labels),
        "blue: positive": 1 in signs,
        "dashed orange: negative": -1 in signs,
        "red: not finite": any(edge.broken for edge in view.edges),
        "dotted: no gradient": any(edge.faded for edge in view.edges),
        "dotted with a head: 0": 0 in signs,
        "thick: large": view.dense,
    }
    return "; ".join(text for text, is_there in known.items() if is_there)
