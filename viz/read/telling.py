"""From nodes to a story: both passes over a graph, with every number in full."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.node import Node, ancestors

from ..collector import at_rest
from ..story import Back, Group, Operand, Quantity, Story, Unit
from .folds import Summary
from .given import Argument, Given
from .groups import grouped
from .nodes import data_of, is_freed, is_leaf, is_member, is_operation, symbol
from .passes import Backward, about_hooks
from .quantities import legible, quantity
from .scopes import Scopes
from .words import count


@at_rest()
def tell(outputs: Sequence[Node], names: Mapping[Node, str]) -> Story:
    """The story of everything ``outputs`` were made from, some with ``names``.

    The backward pass is a sweep of its own, which commits nothing; there is none where
    no output is tracked, or the history was freed.
    """
    nodes = ancestors(outputs)
    scopes = Scopes(nodes, names)
    freed = sum(map(is_freed, nodes))
    backward = None
    if any(node.tracked for node in outputs) and not freed:
        with np.errstate(all="ignore"):
            backward = Backward(outputs, Summary())
    telling = _Telling(set(outputs), scopes, backward)
    for node in nodes:
        telling.add(node)
    groups = [Group("module", "", "")]
    for cluster in scopes.clusters[1:]:
        path = legible(cluster.path, 40)
        groups.append(
            Group(cluster.kind, path, cluster.title, cluster.note, cluster.parent)
        )
    units = telling.units
    story = Story(
        units,
        groups,
        [telling.number[node] for node in nodes if is_operation(node)],
        telling.passing(),
        [telling.number[node] for node in outputs if node.tracked and backward],
        tuple(_captions(nodes, outputs, backward, freed)),
    )
    grouped(units, groups, story)
    return story


class _Telling:
    """Units in the order of their creation, constants before what reads them."""

    def __init__(
        self, outputs: set[Node], scopes: Scopes, backward: Backward | None
    ) -> None:
        self.outputs, self.scopes, self.backward = outputs, scopes, backward
        self.units: list[Unit] = []
        self.number: dict[Node, int] = {}
        self.given, self.given_number = Given(scopes), dict[Argument, int]()
        self.totals = _running(backward, outputs) if backward else {}

    def add(self, node: Node) -> None:
        """The unit of ``node``; those it was made from are there."""
        group = self.scopes.of[node]
        operands = tuple(self._operand(node, i, group) for i in range(len(node.inputs)))
        data = data_of(node)
        unit = Unit(
            self._kind(node),
            legible(self.scopes.title(node)),
            None if isinstance(data, tuple) else quantity(data),
            self._gradient(node),
            operands=operands,
            group=group,
            tracked=node.tracked,
        )
        if is_operation(node):
            unit.symbol, unit.call, unit.place = _operation(node)
        elif is_member(node):
            unit.symbol, unit.call = "", f"output {node.params['index']}"
        self.number[node] = len(self.units)
        self.units.append(unit)

    def passing(self) -> list[int]:
        """The operations that pass a gradient on, in the order of the sweep."""
        passed = self.backward.passed if self.backward else {}
        return [self.number[node] for node in dict.fromkeys(node for node, _ in passed)]

    def _kind(self, node: Node) -> str:
        if isinstance(data_of(node), tuple):
            return "tuple"
        if node in self.outputs:
            return "output"
        if node.op is not None:
            return "result"
        return "parameter" if node.tracked else "input"

    def _gradient(self, node: Node) -> Quantity | None:
        arrived = self.backward.arriving.get(node) if self.backward else None
        return None if arrived is None else quantity(arrived)

    def _operand(self, node: Node, i: int, group: int) -> Operand:
        x, back = node.inputs[i], None
        if not isinstance(x, Node):
            return Operand(self._constant(x, node, group))
        if self.backward and (node, i) in self.backward.passed:
            local = self.backward.local[node, i]
            back = Back(
                None if local is None else quantity(_plain(local)),
                quantity(self.backward.passed[node, i]),
                self.totals[node, i],
            )
        return Operand(self.number[x], back)

    def _constant(self, x: Any, node: Node, group: int) -> int:
        """What was given to a module is one unit, outside; others stand where read."""
        argument = self.given.argument(x, node)
        if argument is not None and np.size(argument.data) != np.size(x):
            argument = None  # one of many numbers that were given together
        if argument in self.given_number:
            return self.given_number[argument]
        unit = Unit("constant", "", quantity(x), group=group)
        if argument is not None:
            unit = Unit("input", legible(argument.name), quantity(argument.data))
            self.given_number[argument] = len(self.units)
        self.units.append(unit)
        return len(self.units) - 1


def _plain(local: Any) -> Any:
    """A derivative that is a fixed number of the operation's may be an int: as float.

    >>> _plain(True), _plain(np.ones((), int))
    (1.0, array(1.))
    """
    if isinstance(local, np.ndarray):
        return local if local.dtype.kind in "fc" else local.astype(float)
    return local if isinstance(local, float | complex) else float(local)


def _running(
    backward: Backward, outputs: set[Node]
) -> dict[tuple[Node, int], Quantity]:
    """What the gradient of an operand is after each contribution."""
    sums: dict[Node, Any] = {x: x.space.ones(x) for x in outputs if x.tracked}
    totals = {}
    with np.errstate(all="ignore"):
        for (node, i), part in backward.passed.items():
            x = node.inputs[i]
            whole = x in sums
            sums[x] = sums[x] + part if whole else part
            totals[node, i] = quantity(sums[x])
    return totals


def _operation(node: Node) -> tuple[str, str, str]:
    params = ", ".join(f"{name}={value!r}" for name, value in node.params.items())
    place = "" if node.place is None else f"{node.place[0]}:{node.place[1]}"
    call = f"{node.op.name}({params})"
    return symbol(node), legible(call), legible(os.path.basename(place))


def _captions(
    nodes: Sequence[Node],
    outputs: Sequence[Node],
    backward: Backward | None,
    freed: int,
) -> list[str]:
    operations = count(sum(map(is_operation, nodes)), "operation")
    leaves = count(sum(map(is_leaf, nodes)), "leaf")
    lines = [f"{operations}, {leaves}"]
    if freed:
        lost = f"the history of {count(freed, 'value')} was freed"
        lines.append(f"no backward pass: {lost} by backward(free=True)")
    elif backward is None:
        lines.append("no backward pass: nothing here requires a gradient")
    elif any(np.size(data_of(node)) > 1 for node in outputs):
        lines.append("the gradient is that of the sum of the output")
    elif len(outputs) > 1:
        lines.append("the gradient is that of the sum of the outputs")
    return [*lines, *(about_hooks(nodes) if backward else ())]
