"""What a text calls a node: its label or operation, its module, its source line."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from autograd.core.node import Node

from .nodes import data_of, is_member
from .quantities import legible
from .scopes import Scopes
from .words import count

LONGEST = 60  # letters of a name


def name_of(x: Any, scopes: Scopes) -> str:
    """A node by its label or operation, within its module; a constant by its value."""
    if not isinstance(x, Node):
        return f"the constant {value_of(x)}"
    title = legible(scopes.title(x), LONGEST)
    if not x.inputs:
        return title or f"a leaf ({type(x).__name__} {value_of(x)})"
    path = scopes.path_of(x)
    name = f"output {x.params['index']}" if is_member(x) else x.op.name
    name = f"{name} {title}" if title else name
    return f"{name} in {path}" if path else name


def value_of(x: Any) -> str:
    """A number as it is, an array by its form."""
    data = data_of(x)
    if isinstance(data, tuple):
        return count(len(data), "output")
    if isinstance(data, np.ndarray) and data.size > 1:
        return f"{data.shape} {data.dtype}"
    return f"{np.asarray(data).item():.6g}" if _is_number(data) else repr(data)[:60]


def _is_number(x: Any) -> bool:
    array = np.asarray(x)
    return array.size == 1 and array.dtype.kind in "biufc"


def place_of(node: Any) -> str:
    """`` at file.py:3``, where that is known."""
    if node.place is None:
        return ""
    file, line = node.place
    return f" at {os.path.basename(file)}:{line}"
