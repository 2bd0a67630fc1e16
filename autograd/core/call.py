"""Calling a primitive: the hottest code in the project, one closure an arity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .context import recording
from .node import NO_PARAMS, Node, TraceError, made, new, tick, told
from .primitive import Constant, Linear, Primitive
from .rules import FAILURES, flow_of, pull_of
from .signature import elsewhere
from .sweeps import Deferred

now = recording.get
KINDS = (  # of exceptions that are raised again, the special ones first
    np.exceptions.AxisError,
    np.linalg.LinAlgError,
    IndexError,
    TypeError,
    ValueError,
)
UNFIT = (*FAILURES, AttributeError)  # what a function says of an operand it cannot take


def complete(op: Primitive) -> Primitive:
    """The same primitive, which now can be called and swept."""
    op.call, op.pull = _call_of(op), pull_of(op)
    op.flow, op.flow_of_floats = flow_of(op, False), flow_of(op, True)
    op.call.__qualname__ = op.name
    return op


def _call_of(op: Primitive) -> Callable[..., Any]:
    """The function that runs when ``op`` is called."""
    plain = not op.signature.defaults and not op.signature.rest and op.tracks
    if plain and op.arity == 1:
        return _unary(op)
    if plain and op.arity == 2:
        return _binary(op)
    return _general(op)


def _unary(op: Primitive) -> Callable[[Any], Any]:
    forward, on_floats = op.forward, op.on_floats

    def call(x: Any) -> Any:
        if not isinstance(x, Node):
            try:
                return forward(x)
            except UNFIT as error:
                return _without_nodes(op, error, (x,), NO_PARAMS)
        raw, tracked = x._raw, x.tracked
        try:
            data = on_floats(raw) if type(raw) is float else forward(raw)
        except FAILURES as error:
            data = _rescued(op, error, (raw,), NO_PARAMS)
        context = now()
        if type(data) is not type(raw) or context.unusual or not tracked:
            return _made(type(x), data, op, (x,), NO_PARAMS, tracked)
        node = new(type(x))  # as ``made`` does it, without a call
        node._raw = data
        node.op = op
        node.inputs = (x,)
        node.params = NO_PARAMS
        node.age = tick()
        node.tracked = True
        node.scope = context.scope
        node.grad = None
        node.retains = False
        return node

    return call


def _binary(op: Primitive) -> Callable[[Any, Any], Any]:
    forward, on_floats = op.forward, op.on_floats

    def call(x: Any, y: Any) -> Any:
        if isinstance(x, Node):
            kind, tracked = type(x), x.tracked
            raw = a = x._raw
            if type(y) is kind:
                b = y._raw
                tracked = tracked or y.tracked
            else:
                b = y = kind.space.constant(y, op)
        elif isinstance(y, Node):
            kind, tracked = type(y), y.tracked
            raw = b = y._raw
            a = x = kind.space.constant(x, op)
        else:
            try:
                return forward(x, y)
            except UNFIT as error:
                return _without_nodes(op, error, (x, y), NO_PARAMS)
        try:
            data = on_floats(a, b) if type(raw) is float else forward(a, b)
        except FAILURES as error:
            data = _rescued(op, error, (a, b), NO_PARAMS)
        context = now()
        if type(data) is not type(raw) or context.unusual or not tracked:
            return _made(kind, data, op, (x, y), NO_PARAMS, tracked)
        node = new(kind)  # as ``made`` does it, without a call
        node._raw = data
        node.op = op
        node.inputs = (x, y)
        node.params = NO_PARAMS
        node.age = tick()
        node.tracked = True
        node.scope = context.scope
        node.grad = None
        node.retains = False
        return node

    return call


def _general(op: Primitive) -> Callable[..., Any]:
    signature, arity = op.signature, len(op.signature.operands)
    whole = not signature.required and not signature.rest

    def call(*args: Any, **kwargs: Any) -> Any:
        if whole and not kwargs and len(args) == arity:
            operands, params = args, signature.defaults
        else:
            operands, params = signature.bind(op.name, args, kwargs)
        for x in operands:
            if isinstance(x, Node):
                kind = type(x)
                break
        else:
            try:
                return op.forward(*operands, **params)
            except UNFIT as error:
                return _without_nodes(op, error, operands, params)
        inputs, raw, tracked = [], [], False
        for x in operands:
            if type(x) is kind:
                tracked = tracked or x.tracked
                raw.append(x._raw)
            else:
                x = kind.space.constant(x, op)
                raw.append(x)
            inputs.append(x)
        raw_type = kind.space.raw_type
        try:
            run = op.on_floats if raw_type is float else op.forward
            data = run(*raw, **params)
        except FAILURES as error:
            data = _rescued(op, error, raw, params)
        make = made if type(data) is raw_type else _made
        # A tuple of a list, here and elsewhere: one made from a generator is resized,
        # which leaves a spare tuple behind until the garbage collector runs.
        return make(kind, data, op, tuple(inputs), params, tracked and op.tracks)

    return call


def _made(
    kind: type[Node],
    data: Any,
    op: Primitive,
    inputs: tuple,
    params: Any,
    tracked: bool,
) -> Any:
    """``made`` for a result that may be no array yet, or several."""
    if not isinstance(data, (tuple, list)):
        return made(kind, kind.space.normal(data), op, inputs, params, tracked)
    data = tuple([kind.space.normal(each) for each in data])
    node = made(kind, data, op, inputs, params, tracked)
    return tuple([ITEM.call(node, i, len(data)) for i in range(len(data))])


def _rescued(op: Primitive, error: Exception, raw: Sequence[Any], params: dict) -> Any:
    """NumPy's answer where ``math`` has none; else the error, in the caller's terms."""
    if all(type(x) is float for x in raw):
        with np.errstate(all="ignore"):
            return op.forward(*map(np.float64, raw), **params)
    return raised_again(op.name, error, raw)


def _without_nodes(
    op: Primitive, error: Exception, operands: Sequence[Any], params: dict
) -> Any:
    """The result for lists, which are arrays to NumPy; else the error, by name."""
    lists = [isinstance(x, (list, tuple)) for x in operands]
    if not any(lists):
        return raised_again(op.name, error, operands)
    try:
        arrays = [np.asarray(x) if it else x for x, it in zip(operands, lists)]
        return op.forward(*arrays, **params)
    except UNFIT as again:
        return raised_again(op.name, again, operands)


def raised_again(name: str, error: Exception, operands: Sequence[Any]) -> Any:
    """NumPy's exception, with the name of the function and what it was called with."""
    if isinstance(error, TraceError) or str(error).startswith(f"{name} got "):
        raise error
    came = " and ".join(told(x) for x in operands)
    kind = next((kind for kind in KINDS if isinstance(error, kind)), type(error))
    kind = TypeError if kind is AttributeError else kind
    hint = elsewhere(str(error))
    raise kind(f"{name} got {came}: {error}{hint}") from error


