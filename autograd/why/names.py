"""What nodes are called in an explanation: labels, names in a module, source lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from math import log10
from typing import Any, NamedTuple

from ..core.node import Node, raw

LONGEST = 60  # letters of a label


class Reason(NamedTuple):
    """A line that says why, and what to mark in a drawing: the node, and words."""

    text: str
    node: Node | None = None
    mark: str = ""


class Names:
    """The names of a graph's nodes: their labels, or where a module keeps them.

    Modules are found in the scopes of the nodes, and in what a function keeps that
    made them; they are asked for ``named_parameters`` and ``named_modules``, if they
    have such methods.
    """

    def __init__(self, nodes: Iterable[Node], made_by: Any = None) -> None:
        self._leaves: dict[int, str] = {}
        self._modules: dict[int, str] = {}
        seen: set[int] = set()
        for module in chain(map(_outermost, nodes), _kept(made_by)):
            kind: Any = type(module)
            if id(module) in seen or not hasattr(kind, "named_parameters"):
                continue
            seen.add(id(module))
            with suppress(ValueError):  # of two parts by one name
                for name, parameter in kind.named_parameters(module):
                    self._leaves.setdefault(id(parameter), name)
                for name, part in kind.named_modules(module):
                    self._modules.setdefault(id(part), name)

    def name(self, node: Node) -> str:
        """Its label in a line, or its name in a module; empty, if it has neither."""
        known = node.label or self._leaves.get(id(node), "")
        line = " ".join(known.split())[:LONGEST]
        return "".join(letter if letter.isprintable() else "�" for letter in line)

    def value(self, node: Node) -> str:
        """A value: its name, or what it is."""
        known = self.name(node)
        if known:
            return known
        if node.op is not None:
            return f"the result of {self.operation(node)}"
        data = raw(node)
        kind = type(node).__name__
        return (
            f"a {kind} {data:.6g}"
            if isinstance(data, float)
            else f"a {kind} of shape {data.shape}"
        )

    def operation(self, node: Node) -> str:
        """An operation, the module it is in, and its source line, where known."""
        known = node.op.name
        path = self._modules.get(id(node.scope[1]), "") if node.scope else ""
        known += f" in {path}" if path else ""
        if node.place:
            file, line = node.place
            known += f" ({os.path.basename(file)}:{line})"
        return known


def _outermost(node: Node) -> Any:
    """The module in whose call a node was made; None where there is none."""
    scope = node.scope
    while scope is not None and scope[0] is not None:
        scope = scope[0]
    return scope and scope[1]


def _kept(made_by: Any) -> Iterator[Any]:
    """What a function reads from around it: its object, arguments, closure, globals.

    Of functions in its closure, too.
    """
    waiting = [made_by]
    for function in waiting:  # grows while it is walked
        while isinstance(function, partial):
            yield from (*function.args, *function.keywords.values())
            function = function.func
        yield from (function, getattr(function, "__self__", None))
        code = getattr(function, "__code__", None)
        if code is None:
            continue
        yield from function.__defaults__ or ()
        yield from (function.__kwdefaults__ or {}).values()
        known = function.__globals__
        yield from (known[name] for name in code.co_names if name in known)
        for cell in function.__closure__ or ():
            with suppress(ValueError):  # which is empty yet
                held = cell.cell_contents
                yield held
                if hasattr(held, "__code__") and all(held is not f for f in waiting):
                    waiting.append(held)


def number(x: Any) -> str:
    """Four significant digits.

    >>> number(0.30000000000000004), number(-1e-12)
    ('0.3', '-1e-12')
    """
    return f"{x + 0:.4g}"  # not -0


def counted(n: int, what: str) -> str:
    """A number of things.

    >>> counted(1, "path"), counted(12_000, "path"), counted(10**500, "path")
    ('1 path', '12,000 paths', 'about 10^500 paths')
    """
    if n >= 10**15:
        return f"about 10^{log10(n):.0f} {what}s"
    return f"{n:,} {what}{'' if n == 1 else 's'}"
