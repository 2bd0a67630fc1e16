"""What is written in every box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.node import Node

from ..view import Item, Row
from .folds import Fold
from .nodes import data_of, is_member, is_operation, keeps_gradient
from .passes import Backward, Gradients
from .scopes import Scopes
from .words import (
    MOST_NAMED,
    SHOWN_IN_FULL,
    count,
    data_rows,
    gradient_rows,
    listed,
    norm,
    number,
)

MISSING = "not computed"  # a gradient that could be kept, and is not
LONGEST_TITLE = 40  # letters of a line; the whole of it is in the tooltip
MOST_LINES = 3


def node_box(node: Node, title: str, kind: str, sweep: Gradients | None) -> Item:
    """The data box of ``node``; ``cluster`` is left to the caller."""
    rows = [*data_rows(data_of(node)), *_gradient(node, sweep)]
    if is_member(node):
        rows[0] = replace(rows[0], key=f"output {node.params['index']}")
    return Item(kind, short(title), tuple(rows), f"{kind} {title}".strip())


def constant_box(x: Any) -> Item:
    """The box of an operand that is no node."""
    rows = data_rows(x)
    if not isinstance(x, np.ndarray):
        rows = [replace(rows[0], key="", text=short(rows[0].text))]
    return Item("constant", "", tuple(rows), "constant")


def input_box(x: Any, name: str) -> Item:
    """The box of a plain number or array that a model was called with."""
    return Item("input", short(name), tuple(data_rows(x)), f"input {name}")


def fold_box(fold: Fold, sweep: Gradients | None, scopes: Scopes) -> Item:
    """The box of everything a fold hides."""
    title = fold.title or count(sum(map(is_operation, fold.members)), "operation")
    rows = tuple(_fold_rows(fold, sweep, scopes))
    return Item("fold", short(title), rows, f"{title} {fold.note}".strip())


def as_numbers(rows: tuple[Row, ...], data: Any) -> tuple[Row, ...]:
    """The rows of what multiplies: a mask is 1 where it is true, else 0."""
    if not isinstance(data, np.ndarray) or data.dtype.kind != "b":
        return rows
    return (rows[0], *data_rows(data.astype(np.int8))[1:])


def short(text: str) -> str:
    """A title of a few lines, none of them long.

    >>> short("a\\nb"), len(short("a" * 1000))
    ('a\\nb', 40)
    """
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "…"]
    cut = [
        x if len(x) <= LONGEST_TITLE else x[: LONGEST_TITLE - 1] + "…" for x in lines
    ]
    return "\n".join(cut)


def _gradient(node: Node, sweep: Gradients | None) -> list[Row]:
    """``grad``, of what is drawn; ``.grad``, what is stored, where that differs."""
    if not isinstance(sweep, Backward):
        if node.grad is None:
            missing = keeps_gradient(node)
            return [Row("grad", MISSING, "muted")] if missing else []
        arrived = None if sweep is None else sweep.arriving.get(node)
        if arrived is None:
            return _stored(gradient_rows(node.grad))
        rows = gradient_rows(arrived)
        return (
            rows
            if _agree(arrived, node.grad)
            else rows + _stored(gradient_rows(node.grad))
        )
    if not node.tracked:
        return []
    arrived = sweep.arriving.get(node)
    if arrived is None:
        return [Row("grad", "none arrives", "muted")]
    total = sweep.sum(node)
    return gradient_rows(arrived) + ([Row("", total, "muted")] if total else [])


def _stored(rows: Sequence[Row]) -> list[Row]:
    return [replace(row, key=f".{row.key}") for row in rows]


def _agree(one: Any, other: Any) -> bool:
    """Whether two gradients are the same number, but for rounding."""
    a, b = np.asarray(one), np.asarray(other)
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        close = 1e-4 if b.dtype.itemsize < 8 else 1e-9
        known = np.isfinite(a) & np.isfinite(b)
        gap = norm(np.where(known, a, 0) - np.where(known, b, 0))
        same = bool(np.array_equal(a[~known], b[~known], equal_nan=True))
        return same and gap <= close * norm(np.where(known, b, 0))


def _fold_rows(fold: Fold, sweep: Gradients | None, scopes: Scopes) -> Iterator[Row]:
    computed, leaves = fold.computed, fold.leaves
    operations = [node for node in computed if is_operation(node)]
    if fold.note:
        yield Row("", short(fold.note), "muted")
    if fold.times > 1:
        each = len(operations) // (fold.times - 2)
        yield Row(
            "", f"of {fold.times:,} alike, {count(each, 'operation')} each", "muted"
        )
    elif fold.title and operations:
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
    labelled = [node for node in fold.named if not node.inputs]
    if labelled:
        yield Row("", short(listed([node.label for node in labelled])), "muted")
    for node in [node for node in fold.named if node.inputs][:MOST_NAMED]:
        yield replace(data_rows(data_of(node))[0], key=short(node.label))
    yield from _outputs(fold)
    yield from _norm(leaves, sweep)


def _outputs(fold: Fold) -> Iterator[Row]:
    """What the fold hands on: each of a few numbers, of more their range."""
    named = set(fold.named)
    raw = [data_of(node) for node in fold.outputs if node not in named]
    if (fold.times > 1 or not fold.title) and len(raw) > 1:
        yield replace(data_rows(raw[-1])[0], key="last out")
        return
    if len(raw) > 1 and all(not isinstance(x, np.ndarray) for x in raw):
        numbers = np.asarray(raw)
        rest = data_rows(numbers)[1:]
        if len(raw) <= SHOWN_IN_FULL:
            yield replace(rest[0], key="out")
        else:
            yield Row("out", count(len(raw), "number"))
            yield from rest[:2]
        return
    for i, x in enumerate(raw[:MOST_NAMED]):
        key = "out" if len(raw) == 1 else f"out {i + 1}"
        yield replace(data_rows(x)[0], key=key)
    if len(raw) > MOST_NAMED:
        yield Row("", f"{count(len(raw) - MOST_NAMED, 'output')} more", "muted")


def _norm(leaves: Sequence[Node], sweep: Gradients | None) -> Iterator[Row]:
    tracked = [leaf for leaf in leaves if leaf.tracked]
    backward = isinstance(sweep, Backward)
    gradients = [
        sweep.arriving.get(leaf)
        if sweep and (backward or leaf.grad is not None)
        else None
        for leaf in tracked
    ]
    key = "grad norm"
    if not backward and any(gradient is None for gradient in gradients):
        gradients, key = [leaf.grad for leaf in tracked], ".grad norm"
    if gradients and all(gradient is not None for gradient in gradients):
        total = norm([norm(gradient) for gradient in gradients])
        yield Row(key, number(total), "neutral")
