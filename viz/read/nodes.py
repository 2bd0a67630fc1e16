"""What a drawing asks of a node, beyond its place in the graph."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core.node import Node

# Operations whose operands may change places, and need no numbers in a drawing.
SYMMETRIC = {"add", "multiply", "maximum", "minimum", "logaddexp", "hypot"}


def data_of(x: Any) -> Any:
    """The raw value of a node, which is not taken out of the graph by this."""
    return x._raw if isinstance(x, Node) else x


def is_member(node: Node) -> bool:
    """Whether ``node`` is one of several outputs of its only input."""
    x = node.inputs[0] if node.inputs else None
    return isinstance(x, Node) and isinstance(data_of(x), tuple)


def is_operation(node: Node) -> bool:
    """Whether a drawing has a circle for ``node``."""
    return bool(node.inputs) and not is_member(node)


def is_leaf(node: Node) -> bool:
    """Whether no operation made ``node``."""
    return node.op is None


def is_freed(node: Node) -> bool:
    """Whether ``node`` was computed, and of what is known no more."""
    return node.op is not None and not node.inputs


def operation_of(node: Node) -> Node:
    """The node whose circle made ``node``; of a leaf, the leaf itself."""
    return node.inputs[0] if is_member(node) else node


def keeps_gradient(node: Node) -> bool:
    """Whether ``backward()`` leaves a gradient on ``node``."""
    return node.tracked and (not node.inputs or node.retains or node.space.keeps_all)


def symbol(node: Node) -> str:
    """What stands in the circle of the node's operation."""
    written = node.op.symbol.replace("-", "−")
    return "Aᵀ" if written == "ᵀ" else written  # alone it is a tiny raised letter


def call(node: Node) -> str:
    """The operation in full: name, static parameters, source line where it is known."""
    params = ", ".join(f"{name}={_written(x)}" for name, x in node.params.items())
    if node.place is None:
        return f"{node.op.name}({params})"
    file, line = node.place
    return f"{node.op.name}({params}) at {os.path.basename(file)}:{line}"


def _written(x: Any) -> str:
    """A parameter as it is written in code; an index array stands for itself.

    >>> import autograd as ag
    >>> x = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> call(x[np.array([1]), :1])
    'getitem(template=(array, :1))'
    """
    if not isinstance(x, tuple):
        return repr(x)
    fields = getattr(x, "_fields", None)
    if fields == ():
        return "array"
    if fields == ("start", "stop", "step"):
        parts = ["" if part is None else repr(part) for part in x]
        return ":".join(parts).removesuffix(":") if parts[2] == "" else ":".join(parts)
    return f"({', '.join(map(_written, x))}{',' * (len(x) == 1)})"


def told(node: Node) -> str:
    """The node in an error message: ``a Value 'x' 3.0``."""
    name = f" {node.label!r}" if node.label else ""
    data = data_of(node)
    what = f"of shape {data.shape}" if isinstance(data, np.ndarray) else f"{data!r}"
    if isinstance(data, tuple):
        what = f"of {len(data)} outputs"
    return f"a {type(node).__name__}{name} {what}"


def tracked_of(outputs: Sequence[Node], asked: str, instead: str) -> list[Node]:
    """The outputs that a backward pass can start from; an error if there are none.

    >>> from autograd import Value
    >>> tracked_of([Value(2.0).detach()], "a sweep starts from", "draw it forwards")
    Traceback (most recent call last):
    ValueError: a sweep starts from something made of leaves that require a ...
    """
    tracked = [node for node in outputs if node.tracked]
    if not tracked:
        raise ValueError(
            f"{asked} something made of leaves that require a gradient; "
            f"{told(outputs[0])} is not. Make a leaf with requires_grad=True, or "
            f"{instead}"
        )
    return tracked
