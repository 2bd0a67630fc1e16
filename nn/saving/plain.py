"""Nested plain data as arrays by name, and a text that says how they are nested."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import Tensor, Value

Arrays = dict[str, np.ndarray]
DEEPEST = 100


def flattened(tree: Mapping[str, Any]) -> tuple[Arrays, str]:
    """The arrays of a tree, named by the keys that lead to each, and the rest as text.

    It holds dictionaries, lists, tuples, arrays, Tensors, numbers, texts and None. All
    comes back as it was, but Tensors as arrays.

    Raises:
        TypeError: it holds something else.
        ValueError: it is within itself.

    >>> arrays, text = flattened({"a": {"x": np.ones(2)}, "sizes": (3, None)})
    >>> list(arrays)
    ['a.x']
    >>> nested(arrays, text)
    {'a': {'x': array([1., 1.])}, 'sizes': (3, None)}
    """
    arrays: Arrays = {}
    return arrays, json.dumps(_flat(tree, (), arrays))


def _flat(x: Any, path: tuple[str, ...], arrays: Arrays) -> Any:
    """``x`` as JSON: what that does not have is a dictionary of one key, its kind."""
    name = ".".join(path)
    if len(path) > DEEPEST:
        raise ValueError(f"{name[:60]}… is nested too deeply to be saved, or in itself")
    if x is None or type(x) in (bool, int, float, str):
        return x
    if isinstance(x, (Tensor, Value)):
        x = np.asarray(x.data)
    if type(x) is np.ndarray or isinstance(x, (np.number, np.bool)):
        while name in arrays:  # by a key that has dots in it
            name += "'"
        arrays[name] = np.asarray(x)
        return {"array" if isinstance(x, np.ndarray) else "number": name}

    def within(key: Any, child: Any) -> Any:
        return _flat(child, (*path, str(key)), arrays)

    if type(x) is complex:
        return {"complex": [x.real, x.imag]}
    if type(x) is list:
        return [within(i, child) for i, child in enumerate(x)]
    if type(x) is tuple:
        return {"tuple": [within(i, child) for i, child in enumerate(x)]}
    if isinstance(x, Mapping):
        return {"dict": [[within("", k), within(k, child)] for k, child in x.items()]}
    raise TypeError(
        f"{name or 'what is saved'} is {type(x).__name__}, which is not saved; "
        "expected numbers, texts, arrays, None, or lists, tuples, dictionaries of them"
    )


def nested(arrays: Mapping[str, np.ndarray], text: str) -> Any:
    """The tree again."""

    def whole(x: Any) -> Any:
        if isinstance(x, list):
            return [whole(child) for child in x]
        if not isinstance(x, dict):
            return x
        ((kind, inside),) = x.items()
        if kind in ("array", "number"):
            return arrays[inside] if kind == "array" else arrays[inside][()]
        if kind == "complex":
            return complex(*inside)
        if kind == "tuple":
            return tuple(whole(inside))
        if kind == "dict":
            return {whole(key): whole(child) for key, child in inside}
        raise ValueError(f"{kind} is unknown here: a newer version wrote this")

    return whole(json.loads(text))
