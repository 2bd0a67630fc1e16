"""What was recorded of a function that raised: up to the call that failed, and that."""

from __future__ import annotations

import gc
import textwrap
from collections.abc import Iterable, Mapping
from traceback import walk_tb
from types import CodeType, FrameType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from autograd.core import tree
from autograd.core.node import Node, ancestors
from autograd.core.space import ARRAYS
from autograd.core.writes import OURS

from .read.nodes import data_of

MOST_OPERANDS = 12
WIDTH = 60  # letters in a line of the message
MOST_LINES = 5

Rows = list[tuple[str, str]]


class _Nothing:
    """Stands for the value of a call that failed."""

    def __repr__(self) -> str:
        return "none: it raised"


class _Call(NamedTuple):
    """A call: what was called, with what; ``op`` has a name and a symbol."""

    op: Any
    operands: list[Any]
    params: Mapping[str, Any]


class Failure:
    """The graph until ``error``: its ends, the call that failed last, and its mark."""

    def __init__(self, error: Exception, call: Node, ends: list[Node]) -> None:
        self.error, self.call = error, call
        self.outputs = [*ends, call]

    @property
    def rows(self) -> Rows:
        """What the box of the failed call says: the error, and each operand's shape."""
        rows = [("raised", type(self.error).__name__)]
        lines = textwrap.wrap(str(self.error), WIDTH)
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], "…"]
        rows += [("", line) for line in lines]
        for i, x in enumerate(self.call.inputs, 1):
            rows.append((f"operand {i}", _form(data_of(x))))
        return rows

    @property
    def caption(self) -> list[str]:
        """That something is missing, and where the error is."""
        kind = type(self.error).__name__
        return [
            f"{kind} was raised: this is what was recorded until then",
            "the exception is the drawing's .error",
        ]

    def tell(self, drawing: Any) -> None:
        """Let the drawing of this say what it is, and know the exception."""
        drawing.error = self.error
        drawing.view.caption = (*self.caption, *drawing.view.caption)


def failure(error: Exception, since: int, known: Iterable[Node]) -> Failure | None:
    """What was recorded after tick ``since``, and the call that raised ``error``.

    None where no call with a node can be blamed. Of what was computed, that is left
    which something still holds: variables of the frames the error passed, mostly.
    """
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    frames = [frame for frame in frames if _package(frame) != "viz"]
    found = next(filter(None, map(_primitive, reversed(frames))), None)
    found = found or next(filter(None, map(_function, reversed(frames))), None)
    if found is None:
        return None
    nodes = [type(x) for x in found.operands if isinstance(x, Node)]
    call = (nodes or [ARRAYS.kind])[0].leaf(_Nothing())
    call.op, call.inputs = found.op, tuple(found.operands)
    call.params, call.scope = dict(found.params), _scope(frames)
    for frame, line in walk_tb(error.__traceback__):
        if _package(frame) not in OURS:
            call._place = (frame.f_code.co_filename, line)
    made = [
        x
        for x in gc.get_objects()
        if issubclass(type(x), Node) and since < x.age < call.age and x.inputs
    ]
    read = {x for node in (*made, call) for x in node.inputs if isinstance(x, Node)}
    ends = [node for node in made if node not in read]
    there = set(ancestors([*ends, call]))
    ends += [leaf for leaf in known if leaf not in there]
    ends.sort(key=lambda node: node.age)
    return Failure(error, call, ends)


def _primitive(frame: FrameType) -> _Call | None:
    """The call of a primitive that this frame runs."""
    names = frame.f_locals
    if frame.f_globals.get("__name__") != "autograd.core.call" or "op" not in names:
        return None
    operands = names.get("operands", names.get("args"))
    if operands is None:
        operands = [names[name] for name in ("x", "y") if name in names]
    params = names.get("params", names.get("kwargs", {}))
    return _usable(names["op"], tree.leaves(list(operands)), params)


def _function(frame: FrameType) -> _Call | None:
    """The call with nodes that this frame runs, or of a module; no check of ours."""
    code = frame.f_code
    if code.co_name.startswith("_") and _package(frame) in OURS:
        return None
    names, name = frame.f_locals, code.co_name
    values = [names[each] for each in _arguments(code) if each in names]
    is_module = name == "forward" and hasattr(values[0], "named_modules")
    if is_module:
        name = type(values.pop(0)).__name__
    operands = [x for x in tree.leaves(values) if isinstance(x, Node | np.ndarray)]
    op = SimpleNamespace(name=name, symbol=name)
    return _usable(op, operands, {}, len(operands) if is_module else 0)


def _arguments(code: CodeType) -> tuple[str, ...]:
    starred = bool(code.co_flags & 4) + bool(code.co_flags & 8)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + starred]


def _usable(
    op: Any, operands: list[Any], params: Mapping[str, Any], arrays: int = 0
) -> _Call | None:
    if not arrays and not any(isinstance(x, Node) for x in operands):
        return None
    return _Call(op, operands[:MOST_OPERANDS], params)


def _scope(frames: list[FrameType]) -> Any:
    """The chain of modules that were running, as the innermost call has it."""
    for frame in reversed(frames):
        link = frame.f_locals.get("link")
        if frame.f_code.co_name == "__call__" and isinstance(link, tuple):
            return link
    return None


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _form(x: Any) -> str:
    if isinstance(x, np.ndarray):
        return f"{x.shape} {x.dtype}"
    return repr(x) if isinstance(x, float | int | complex) else type(x).__name__
