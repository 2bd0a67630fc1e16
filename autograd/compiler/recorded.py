"""What a run of a function left: its program, what it reads and what it writes."""

from __future__ import annotations

from operator import is_
from typing import Any

import numpy as np

from ..core import tree
from ..core.node import Node, by_age
from ..core.program import Ref
from .asked import numbers_now, unchanged
from .derivative import Derivative
from .inputs import Argument, Captured, Drawn, Gradient
from .keys import is_static
from .reading import read
from .tracing import TraceError, Tracing, here, leaf_of


class Result:
    """Stands in what a function returned for a result of the program."""

    def __init__(self, is_tensor: bool) -> None:
        self.is_tensor = is_tensor


class Recorded:
    """The program of a run, with all that is beside it.

    Attributes:
        flat: the program: of what the function returned, then of what it wrote.
        sources: where the array of each of its leaves comes from.
        out: what the function returned, with a ``Result`` for each result.
        rebound, grads: leaves whose ``.data`` and ``.grad`` are results, in order.
        written: leaves whose arrays are written in place.
        cleared: leaves whose ``.grad`` is None after the run.
        tracked: which results depend on something tracked.
        derivative: what these are differentiated by.
        known: leaves whose gradients were nodes from the start.
        places: the source line of each step, if it is known.
    """

    def __init__(self, tracing: Tracing, arguments: list[Any], out: Any) -> None:
        returned = [x for x in tree.leaves(out) if isinstance(x, Node)]
        since = tracing.since
        old = sorted((x for x in tracing.versions if x.age < since), key=by_age)
        in_place = [leaf for leaf in old if leaf not in tracing.rebound]
        self.rebound = [leaf for leaf in old if leaf in tracing.rebound]
        looked_at = sorted((x for x in tracing.grads if x.age < since), key=by_age)
        now = {leaf: leaf.grad for leaf in looked_at}
        self.cleared = [leaf for leaf, g in now.items() if _cleared(leaf, tracing)]
        now = {k: _node(g) for k, g in now.items() if g is not None}
        now = {leaf: g for leaf, g in now.items() if g not in _stands(tracing)}
        self.grads = list(now)
        results = [*returned, *self.rebound, *now.values(), *in_place]
        results += [node for _, node in tracing.stored.values()]
        others = tracing.sources.keys() - set(arguments)
        kept = sorted((x for x in others if _acts(x, tracing)), key=by_age)
        used = [*arguments, *kept]
        self.flat, nodes = read(
            results, used, tracing.since, tracing.versions, tracing.sources
        )
        position = {node: i for i, node in enumerate(nodes)}
        self.sources = _sources(nodes[: len(self.flat.leaves)], tracing)
        self.flat.leaves = [  # the arrays that live on, not those of this run
            tracing.changed[node][0] if node in tracing.changed else array
            for node, array in zip(nodes, self.flat.leaves)
        ]
        self.written = in_place
        first = len(results) - len(in_place) - len(tracing.stored)
        targets = [*in_place, *tracing.stored]
        self.flat.targets = {
            first + i: position[leaf] for i, leaf in enumerate(targets)
        }
        self.known = tracing.known
        self.kinds = {type(node) for node in nodes}
        self.tracked = [x.tracked and _is_live(x, since) for x in returned]
        self.derivative = None
        if any(self.tracked) and len(self.kinds) == 1:
            wanted = [x for x, it in zip(returned, self.tracked) if it]
            versions, sources = tracing.versions, tracing.sources
            flat, nodes = read(wanted, [], since, versions, sources, detached=True)
            found = _sources(nodes[: len(flat.leaves)], tracing)
            self.derivative = Derivative(flat, found)
        self.places = [node.place for node in nodes[len(self.flat.leaves) :]]
        self.out = _structure(out, iter(self._tensors(len(returned))))
        self.numbers = tracing.numbers
        self.afterwards = tracing.afterwards
        self.providers = tracing.providers
        self.modules = [
            (module, _before(module, attributes, since))
            for module, attributes in tracing.modules.items()
        ]
        seen = {x.leaf for x in self.sources if type(x) is Captured} | {*self.grads}
        self.absent = [
            leaf
            for leaf in tracing.known | tracing.absent
            if leaf.age < since and _was_absent(leaf, tracing) and leaf in seen
        ]
        self._unchanged = unchanged(
            [x.leaf for x in self.sources if type(x) is Captured]
        )
        self._numbers_now = numbers_now(self.numbers)
        self.read_gradients = [x for x in self.sources if type(x) is Gradient]

    def _tensors(self, count: int) -> list[bool]:
        """Which results are Tensors: what depends on one.

        What depends on nothing is one, unless there are arrays among the arguments.
        """
        arrays = [
            type(x) is not Captured and not (type(x) is Argument and x.is_tensor)
            for x in self.sources
        ]
        among = [type(x) is Argument and not x.is_tensor for x in self.sources]
        for step in self.flat.steps:
            given = [arrays[x.position] for x in step.operands if isinstance(x, Ref)]
            arrays.append(all(given) if given else any(among))
        return [not arrays[i] for i in self.flat.outputs[:count]]

    def touched(self) -> frozenset[Any]:
        """The Tensors of before that it reads, or writes, or whose gradient it does."""
        read = [x.leaf for x in self.sources if type(x) in (Captured, Gradient)]
        return frozenset([*read, *self.rebound, *self.grads, *self.cleared])

    def now(self) -> list[Any] | None:
        """The numbers of this call; None if it would not go as the recording did."""
        if any(each.begin() != structure for each, structure in self.providers.items()):
            return None
        numbers = self._numbers_now()
        return numbers if self._holds(numbers) else None

    def _holds(self, numbers: list[Any]) -> bool:
        return (
            self._unchanged()
            and all(leaf.grad is None for leaf in self.absent)
            and all(_fits(x.leaf) for x in self.read_gradients)
            and all(_same(m.__dict__.values(), x) for m, x in self.modules)
            and self.numbers.decide_alike(numbers)
        )

    def every_written(self) -> list[list[Any]]:
        """The Tensors of before that it writes, in groups."""
        return [self.rebound, self.grads, self.written, self.cleared]


