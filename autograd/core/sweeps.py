"""Sweeps over a recorded graph: generators of events, and a plain one without."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from sys import getrefcount
from typing import Any

from numpy import ndarray

from .context import recording, switched
from .guard import check_unwritten, named
from .node import Gradient, Node, history, hooked, was_constant
from .writes import writes

Event = tuple[Node, Any, Sequence[Any]]
Product = Callable[..., Any]


class Deferred:
    """A contribution that adds itself into a sum the sweep owns.

    Many ``x[i]`` in a loop then cost one buffer of x's size, not one each.
    """

    together: Any = None  # many of them, on nodes, as one node

    def buffer(self) -> Any:
        """An empty sum."""

    def add_into(self, total: Any) -> None:
        """Add this contribution to ``total`` in place."""


class Sums(dict[Node, Any]):
    """The cotangents that have arrived at each node, added up.

    Contributions are fitted to the shape and dtype of their node. Only sums that nobody
    else holds are written into: what a rule returns may be held by others.
    """

    def __init__(self, space: Any, lift: bool) -> None:
        self.space, self.lift = space, lift
        self.arrays = space.raw_type is ndarray
        self.waiting: dict[Node, list[Deferred]] = {}  # to be added together

    def add(self, x: Node, part: Any) -> None:
        """Add a contribution to what has arrived at ``x``."""
        data = x._raw
        is_node = type(part) is self.space.kind
        own = part._raw if is_node else part
        if not (
            self.arrays
            and is_node == self.lift
            and type(own) is ndarray
            and own.dtype is data.dtype
            and own.shape == data.shape
        ):
            if isinstance(part, Deferred):
                self._add_deferred(x, part)
                return
            part = self.space.fitted(part, x, self.lift)
        total = self.get(x)
        if total is None:
            self[x] = part
        elif self.lift:
            with switched(scope=(x.scope, Gradient(x.age, x.place))):
                self[x] = total + part
        elif getrefcount(total) == UNHELD and _is_written(total):
            total += part
        else:
            self[x] = total + part

    def take(self, x: Node, default: Any) -> Any:
        """All that has arrived at ``x``, in a lifted sweep."""
        parts, total = self.waiting.pop(x, None), self.pop(x, default)
        if not parts:
            return total
        with switched(scope=(x.scope, Gradient(x.age, x.place))):
            part = self.space.fitted(parts[0].together(parts), x, True)
            return part if total is None else total + part

    def _add_deferred(self, x: Node, part: Deferred) -> None:
        if self.lift and part.together:
            self.waiting.setdefault(x, []).append(part)
            return
        total = self.get(x)
        held = getrefcount(total) != UNHELD or not _is_written(total)
        if held and type(total) is not list:
            buffer = part.buffer()
            if total is not None:
                buffer += total
            total = self[x] = buffer
        part.add_into(total)


def _is_written(total: Any) -> bool:
    """Whether a sum can be written into: an array that is no view, of any axes."""
    return type(total) is ndarray and total.base is None and total.flags.writeable


def _holders(sums: dict[Any, Any]) -> int:
    total = sums.get(None)
    return getrefcount(total)


UNHELD = min(3, _holders({None: object()}))  # by the sums, a name, a call: no more


def pullback(
    outputs: Sequence[Node],
    cotangents: Sequence[Any],
    *,
    floor: int = 0,
    since: int = 0,
    lift: bool = False,
    times: Product | None = None,
    hooks: bool = True,
) -> Iterator[Event]:
    """Reverse mode: (node, cotangent, contribution to each input), newest node first.

    Only tracked nodes no older than ``floor`` are visited, and of these none older than
    ``since``, though there are contributions to such. Leaves come with no
    contributions. With ``lift`` rules run on nodes, and are recorded; otherwise on raw
    arrays or floats. ``times`` multiplies cotangents by slopes in functions of each
    element, instead of ``*``. Without ``hooks`` none is called.
    """
    order = history(outputs, max(floor, since))
    check_unwritten(order, floor)
    events = _pullback(order, outputs, cotangents, floor, lift, times, hooks)
    listeners = recording.get().listeners
    return _heard(events, listeners) if listeners else events


def _pullback(
    order: list[Node],
    outputs: Sequence[Node],
    cotangents: Sequence[Any],
    floor: int,
    lift: bool,
    times: Product | None,
    hooks: bool,
) -> Iterator[Event]:
    if not order:
        return
    sums = Sums(order[0].space, lift)
    for output, cotangent in zip(outputs, cotangents, strict=True):
        sums[output] = sums[output] + cotangent if output in sums else cotangent
    latest = writes.latest
    thawed = writes.thawed > order[0].age and _thawed(order)
    take: Any = sums.take if lift else sums.pop
    if hooks and hooked:
        take = _through_hooks(take, lift)
    for node in reversed(order):
        g = take(node, None)
        op = node.op
        if g is None:
            continue
        if op is None:
            yield node, g, ()
            continue
        if writes.latest != latest:  # since the sweep began
            check_unwritten([node], floor)
        try:
            pull = op.pull if times is None else partial(op.pull_by, times)
            if lift:
                with switched(scope=(node.scope, Gradient(node.age, node.place))):
                    parts = pull(node, g, floor, lift)
            else:
                parts = pull(node, g, floor, lift)
        except Exception as error:
            _explain(error, node, op, g, floor, lift)
            raise
        inputs = node.inputs
        if not inputs:  # freed since, by another thread
            node.op.pull(node, g, floor, lift)
        if thawed:
            parts = _without_constants(node, parts)
        for x, part in zip(inputs, parts):
            if part is not None:
                sums.add(x, part)
        yield node, g, parts


def sweep(
    outputs: Sequence[Node],
    cotangents: Sequence[Any],
    wanted: Container[Node],
    floor: int,
) -> tuple[dict[Node, Any], dict[Node, Any]] | None:
    """What arrives at the leaves; and at nodes that are wanted, or retain it.

    This is ``pullback`` where nobody listens and nothing is lifted, without what that
    would cost. None where leaves were untracked for a while.
    """
    order, latest = history(outputs, floor), writes.latest
    check_unwritten(order, floor)
    if not order or (writes.thawed > order[0].age and _thawed(order)):
        return None
    space = order[0].space
    sums, keeps_all = Sums(space, False), space.keeps_all
    for output, g in zip(outputs, cotangents, strict=True):
        sums[output] = sums[output] + g if output in sums else g
    leaves: dict[Node, Any] = {}
    inner: dict[Node, Any] = {}
    pop, add, arrays = sums.pop, sums.add, sums.arrays
    for node in reversed(order):
        g = pop(node, None)
        if g is None:
            continue
        op = node.op
        if op is None:
            leaves[node] = g
            continue
        if writes.latest != latest:  # since the sweep began
            check_unwritten([node], floor)
        try:
            flow = op.flow if arrays else op.flow_of_floats
            flow(node, g, sums, add, floor)
        except Exception as error:
            _explain(error, node, op, g, floor, False)
            raise
        if keeps_all or node.retains or node in wanted:
            inner[node] = g
    return leaves, inner


def _explain(error: Exception, node: Node, op: Any, *asked: Any) -> None:
    """Say where an error came from; of freed nodes, that they were freed."""
    if node.op is not op:  # freed since: that is the reason
        node.op.pull(node, *asked)
    if node.inputs:  # freed nodes have none, and say all there is to say
        error.add_note(f"in the derivative of {named(node)}")


def _through_hooks(take: Any, lift: bool) -> Any:
    """``take`` where functions of a person's see, and may change, what arrived."""

    def taken(x: Node, default: Any) -> Any:
        g = take(x, default)
        if g is not None and id(x) in hooked:
            for hook in [*x._hooks.values()]:
                g = hook(x, g, lift)
        return g

    return taken


