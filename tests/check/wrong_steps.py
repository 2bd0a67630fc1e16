"""Engine steps to plant: each is called in place of ``right``, and wrong in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np

from autograd.core.composite import composed
from autograd.core.node import Node, by_age, raw
from autograd.core.space import conjugated
from autograd.core.sweeps import Deferred, Sums

Right = Callable[..., Any]

# Accumulation ---------------------------------------------------------------------------


def replaced(right: Right, sums: Any, x: Any, part: Any) -> None:
    if not isinstance(part, Deferred):
        sums.pop(x, None)
    right(sums, x, part)


def third_lost(right: Right, sums: Any, x: Any, part: Any) -> None:
    seconds = vars(sums).setdefault("seconds", set())
    if x not in seconds or isinstance(part, Deferred):
        seconds.update({x} & sums.keys())
        right(sums, x, part)


def replaced_if_recorded(right: Right, sums: Any, x: Any, part: Any) -> None:
    if sums.lift:
        sums.pop(x, None)
    right(sums, x, part)


def constant_if_recorded(right: Right, sums: Any, x: Any, part: Any) -> None:
    several = x in sums
    right(sums, x, part)
    if sums.lift and several and isinstance(sums[x], Node):
        sums[x] = type(x).leaf(sums[x]._raw)


def onto_the_first(right: Right, sums: Any, x: Any, part: Any) -> None:
    """As if the first contribution were the sweep's own to write into."""
    total = sums.get(x)
    if isinstance(total, np.ndarray) and not isinstance(part, Deferred):
        total += part
    else:
        right(sums, x, part)


def deferred_replaces(right: Right, sums: Any, x: Any, part: Any) -> None:
    begun = vars(sums).setdefault("begun", set())
    if x not in begun:
        sums.pop(x, None)
    begun.add(x)
    right(sums, x, part)


def overlaps_assigned(right: Right, scatter: Any, total: Any) -> None:
    if any(isinstance(part, np.ndarray) for part in scatter.index):
        right(scatter, total)
    else:
        total[scatter.index] = scatter.g


def each_output_once(
    right: Right,
    outputs: Sequence[Any],
    cotangents: Sequence[Any],
    *rest: Any,
    **options: Any,
) -> Any:
    last = dict(zip(outputs, cotangents, strict=True))
    return right([*last], [*last.values()], *rest, **options)


def each_operand_once(right: Right, node: Any, *args: Any) -> Any:
    """Of an operand that occurs twice the last contribution counts."""
    last = {id(x): i for i, x in enumerate(node.inputs)}
    parts = right(node, *args)
    return [
        part if last[id(x)] == i else None
        for i, (x, part) in enumerate(zip(node.inputs, parts))
    ]


# Order and floor ------------------------------------------------------------------------


def walked(outputs: Iterable[Any], floor: int, most: float = np.inf) -> list[Any]:
    """The tracked ancestors in the order in which a walk, depth first, finds them."""
    seen = {node for node in outputs if node.tracked}
    stack, order = list(seen), []
    while stack and len(order) < most:
        node = stack.pop()
        order.append(node)
        for x in node.inputs if node.age >= floor else ():
            if isinstance(x, Node) and x.tracked and x not in seen:
                seen.add(x)
                stack.append(x)
    return [node for node in order if node.age >= floor]


def as_found(right: Right, outputs: Iterable[Any], floor: int = 0) -> list[Any]:
    return walked(outputs, floor)[::-1]


def twelve_at_most(right: Right, outputs: Iterable[Any], floor: int = 0) -> list[Any]:
    return sorted(walked(outputs, floor, most=12), key=by_age)


def without_the_oldest(right: Right, outputs: Any, floor: int = 0) -> list[Any]:
    return [node for node in right(outputs, floor) if node.age > floor]


def floor_of_the_youngest(right: Right, trace: Any, *args: Any) -> None:
    right(trace, *args)
    trace.floor = max((leaf.age for leaf in trace.leaves), default=0)


def oldest_not_second(right: Right, node: Any, g: Any, floor: int, lift: bool) -> Any:
    parts = [*right(node, g, floor, lift)]
    if node.op.arity == len(parts) == 2 and getattr(node.inputs[1], "age", -1) == floor:
        parts[1] = None
    return parts


def leaves_in_reverse(right: Right, *args: Any) -> Any:
    leaves, inner = right(*args)
    return dict(zip(leaves, reversed([*leaves.values()]))), inner


# Memory, and backward() again -----------------------------------------------------------


def in_shared_memory(right: Right, space: Any, given: Any, data: Any, node: Any) -> Any:
    result = right(space, given, data, node)
    if data is None or not isinstance(result, (Node, np.ndarray)):
        return result
    array = np.asarray(data)
    return space.kind.leaf(array) if isinstance(result, Node) else array


def left_on_inner_nodes(right: Right, sums: Any, node: Any, *default: Any) -> Any:
    g = right(sums, node, *default)
    if g is not None and node.op and not sums.lift and type(g) is not list:
        node.grad = g = g if node.grad is None else node.grad + g
    return g


def newest_only(right: Right, space: Any, leaf: Any, g: Any, shared: bool) -> Any:
    return np.array(conjugated(g))


def onto_what_is_shared(
    right: Right, space: Any, leaf: Any, g: Any, shared: bool
) -> Any:
    g = np.asarray(conjugated(g))
    if leaf.grad is None:
        return g
    return np.add(leaf.grad, g, out=leaf.grad if leaf.grad.flags.writeable else None)


# Shape and dtype ------------------------------------------------------------------------


