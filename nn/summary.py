"""What a network computes, layer by layer, and what that costs.

Read from the recorded graph: what ``forward`` did, whatever Python it is written in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

import autograd as ag
from autograd import Node, Tensor, Value, multiply_adds

from .module import Module


class Row(NamedTuple):
    """One call of a module.

    ``parameters`` are those within it, each once; ``bytes`` what its operations give,
    views not counted; ``multiply_adds`` those of its products.
    """

    name: str
    module: str
    inputs: tuple[tuple[int, ...], ...]
    outputs: tuple[tuple[int, ...], ...]
    parameters: int
    bytes: int
    multiply_adds: int


class Summary(list[Row]):
    """The rows, in the order of the calls, the whole network first; prints as a table.

    Attributes:
        parameters, bytes, multiply_adds: of the whole.
        parameter_bytes: what the parameters take.
    """

    def __init__(self, rows: Iterable[Row], parameter_bytes: int) -> None:
        super().__init__(rows)
        whole = self[0]
        self.parameters, self.bytes = whole.parameters, whole.bytes
        self.multiply_adds, self.parameter_bytes = whole.multiply_adds, parameter_bytes

    def __str__(self) -> str:
        heads = ("", "module", "output", "parameters", "bytes", "multiply-adds")
        lines: list[tuple[str, ...]] = [heads]
        for row in self:
            shapes = " ".join(map(str, row.outputs))
            numbers = (row.parameters, row.bytes, row.multiply_adds)
            indent = "  " * row.name.count(".")
            told = [f"{n:,}" if n else "" for n in numbers]
            lines.append((indent + row.name, row.module, shapes, *told))
        widths = [max(map(len, column)) for column in zip(*lines)]
        table = []
        for line in lines:
            words = [word.ljust(n) for word, n in zip(line[:3], widths)]
            words += [word.rjust(n) for word, n in zip(line[3:], widths[3:])]
            table.append("  ".join(words).rstrip())
        return "\n".join([*table, f"{self.parameter_bytes:,} bytes of parameters"])

    __repr__ = __str__


def summary(model: Module, *input: Any) -> Summary:
    """Run the model once, and tell of each module that computed something.

    ``input`` are its arguments, or the shape of the one, for which zeros stand.
    The model is left as it was, running means and random numbers included.

    >>> import nn
    >>> nn.summary(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1)), (5, 4))
       module      output  parameters  bytes  multiply-adds
       Sequential  (5, 1)          49    340            200
    0  Linear      (5, 8)          40    160            160
    1  ReLU        (5, 8)                160
    2  Linear      (5, 1)           9     20             40
    196 bytes of parameters
    """
    args = [_zeros(x, model) if _is_shape(x) else x for x in input]
    with Module.preserved(model), ag.no_grad():
        graph = ag.record(model, *args)
    calls = _calls(graph, model)
    parameters = Module.parameters(model)
    size = sum(np.asarray(p.data).nbytes for p in parameters)
    return Summary([call.row() for call in calls], size)


class Call:
    """A call of a module, and the nodes that were made within it."""

    def __init__(self, name: str, module: Module) -> None:
        self.name, self.module = name, module
        self.nodes: dict[Node, None] = {}
        self.outputs: list[Node] = []

    def row(self) -> Row:
        within = self.nodes
        entering = dict.fromkeys(
            x
            for node in within
            for x in node.inputs
            if isinstance(x, Node) and x not in within and not hasattr(x, "_role")
        )
        return Row(
            self.name,
            type(self.module).__name__,
            tuple([_shape(x) for x in entering]),
            tuple([_shape(x) for x in self.outputs]),
            sum(np.size(p.data) for p in Module.parameters(self.module)),
            sum(_own_bytes(node) for node in within),
            sum(multiply_adds(node) for node in within),
        )


def _calls(graph: Any, model: Module) -> list[Call]:
    """The calls of modules, by the links of the chain that nodes carry."""
    names = {id(m): name for name, m in Module.named_modules(model)}
    calls: dict[int, Call] = {}
    nodes = graph.nodes
    used: dict[Node, list[Node]] = {}
    for node in nodes:
        for x in node.inputs:
            if isinstance(x, Node):
                used.setdefault(x, []).append(node)
        links, scope = [], node.scope
        while scope is not None and node.op is not None:
            links.append(scope)
            scope = scope[0]
        for link in reversed(links):
            module = link[1]
            if isinstance(module, Module):
                name = names.get(id(module), "")
                calls.setdefault(id(link), Call(name, module)).nodes[node] = None
    results = set(graph.outputs)
    for call in calls.values():
        call.outputs = [
            node
            for node in call.nodes
            if not isinstance(_data(node), tuple)
            and (
                node in results
                or any(user not in call.nodes for user in used.get(node, ()))
            )
        ]
    return list(calls.values())


def _data(x: Any) -> Any:
    """What a node holds, an array, a number or several; anything else as it is."""
    return x.data if isinstance(x, (Tensor, Value)) else x


def _shape(x: Any) -> tuple[int, ...]:
    data = _data(x)
    return np.shape(data[0] if isinstance(data, tuple) else data)


def _own_bytes(node: Node) -> int:
    """The memory that an operation's result takes; 0 for a view."""
    data = _data(node)
    parts = data if isinstance(data, tuple) else (data,)
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    inputs = map(_data, node.inputs)
    read = [x for x in inputs if isinstance(x, np.ndarray)]
    fresh = [a for a in arrays if not any(np.may_share_memory(a, x) for x in read)]
    return sum(a.nbytes for a in fresh) if getattr(node.op, "name", "") != "item" else 0


def _is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and all(isinstance(n, (int, np.integer)) for n in x)


def _zeros(shape: tuple[int, ...], model: Module) -> np.ndarray:
    parameter = next(iter(Module.parameters(model)), None)
    dtype = getattr(parameter, "dtype", np.float32)
    return np.zeros(shape, dtype)
