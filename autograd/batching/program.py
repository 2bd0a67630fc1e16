"""What was recorded for one example, run for many at once.

Each node that depends on an example is computed again, of operands with a leading axis,
by the rule of its primitive; all others are as they were. What runs are primitives: of
arrays, or of nodes, which are recorded again and can be differentiated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core.call import ITEM
from ..core.context import recording, switched
from ..core.node import Gradient, Node, by_age, raw
from .call import Call, rule_of


class Recorded:
    """What outputs were made of from some leaves, by nodes no older than an age."""

    def __init__(
        self, leaves: Sequence[Node], outputs: Sequence[Node], since: int
    ) -> None:
        self.leaves, self.outputs = list(leaves), list(outputs)
        self.nodes = younger(outputs, since)
        found = set(leaves)
        self.steps: list[Node] = []  # that depend on a leaf
        for node in self.nodes:
            if node in found:
                continue
            for x in node.inputs:
                if isinstance(x, Node) and x in found:
                    found.add(node)
                    self.steps.append(node)
                    break
        self.depending = found

    @property
    def others(self) -> list[Node]:
        """The nodes that steps read and that depend on no leaf."""
        read = {
            x: None
            for node in self.steps
            for x in node.inputs
            if isinstance(x, Node) and x not in self.depending
        }
        return [*read]

    @property
    def operations(self) -> tuple[Any, ...]:
        """What was recorded, but for the numbers and the wires."""
        return tuple([node.op or np.shape(node._raw) for node in self.nodes])

    @property
    def has_sweeps(self) -> bool:
        """Whether a derivative is among what was recorded."""
        return any(_is_of_sweep(node.scope) for node in self.steps)

    @property
    def nbytes(self) -> int:
        """What all values that depend on a leaf take, for one example."""
        arrays = [
            data
            for node in self.depending
            for data in (node._raw if isinstance(node._raw, tuple) else (node._raw,))
        ]
        return sum([np.asarray(data).nbytes for data in arrays])

    def difference(self, other: Recorded) -> str:
        """In what another recording of the same function is not the same, if it is."""
        if len(self.nodes) != len(other.nodes):
            return f"{len(self.nodes)} operations here, {len(other.nodes)} there"
        twin: dict[Any, Any] = dict(zip(self.leaves, other.leaves, strict=True))
        for a, b in zip(self.nodes, other.nodes):
            if a in twin:
                continue
            if a.op is not b.op or len(a.inputs) != len(b.inputs):
                return f"{a.op or 'a constant'} here, {b.op or 'a constant'} there"
            if a.op is None and not _same(a._raw, b._raw):
                return "a constant with other numbers"
            if not _same(a.params, b.params):
                return f"{a.op} with other parameters"
            for x, y in zip(a.inputs, b.inputs):
                same = twin[x] is y if isinstance(x, Node) and x in twin else None
                if not (_same(x, y) if same is None else same):
                    return f"{a.op} of another constant"
            twin[a] = b
        pairs = zip(self.outputs, other.outputs)
        return "" if all(twin.get(a, a) is b for a, b in pairs) else "other results"


def younger(outputs: Sequence[Node], since: int) -> list[Node]:
    """The nodes no older than an age that outputs were made of, oldest first."""
    found = {node for node in outputs if node.age >= since}
    stack = list(found)
    while stack:
        for x in stack.pop().inputs:
            if isinstance(x, Node) and x.age >= since and x not in found:
                found.add(x)
                stack.append(x)
    return sorted(found, key=by_age)


def _is_of_sweep(scope: Any) -> bool:
    return isinstance(scope, tuple) and any(
        isinstance(part, Gradient) or _is_of_sweep(part) for part in scope
    )


def _same(a: Any, b: Any) -> bool:
    """Whether two constants or parameters are: the same numbers, in the same places."""
    if a is b:
        return True
    if type(a) is not type(b) or isinstance(a, Node):
        return False
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (np.ndarray, np.generic, float, complex)):
        x, y = np.asarray(a), np.asarray(b)
        floats = x.dtype.kind in "fc"
        return x.dtype == y.dtype and np.array_equal(x, y, equal_nan=floats)
    return bool(a == b) or getattr(a, "__dict__", a) == getattr(b, "__dict__", b)


def batched(
    recorded: Recorded, examples: Sequence[Any], n: int, lift: bool
) -> list[Any]:
    """The outputs for ``n`` examples; None for those that depend on no leaf.

    ``examples[i]`` are those of leaf i, along a leading axis. With ``lift`` all runs on
    nodes, without gradients where it was recorded so, as in no_grad; else on arrays,
    which are forgotten once no step reads them any more.
    """
    values: dict[Node, Any] = dict(zip(recorded.leaves, examples, strict=True))
    ages: dict[int, int] = {}  # of what was recorded: of what stands for it
    last = {
        x: node for node in recorded.steps for x in node.inputs if isinstance(x, Node)
    }
    keep, within = set(recorded.outputs), recording.get().gradients
    for node in recorded.steps:
        inputs = node.inputs
        if node.op is ITEM:
            values[node] = values[inputs[0]][node.params["index"]]
        else:
            mapped = [isinstance(x, Node) and x in values for x in inputs]
            operands = [
                values[x] if it else x if lift else raw(x)
                for x, it in zip(inputs, mapped)
            ]
            call = Call(node, operands, mapped, n)
            if lift:
                scope, gradients = _scope(node.scope, ages), within and node.tracked
                with switched(scope=scope, gradients=gradients):
                    values[node] = rule_of(node.op)(call)
            else:
                values[node] = rule_of(node.op)(call)
        if lift and isinstance(values[node], Node):
            ages[node.age] = values[node].age
        for x in inputs:
            if isinstance(x, Node) and last[x] is node and x not in keep:
                values.pop(x, None)
    return [values.get(node) for node in recorded.outputs]


def _scope(scope: Any, ages: Mapping[int, int]) -> Any:
    """The scope of what stands for a node, the ages of gradients as they are now."""
    if isinstance(scope, Gradient):
        return type(scope)(ages.get(scope.age, scope.age))
    if isinstance(scope, tuple):
        return tuple([_scope(part, ages) for part in scope])
    return scope
