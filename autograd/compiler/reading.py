"""A recorded graph is read as a program, also where leaves were written meanwhile."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from math import inf
from typing import Any

import numpy as np

from ..core.call import ITEM
from ..core.node import Node, by_age, raw
from ..core.program import Ref, Step, origin
from ..ops.held import held_
from .flat import Flat, kind_of

Versions = Mapping[Node, Sequence[tuple[int, Any]]]


def read(
    results: Sequence[Any],
    leaves: Sequence[Any],
    since: int,
    versions: Versions,
    sources: Container[Any] = (),
    detached: bool = False,
) -> tuple[Flat, list[Any]]:
    """The program of nodes, and the nodes that are its values.

    Its leaves are those given, whether they are used or not, then the used ones that
    are older than ``since``, or among ``sources``. Other leaves are constants. What was
    written into a leaf stands in its place in all that read it later. What was detached
    is what it was detached from, unless ``detached`` keeps the step: for derivatives.
    """

    def found(x: Any, age: float) -> Any:
        """What was the value of ``x`` at that age: itself, or what had been written."""
        while x.op is held_ or x in versions:
            for tick, node in reversed(versions.get(x, ())):
                if tick < age:
                    x, age = node, tick
                    break
            else:
                if detached or x.op is not held_ or x.age < since:
                    return x
                x, age = x.inputs[0], x.age
        return x

    wanted = [found(x, inf) for x in results]
    given = set(leaves)
    operands: dict[Node, Any] = {}
    older: set[Node] = set()
    seen = given.copy()
    stack = list(wanted)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.age < since or node in sources:
            older.add(node)
            continue
        inputs: Any = node.inputs
        for i, x in enumerate(inputs):
            if isinstance(x, Node):
                if x.op is held_ or x in versions:
                    inputs = [*inputs]
                    x = inputs[i] = found(x, node.age)
                if x not in seen:
                    stack.append(x)
        operands[node] = inputs
    nodes = [*leaves, *sorted(older, key=by_age)]
    refs: dict[Any, Ref] = {node: Ref(i) for i, node in enumerate(nodes)}
    steps: list[Step] = []
    copies: dict[int, np.ndarray] = {}

    def constant(x: Any) -> Any:
        x = raw(x)
        if not isinstance(x, np.ndarray):
            return x
        if id(x) not in copies:
            copies[id(x)] = np.array(x)
        return copies[id(x)]

    def add(node: Node, step: Step) -> None:
        refs[node] = Ref(len(nodes))
        nodes.append(node)
        steps.append(step)

    for node in sorted(operands, key=by_age):
        read_by = [*operands[node]]
        depends = False
        for i, x in enumerate(read_by):
            if isinstance(x, Node):
                ref = refs.get(x)
                read_by[i] = ref or x
                depends = depends or ref is not None
        if depends:
            given_by = [x if type(x) is Ref else constant(x) for x in read_by]
            add(node, Step(node.op, tuple(given_by), node.params, origin(node)))
    for node in wanted:
        if node not in refs:
            add(node, Step(ITEM, ((constant(node),),), {"index": 0, "count": 1}))
    count = len(nodes) - len(steps)
    flat = Flat(
        [_array(raw(node)) for node in nodes[:count]],
        steps,
        [refs[node].position for node in wanted],
        [kind_of(node._raw) for node in nodes],
    )
    return flat, nodes


def _array(data: Any) -> Any:
    return data if type(data) is float else np.asarray(data)
