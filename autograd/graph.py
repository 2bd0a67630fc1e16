"""The graph: nodes that remember how they were made, and the two sweeps over them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from .clock import clock
from .recording import recording, switched
from .writes import Place, StaleWriteError, caller, writes

NO_PARAMS: dict[str, Any] = {}
by_age = attrgetter("age")
tick = clock.__next__
new = object.__new__


class Node:
    """A value that remembers how it was made.

    ``op`` was applied to ``inputs`` (nodes or constants, in order) with the static
    keyword arguments ``params``; a leaf has neither. ``age`` is a tick of the clock, so
    creation order is a topological order. Nodes point only to what they were made from:
    a graph has no cycles, and is freed by reference counting alone.

    Nodes hash by identity, and ``==`` is elementwise: keep them in dictionaries and
    sets, never look for one with ``in`` in a list.
    """

    __slots__ = (
        "_data",  # float, ndarray, or a tuple of arrays (several outputs)
        "op",
        "inputs",
        "params",
        "age",
        "tracked",
        "scope",
        "grad",  # raw, owned; None: not computed
        # The rest is unset until it is asked for, which keeps nodes small.
        "_retains",
        "_label",
        "_role",  # "parameter" or "buffer" of a module
        "_place",
        "_written",
        "_fingerprint",
        "__weakref__",
    )

    _data: Any
    op: Any
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    age: int
    tracked: bool
    scope: Any
    grad: Any

    raw_type: type  # what rules compute on when nothing is lifted
    keeps_all: bool  # whether backward() leaves a gradient on inner nodes, too

    def _become_leaf(self, data: Any, tracked: bool) -> None:
        self._data = data
        self.op = None
        self.inputs = ()
        self.params = NO_PARAMS
        self.age = next(clock)
        self.tracked = tracked
        self.scope = None
        self.grad = None

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
        self._label = text

    @property
    def retains(self) -> bool:
        """Whether ``backward()`` leaves a gradient here although this is no leaf."""
        return getattr(self, "_retains", False)

    @property
    def place(self) -> Place | None:
        """The source line (file, line) of the call, where places are recorded."""
        return getattr(self, "_place", None)

    def __hash__(self) -> int:
        return id(self) >> 4


def made(
    kind: type[Node], data: Any, op: Any, inputs: tuple, params: dict, tracked: bool
) -> Any:
    """The node of ``op``'s result, with its history if the switch asks for it."""
    context = recording.get()
    node = new(kind)
    node._data = data
    node.age = tick()
    node.grad = None
    if tracked and context.gradients or context.everything:
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
        node._fingerprint = tuple(fingerprint(x) for x in (*node.inputs, node))


def fingerprint(x: Any) -> int | None:
    """A hash of the bytes of an array operand; None for anything else."""
    array = x._data if isinstance(x, Node) else x
    if not isinstance(array, np.ndarray):
        return None
    return hash((array.shape, array.tobytes()))


# History ----------------------------------------------------------------------------


def ancestors(outputs: Iterable[Node]) -> list[Node]:
    """Every node ``outputs`` were made from, tracked or not, oldest first."""
    found = set(outputs)
    order = list(found)
    for node in order:  # grows while it is walked
        for x in node.inputs:
            if isinstance(x, Node) and x not in found:
                found.add(x)
                order.append(x)
    order.sort(key=by_age)
    return order


def history(outputs: Iterable[Node], floor: int = 0) -> list[Node]:
    """The tracked ancestors no older than ``floor``, oldest first.

    Without the floor nested transforms would walk everything outside of them again and
    again, in quadratic time.
    """
    order = [node for node in dict.fromkeys(outputs) if node.tracked]
    found = set(order)
    kind = type(order[0]) if order else Node
    for node in order:  # grows while it is walked
        if node.age >= floor:
            for x in node.inputs:
                if type(x) is kind and x.tracked and x not in found:
                    found.add(x)
                    order.append(x)
    order.sort(key=by_age)
    return order[bisect_left(order, floor, key=by_age) :] if floor else order


def check_unwritten(order: Sequence[Node], floor: int) -> None:
    """Raise before a sweep starts if a rule would read what was written since."""
    if recording.get().fingerprints:
        for node in order:
            _check_fingerprints(node)
    if not order or writes.latest < order[0].age:
        return
    for node in order:
        if node.op is not None and writes.latest > node.age:
            for x in node.op.reads(node, floor):
                place = _written_after(x, node.age)
                if place is not None:
                    raise StaleWriteError(_stale_message(node, x, place))


def _written_after(x: Any, age: int) -> Place | None:
    if isinstance(x, Node):
        tick, place = getattr(x, "_written", (0, None))
        if tick > age:
            return place
        x = x._data
    arrays = x if isinstance(x, tuple) else (x,)
    for array in arrays:
        if isinstance(array, np.ndarray):
            found = writes.after(array, age)
            if found is not None:
                return found
    return None


def _check_fingerprints(node: Node) -> None:
    recorded = getattr(node, "_fingerprint", None)
    if recorded is None:
        return
    for x, before in zip((*node.inputs, node), recorded, strict=True):
        if before != fingerprint(x):
            raise StaleWriteError(_stale_message(node, x, None))


