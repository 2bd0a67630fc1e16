"""NumPy's functions on nodes: ``np.sum(t, axis=0)``, ``np.concatenate([t, a])``."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

import numpy as np

from ..core import tree
from ..core.declare import NUMPY
from ..core.node import raw
from ..core.primitive import Primitive
from .refusals import REASONS, WITHOUT_DERIVATIVE

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
    ours = NUMPY.get(func)
    if ours is not None:
        positional, known = _plan(func)
        if len(args) > positional or not kwargs.keys() <= known:
            args, kwargs = _rebound(func, ours, args, kwargs)
        return ours(*args, **kwargs)
    if func in WITHOUT_DERIVATIVE:
        args, kwargs = tree.mapped(raw, (args, kwargs))
        return tree.mapped(
            lambda x: type(self).leaf(x) if isinstance(x, np.ndarray) else x,
            func(*args, **kwargs),
        )
    reason = REASONS.get(func, "it has no derivative declared")
    raise TypeError(
        f"{_named(func)} does not take a {type(self).__name__} here: {reason}. Use "
        ".data for its value alone, without gradient"
    )


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
