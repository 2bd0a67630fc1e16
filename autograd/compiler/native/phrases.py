"""Phrases of C: numbers, loops over axes, pointers, and the steps of reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .lines import TYPES, Lines
from .views import View

MERGED = {  # what a reduction does with one more element
    "sum": "{0} += {1};",
    "prod": "{0} *= {1};",
    "any": "{0} |= {1};",
    "all": "{0} &= {1};",
    "max": "{0} = ({1} > {0}) | ({1} != {1}) ? {1} : {0};",
    "min": "{0} = ({1} < {0}) | ({1} != {1}) ? {1} : {0};",
}
BY_LANES = {  # likewise, where lanes do so side by side: not a number is found apart
    **MERGED,
    "max": "{0} = {1} > {0} ? {1} : {0};",
    "min": "{0} = {1} < {0} ? {1} : {0};",
}
CLAUSES = {"sum": "+", "prod": "*", "any": "|", "all": "&", "max": "max", "min": "min"}


def literal(x: Any, dtype: np.dtype) -> str:
    """A number as C text, exactly."""
    value = np.asarray(x).astype(dtype)[()]
    if dtype.kind != "f":
        return str(int(value)) if value >= 0 else f"({int(value)})"
    if not np.isfinite(value):
        return "NAN" if np.isnan(value) else "INFINITY" if value > 0 else "(-INFINITY)"
    short = repr(float(value)) if dtype == np.float64 else str(value)
    exact = dtype.type(float(short)) == value
    text = short if exact else float(value).hex()
    text += "f" if dtype == np.float32 else ""
    return f"({text})" if np.signbit(value) else text


def start(op: str, dtype: np.dtype) -> str:
    """What a reduction of nothing is."""
    if op in ("max", "min"):
        if dtype.kind == "f":
            return "(-INFINITY)" if op == "max" else "INFINITY"
        if dtype.kind == "b":
            return "0" if op == "max" else "1"
        limits = np.iinfo(dtype)
        least = f"({limits.min + 1} - 1)" if limits.min else "0"
        return least if op == "max" else str(limits.max)
    return "1" if op in ("prod", "all") else "0"


def nested(sides: Any, first: int = 0) -> str:
    return "".join(
        f"for (long i{d} = 0; i{d} < {n}; i{d}++) " for d, n in enumerate(sides, first)
    )


def places(strides: Any, first: int = 0) -> str:
    return "".join(f" + i{d}*{s}" for d, s in enumerate(strides, first) if s)


def pointer(lines: Lines, view: View, name: str) -> str:
    """The declaration of a pointer to a view's first element, to read from."""
    kind = TYPES[lines.dtype(view).name]
    offset = f" + {view.offset}" if view.offset else ""
    return f"const {kind} *{name} = (const {kind} *)m[{view.of}]{offset};"