def _thawed(order: list[Node]) -> bool:
    """Whether there are leaves that were untracked for a while."""
    return any(node.op is None and hasattr(node, "_switched") for node in order)


def _without_constants(node: Node, parts: Sequence[Any]) -> list[Any]:
    """Nothing flows between a leaf and an operation that took it for a constant."""
    return [
        None if part is None or was_constant(x, node.age) else part
        for x, part in zip(node.inputs, parts)
    ]


def pushforward(
    outputs: Sequence[Node],
    tangents: dict[Node, Any],
    *,
    lift: bool = False,
    times: Product | None = None,
) -> Iterator[Event]:
    """Forward mode: (node, tangent, tangents of its inputs), oldest node first.

    Goes over the recorded graph from the nodes of ``tangents`` to ``outputs``; a node
    that depends on none of them is left out. ``times`` multiplies slopes by tangents in
    functions of each element, instead of ``*``.
    """
    floor = min((node.age for node in tangents), default=0)
    order = history(outputs, floor)
    check_unwritten(order, floor)
    events = _pushforward(order, dict(tangents), lift, times)
    listeners = recording.get().listeners
    return _heard(events, listeners) if listeners else events


def _pushforward(
    order: list[Node], tangents: dict[Node, Any], lift: bool, times: Product | None
) -> Iterator[Event]:
    thawed = _thawed(order)
    for node in order:
        if node in tangents:
            yield node, tangents[node], ()
            continue
        if node.op is None:
            continue
        incoming = [
            tangents.get(x) if isinstance(x, Node) else None for x in node.inputs
        ]
        if thawed:
            incoming = _without_constants(node, incoming)
        if incoming and all(t is None for t in incoming):
            continue
        if lift:
            with switched(scope=(node.scope, Gradient(node.age, node.place))):
                tangent = node.op.push(node, incoming, lift, times)
        else:
            tangent = node.op.push(node, incoming, lift, times)
        tangents[node] = tangent
        yield node, tangents[node], incoming


def _heard(events: Iterator[Event], listeners: Sequence[Any]) -> Iterator[Event]:
    for event in events:
        for listener in listeners:
            listener(*event)
        yield event
