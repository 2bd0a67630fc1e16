"""A recorded computation: as a graph of nodes, and as a list of steps.

A program can be run with other leaves, cut, and written out as Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, NamedTuple

from ..source import called, recipe
from .call import ITEM
from .context import switched
from .node import Node, ancestors, raw
from .primitive import Primitive
from .space import leaf


class Graph:
    """A recorded computation: its ``inputs``, its ``outputs``, and all between."""

    def __init__(self, inputs: Sequence[Node], outputs: Sequence[Node]) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)

    @property
    def nodes(self) -> list[Node]:
        """Every node the outputs were made from, oldest first."""
        return ancestors(self.outputs)

    @property
    def program(self) -> Program:
        """The same as steps, from the inputs to the outputs; all else is constant.

        >>> import numpy as np
        >>> import autograd as ag
        >>> program = ag.record(lambda x: np.exp(x) * 2, np.zeros(2)).program
        >>> print(program.calls())
        def f(x0):
            x1 = ag.exp(x0)
            x2 = ag.multiply(x1, 2)
            return x2
        >>> program(np.ones(1))
        array([5.43656366])
        """
        return Program.of(*self.outputs, leaves=self.inputs)

    def __repr__(self) -> str:
        return f"Graph({len(self.nodes)} nodes, {len(self.outputs)} outputs)"


class Ref(NamedTuple):
    """Stands for a value of the program: a leaf, or the result of a step."""

    position: int


class Origin(NamedTuple):
    """Where a step comes from: what is said of its node, and of its result."""

    place: Any
    scope: Any
    kinds: list[tuple[Any, Any]]  # dtype and shape, of each output


class Step(NamedTuple):
    """One primitive, applied to earlier values and to constants."""

    op: Primitive
    operands: tuple[Any, ...]
    params: dict[str, Any]
    origin: Origin | None = None

    def renumbered(self, place: Mapping[int, int]) -> Step:
        """The same, of values that stand at other places."""
        operands = [
            Ref(place[x.position]) if isinstance(x, Ref) else x for x in self.operands
        ]
        return self._replace(operands=tuple(operands))


class Program:
    """Leaves, steps, and which values are the results.

    The values are the leaves, then what each step gives. A step of several outputs
    gives a tuple, and ``item`` steps take one of them each, as in the graph.

    >>> import numpy as np
    >>> import autograd as ag
    >>> x = ag.tensor([0.5, 1.0], requires_grad=True)
    >>> program = Program.of(np.exp(x) * x)
    >>> program
    Program(1 leaf, 2 steps)
    >>> print(program)
    x0 = ag.tensor(np.array([0.5, 1.0]))
    x1 = ag.exp(x0)
    x2 = ag.multiply(x1, x0)
    >>> program(np.zeros(2))
    array([0., 0.])
    """

    def __init__(
        self,
        leaves: Sequence[Any],
        steps: Sequence[Step],
        outputs: Sequence[int] | None = None,
    ) -> None:
        self.leaves = list(leaves)
        self.steps = list(steps)
        last = len(self.leaves) + len(self.steps) - 1
        self.outputs = [last] if outputs is None else list(outputs)
        self.__name__ = "f"

    @classmethod
    def of(cls, *outputs: Node, leaves: Sequence[Node] | None = None) -> Program:
        """The computation of nodes from ``leaves``, with all else as constants.

        Where no leaves are named: from the tracked ones.
        """
        nodes, count, steps = placed(outputs, leaves)
        given = [type(node).leaf(node._raw) for node in nodes[:count]]
        position = {node: i for i, node in enumerate(nodes)}
        return cls(given, steps, [position[node] for node in outputs])

    @property
    def output(self) -> int:
        """Where the (last) result stands among the values."""
        return self.outputs[-1]

    def __call__(self, *leaves: Any) -> Any:
        """The results for other leaves: nodes are recorded, arrays are not."""
        values = self.values(leaves)
        results = tuple([values[i] for i in self.outputs])
        return results[0] if len(results) == 1 else results

    def values(self, leaves: Sequence[Any] | None = None) -> list[Any]:
        """The leaves and the result of every step."""
        values = list(self.leaves if leaves is None else leaves)
        for step in self.steps:
            operands = [
                values[x.position] if isinstance(x, Ref) else x for x in step.operands
            ]
            values.append(step.op(*operands, **step.params))
        return values

    def recorded(self) -> list[Any]:
        """The values as nodes, recorded from tracked leaves."""
        with switched(gradients=True):
            return self.values([leaf(x, tracked=True) for x in self.leaves])

    def graph(self) -> Graph:
        """The program as it is recorded, from tracked leaves."""
        values = self.recorded()
        results = [values[i] for i in self.outputs]
        return Graph(values[: len(self.leaves)], results)

    # Smaller programs -----------------------------------------------------------------

    def upto(self, position: int) -> Program:
        """The program of another result, and of what that needs."""
        return Program(self.leaves, self.steps, [position])._pruned()

    def promoted(self, positions: Sequence[int]) -> Program:
        """The same, with leaves in place of some steps' results."""
        values, count = self.values(), len(self.leaves)
        chosen = set(positions)
        rest = [i for i in range(count, len(values)) if i not in chosen]
        leaves = [*self.leaves, *(values[i] for i in positions)]
        return self._reordered([*range(count), *positions, *rest], leaves)._pruned()

    def bypassed(self, position: int, other: int) -> Program:
        """The same, with another value in place of a step's result."""
        order = range(len(self.leaves) + len(self.steps))
        return self._reordered(order, self.leaves, {position: other})._pruned()

    def _pruned(self) -> Program:
        """Without the leaves and the steps that no result depends on."""
        count = len(self.leaves)
        needed, stack = {*self.outputs}, [*self.outputs]
        while stack:
            position = stack.pop()
            if position >= count:
                refs = [
                    x.position
                    for x in self.steps[position - count].operands
                    if isinstance(x, Ref)
                ]
                stack += [p for p in refs if p not in needed]
                needed.update(refs)
        order = sorted(needed)
        return self._reordered(order, [self.leaves[p] for p in order if p < count])

    def _reordered(
        self,
        order: Sequence[int],
        leaves: list[Any],
        instead: Mapping[int, int] = MappingProxyType({}),
    ) -> Program:
        """The values at the old positions ``order``; the first of them are leaves.

        What reads a value of ``instead`` reads another one.
        """
        new = {old: i for i, old in enumerate(order)}
        new |= {old: new[other] for old, other in instead.items()}
        steps = [
            self.steps[old - len(self.leaves)].renumbered(new)
            for old in order[len(leaves) :]
        ]
        return Program(leaves, steps, [new[old] for old in self.outputs])

    # For people -----------------------------------------------------------------------

    def __repr__(self) -> str:
        leaves, steps = len(self.leaves), len(self.steps)
        return (
            f"Program({leaves} {'leaf' if leaves == 1 else 'leaves'}, "
            f"{steps} {'step' if steps == 1 else 'steps'})"
        )

    def __str__(self) -> str:
        lines = [f"x{i} = {recipe(leaf)}" for i, leaf in enumerate(self.leaves)]
        return "\n".join([*lines, *self._step_lines()])

    def source(self, name: str = "f") -> str:
        """The program as a NumPy function, commented: see ``compiler/written.py``."""
        return import_module("autograd.compiler.written").source(self, name)

    def calls(self, name: str = "f") -> str:
        """The program as a function that calls what was recorded, by our names."""
        arguments = ", ".join(f"x{i}" for i in range(len(self.leaves)))
        lines = [f"    {line}" for line in self._step_lines()]
        results = ", ".join(f"x{i}" for i in self.outputs)
        return "\n".join([f"def {name}({arguments}):", *lines, f"    return {results}"])

    def _step_lines(self) -> list[str]:
        return [
            f"x{i} = {called(step, [*map(_named, step.operands)])}"
            for i, step in enumerate(self.steps, len(self.leaves))
        ]


