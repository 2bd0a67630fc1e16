"""Calling a primitive: the hottest code in the project, one closure an arity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from .node import NO_PARAMS, Node, made, raw

if TYPE_CHECKING:
    from .primitive import Primitive

KINDS = (  # of exceptions that are raised again, the special ones first
    np.exceptions.AxisError,
    np.linalg.LinAlgError,
    IndexError,
    TypeError,
    ValueError,
)
FAILURES = (ArithmeticError, IndexError, TypeError, ValueError)


def call_of(op: Primitive) -> Callable[..., Any]:
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
            return forward(x)
        raw = x._data
        floats = type(raw) is float
        try:
            data = on_floats(raw) if floats else forward(raw)
        except FAILURES as error:
            data = _rescued(op, error, (raw,), NO_PARAMS)
        if type(data) is not (float if floats else ndarray):
            return _made(type(x), data, op, (x,), NO_PARAMS, x.tracked)
        return made(type(x), data, op, (x,), NO_PARAMS, x.tracked)

    return call


def _binary(op: Primitive) -> Callable[[Any, Any], Any]:
    forward, on_floats = op.forward, op.on_floats

    def call(x: Any, y: Any) -> Any:
        if isinstance(x, Node):
            kind = type(x)
            tracked = x.tracked
            a = x._data
            floats = type(a) is float
            if type(y) is kind:
                b = y._data
                tracked = tracked or y.tracked
            else:
                b = y = kind.constant(y, op)
        elif isinstance(y, Node):
            kind = type(y)
            tracked = y.tracked
            a = x = kind.constant(x, op)
            b = y._data
            floats = type(b) is float
        else:
            return forward(x, y)
        try:
            data = on_floats(a, b) if floats else forward(a, b)
        except FAILURES as error:
            data = _rescued(op, error, (a, b), NO_PARAMS)
        if type(data) is not (float if floats else ndarray):
            return _made(kind, data, op, (x, y), NO_PARAMS, tracked)
        return made(kind, data, op, (x, y), NO_PARAMS, tracked)

    return call


def _general(op: Primitive) -> Callable[..., Any]:
    signature = op.signature

    def call(*args: Any, **kwargs: Any) -> Any:
        operands, params = signature.bind(op.name, args, kwargs)
        kind = next((type(x) for x in operands if isinstance(x, Node)), None)
        if kind is None:
            return op.forward(*operands, **params)
        # A tuple of a list, here and elsewhere: one made from a generator is resized,
        # which leaves a spare tuple behind until the garbage collector runs.
        inputs = tuple(
            [x if type(x) is kind else kind.constant(x, op) for x in operands]
        )
        raw = [x._data if type(x) is kind else x for x in inputs]
        tracked = op.tracks and any(type(x) is kind and x.tracked for x in inputs)
        try:
            floats = kind.raw_type is float
            data = (op.on_floats if floats else op.forward)(*raw, **params)
        except FAILURES as error:
            data = _rescued(op, error, raw, params)
        return _made(kind, data, op, inputs, params, tracked)

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
        return made(kind, kind.normal(data), op, inputs, params, tracked)
    data = tuple([kind.normal(each) for each in data])
    node = made(kind, data, op, inputs, params, tracked)
    return tuple([op.item(node, i, len(data)) for i in range(len(data))])


def pull_of(op: Primitive) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    """The function a reverse sweep calls at each node of ``op``."""
    whole = op.joint is None and not op.fast and not op.signature.rest
    if whole and op.rules and None not in op.rules:
        if op.forms in (["g", "g"], ["g", "-g"]):
            return _pull_signs(1 if op.forms[1] == "g" else -1)
        if op.arity == 1:
            return _pull_unary(op)
        if op.arity == 2 and not op.signature.defaults:
            return _pull_binary(op)
    return _pull_general(op)


def _pull_signs(
    second: int,
) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    """Sums and differences hand the cotangent on, and look at nothing."""

    def pull(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        x, y = node.inputs
        kind = type(node)
        wants_x = type(x) is kind and x.tracked and x.age >= floor
        if type(y) is kind and y.tracked and y.age >= floor:
            return g if wants_x else None, g if second == 1 else -g
        return g if wants_x else None, None

    return pull


def _pull_unary(op: Primitive) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    (rule,) = op.rules

    def pull(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        (x,) = node.inputs
        if not x.tracked or x.age < floor:
            return (None,)
        if type(g) is list:
            g = _complete(g, node, lift)
        if lift:
            return (rule(g, node, node.params, x),)
        try:
            return (rule(g, node._data, node.params, x._data),)
        except FAILURES:
            return _pulled_as_numpy(op, node, g, floor)

    return pull


PULL_BINARY = """
def pull(node, g, floor, lift):
    x0, x1 = node.inputs
    kind = type(node)
    wanted0 = wanted1 = False
    out = node
    if type(x0) is kind:
        wanted0 = x0.tracked and x0.age >= floor
        if not lift:
            x0 = x0._data
    if type(x1) is kind:
        wanted1 = x1.tracked and x1.age >= floor
        if not lift:
            x1 = x1._data
    if not lift:
        out = node._data
    try:
        return {first} if wanted0 else None, {second} if wanted1 else None
    except FAILURES:
        if lift:
            raise
        return pulled_as_numpy(op, node, g, floor)
