"""Nested containers and their leaves: lists, tuples, named tuples and dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CONTAINERS = (tuple, list, dict)


def leaves(tree: Any) -> list[Any]:
    """The leaves of nested containers, in order.

    >>> leaves({"a": [1, 2], "b": (3,)})
    [1, 2, 3]
    """
    if not isinstance(tree, CONTAINERS):
        return [] if tree is None else [tree]
    children = tree.values() if isinstance(tree, dict) else tree
    return [leaf for child in children for leaf in leaves(child)]


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """The same containers, with ``function`` of each leaf (and of the others' leaves).

    >>> mapped(lambda x, y: x + y, [1, {"a": 2}], [10, {"a": 20}])
    [11, {'a': 22}]
    """
    if not isinstance(tree, CONTAINERS):
        return None if tree is None else function(tree, *others)
    _check_same(tree, others)
    if isinstance(tree, dict):
        copy = tree.copy()  # of its own type, whatever its constructor takes
        for key, child in tree.items():
            copy[key] = mapped(function, child, *(other[key] for other in others))
        return copy
    children = [mapped(function, *each) for each in zip(tree, *others)]
    return type(tree)(*children) if hasattr(tree, "_fields") else type(tree)(children)


def matched(tree: Any, other: Any) -> list[Any]:
    """The leaves of ``other``, which is built like ``tree``, in the order of ``tree``.

    >>> matched({"a": 1, "b": 2}, {"b": 20, "a": 10})
    [10, 20]
    """
    found: list[Any] = []
    mapped(lambda _, leaf: found.append(leaf), tree, other)
    return found


def _check_same(tree: Any, others: tuple[Any, ...]) -> None:
    for other in others:
        same = (
            isinstance(other, dict) and other.keys() == tree.keys()
            if isinstance(tree, dict)
            else isinstance(other, (list, tuple)) and len(other) == len(tree)
        )
        if not same:
            raise ValueError(
                f"expected the same structure as {_shape(tree)}; got {_shape(other)}"
            )


def _shape(tree: Any) -> str:
    if isinstance(tree, dict):
        return f"a dict with keys {list(tree)}"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"