def one_copy_of_an_axis(right: Right, part: Any, shape: tuple[int, ...]) -> Any:
    lead = max(part.ndim - len(shape), 0)
    index = [slice(None)] * part.ndim
    for i, n in zip(range(lead, part.ndim), shape):
        if n == 1:
            index[i] = slice(0, 1)
    return right(part[tuple(index)], shape)


def not_over_none(right: Right, part: Any, shape: tuple[int, ...]) -> Any:
    lead = max(part.ndim - len(shape), 0)
    sides = enumerate(zip(shape, part.shape[lead:]), lead)
    axes = [*range(lead), *[i for i, (n, m) in sides if n == 1 and m > 1]]
    return np.reshape(np.sum(part, axis=tuple(axes), keepdims=True), shape)


def in_its_own_dtype(right: Right, space: Any, part: Any, x: Any, lift: bool) -> Any:
    part = part if hasattr(part, "dtype") else np.asarray(part)
    like = type(x).leaf(np.empty(np.shape(x._raw), part.dtype))
    return right(space, part, like, lift)


def in_its_own_shape(
    right: Right, space: Any, tangent: Any, node: Any, lift: bool
) -> Any:
    if type(node._raw) is not tuple:
        node = type(node).leaf(np.empty(np.shape(tangent), node._raw.dtype))
    return right(space, tangent, node, lift)


def with_an_axis(right: Right, space: Any, given: Any, data: Any, node: Any) -> Any:
    result = right(space, given, data, node)
    if isinstance(result, Node):
        return space.kind.leaf(np.atleast_1d(result._raw))
    return np.atleast_1d(result)


# Forward mode ---------------------------------------------------------------------------


def all_or_none(right: Right, op: Any, node: Any, tangents: Any, *args: Any) -> Any:
    """Zero, unless each operand has a tangent."""
    if any(t is None for t in tangents):
        tangents = [None if t is None else t * 0 for t in tangents]
    return right(op, node, tangents, *args)


class UsedUp(dict[Any, Any]):
    """What is read is gone."""

    def get(self, key: Any, default: Any = None) -> Any:
        return self.pop(key, default)


def used_up(right: Right, order: Any, tangents: Any, *args: Any) -> Any:
    return right(order, UsedUp(tangents), *args)


def last_alone(right: Right, op: Any, node: Any, tangents: Any, *args: Any) -> Any:
    last = max(i for i, t in enumerate(tangents) if t is not None)
    alone = [t if i == last else None for i, t in enumerate(tangents)]
    return right(op, node, alone, *args)


def first_alone(right: Right, op: Any, node: Any, tangents: Any, *args: Any) -> Any:
    first = min(i for i, t in enumerate(tangents) if t is not None)
    alone = [t if i == first else None for i, t in enumerate(tangents)]
    return right(op, node, alone, *args)


def itself_as_tangent(
    right: Right, op: Any, node: Any, tangents: Any, *args: Any
) -> Any:
    rules = chain(op.written, repeat(op.joint_written))
    tangents = [
        raw(x) if t is None and rule is not None else t
        for x, t, rule in zip(node.inputs, tangents, rules)
    ]
    return right(op, node, tangents, *args)


# Several outputs, lifting ---------------------------------------------------------------


def ones_where_unread(right: Right, cotangents: Any, node: Any, lift: bool) -> Any:
    ones = [np.ones_like(data) for data in node._raw]
    ones = [type(node).leaf(g) for g in ones] if lift else ones
    whole = [one if g is None else g for g, one in zip(cotangents, ones)]
    return right(whole, node, lift)


def constant_beside_constants(
    right: Right, kind: Any, data: Any, op: Any, inputs: Any, params: Any, tracked: bool
) -> Any:
    tracked = tracked and all(type(x) is kind and x.tracked for x in inputs)
    return right(kind, data, op, inputs, params, tracked)


# A zero stays zero ----------------------------------------------------------------------


@composed(name="itself beside its root", sample={"x": "array"})
def beside_its_root(x: Any) -> Any:
    """``x``; at 0 what was not chosen has an infinite slope and a cotangent of 0."""
    return np.where(True, x, np.cbrt(x))


def weighed_by_the_slope(x: Any, y: Any, either: bool = False) -> Any:
    zero = np.equal(y, 0)
    with np.errstate(all="ignore"):
        return np.where(zero | np.equal(x, 0) if either else zero, 0, np.multiply(x, y))


# Right, but otherwise -------------------------------------------------------------------


class LastFirst(Sums):
    """Contributions wait until they are asked for, and are added from last to first."""

    def __init__(self, space: Any, lift: bool) -> None:
        super().__init__(space, lift)
        self.late: dict[Node, list[Any]] = {}

    def add(self, x: Node, part: Any) -> None:
        self.late.setdefault(x, []).append(part)

    def _hurry(self, x: Node) -> None:
        for part in reversed(self.late.pop(x, ())):
            super().add(x, part)

    def pop(self, x: Node, default: Any = None) -> Any:  # type: ignore[override]
        self._hurry(x)
        return super().pop(x, default)

    def take(self, x: Node, default: Any) -> Any:
        self._hurry(x)
        return super().take(x, default)


def last_first(right: Right, space: Any, lift: bool) -> Sums:
    return LastFirst(space, lift)


def never_in_place(right: Right, sums: Any, x: Any, part: Any) -> None:
    held = sums.get(x)
    right(sums, x, part)
    del held  # which was another's, too, until now


def copied(right: Right, *args: Any) -> Any:
    result = right(*args)
    return np.array(result) if isinstance(result, np.ndarray) else result