"""


def _pull_binary(op: Primitive) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    """With the calls of both rules written into it, which saves two more calls."""
    first, second = (
        op.signature.called(rule, form, name)
        for rule, form, name in zip(op.texts, op.forms, ("rule0", "rule1"))
    )
    known: dict[str, Any] = {
        "rule0": op.texts[0],
        "rule1": op.texts[1],
        "shape": np.shape,
        "op": op,
        "FAILURES": FAILURES,
        "pulled_as_numpy": _pulled_as_numpy,
    }
    exec(PULL_BINARY.format(first=first, second=second), known)
    return known["pull"]


def _pull_general(op: Primitive) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    def pull(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        if type(g) is list:
            g = _complete(g, node, lift)
        if lift:
            return _pulled(op, node, g, node, node.inputs, op.rules, floor)
        operands = [x._data if isinstance(x, Node) else x for x in node.inputs]
        fast = op.fast if type(node).raw_type is not float else None
        try:
            rules = fast or op.rules
            return _pulled(op, node, g, node._data, operands, rules, floor)
        except FAILURES:
            return _pulled_as_numpy(op, node, g, floor)

    return pull


def _complete(cotangents: list[Any], node: Node, lift: bool) -> tuple[Any, ...]:
    """The cotangents of a node with several outputs, zeros where none arrived."""
    whole = []
    for g, data in zip(cotangents, node._data, strict=True):
        if g is None:
            g = np.zeros_like(data)
            g = type(node).leaf(g) if lift else g
        whole.append(g)
    return tuple(whole)


def _pulled(
    op: Primitive,
    node: Node,
    g: Any,
    out: Any,
    operands: Sequence[Any],
    rules: Sequence[Any],
    floor: int,
) -> Sequence[Any]:
    kind = type(node)
    params = node.params
    wanted = [type(x) is kind and x.tracked and x.age >= floor for x in node.inputs]
    if op.joint is not None:
        parts = op.joint(g, out, params, *operands)
        return [p if wants else None for p, wants in zip(parts, wanted, strict=True)]
    return [
        rule(g, out, params, *operands) if wants and rule else None
        for wants, rule in zip_longest(wanted, rules)
    ]


def _pulled_as_numpy(op: Primitive, node: Node, g: Any, floor: int) -> Sequence[Any]:
    """Where Python's floats raise (1 / 0.0), NumPy's have an answer."""
    operands = [*map(raw, node.inputs)]
    if not all(type(x) is float for x in operands):
        raise
    with np.errstate(all="ignore"):
        out = np.float64(node._data)
        xs = [np.float64(x) for x in operands]
        return _pulled(op, node, np.float64(g), out, xs, op.rules, floor)


def _rescued(op: Primitive, error: Exception, raw: Sequence[Any], params: dict) -> Any:
    """NumPy's answer where ``math`` has none; else the error, in the caller's terms."""
    if all(type(x) is float for x in raw):
        with np.errstate(all="ignore"):
            return op.forward(*map(np.float64, raw), **params)
    return raised_again(op.name, error, raw)


def raised_again(name: str, error: Exception, operands: Sequence[Any]) -> Any:
    """NumPy's exception, with the name of the function and what it was called with."""
    if str(error).startswith(f"{name} got "):
        raise error
    came = " and ".join(told(x) for x in operands)
    kind = next((kind for kind in KINDS if isinstance(error, kind)), type(error))
    raise kind(f"{name} got {came}: {error}") from error


def told(x: Any) -> str:
    """An operand, as an error message names it."""
    if isinstance(x, np.ndarray):
        return f"an array of shape {x.shape} and dtype {x.dtype}"
    if isinstance(x, Node):
        return f"a {type(x).__name__} of shape {np.shape(x._data)}"
    return f"{type(x).__name__} {x!r}"[:80]
