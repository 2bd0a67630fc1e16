"""The graph: nodes that remember how they were made, and their history."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from .context import clock, recording
from .writes import Place, caller

NO_PARAMS: dict[str, Any] = {}
INTERNAL = {"leaf", "retains", "space", "tracked"}  # names of a node's
SWITCHES = 1000  # that a leaf remembers, at least half of them
FORGOTTEN = array("q", [-2, -1])  # stand for those it has forgotten
by_age = attrgetter("age")
tick = clock.__next__
new = object.__new__
hooked: dict[int, Any] = {}  # by id: weak references to the nodes that have _hooks


class Node:
    """A value that remembers how it was made.

    ``op`` was applied to ``inputs`` (nodes or constants, in order) with the static
    keyword arguments ``params``; a leaf has neither. ``age`` is a tick of the clock, so
    creation order is a topological order. Nodes point only to what they were made from:
    a graph has no cycles, and is freed by reference counting alone. What can be done
    with the data of a kind of node is told by its ``space``.

    Nodes hash by identity, and ``==`` is elementwise: keep them in dictionaries and
    sets, never look for one with ``in`` in a list.
    """

    __slots__ = (
        "_raw",  # float, ndarray, or a tuple of arrays (several outputs)
        "op",
        "inputs",
        "params",
        "age",
        "tracked",
        "scope",
        "grad",  # raw, owned; None: not computed
        "retains",  # whether backward() leaves a gradient here although it is no leaf
        # The rest is unset until it is asked for, which keeps nodes small.
        "_label",
        "_role",  # of a module: "parameter", "buffer" or "transient buffer"
        "_place",
        "_written",
        "_switched",  # when tracking was switched off, on, off … again
        "_fingerprint",
        "_hooks",  # functions of (node, cotangent, lift), by number
        "_slope",  # by its one input, where it was computed together with ``_raw``
        "__weakref__",
    )

    space: Any  # of the kind, not of the node

    _raw: Any
    op: Any
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    age: int
    tracked: bool
    scope: Any
    grad: Any
    retains: bool

    _label: str
    _role: str
    _place: Place
    _written: tuple[int, Place]
    _switched: array[int]
    _fingerprint: tuple[int | None, ...]
    _hooks: dict[int, Any]
    _slope: Any

    def _become_leaf(self, data: Any, tracked: bool) -> None:
        self._raw = data
        self.op = None
        self.inputs = ()
        self.params = NO_PARAMS
        self.age = next(clock)
        self.tracked = tracked
        self.scope = None
        self.grad = None
        self.retains = False

    @classmethod
    def leaf(cls, data: Any, tracked: bool = False) -> Any:
        """A leaf around raw ``data``, which is neither copied nor checked."""
        self = new(cls)
        self._become_leaf(data, tracked)
        return self

    @property
    def label(self) -> str:
        """A name for drawings and error messages; empty if none was given."""
        return getattr(self, "_label", "")

    @label.setter
    def label(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"label is text; got {type(text).__name__} {text!r}")
        self._label = text

    @property
    def place(self) -> Place | None:
        """The source line (file, line) of the call, where places are recorded."""
        return getattr(self, "_place", None)

    __hash__ = object.__hash__

    def __dir__(self) -> list[str]:
        """What TAB shows: not what only the engine asks for."""
        return [name for name in super().__dir__() if name not in INTERNAL]


def raw(x: Any) -> Any:
    """The data of a node, anything else as it is."""
    return x._raw if isinstance(x, Node) else x


class TraceError(TypeError):
    """Something left the graph that a program could not compute again."""


def numbers(x: Any, what: str) -> Any:
    """The data, for Python to decide by; refused where they are of a program's inputs.

    ``what`` asks for them, as the error says.
    """
    tracing = recording.get().tracing
    if tracing is not None and isinstance(x, Node):
        tracing.check(x, what)
    return raw(x)


def decides(x: Any) -> bool:
    """Whether the data may decide what is computed: not where everything is recorded,
    since there may be others when the recording is run again."""
    return not (isinstance(x, Node) and recording.get().everything)


def told(x: Any) -> str:
    """An operand, as an error message names it."""
    if isinstance(x, np.ndarray):
        return f"an array of shape {x.shape} and dtype {x.dtype}"
    if isinstance(x, Node):
        return f"a {type(x).__name__} of shape {np.shape(x._raw)}"
    return " ".join(f"{type(x).__name__} {x!r}".split())[:80]


class Gradient(NamedTuple):
    """Stands in the scope of a gradient node: ∇ of the forward node of that age."""

    age: int
    place: Place | None = None


def made(
    kind: type[Node], data: Any, op: Any, inputs: tuple, params: dict, tracked: bool
) -> Any:
    """The node of ``op``'s result, with its history if the switch asks for it."""
    context = recording.get()
    node = new(kind)
    node._raw = data
    node.age = tick()
    node.grad = None
    node.retains = False
    if (tracked and context.gradients) or context.everything:
        node.op = op
        node.inputs = inputs
        node.params = params
        node.tracked = tracked and context.gradients
        node.scope = context.scope
        if context.notes:
            _note(node, context)
    else:
        node.op = None
        node.inputs = ()
        node.params = NO_PARAMS
        node.tracked = False
        node.scope = None
    return node


