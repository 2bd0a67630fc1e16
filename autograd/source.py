"""Calls as Python source, whose arguments have their dtypes and memory layouts, too."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from .core.node import Node

LARGEST = 2000  # elements worth pasting


def recipe(x: Any) -> str:
    """Source text whose value equals ``x``.

    >>> import numpy as np
    >>> recipe({"w": np.array([[1.0, 2.0]]).T})
    "{'w': np.array([[1.0, 2.0]]).transpose(1, 0)}"
    """
    if isinstance(x, dict):
        return "{" + ", ".join(f"{k!r}: {recipe(v)}" for k, v in x.items()) + "}"
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        fields = zip(x._fields, x)
        inside = ", ".join(f"{name}={recipe(value)}" for name, value in fields)
        return f"{type(x).__name__}({inside})"
    if isinstance(x, (list, tuple)):
        inside = ", ".join(map(recipe, x))
        if isinstance(x, list):
            return f"[{inside}]"
        return f"({inside},)" if len(x) == 1 else f"({inside})"
    if isinstance(x, Node):
        return f"{x.space.source}({recipe(x._raw)})"
    if isinstance(x, np.ndarray):
        return _array(x)
    if isinstance(x, (np.dtype, np.ufunc)):
        return repr(x.name) if isinstance(x, np.dtype) else f"np.{x.__name__}"
    return _number(x) if isinstance(x, float) else repr(x)


def index_text(parts: Sequence[Any]) -> str:
    """What stands between the brackets of ``x[…]``; arrays are given as text.

    >>> index_text((slice(None, -1), None, ..., "i", 0))
    ':-1, None, ..., i, 0'
    """
    return ", ".join(map(_index_part, parts)) or "()"


def _index_part(part: Any) -> str:
    if isinstance(part, slice):
        ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
        return ":".join(ends + ([] if part.step is None else [str(part.step)]))
    return "..." if part is Ellipsis else str(part)


def _array(x: np.ndarray) -> str:
    if x.size > LARGEST:
        return f"too_large_to_paste[{x.shape}]"
    if x.size == 0 or x.ndim == 0:
        return _dense(x)
    if 0 in x.strides and any(n > 1 for n, s in zip(x.shape, x.strides) if s == 0):
        one = tuple(slice(0, 1) if s == 0 else slice(None) for s in x.strides)
        return f"np.broadcast_to({_array(x[one])}, {x.shape})"
    if any(s < 0 for s in x.strides):
        turn = tuple(slice(None, None, -1 if s < 0 else None) for s in x.strides)
        index = ", ".join("::-1" if s < 0 else ":" for s in x.strides)
        return f"{_array(x[turn])}[{index}]"
    order = tuple(int(i) for i in np.argsort([-s for s in x.strides], kind="stable"))
    if order != tuple(range(x.ndim)):
        back = tuple(int(i) for i in np.argsort(order))
        return f"{_array(x.transpose(order))}.transpose{back}"
    if x.strides[-1] > x.itemsize and x.shape[-1] > 1:
        return f"np.repeat({_dense(x)}, 2, axis=-1)[..., ::2]"
    return _dense(x)


def _dense(x: np.ndarray) -> str:
    text = f"np.array({_nested(x.tolist())}"
    if x.size == 0 or np.array(x.tolist()).dtype != x.dtype:
        text += f", dtype={x.dtype.name!r}"
    text += ")"
    same_shape = np.array(x.tolist()).shape == x.shape
    return text if same_shape else f"{text}.reshape({x.shape})"


def _nested(x: Any) -> str:
    if isinstance(x, list):
        return f"[{', '.join(map(_nested, x))}]"
    return _number(x) if isinstance(x, float) else repr(x)


def _number(x: float) -> str:
    return repr(float(x)) if np.isfinite(x) else f"float({str(float(x))!r})"


# Calls --------------------------------------------------------------------------------


def named(op: Any) -> str:
    """Source text for a primitive: ``ag.exp`` where it has a public name of its own.

    One that a person made is called by its name, as if it were assigned to that.
    """
    if not op.is_declared:
        return re.sub(r"\W", "_", op.name)
    public = getattr(sys.modules["autograd"], op.name, None)
    known = op in (public, getattr(public, "primitive", None))
    return f"ag.{op.name}" if known else f"ag.registry[{op.name!r}]"


def called(step: Any, operands: Sequence[str], name: str = "") -> str:
    """The text of a call, by the name of what is called."""
    if step.op.text is not None:
        return step.op.text(operands, step.params)
    defaults, required = step.op.signature.defaults, step.op.signature.required
    params = [
        f"{key}={recipe(value)}"
        for key, value in step.params.items()
        if key in required or key not in defaults or value != defaults[key]
    ]
    return f"{name or named(step.op)}({', '.join([*operands, *params])})"