# Several outputs: a node whose data is a tuple, and one item node for each -----------


class Slot(Deferred):
    """The cotangent of one of several outputs, in its place among the others."""

    def __init__(self, g: Any, index: int, count: int) -> None:
        self.g, self.index, self.count = g, index, count

    def buffer(self) -> list[Any]:
        return [None] * self.count

    def add_into(self, total: list[Any]) -> None:
        before = total[self.index]
        total[self.index] = self.g if before is None else before + self.g


def _item(x: Any, *, index: int, count: int) -> Any:
    return x[index]


ITEM = complete(
    Linear(_item, lambda g, index, count: Slot(g, index, count), name="item")
)
ITEM.text = lambda operands, params: f"{operands[0]}[{params['index']}]"


def outputs(out: Any, count: int) -> list[Any]:
    """The several outputs that a rule finds in ``out``, one by one."""
    return [ITEM.call(out, i, count) for i in range(count)]


# What stands in a node's ``op`` after ``backward(free=True)`` ------------------------


def _refuse(node: Node, g: Any, *_: Any) -> Any:
    raise ValueError(
        "this graph was freed by backward(free=True); run the forward pass again, or "
        "leave out free=True to sweep the same graph twice"
    )


FREED = complete(Constant(lambda x: x, name="freed"))
FREED.pull = FREED.pull_by = FREED.push = _refuse  # type: ignore[method-assign, assignment]
