"""What is asked at each call, written out as one function: a loop would cost more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.node import raw
from .inputs import Argument, Call, Captured, Drawn, Scalar
from .numbers import Number, Numbers

SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
}


def _function(header: str, lines: Sequence[str], known: dict[str, Any]) -> Any:
    body = "\n".join(f"    {line}" for line in lines)
    exec(compile(f"def asked({header}):\n{body}\n", "<what is asked>", "exec"), known)
    return known["asked"]


def numbers_now(numbers: Numbers) -> Callable[[], list[Any]]:
    """A function that reads and computes them all.

    >>> numbers = Numbers()
    >>> x = numbers.made(lambda: 3.0, key="x")
    >>> _ = 1 - x / 2
    >>> numbers_now(numbers)()
    [3.0, 1.5, -0.5]
    """
    known: dict[str, Any] = {}
    lines = []
    for i, (function, operands) in enumerate(numbers.plan):
        names = []
        for j, x in enumerate(operands):
            names.append(f"n{x.index}" if type(x) is Number else f"c{i}_{j}")
            known[f"c{i}_{j}"] = x
        symbol = SYMBOLS.get(getattr(function, "__name__", ""))
        known[f"f{i}"] = function
        infix = symbol and getattr(function, "__module__", "") == "_operator"
        text = f" {symbol} ".join(names) if infix else f"f{i}({', '.join(names)})"
        lines.append(f"n{i} = {text}")
    results = ", ".join(f"n{i}" for i in range(len(lines)))
    return _function("", [*lines, f"return [{results}]"], known)


def gathered(sources: Sequence[Any]) -> Callable[[Call], list[Any]]:
    """A function that finds the arrays of all leaves, in order.

    >>> gathered([Argument(0, False)])(Call([[1, 2]], []))
    [array([1, 2])]
    """
    known: dict[str, Any] = {"asarray": np.asarray, "raw": raw}
    texts = []
    for i, source in enumerate(sources):
        if type(source) is Argument:
            which = f"arrays[{source.position}]"
            texts.append(f"{which}._raw" if source.is_tensor else f"asarray({which})")
        elif type(source) is Captured:
            known[f"x{i}"] = source.leaf
            texts.append(f"x{i}._raw")
        elif type(source) is Scalar:
            known[f"x{i}"] = source.dtype
            texts.append(f"asarray(numbers[{source.number}], x{i})")
        elif type(source) is Drawn:
            known[f"x{i}"] = source.draw
            texts.append(f"x{i}()")
        else:
            known[f"x{i}"] = source.now
            texts.append(f"x{i}(call)")
    lines = ["arrays, numbers = call", f"return [{', '.join(texts)}]"]
    return _function("call", lines, known)


def unchanged(captured: Sequence[Any]) -> Callable[[], bool]:
    """A function that says whether Tensors are tracked, and of a dtype, as they were.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0])
    >>> as_it_was = unchanged([x])
    >>> before = as_it_was()
    >>> x.requires_grad = True
    >>> before, as_it_was()
    (True, False)
    """
    known: dict[str, Any] = {}
    parts = ["True"]
    for i, leaf in enumerate(captured):
        known[f"x{i}"] = leaf
        parts.append(f"x{i}.tracked is {leaf.tracked}")
        if type(leaf._raw) is float:
            continue
        known[f"d{i}"] = leaf._raw.dtype
        parts.append(f"(x{i}._raw.dtype is d{i} or x{i}._raw.dtype == d{i})")
    return _function("", [f"return {' and '.join(parts)}"], known)
