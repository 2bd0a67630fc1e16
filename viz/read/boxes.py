"""What is written in every box, and below the drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.node import Node

from ..view import Item, Row
from .nodes import data_of, is_member, is_operation, keeps_gradient
from .passes import Backward
from .summary import Fold
from .words import (
    MOST_NAMED,
    count,
    data_rows,
    gradient_rows,
    listed,
    norm,
    number,
)

LONGEST_TITLE = 40  # letters; the whole of it is in the tooltip


def node_box(node: Node, title: str, kind: str, backward: Backward | None) -> Item:
    """The data box of ``node``; ``cluster`` is left to the caller."""
    rows = [*data_rows(data_of(node)), *_gradient(node, backward)]
    if is_member(node):
        rows[0] = replace(rows[0], key=f"output {node.params['index']}")
    return Item(kind, _short(title), tuple(rows), f"{kind} {title}".strip())


def constant_box(x: Any) -> Item:
    """The box of an operand that is no node."""
    rows = data_rows(x)
    if not isinstance(x, np.ndarray):
        rows = [replace(rows[0], key="", text=_short(rows[0].text))]
    return Item("constant", "", tuple(rows), "constant")


def fold_box(fold: Fold, backward: Backward | None) -> Item:
    """The box of everything a fold hides."""
    title = fold.title or count(sum(map(is_operation, fold.members)), "operation")
    return Item("fold", _short(title), tuple(_fold_rows(fold, backward)), title)


def captions(
    nodes: Sequence[Node],
    outputs: Collection[Node],
    backward: Backward | None,
    origins: Sequence[str],
    marked: str,
    owners: dict[Node, Fold],
) -> Iterator[str]:
    """The lines below a drawing: what it shows, how to read it, what it hides."""
    operations = count(sum(map(is_operation, nodes)), "operation")
    leaves = count(sum(not node.inputs for node in nodes), "leaf")
    what = f"{operations}, {leaves}"
    if backward is None:
        yield f"forward pass · {what}"
        tracked = [node for node in nodes if node.tracked and not node.inputs]
        if tracked and all(node.grad is None for node in tracked):
            yield "gradients are not computed yet: call .backward() first"
    else:
        yield f"backward pass · {what}"
        yield (
            "on an edge: × local derivative = contribution; blue: positive, dashed "
            "orange: negative; dotted: no gradient"
        )
        if any(np.size(data_of(node)) > 1 for node in outputs):
            yield "the gradient is that of the sum of the output"
        elif len(outputs) > 1:
            yield "the gradient is that of the sum of the outputs"
    freed = sum(node.op is not None and not node.inputs for node in nodes)
    if freed:
        yield f"the history of {count(freed, 'box')} was freed: backward(free=True)"
    if origins:
        yield f"not finite from (red): {listed(origins)}"
    if marked:
        yield marked
    if owners:
        folds = len({id(fold) for fold in owners.values()})
        yield (
            f"summary: {len(owners):,} of {len(nodes):,} nodes are hidden in "
            f"{count(folds, 'dashed box')}"
        )


def _gradient(node: Node, backward: Backward | None) -> list[Row]:
    if backward is None:
        if node.grad is not None:
            return gradient_rows(node.grad)
        missing = keeps_gradient(node)
        return [Row("grad", "not computed", "muted")] if missing else []
    if not node.tracked:
        return []
    arrived = backward.arriving.get(node)
    if arrived is None:
        return [Row("grad", "none arrives", "muted")]
    total = backward.sum(node)
    return gradient_rows(arrived) + ([Row("", total, "muted")] if total else [])


def _fold_rows(fold: Fold, backward: Backward | None) -> Iterator[Row]:
    computed, leaves = fold.computed, fold.leaves
    operations = [node for node in computed if is_operation(node)]
    if fold.note:
        yield Row("", fold.note, "muted")
    if fold.title and operations:
        yield Row("", count(len(operations), "operation"))
    if not fold.title:
        names = Counter(node.op.name for node in operations)
        common = names.most_common(MOST_NAMED)
        rest = len(operations) - sum(n for _, n in common)
        for name, n in [*common, ("others", rest)]:
            if n:
                yield Row(name, f"× {n:,}")
    if leaves:
        numbers = sum(np.size(data_of(leaf)) for leaf in leaves)
        what = "parameter" if all(leaf.tracked for leaf in leaves) else "leaf"
        more = f" · {count(numbers, 'number')}" if numbers > len(leaves) else ""
        yield Row("", count(len(leaves), what) + more)
    if computed:
        yield replace(data_rows(data_of(computed[-1]))[0], key="out")
    gradients = [
        backward.arriving.get(leaf) if backward else leaf.grad
        for leaf in leaves
        if leaf.tracked
    ]
    if gradients and all(gradient is not None for gradient in gradients):
        total = norm([norm(gradient) for gradient in gradients])
        yield Row("grad norm", number(total), "neutral")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
