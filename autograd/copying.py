"""Copying and pickling without recursion: leaves alone, the rest with history."""

from __future__ import annotations

import copy
from typing import Any

from .core.context import clock
from .core.guard import check_unwritten
from .core.node import NO_PARAMS, Node, ancestors, new

EXTRAS = ("_label", "_role", "retains")


def copied(self: Node, memo: dict[int, Any]) -> Node:
    """``copy.deepcopy``: the node and all it was made from, in fresh memory."""
    for node in _fresh_history(self):
        if id(node) not in memo:
            memo[id(node)] = twin = new(type(node))
            _fill(
                twin,
                copy.deepcopy(node._data, memo),
                node.op,
                tuple(
                    [
                        memo[id(x)] if isinstance(x, Node) else copy.deepcopy(x, memo)
                        for x in node.inputs
                    ]
                ),
                node.params,
                node.tracked,
                copy.deepcopy(node.grad, memo),
                _extras(node),
            )
    return memo[id(self)]


def reduced(self: Node) -> tuple[Any, ...]:
    """For ``pickle``: a leaf by itself, others as rows that name their inputs."""
    if self.op is None:
        leaf = (self._data, None, (), NO_PARAMS, self.tracked, self.grad)
        return _leaf, (type(self), (*leaf, _extras(self)))
    order = _fresh_history(self)
    position = {node: i for i, node in enumerate(order)}
    rows: list[Any] = []
    for node in order:
        if node.op is None:
            rows.append(node)
            continue
        inputs = [
            (True, position[x]) if isinstance(x, Node) else (False, x)
            for x in node.inputs
        ]
        row = (node._data, node.op, inputs, node.params, node.tracked)
        rows.append((*row, node.grad, _extras(node)))
    return _graph, (type(self), rows)


def _fresh_history(self: Node) -> list[Node]:
    """Oldest first. A copy is younger than any write, so stale operands raise here."""
    order = ancestors([self])
    check_unwritten([node for node in order if node.tracked], 0)
    return order


def _leaf(kind: type[Node], row: tuple[Any, ...]) -> Node:
    node = new(kind)
    _fill(node, *row)
    return node


def _graph(kind: type[Node], rows: list[Any]) -> Node:
    nodes: list[Node] = []
    for row in rows:
        if not isinstance(row, Node):
            data, op, inputs, *rest = row
            operands = tuple([nodes[x] if is_node else x for is_node, x in inputs])
            row = _leaf(kind, (data, op, operands, *rest))
        nodes.append(row)
    return nodes[-1]


def _extras(node: Node) -> dict[str, Any]:
    return {name: getattr(node, name) for name in EXTRAS if hasattr(node, name)}


def _fill(
    node: Node,
    data: Any,
    op: Any,
    inputs: tuple[Any, ...],
    params: dict[str, Any],
    tracked: bool,
    grad: Any,
    extras: dict[str, Any],
) -> None:
    node._data, node.op, node.inputs, node.params = data, op, inputs, params
    node.tracked, node.grad = tracked, grad
    node.scope = None
    node.age = next(clock)
    for name, value in extras.items():
        setattr(node, name, value)
