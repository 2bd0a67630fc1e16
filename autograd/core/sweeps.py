"""The two sweeps over a recorded graph: generators of events, mirror images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy import generic, ndarray

from .context import recording, switched
from .guard import check_unwritten
from .node import Gradient, Node, history
from .writes import writes

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


class Masked(Deferred):
    """A contribution that is zero outside of ``keep``, whatever ``part`` holds there.

    The branch that ``where`` did not choose has a cotangent of 0, of which a rule may
    make NaN: 0 · ∞. Functions of each element, and those that move, copy and add up
    elements, hand the mask on, so that those lanes stay zero; all others drop it.
    """

    def __init__(self, part: Any, keep: Any) -> None:
        self.part = part
        self.keep = keep._data if isinstance(keep, Node) else keep

    def kept(self) -> Any:
        """The contribution itself."""
        return np.where(self.keep, self.part, 0)

    def buffer(self) -> Any:
        return np.zeros_like(self.kept())

    def add_into(self, total: Any) -> None:
        total += self.kept()


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
    masks: dict[Node, Any] = {}  # node -> outside of what its cotangent is zero
    for output, cotangent in zip(outputs, cotangents, strict=True):
        before = pending.get(output)
        pending[output] = cotangent if before is None else before + cotangent
    if not order:
        return
    kind = type(order[0])
    # Most contributions are raw and fit their input: that is seen here, without a call.
    raw_type: Any = None if lift else kind.raw_type
    arrays = raw_type is ndarray
    latest = writes.latest
    thawed = _thawed(order) if latest > order[0].age else None
    for node in _drained(order) if free else reversed(order):
        g = pending.pop(node, None)
        if g is None:
            continue
        op = node.op
        if op is None:
            yield node, g, ()
            continue
        if writes.latest != latest:  # since the sweep began
            check_unwritten([node], floor)
        keep = masks.pop(node, None) if masks else None
        if keep is not None and (op.by_element or op.of_ones):
            contributions = _pulled_within(keep, node, g, floor, lift)
        elif lift:
            with switched(scope=(node.scope, Gradient(node.age))):
                contributions = op.pull(node, g, floor, lift)
        else:
            contributions = op.pull(node, g, floor, lift)
        if thawed:
            contributions = _without_constants(node, contributions, thawed)
        for x, part in zip(node.inputs, contributions):
            if type(part) is not raw_type:
                if part is None:
                    continue
                if isinstance(part, Deferred):
                    if type(part) is Masked:
                        _add_masked(part, x, pending, masks, lift)
                    else:
                        masks.pop(x, None)
                        _add_deferred(part, x, pending, owned)
                    continue
                part = kind.fitted(part, x, lift)
            elif arrays:
                data = x._data
                if part.shape != data.shape or part.dtype is not data.dtype:
                    part = kind.fitted(part, x, lift)
            total = pending.get(x)
            if total is None:
                pending[x] = part
                continue
            if masks:
                masks.pop(x, None)
            if lift:
                with switched(scope=(x.scope, Gradient(x.age))):
                    pending[x] = total + part
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


def _thawed(order: list[Node]) -> dict[Node, tuple[tuple[int, int], ...]]:
    """The leaves that were untracked for a while, and when."""
    spans = {node: getattr(node, "_untracked", ()) for node in order if node.op is None}
    return {node: span for node, span in spans.items() if span}


def _without_constants(
    node: Node, contributions: Sequence[Any], thawed: dict[Node, Any]
) -> Sequence[Any]:
    """Nothing flows to a leaf from an operation that took it for a constant."""
    return [
        None
        if isinstance(x, Node)
        and any(start <= node.age < end for start, end in thawed.get(x, ()))
        else part
        for x, part in zip(node.inputs, contributions)
    ]


def _drained(order: list[Node]) -> Iterator[Node]:
    """Newest to oldest, holding on to none: what nobody else holds is released."""
    while order:
        yield order.pop()


def _add_deferred(
    part: Deferred, x: Node, pending: dict[Node, Any], owned: set[Node]
) -> None:
    total = pending.get(x)
    if x not in owned or isinstance(total, generic):  # NumPy's sum of 0-d arrays
        buffer = part.buffer()
        if total is not None:
            buffer += total
        total = pending[x] = buffer
        owned.add(x)
    part.add_into(total)


def _pulled_within(
    keep: Any, node: Node, g: Any, floor: int, lift: bool
) -> Sequence[Any]:
    """The contributions to inputs, each zero where nothing of ``keep`` reaches it."""
    scope = (node.scope, Gradient(node.age)) if lift else recording.get().scope
    with np.errstate(all="ignore"), switched(scope=scope):
        parts = node.op.pull(node, g, floor, lift)
    if node.op.by_element:
        keeps = [keep] * len(parts)
    else:
        ones = np.asarray(keep, dtype=float)
        keeps = [_summed(each) != 0 for each in node.op.pull(node, ones, floor, False)]
    return [
        Masked(part.part, np.logical_and(part.keep, keep))
        if isinstance(part, Masked)
        else part
        if part is None
        else Masked(_summed(part), keep)
        for part, keep in zip(parts, keeps)
    ]


def _summed(part: Any) -> Any:
    """A contribution by itself, where it only knows how to be added."""
    if not isinstance(part, Deferred):
        return part
    buffer = part.buffer()
    part.add_into(buffer)
    return buffer


def _add_masked(
    part: Masked,
    x: Node,
    pending: dict[Node, Any],
    masks: dict[Node, Any],
    lift: bool,
) -> None:
    """Add what is zero outside of a mask; a sum is so outside of the masks of all."""
    total, shape = pending.get(x), np.shape(x._data)
    scope = (x.scope, Gradient(x.age)) if lift else recording.get().scope
    with switched(scope=scope):
        part_of_x = type(x).fitted(part.kept(), x, lift)
        pending[x] = part_of_x if total is None else total + part_of_x
    if total is None or x in masks:
        masks[x] = np.logical_or(masks.get(x, False), _reached(part.keep, shape))


def _reached(keep: Any, shape: tuple[int, ...]) -> Any:
    """Which elements of an operand any of ``keep`` goes to, as it is broadcast."""
    lead = np.ndim(keep) - len(shape)
    ones = [i + lead for i, n in enumerate(shape) if n == 1 and i + lead >= 0]
    found = np.any(keep, axis=(*range(lead), *ones), keepdims=True)
    return np.broadcast_to(np.reshape(found, found.shape[max(lead, 0) :]), shape)


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
        if node.op is None:
            continue
        incoming = [
            tangents.get(x) if isinstance(x, Node) else None for x in node.inputs
        ]
        if incoming and all(t is None for t in incoming):
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
