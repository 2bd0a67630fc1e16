"""What a drawing starts from: nodes, a graph, or a function that is called for it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from autograd.core import tree
from autograd.core.context import switched
from autograd.core.node import Node
from autograd.core.space import ARRAYS, FLOATS

from .read.given import parameters

Names = dict[Node, str]


def kept(what: Any) -> AbstractContextManager[None]:
    """A block after which a module is as it was; in it, it holds what was computed."""
    keeps = getattr(type(what), "preserved", None)  # of nn.Module
    return nullcontext() if keeps is None else keeps(what)


def starts(
    what: Any, args: Sequence[Any], names: Names | None = None, by: str = "draw"
) -> tuple[list[Node], Names]:
    """The nodes to draw, and names for those that have none of their own.

    A function or a module is called with ``args``, and all that it computes recorded.
    Numbers and arrays that a function gets become leaves; a module gets them as they
    are, and has its own. What is given has the name of its parameter. ``names`` is
    filled while that goes on; errors speak of the function that it is done ``by``.
    """
    names = {} if names is None else names
    if args and not _is_function(what):
        raise TypeError(
            f"{by} calls a function or a module with what follows it; it got a "
            f"{type(what).__name__}. Several outputs are a list, [a, b], or by name, "
            '{"loss": a, "logits": b}'
        )
    if args:
        if _is_module(what):
            for name, x in zip(parameters(what, tuple(args), {}), args, strict=False):
                for path, node in _paths(x, name):
                    names.setdefault(node, path)
        else:
            args = _leaves(what, args, names)
        with switched(everything=True, places=True):
            what = what(*args)
    elif isinstance(getattr(what, "outputs", None), Sequence):
        what = what.outputs
    nodes = _named(what, names)
    if not nodes:
        raise TypeError(_refusal(what, args, by))
    return nodes, names


def _is_module(what: Any) -> bool:
    return callable(getattr(what, "named_modules", None))


def _is_function(what: Any) -> bool:
    return callable(what) and not isinstance(what, Node)


def _leaves(function: Any, args: Sequence[Any], names: Names) -> list[Any]:
    """The arguments as leaves, named as the function names them."""
    try:
        known = [*inspect.signature(function).bind(*args).arguments]
    except (TypeError, ValueError):
        known = []
    flat = tree.leaves(list(args))
    scalar = all(isinstance(x, float | int | Node) for x in flat)

    def leaf(x: Any) -> Any:
        if isinstance(x, float) and scalar:
            return FLOATS.kind.leaf(float(x), True)
        if isinstance(x, np.ndarray | np.generic | float | complex):
            array = np.asarray(x)
            return ARRAYS.kind.leaf(array, array.dtype.kind in "fc")
        return x

    made = [tree.mapped(leaf, x) for x in args]
    for name, x in zip(known, made, strict=False):
        for path, node in _paths(x, name):
            names[node] = path
    return made


def _named(what: Any, names: Names) -> list[Node]:
    """Every node in nested lists and dictionaries, with its keys for a name."""
    found = [*_paths(what, "")]
    if not all(isinstance(x, Node) for x in tree.leaves(what)):
        return []
    for path, node in found:
        if path and not path.startswith("["):
            names.setdefault(node, path)
    return list(dict.fromkeys(node for _, node in found))


def _paths(x: Any, path: str) -> list[tuple[str, Node]]:
    """Nodes by the way to them: ``a``, ``a.b``, ``a[0]``."""
    if isinstance(x, Node):
        return [(path, x)]
    if isinstance(x, Mapping):
        dot = f"{path}." if path else ""
        parts = [(f"{dot}{key}", each) for key, each in x.items()]
    elif hasattr(x, "_fields"):
        dot = f"{path}." if path else ""
        parts = [(f"{dot}{key}", getattr(x, key)) for key in x._fields]
    elif isinstance(x, list | tuple):
        parts = [(f"{path}[{i}]", each) for i, each in enumerate(x)]
    else:
        parts = []
    return [found for inner, each in parts for found in _paths(each, inner)]


def _refusal(what: Any, args: Sequence[Any], by: str) -> str:
    text = (
        f"{by} needs a Value, a Tensor, a list or a dict of them, or a Graph (from "
        f"autograd.record); got {type(what).__name__}"
    )
    if args:
        return f"{text}, which the function returned. Return what is to be drawn"
    if _is_function(what):
        kind = "model" if _is_module(what) else "f"
        given = f"{kind}, other, x" if by == "diff" else f"{kind}, x"
        return f"{text}. Give it its input: {by}({given}), or write {kind}(x)"
    empty = isinstance(what, list | tuple | dict) and not tree.leaves(what)
    return text + (" without any node" if empty else "")
