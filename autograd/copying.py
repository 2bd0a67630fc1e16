"""Copying and pickling without recursion: leaves alone, the rest with history."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from .core.context import clock, recording
from .core.guard import check_unwritten
from .core.node import (
    NO_PARAMS,
    Node,
    by_age,
    new,
    numbers,
    was_constant,
)

EXTRAS = ("_label", "_role", "retains")


def copied(self: Node, memo: dict[int, Any]) -> Node:
    """``copy.deepcopy``: the node and all it was made from, in fresh memory."""
    numbers(self, "a copy")
    order = _fresh(_unknown(self, memo))
    _check_outlives(order)
    constants: dict[Any, Node] = {}

    def twin_of(node: Node, x: Any) -> Any:
        x = _as_used(node, x, constants)
        return memo[id(x)] if id(x) in memo else copy.deepcopy(x, memo)

    twins: list[Any] = []
    for node in order:
        inputs = tuple([twin_of(node, x) for x in node.inputs])
        memo[id(node)] = twin = new(type(node))
        _fill(
            twin,
            copy.deepcopy(node._raw, memo),
            node.op,
            inputs,
            node.params,
            node.tracked,
            copy.deepcopy(node.grad, memo),
            _extras(node),
        )
        twins += [*inputs, twin]  # some of the inputs were copied before
    _freeze(twins)
    return memo[id(self)]


def reduced(self: Node) -> tuple[Any, ...]:
    """For ``pickle``: a leaf by itself, others as members of a part of the graph."""
    numbers(self, "a copy")
    if self.op is None:
        _check_outlives([self])
        leaf = (self._raw, None, (), NO_PARAMS, self.tracked, self.grad)
        return _leaf, (type(self), (*leaf, _extras(self)))
    part = _parts.get(id(self)) or _Part(self)
    return _member, (part, part.position[self])


class _Part:
    """What a result was made from, as far as no part that is being pickled has it.

    The pickler keeps a part alive, and sends it once, so that results which share their
    history share it in the file as well, and each adds only what is new.
    """

    def __init__(self, output: Node) -> None:
        self.nodes = _unknown(output, _parts)
        _check_outlives(self.nodes)
        self.position = {node: i for i, node in enumerate(self.nodes)}
        _parts.update({id(node): self for node in self.nodes if node.op is not None})

    def __reduce__(self) -> tuple[Any, ...]:
        """Rows that name their inputs."""
        constants: dict[Any, Node] = {}
        rows: list[Any] = []
        for node in _fresh(self.nodes):
            if node.op is None:
                rows.append(node)
                continue
            inputs = [self._named(_as_used(node, x, constants)) for x in node.inputs]
            row = (node._raw, node.op, inputs, node.params, node.tracked)
            rows.append((type(node), (*row, node.grad, _extras(node))))
        return _nodes, (rows,)

    def _named(self, x: Any) -> tuple[Any, Any]:
        if isinstance(x, Node) and x in self.position:
            return True, self.position[x]
        part = _parts.get(id(x)) if isinstance(x, Node) else None
        return (False, x) if part is None else (part, part.position[x])


_parts: WeakValueDictionary[int, _Part] = WeakValueDictionary()  # by id of a node


def _unknown(output: Node, known: Mapping[int, Any]) -> list[Node]:
    """What a result was made from, oldest first, as far as no ``id`` of it is known.

    Results that share their history would else be walked through once for each.
    """
    found, stack = {output}, [output]
    while stack:
        for x in stack.pop().inputs:
            if isinstance(x, Node) and x not in found and id(x) not in known:
                found.add(x)
                stack.append(x)
    return sorted(found, key=by_age)


def _check_outlives(order: list[Node]) -> None:
    """A copy of what a running transform differentiates by would get no derivative."""
    private = recording.get().private
    if private and not private.isdisjoint(order):
        raise TypeError(
            "copy, deepcopy and pickle of what a running transform differentiates by "
            "would lose its history: the copy is a leaf of its own. Write np.copy(x); "
            "a copy without gradient is x.detach()"
        )


def _fresh(order: list[Node]) -> list[Node]:
    """Oldest first. A copy is younger than any write, so stale operands raise here."""
    check_unwritten([node for node in order if node.tracked], 0)
    return order


def _as_used(node: Node, x: Any, constants: dict[Any, Node]) -> Any:
    """An input as its operation took it.

    When a leaf was frozen cannot be told by the ages of copies: where it was a constant
    another stands for it, which holds the same memory.
    """
    if not was_constant(x, node.age):
        return x
    if x not in constants:
        constants[x] = type(x).leaf(x._raw)
    return constants[x]


def _leaf(kind: type[Node], row: tuple[Any, ...]) -> Node:
    node = new(kind)
    _fill(node, *row)
    return node


def _nodes(rows: list[Any]) -> list[Node]:
    nodes: list[Node] = []

    def operand(where: Any, x: Any) -> Any:
        if where is False:
            return x
        return nodes[x] if where is True else _member(where, x)

    for row in rows:
        if not isinstance(row, Node):
            kind, (data, op, inputs, *rest) = row
            operands = tuple([operand(*each) for each in inputs])
            row = _leaf(kind, (data, op, operands, *rest))
        nodes.append(row)
    _freeze(nodes)
    return nodes


def _member(part: Any, i: int) -> Node:
    """Out of what a part became; ``copy.copy`` comes with the part itself."""
    return (_nodes(*part.__reduce__()[1]) if isinstance(part, _Part) else part)[i]


def _extras(node: Node) -> dict[str, Any]:
    extras = {name: getattr(node, name) for name in EXTRAS if hasattr(node, name)}
    if hasattr(node, "_switched") and not node.tracked:
        extras["_switched"] = array("q", [0])
    return extras


def _freeze(nodes: Iterable[Node]) -> None:
    """Leaves that were frozen are so from now on: not when these nodes used them."""
    for node in nodes:
        if hasattr(node, "_switched"):
            node._switched = array("q", [next(clock)])


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
    node._raw, node.op, node.inputs, node.params = data, op, inputs, params
    node.tracked, node.grad = tracked, grad
    node.scope = None
    node.age = next(clock)
    for name, value in extras.items():
        setattr(node, name, value)