def _stale_message(node: Node, x: Any, place: Place | None) -> str:
    what = getattr(x, "label", "") or f"an operand of shape {np.shape(_raw(x))}"
    if x is node:
        what = "its own result"
    called = f" (called at {_at(node.place)})" if node.place else ""
    wrote = f" at {_at(place)}" if place else ""
    hint = (
        "" if node.place else " `with autograd.record_places():` names the line of "
        "the call."
    )
    return (
        f"the derivative of {node.op.name}{called} reads {what}, which was written"
        f"{wrote} after {node.op.name} used it. Write after the backward pass, or "
        f"use a copy.{hint}"
    )


def _at(place: Place | None) -> str:
    return f"{place[0]}:{place[1]}" if place else "an unknown line"


def _raw(x: Any) -> Any:
    return x._data if isinstance(x, Node) else x


# Sweeps -----------------------------------------------------------------------------


class Gradient(NamedTuple):
    """Stands in the scope of a gradient node: ∇ of the forward node of that age."""

    age: int


Event = tuple[Node, Any, Sequence[Any]]


class Deferred:
    """A contribution that adds itself into a sum the sweep owns.

    Many ``x[i]`` in a loop then cost one buffer of x's size, not one each.
    """

    def buffer(self) -> Any:
        """An empty sum."""
        raise NotImplementedError

    def add_into(self, total: Any) -> None:
        """Add this contribution to ``total`` in place."""
        raise NotImplementedError


def pullback(
    outputs: Sequence[Node],
    cotangents: Sequence[Any],
    *,
    floor: int = 0,
    lift: bool = False,
    free: bool = False,
) -> Iterator[Event]:
    """Reverse mode: (node, cotangent, contribution to each input), newest node first.

    Only tracked nodes no older than ``floor`` are visited. Leaves come with no
    contributions. With ``lift`` rules run on nodes, and are recorded; otherwise on raw
    arrays or floats. With ``free`` each node forgets its inputs once it is done.
    """
    order = history(outputs, floor)
    check_unwritten(order, floor)
    events = _pullback(order, outputs, cotangents, floor, lift, free)
    listeners = recording.get().listeners
    return _heard(events, listeners) if listeners else events


def _pullback(
    order: list[Node],
    outputs: Sequence[Node],
    cotangents: Sequence[Any],
    floor: int,
    lift: bool,
    free: bool,
) -> Iterator[Event]:
    pending: dict[Node, Any] = {}  # node -> the sum of the cotangents that arrived
    owned: set[Node] = set()  # whose sum was allocated here, and may be written into
    for output, cotangent in zip(outputs, cotangents, strict=True):
        before = pending.get(output)
        pending[output] = cotangent if before is None else before + cotangent
    kind = type(order[0]) if order else Node
    # A float always fits its input; anything else is checked, and made to.
    exact = float if order and kind.raw_type is float and not lift else None
    for node in _drained(order) if free else reversed(order):
        g = pending.pop(node, None)
        if g is None:
            continue
        op = node.op
        if op is None:
            yield node, g, ()
            continue
        if lift:
            with switched(scope=(node.scope, Gradient(node.age))):
                contributions = op.pull(node, g, floor, lift)
        else:
            contributions = op.pull(node, g, floor, lift)
        for x, part in zip(node.inputs, contributions):
            if type(part) is not exact:
                if part is None:
                    continue
                if isinstance(part, Deferred):
                    _add_deferred(part, x, pending, owned)
                    continue
                part = kind.fit(part, x, lift)
            total = pending.get(x)
            if total is None:
                pending[x] = part
            elif x in owned:
                total += part
                pending[x] = total
            else:
                pending[x] = total + part
                owned.add(x)
        yield node, g, contributions
        if free:
            node.inputs = ()
            node.op = op.freed


def _drained(order: list[Node]) -> Iterator[Node]:
    """Newest to oldest, holding on to none: what nobody else holds is released."""
    while order:
        yield order.pop()


def _add_deferred(
    part: Deferred, x: Node, pending: dict[Node, Any], owned: set[Node]
) -> None:
    total = pending.get(x)
    if x not in owned:
        buffer = part.buffer()
        if total is not None:
            buffer += total
        total = pending[x] = buffer
        owned.add(x)
    part.add_into(total)


def pushforward(
    outputs: Sequence[Node],
    tangents: dict[Node, Any],
    *,
    lift: bool = False,
) -> Iterator[Event]:
    """Forward mode: (node, tangent, tangents of its inputs), oldest node first.

    Goes over the recorded graph from the nodes of ``tangents`` to ``outputs``; a node
    that depends on none of them is left out.
    """
    floor = min((node.age for node in tangents), default=0)
    order = history(outputs, floor)
    check_unwritten(order, floor)
    events = _pushforward(order, dict(tangents), lift)
    listeners = recording.get().listeners
    return _heard(events, listeners) if listeners else events


def _pushforward(
    order: list[Node], tangents: dict[Node, Any], lift: bool
) -> Iterator[Event]:
    for node in order:
        if node in tangents:
            yield node, tangents[node], ()
            continue
        incoming = [tangents.get(x) if isinstance(x, Node) else None for x in node.inputs]
        if all(t is None for t in incoming):
            continue
        if lift:
            with switched(scope=(node.scope, Gradient(node.age))):
                tangent = node.op.push(node, incoming, lift)
        else:
            tangent = node.op.push(node, incoming, lift)
        tangents[node] = tangent
        yield node, tangent, incoming


def _heard(events: Iterator[Event], listeners: Sequence[Any]) -> Iterator[Event]:
    for event in events:
        for listener in listeners:
            listener(*event)
        yield event


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