def _cleared(leaf: Any, tracing: Tracing) -> bool:
    """Whether a gradient is None since the function put it there."""
    was = tracing.grads[leaf] is not None or leaf in tracing.forgotten
    return leaf.grad is None and was


def _was_absent(leaf: Any, tracing: Tracing) -> bool:
    """Whether there was no gradient, and the function may have seen that."""
    if leaf in tracing.forgotten or tracing.grads.get(leaf) is not None:
        return False
    return leaf in tracing.absent or leaf.grad is None


def _is_live(node: Node, since: int) -> bool:
    """Whether a result depends on something tracked that is older than the run.

    What a transform has recorded is tracked for its private leaves, too.
    """
    seen, stack = {node}, [node]
    while stack:
        x = stack.pop()
        if x.tracked and x.age < since:
            return True
        inputs = [y for y in x.inputs if isinstance(y, Node) and y.tracked]
        stack += [y for y in inputs if y not in seen]
        seen.update(inputs)
    return False


def _sources(leaves: list[Any], tracing: Tracing) -> list[Any]:
    return [tracing.sources.get(leaf) or Captured(leaf) for leaf in leaves]


def _before(module: Any, attributes: dict[str, Any], since: int) -> list[Any]:
    """The attributes of before: not those that were there for the call alone."""
    return [
        vars(module).get(name) if isinstance(x, Node) and x.age >= since else x
        for name, x in attributes.items()
    ]


def _acts(leaf: Node, tracing: Tracing) -> bool:
    """Whether a leaf is there, used or not: random numbers are drawn in any case."""
    return type(tracing.sources[leaf]) is Drawn or leaf in tracing.stored


def _stands(tracing: Tracing) -> set[Node]:
    return {x for x, source in tracing.sources.items() if type(source) is Gradient}


def _node(g: Any) -> Any:
    return g if isinstance(g, Node) else leaf_of(g)


def _structure(out: Any, tensors: Any) -> Any:
    def stand(x: Any) -> Any:
        if isinstance(x, Node):
            return Result(next(tensors))
        if not is_static(x):
            raise TraceError(
                "a compiled function returns Tensors, arrays and numbers, in lists, "
                f"tuples and dictionaries; got {type(x).__name__}, {here()}"
            )
        return np.array(x, subok=True) if isinstance(x, np.ndarray) else x

    return tree.mapped(stand, out)


def _fits(leaf: Any) -> bool:
    g = leaf.grad
    data = leaf._raw
    if type(data) is float:
        return type(g) is float
    return type(g) is np.ndarray and g.shape == data.shape and g.dtype == data.dtype


def _same(values: Any, before: list[Any]) -> bool:
    """Whether attributes are what they were; those that are equal count as the same."""
    if len(values) != len(before):
        return False
    if all(map(is_, values, before)):
        return True
    return all(
        x is y or (type(x) is type(y) and type(x) in PLAIN and x == y)
        for x, y in zip(values, before)
    )


PLAIN = (bool, int, float, str, tuple, type(None))
