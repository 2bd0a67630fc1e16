"""What tells one program of a function from another: its arguments but for numbers."""

from __future__ import annotations

import sys
from collections import deque
from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np

from ..core.node import Node
from ..core.space import operand
from ..core.tree import CONTAINERS
from ..core.writes import OURS
from ..tensor import Tensor
from ..value import Value

MANY = 1_000  # parts of an object that are looked at: what has more holds data
NUMERIC = "biufc"
STATIC = (int, float, complex, str, bytes, type, np.dtype, np.ndarray, np.generic)


def is_array(x: Any) -> bool:
    """Whether the elements may change from call to call: an array of numbers."""
    if isinstance(x, (Tensor, Value)):
        return True
    if not isinstance(x, (np.ndarray, np.generic)) or isinstance(x, np.ma.MaskedArray):
        return False
    return x.dtype.kind in NUMERIC


class Opaque:
    """An argument without a hash, known by equality; a copy keeps it as it was."""

    def __init__(self, x: Any) -> None:
        self.x = deepcopy(x)

    def __hash__(self) -> int:
        return hash(type(self.x))

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Opaque) or type(other.x) is not type(self.x):
            return False
        try:
            return bool(other.x == self.x)
        except Exception:  # whatever a comparison raises
            return False


def key_of(x: Any, arrays: list[Any]) -> Any:
    """The part of a key that an argument is; its arrays are added to ``arrays``.

    Containers by their structure, arrays by shape and dtype, all else by value. Raises
    TypeError for an np.matrix, whose * is another.

    >>> arrays = []
    >>> key = key_of([np.zeros(2), 1.0], arrays)
    >>> key == key_of([np.ones(2), 1.0], arrays), key == key_of([np.ones(2), 1], [])
    (True, False)
    >>> arrays
    [array([0., 0.]), array([1., 1.])]
    """
    kind: Any = type(x)
    if kind is np.ndarray and x.dtype.kind in NUMERIC:
        arrays.append(x)
        return (kind, x.shape, x.dtype)
    if isinstance(x, np.matrix):
        operand(x, "a compiled function")  # raises
    if kind is not Value and is_array(x):
        arrays.append(x)
        return (Tensor if kind is Tensor else np.ndarray, x.shape, x.dtype)
    if isinstance(x, (list, tuple)):
        return (kind, *[key_of(each, arrays) for each in x])
    if isinstance(x, dict):
        return (kind, *[(name, key_of(each, arrays)) for name, each in x.items()])
    if kind is Value:
        arrays.append(x)
        return Value
    if isinstance(x, (float, complex)):
        return (kind, repr(x))  # which tells -0.0 from 0.0, and NaN is NaN
    if _is_plain(kind):
        return (kind, *_attributes(x))
    if _has_hash(x):
        return (kind, x)
    try:
        return Opaque(x)
    except Exception:  # whatever copying it raises
        return (kind, *_attributes(x))


def _has_hash(x: Any) -> bool:
    try:
        hash(x)
    except Exception:  # whatever a person's class raises
        return False
    return True


# Objects whose hash tells nothing of their attributes ---------------------------------

LEADING = (*CONTAINERS, set, frozenset, deque)


@lru_cache(1024)
def _is_plain(kind: Any) -> bool:
    """Whether it is a class of a person's that does not say when two are equal."""
    packages = [each.__module__.partition(".")[0] for each in kind.__mro__]
    return (
        kind.__hash__ is object.__hash__
        and packages[0] not in sys.stdlib_module_names
        and not {*OURS} & {*packages}
        and not issubclass(kind, type)
    )


def _attributes(x: Any) -> tuple[Any, ...]:
    """What is in an object now, as far as attributes and containers lead.

    Arrays and Tensors in it are captured ones: it counts which they are, not what they
    hold. Of data without a hash (a table, a sparse matrix) it counts that, too: to copy
    and compare them would take longer than what is compiled.
    """
    parts: list[Any] = []
    seen: dict[int, Any] = {}
    room = MANY
    queue = deque([x])
    while queue:
        x = queue.popleft()
        kind: Any = type(x)
        if isinstance(x, LEADING):
            if id(x) in seen or len(x) > room:
                parts.append(Same(x))
                continue
            names = [key_of(name, []) for name in x] if isinstance(x, dict) else ()
            parts += [kind, len(x), *names]
            queue.extend(x.values() if isinstance(x, dict) else x)
            room -= len(x)
        elif isinstance(x, (Node, np.ndarray)):
            parts.append(Same(x))
        elif is_array(x):
            parts.append((kind, repr(x)))
        elif _is_plain(kind) or not (kind is bytearray or _has_hash(x)):
            parts.append(Same(x))
            if id(x) not in seen and room > 0:
                state = object.__getstate__(x)  # (of __dict__, of __slots__), or one
                for names in state if type(state) is tuple else (state,):
                    parts += names or ()
                    queue.extend((names or {}).values())
                    room -= len(names or ())
        else:
            parts.append(key_of(x, []))
            continue
        seen[id(x)] = x
    return tuple(parts)


class Same:
    """One object, and no other one that is equal."""

    def __init__(self, x: Any) -> None:
        self.x = x

    def __hash__(self) -> int:
        return id(self.x)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Same) and other.x is self.x


def is_static(x: Any) -> bool:
    """Whether what a function returns can be returned again as it is.

    >>> is_static("text"), is_static([])
    (True, False)
    """
    if isinstance(x, Node):
        return False
    return x is None or isinstance(x, STATIC)
