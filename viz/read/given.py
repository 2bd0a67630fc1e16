"""What was given to a model as plain numbers and arrays, which are no nodes.

A graph holds them as constants of the operations that read them, as it holds the 2 of
``x * 2``. Which of them came from outside, the outermost call of a module remembers.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import ref

import numpy as np

from autograd.core.node import Node

from .scopes import Scopes

APART = 16  # numbers of a list that are drawn each by itself
SMALL = 8192  # bytes of an array that is compared by what it holds
NUMBERS = (float, int, complex)


@dataclass(slots=True, eq=False)
class Argument:
    """A number, or an array, that a module was called with, and its name there."""

    name: str
    data: Any


@dataclass(slots=True)
class _Call:
    """The arguments of one call: by identity and by value, and the arrays."""

    by_id: dict[int, Argument] = field(default_factory=dict)
    by_number: dict[Any, Argument] = field(default_factory=dict)
    arrays: list[Argument] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)  # so that no id is used again


class Given:
    """The plain arguments of the outermost calls in a graph."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self._calls: dict[int, _Call | None] = {}
        self._arrays: dict[Any, Argument] = {}  # one array is one argument of all calls

    def argument(self, x: Any, node: Node) -> Argument | None:
        """The argument that ``node`` read as its constant operand ``x``, if it is one.

        It may have been copied, reshaped or converted on the way. Of numbers, only one
        beside a parameter is taken for what was given: the others may as well be
        written in the model's own code, which can even share the object.
        """
        if isinstance(x, Node):
            return None
        call = None if node.scope is None else self._call(node.scope)
        if call is None:
            return None
        if isinstance(x, np.ndarray):
            same = [a for a in call.arrays if _are_equal(x, a.data)]
            shared = (a for a in same if np.may_share_memory(x, a.data))
            return next(shared, same[0] if same else None)
        if not isinstance(x, NUMBERS):
            return None
        others = [other for other in node.inputs if isinstance(other, Node)]
        if not others or not all(other in self.scopes.names for other in others):
            return None
        return call.by_id.get(id(x)) or call.by_number.get(x)

    def _call(self, scope: Any) -> _Call | None:
        if id(scope) not in self._calls:
            link = scope
            while link[0] is not None:
                link = link[0]
            if link is scope:
                self._calls[id(scope)] = self._read(link) if len(link) == 4 else None
            else:
                self._calls[id(scope)] = self._call(link)
        return self._calls[id(scope)]

    def _read(self, link: tuple[Any, ...]) -> _Call:
        call = _Call()
        for name, value in _named(*link[1:]):
            if isinstance(value, np.ndarray) and not isinstance(value, np.generic):
                argument = Argument(name, value)
                argument = self._arrays.setdefault(_identity(value), argument)
                if argument not in call.arrays:
                    call.arrays.append(argument)
                elif name not in argument.name.split(" = "):
                    argument.name += f" = {name}"  # which was read is not known
                if value.ndim == 1:
                    self._numbers(call, argument, name, value.tolist())
            elif isinstance(value, list):
                numbers = [x for x in value if isinstance(x, NUMBERS)]
                whole = Argument(name, np.asarray(numbers))
                self._numbers(call, whole, name, value)
            elif isinstance(value, NUMBERS):
                self._number(call, Argument(name, value), value)
        return call

    def _numbers(
        self, call: _Call, whole: Argument, name: str, numbers: list[Any]
    ) -> None:
        for i, x in enumerate(numbers):
            if isinstance(x, NUMBERS):
                few = len(numbers) <= APART
                self._number(call, Argument(f"{name}[{i}]", x) if few else whole, x)

    def _number(self, call: _Call, argument: Argument, x: Any) -> None:
        call.kept.append(x)
        call.by_id.setdefault(id(x), argument)
        call.by_number.setdefault(x, argument)


def _identity(x: np.ndarray) -> Any:
    """What two calls' arrays have in common if they were given the same one."""
    if x.nbytes > SMALL:
        return id(x)
    return x.shape, x.dtype.str, x.tobytes()


def _are_equal(x: np.ndarray, given: np.ndarray) -> bool:
    if x.size != given.size or not x.size:
        return False
    if x is given or np.may_share_memory(x, given):
        return True
    return bool(np.array_equal(x.ravel(), given.ravel()))


def _named(
    module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """What a module was called with: each argument, each list of numbers in them."""
    names = parameters(module, args, kwargs)
    names += [f"input {i + 1}" for i in range(len(names), len(args))]
    found = [*zip(names, args, strict=False), *kwargs.items()]
    while found:
        name, value = found.pop(0)
        if isinstance(value, ref):  # of a large array, which graphs read where it is
            value = value()
        if isinstance(value, list | tuple):
            if any(isinstance(x, NUMBERS) for x in value):
                yield name, list(value)
            inner = [
                (f"{name}[{i}]", x)
                for i, x in enumerate(value)
                if isinstance(x, list | tuple | np.ndarray)
            ]
            found = inner + found
        else:
            yield name, value


def parameters(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    """The names of what was given, by position; those of the function a module wraps.

    >>> import nn
    >>> parameters(nn.CrossEntropyLoss(), (1, 2), {})
    ['input', 'target']
    """
    for each in ("forward", "function"):
        try:
            signature = inspect.signature(getattr(module, each))
            bound = signature.bind(*args, **kwargs)
        except (TypeError, ValueError, AttributeError):
            continue
        kinds = {parameter.kind for parameter in signature.parameters.values()}
        if inspect.Parameter.VAR_POSITIONAL not in kinds:
            return list(bound.arguments)
    return []
