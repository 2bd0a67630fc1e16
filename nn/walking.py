"""What a module is made of, found by walking attributes and containers."""

from __future__ import annotations

from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any

import numpy as np

from autograd import Node


class Part:
    """What is walked by its attributes: the base of Module."""


BY_KEY = (dict, UserDict, ChainMap)
IN_ORDER = (list, tuple, deque, UserList)
WALKED = (Part, *BY_KEY, *IN_ORDER)
Found = tuple[list[Any], Any]  # the keys that lead there, and what is there


def walk(root: Any, everywhere: bool = False) -> Iterator[Found]:
    """Every module and node within ``root``, once, under the first path to it.

    With ``everywhere`` under each path: but what refers back to what it is within is
    entered once, as its paths need not end.
    """
    seen: set[int] = set()
    entered: set[int] = set()
    circular: set[int] = set()
    keys: list[Any] = []
    above: dict[int, int] = {}  # how deep each lies that encloses x, by identity
    lows: list[int] = []  # how far up what is within each of them refers
    levels: list[Iterator[tuple[Any, Any]]] = [iter([(None, root)])]
    while levels:
        for key, x in levels[-1]:
            keys.append(key)
            if isinstance(x, (Part, Node)) and (everywhere or id(x) not in seen):
                seen.add(id(x))
                yield keys, x  # which go on to change: a path is as long as it is deep
            if id(x) in above:
                lows[-1] = min(lows[-1], above[id(x)])
            elif isinstance(x, WALKED) and (
                id(x) not in entered or (everywhere and id(x) not in circular)
            ):
                entered.add(id(x))
                above[id(x)] = len(above)
                lows.append(len(lows) + 1)
                levels.append(attributes(x))
                break
            keys.pop()
        else:
            levels.pop()
            if above:
                (x_id, depth), low = above.popitem(), lows.pop()
                if low <= depth:
                    circular.add(x_id)
                if lows:
                    lows[-1] = min(lows[-1], low)
                keys.pop()


def attributes(x: Any) -> Iterator[tuple[Any, Any]]:
    """What lies directly within ``x``, by name, key or position; nothing in a leaf."""
    if isinstance(x, Part):
        return iter(vars(x).items())
    if isinstance(x, BY_KEY):
        return iter(x.items())
    return enumerate(x) if isinstance(x, IN_ORDER) else iter(())


def generators_of(root: Any) -> dict[str, np.random.Generator]:
    """The random generators that modules hold, by the path to each."""
    found, seen, waiting = {}, {id(root)}, [("", root)]
    while waiting:
        path, x = waiting.pop()
        for key, child in attributes(x):
            if isinstance(child, np.random.Generator):
                found[f"{path}{key}"] = child
            elif id(child) not in seen:
                seen.add(id(child))
                waiting.append((f"{path}{key}.", child))
    return found


def distinct(module: Any, wanted: Callable[[Any], bool]) -> list[Any]:
    """What is wanted within a module, each once."""
    return [x for _, x in walk(module) if wanted(x)]


def named(found: Iterator[Found], wanted: Callable[[Any], bool]) -> dict[str, Any]:
    """What is wanted of what was found, by name."""
    firsts: dict[str, tuple[tuple[Any, ...], Any]] = {}
    for keys, x in found:
        if wanted(x):
            path = tuple(keys[1:])
            name = ".".join(map(str, path))
            first, other = firsts.setdefault(name, (path, x))
            if other is not x:
                one, two = (" → ".join(map(repr, each)) for each in (first, path))
                raise ValueError(
                    f"two parts of this module would be named {name!r}: {one} and "
                    f"{two}. Rename one of the keys"
                )
    return {name: x for name, (_, x) in firsts.items()}


def is_module(x: Any) -> bool:
    """Whether ``x`` is a Module."""
    return isinstance(x, Part)


def substituted(x: Any, others: Mapping[Any, Any]) -> Any:
    """``x`` with other nodes within its containers; itself, if there are none."""
    if isinstance(x, Node):
        return others.get(x, x)
    if not isinstance(x, (*BY_KEY, *IN_ORDER)):
        return x
    new = {key: substituted(child, others) for key, child in attributes(x)}
    if all(new[key] is child for key, child in attributes(x)):
        return x
    if isinstance(x, tuple):
        return x._make(new.values()) if hasattr(x, "_make") else type(x)(new.values())
    twin = copy(x)  # of its own type, whatever its constructor takes
    for key, child in new.items():
        twin[key] = child
    return twin


def children(x: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The modules directly within ``x``, in containers included."""
    for key, child in attributes(x):
        path = f"{name}.{key}" if name else key
        if isinstance(child, Part):
            yield path, child
        else:
            yield from children(child, path)


def inside_out(module: Any, seen: set[int]) -> Iterator[Any]:
    """Every module within, and this one last."""
    seen.add(id(module))
    for _, child in children(module):
        if id(child) not in seen:
            yield from inside_out(child, seen)
    yield module