def _note(node: Node, context: Any) -> None:
    if context.places:
        node._place = caller()
    if context.fingerprints:
        node._fingerprint = fingerprints(node)


def fingerprints(node: Node) -> tuple[int | None, ...]:
    """A hash of each input and of the result; None for what is no array."""
    arrays = [*map(raw, node.inputs), node._raw]
    return tuple(
        [
            hash((x.shape, x.tobytes())) if isinstance(x, np.ndarray) else None
            for x in arrays
        ]
    )


# Leaves that are tracked at times ---------------------------------------------------


def switch(leaf: Node, tracked: bool, age: int) -> None:
    """Track a leaf from ``age`` on, or no more, and remember when that was."""
    if not hasattr(leaf, "_switched"):
        leaf._switched = array("q", [] if leaf.tracked else [leaf.age])
    ticks = leaf._switched
    ticks.append(age)
    if len(ticks) > SWITCHES:
        ticks[:] = FORGOTTEN + ticks[-SWITCHES // 2 - len(ticks) % 2 :]
    leaf.tracked = tracked


def was_constant(x: Any, age: int) -> bool:
    """Whether ``x`` is a leaf that was not tracked when a node of ``age`` was made."""
    ticks: Sequence[int] = getattr(x, "_switched", ())
    switches = bisect_right(ticks, age)
    if switches == 2 and ticks[0] < 0:
        raise ValueError(
            f"requires_grad of {told(x)} was switched more than {SWITCHES // 2} times "
            "since; what it was is forgotten. Run the forward pass again"
        )
    return switches % 2 == 1


# History ----------------------------------------------------------------------------


def ancestors(outputs: Iterable[Node]) -> list[Node]:
    """Every node ``outputs`` were made from, tracked or not, oldest first."""
    found = set(outputs)
    stack = list(found)
    order = []
    while stack:
        node = stack.pop()
        order.append(node)
        for x in node.inputs:
            if isinstance(x, Node) and x not in found:
                found.add(x)
                stack.append(x)
    order.sort(key=by_age)
    return order


def history(outputs: Iterable[Node], floor: int = 0) -> list[Node]:
    """The tracked ancestors no older than ``floor``, oldest first.

    Without the floor nested transforms would walk everything outside of them again and
    again, in quadratic time. The walk is depth first because that meets long stretches
    of nodes in the order of their ages, which sort in linear time.
    """
    found = {node for node in outputs if node.tracked}
    stack = list(found)
    kind = type(stack[0]) if stack else Node
    order: list[Node] = []
    keep, push, pop = order.append, stack.append, stack.pop
    while stack:
        node = pop()
        keep(node)
        if node.age >= floor:
            for x in node.inputs:
                if type(x) is kind and x.tracked and x not in found:
                    found.add(x)
                    push(x)
    order.sort(key=by_age)
    return order[bisect_left(order, floor, key=by_age) :] if floor else order


def is_foreign(order: Sequence[Node], wanted: set[Node], floor: int) -> bool:
    """Whether a sweep over ``order`` meets something tracked that is not its own.

    That is a tracked leaf nobody asked for, or an edge to a tracked node older than
    ``floor``: then the derivative itself depends on it, and rules must be recorded.
    """
    for node in order:
        if node.op is None:
            if node not in wanted:
                return True
            continue
        for x in node.inputs:
            if isinstance(x, Node) and x.tracked and x.age < floor:
                return True
    return False