def origin(node: Node) -> Origin:
    """What is known of a step from its node."""
    if type(node._raw) is float:
        return Origin(node.place, node.scope, [("float", ())])
    data = node._raw if isinstance(node._raw, tuple) else (node._raw,)
    kinds = [(getattr(x, "dtype", "float"), getattr(x, "shape", ())) for x in data]
    return Origin(node.place, node.scope, kinds)


def placed(
    outputs: Sequence[Node], leaves: Sequence[Node] | None = None
) -> tuple[list[Node], int, list[Step]]:
    """The nodes whose values a program has, how many of them are leaves, its steps.

    Where no leaves are named they are the tracked ones. What depends on none of them is
    a constant, as which it stands in a step of its own if it is a result.
    """
    if leaves is None:
        _check_tracked(outputs)
        found = [node for node in ancestors(outputs) if node.tracked]
        leaves = [node for node in found if not node.inputs]
    position = {node: i for i, node in enumerate(leaves)}
    steps = []
    for node in ancestors(outputs):
        if node in position:
            continue
        operands = [
            Ref(position[x]) if isinstance(x, Node) and x in position else raw(x)
            for x in node.inputs
        ]
        if any(type(x) is Ref for x in operands):
            position[node] = len(position)
            steps.append(Step(node.op, tuple(operands), node.params, origin(node)))
    constants = [node for node in dict.fromkeys(outputs) if node not in position]
    position |= {node: len(position) + i for i, node in enumerate(constants)}
    first = {"index": 0, "count": 1}
    steps += [Step(ITEM, ((raw(node),),), first) for node in constants]
    return [*position], len(leaves), steps


def _named(x: Any) -> str:
    return f"x{x.position}" if isinstance(x, Ref) else recipe(x)


def _check_tracked(outputs: Sequence[Any]) -> None:
    for output in outputs:
        if not isinstance(output, Node) or not output.tracked:
            raise TypeError(
                "a program is made of a Tensor or a Value that depends on a tracked "
                f"leaf; got {type(output).__name__}. Set requires_grad=True on a leaf"
            )
