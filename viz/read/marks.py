"""Marks: the nodes that a drawing shows as wrong, and what it writes in their boxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd.core.node import Node

from ..view import Row
from .nodes import operation_of, told
from .scopes import Scopes
from .words import count, listed

# By node; not Mapping[Node, ...], since that would refuse a dict[Value, ...].
Wrong = Mapping[Any, Sequence[tuple[str, str] | str]]


class Marks:
    """What is wrong among ``nodes``.

    ``rows`` are those that every marked box gets, oldest first; ``guilty`` the
    operations of the marked nodes; ``shown`` what no summary may hide: the marked
    nodes, and what their operations read.
    """

    def __init__(self, wrong: Wrong, nodes: Sequence[Node]) -> None:
        if not isinstance(wrong, Mapping):
            raise TypeError(
                "marks is a mapping from nodes to lists of rows, as in "
                f'{{loss: ["wrong"]}}; got {type(wrong).__name__}'
            )
        given = {node: _rows(node, lines) for node, lines in wrong.items()}
        self.rows = {node: given[node] for node in nodes if node in given}
        for node in given:
            if node not in self.rows:
                raise ValueError(
                    f"marks has {told(node)}, which is not in the drawn graph. Mark "
                    "what the drawing starts from or what that was made from, or draw "
                    "something computed from the node"
                )
        self.guilty = {operation_of(node) for node in self.rows if node.inputs}
        self.shown: set[Node] = set()
        for node in self.rows:
            operation = operation_of(node)
            for each in (node, operation, *operation.inputs):
                if isinstance(each, Node):
                    self.shown |= {each, operation_of(each)}

    def caption(self, scopes: Scopes) -> str:
        """``marked in red: 1 operation (multiply), 1 leaf (w)``, or nothing."""
        operations = dict.fromkeys(map(operation_of, self.rows))
        names = [node.op.name for node in operations if node.inputs]
        leaves = [scopes.title(node) for node in self.rows if not node.inputs]
        parts = [*_counted("operation", names), *_counted("leaf", leaves)]
        return f"marked in red: {', '.join(parts)}" if parts else ""


def _counted(what: str, names: Sequence[str]) -> Iterable[str]:
    if names:
        known = [name for name in dict.fromkeys(names) if name]
        yield count(len(names), what) + (f" ({listed(known)})" if known else "")


def _rows(node: Any, lines: Any) -> tuple[Row, ...]:
    if not isinstance(node, Node):
        raise TypeError(
            f"marks maps nodes of the drawn graph to rows; got the key {node!r}"
        )
    if isinstance(lines, str) or not isinstance(lines, Iterable):
        raise TypeError(
            f"the mark of {told(node)} is a list of rows, each of them a text or a "
            f'(key, text) pair, as in ["wrong", ("got", "1")]; got {lines!r}'
        )
    return tuple(_row(node, line) for line in lines)


def _row(node: Node, line: Any) -> Row:
    pair = ("", line) if isinstance(line, str) else line
    match pair:
        case (str(key), str(text)):
            return Row(key, text, "alarm")
    raise TypeError(
        f"a row of the mark of {told(node)} is a text or a (key, text) pair of texts; "
        f"got {line!r}"
    )
