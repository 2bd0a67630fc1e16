"""NumPy's functions on nodes: ``np.sum(t, axis=0)``, ``np.concatenate([t, a])``."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..core import tree
from ..core.context import recording
from ..core.declare import NUMPY, constant, declare
from ..core.node import Node, numbers, raw
from ..core.primitive import Primitive
from ..core.space import NUMBERS, unmasked
from ..source import recipe
from .refusals import DECIDING, REASONS, RECORDED, WITHOUT_DERIVATIVE

RENAMED = {"a_min": "min", "a_max": "max", "newshape": "shape"}
# What changes no number here.
IGNORED = {"subok", "casting", "like", "device", "kind", "overwrite_input"}

SIGNATURES: dict[Any, Any] = {  # those of functions in C, which NumPy < 2.4 cannot tell
    np.bincount: lambda x, weights=None, minlength=0: None,
    np.concatenate: (
        lambda arrays, axis=0, out=None, *, dtype=None, casting="same_kind": None
    ),
    np.dot: lambda a, b, out=None: None,
    np.inner: lambda a, b: None,
    np.vdot: lambda a, b: None,
    np.where: lambda condition, x=None, y=None: None,
}


def call_function(self: Any, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """``__array_function__``: our function of that name, or the value alone."""
    if len(types) > 1 and _have_masks(types):
        unmasked(np.ma.masked, _named(func))
    ours = NUMPY.get(func)
    if ours is not None:
        positional, known = _plan(func)
        if len(args) > positional or not kwargs.keys() <= known:
            args, kwargs = _rebound(func, ours, args, kwargs)
        return ours(*args, **kwargs)
    if func in WITHOUT_DERIVATIVE:
        if func in DECIDING:
            tree.mapped(lambda x: numbers(x, _named(func)), (args, kwargs))
        if func in RECORDED and recording.get().everything:
            return _recorded(func, args, kwargs)
        args, kwargs = tree.mapped(raw, (args, kwargs))
        return tree.mapped(
            lambda x: _of_numbers(self, func, x) if isinstance(x, np.ndarray) else x,
            func(*args, **kwargs),
        )
    reason = REASONS.get(func, "it has no derivative declared")
    raise TypeError(
        f"{_named(func)} does not take a {type(self).__name__} here: {reason}. Use "
        ".data for its value alone, without gradient"
    )


@lru_cache(256)
def _have_masks(types: tuple[type, ...]) -> bool:
    """Whether there is a masked array beside a Tensor, whatever argument it is."""
    return any(issubclass(kind, np.ma.MaskedArray) for kind in types)


def _of_numbers(self: Any, func: Any, x: np.ndarray) -> Any:
    """A leaf like ``self``, or a TypeError: an array of objects would not record."""
    if x.dtype.kind not in NUMBERS:
        raise TypeError(
            f"{_named(func)}: a {type(self).__name__} holds numbers or booleans; got "
            f"dtype {x.dtype}"
        )
    return type(self).leaf(x)


@dataclass(frozen=True)
class Place:
    """Stands in a call's arguments for the operand of that number."""

    number: int

    def __repr__(self) -> str:
        return f"Place({self.number})"


def _filled(call: Any, operands: Any) -> Any:
    return tree.mapped(
        lambda x: operands[x.number] if isinstance(x, Place) else x, call
    )


def _evaluated(*operands: Any, function: Any, call: Any) -> Any:
    args, kwargs = _filled(call, operands)
    return function(*args, **kwargs)


def _text(operands: list[str], params: Any) -> str:
    args, kwargs = params["call"]
    parts = [_argument(x, operands) for x in args]
    parts += [f"{key}={_argument(x, operands)}" for key, x in kwargs.items()]
    return f"{_named(params['function'])}({', '.join(parts)})"


def _argument(x: Any, operands: list[str]) -> str:
    if isinstance(x, Place):
        return operands[x.number]
    if isinstance(x, (list, tuple)):
        return f"[{', '.join(_argument(each, operands) for each in x)}]"
    return recipe(x)


call_of = constant(_evaluated, name="value of")
call_of.text = _text
declare(call_of)


def _recorded(func: Any, args: Any, kwargs: Any) -> Any:
    """A function of NumPy that has no derivative, as one step."""
    operands: list[Node] = []

    def place(x: Any) -> Any:
        if not isinstance(x, Node):
            return x
        operands.append(x)
        return Place(len(operands) - 1)

    call = tree.mapped(place, (args, kwargs))
    return call_of(*operands, function=func, call=call)


def _named(func: Any) -> str:
    return f"{func.__module__.replace('numpy', 'np', 1)}.{func.__name__}"


def parameters(ours: Any) -> tuple[list[str], int]:
    """The names of what a function of ours takes, and how many have no default."""
    if isinstance(ours, Primitive) and ours.kind != "composite":
        signature = ours.signature
        return [*signature.operands, *signature.defaults], len(signature.operands)
    found = inspect.signature(ours).parameters.values()
    needed = [
        p
        for p in found
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    return [p.name for p in found], len(needed)


def _signature(func: Any) -> inspect.Signature:
    return inspect.signature(SIGNATURES.get(func, func))


@lru_cache(None)
def _plan(func: Any) -> tuple[int, set[str]]:
    """How many arguments, and which, may be passed on as they came."""
    names, count = parameters(NUMPY[func])
    theirs = list(_signature(func).parameters.values())
    if theirs and theirs[0].kind is theirs[0].VAR_POSITIONAL:
        return 10**9, set(names)
    same = count
    while same < min(len(names), len(theirs)) and names[same] == theirs[same].name:
        same += 1
    return same, set(names[count:])


def _rebound(
    func: Any, ours: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as NumPy's signature names them, for a function of ours."""
    names, count = parameters(ours)
    signature = _signature(func)
    given = signature.bind(*args, **kwargs).arguments
    positional: list[Any] = []
    rest: dict[str, Any] = {}
    for i, (name, parameter) in enumerate(signature.parameters.items()):
        if name not in given:
            continue
        value, name = given[name], RENAMED.get(name, name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += value
        elif parameter.kind is parameter.VAR_KEYWORD:
            rest |= value
        elif i < count:
            positional.append(value)
        elif name in names:
            rest[name] = value
        elif value is not parameter.default and name not in IGNORED:
            what = "is not taken for a Tensor here"
            if name == "out":
                what = "would lose the history of a Tensor"
            raise TypeError(f"{_named(func)}: {name}= {what}")
    return positional, rest
