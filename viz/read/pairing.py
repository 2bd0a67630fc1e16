"""Which node of one graph is which of another, and in what two such nodes differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import numpy as np

from autograd.core import tree
from autograd.core.node import Node

from .nodes import data_of
from .scopes import Scopes
from .words import count, number

MOST_COMPARED = 1_000_000  # pairs of names, before those that come often are left out

Pair = tuple[Node | None, Node | None]


class Tolerance(NamedTuple):
    """Two numbers are the same within atol + rtol · the larger magnitude."""

    rtol: float
    atol: float


def ordered(outputs: Sequence[Node]) -> list[Node]:
    """Every node after what it was made from, in an order that no age decides.

    >>> from autograd import Value
    >>> x, y = Value(1.0), Value(2.0)
    >>> [node._raw for node in ordered([y + x * y])]
    [2.0, 1.0, 2.0, 4.0]
    """
    found: dict[Node, None] = {}
    stack = [(node, False) for node in reversed(outputs)]
    while stack:
        node, is_complete = stack.pop()
        if is_complete:
            found[node] = None
        elif node not in found:
            stack.append((node, True))
            inputs = [x for x in node.inputs if isinstance(x, Node)]
            stack += [(x, False) for x in reversed(inputs) if x not in found]
    return list(found)


def paired(
    one: Sequence[Node], other: Sequence[Node], scopes: tuple[Scopes, Scopes]
) -> list[Pair]:
    """Nodes of the same operation in the same module, and leaves of the same name.

    In the order of the graphs; a node without its like comes with None.
    """
    a = [_key(node, scopes[0]) for node in one]
    b = [_key(node, scopes[1]) for node in other]
    least = min(len(a), len(b))
    start = next((i for i in range(least) if a[i] != b[i]), least)
    rest = least - start
    stop = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    a_stop, b_stop = len(a) - stop, len(b) - stop
    pairs: list[Pair] = [*zip(one[:start], other[:start], strict=True)]
    often = (a_stop - start) * (b_stop - start) > MOST_COMPARED
    matcher = SequenceMatcher(None, a[start:a_stop], b[start:b_stop], often)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        before = one[start + i : start + i_end]
        after = other[start + j : start + j_end]
        if tag == "equal":
            pairs += zip(before, after, strict=True)
        else:
            pairs += [(node, None) for node in before]
            pairs += [(None, node) for node in after]
    return [*pairs, *zip(one[a_stop:], other[b_stop:], strict=True)]


def _key(node: Node, scopes: Scopes) -> tuple[str, str]:
    if node.op is None or not node.inputs:
        return "", scopes.title(node)
    return node.op.name, scopes.path_of(node)


# How a pair differs -----------------------------------------------------------------


def structure(
    a: Node, b: Node, mates: dict[Node, Node], names: Any, tolerance: Tolerance
) -> Iterator[tuple[str, str]]:
    """What differs of the operation: ("structure" or "value", what was and what is)."""
    if type(a) is not type(b):
        yield "structure", f"{type(a).__name__} → {type(b).__name__}"
    if a.tracked is not b.tracked:
        yield "structure", f"requires_grad {a.tracked} → {b.tracked}"
    x, y = data_of(a), data_of(b)
    both_floats = isinstance(x, float) and isinstance(y, float)
    if not both_floats and _form(x) != _form(y):
        yield "structure", f"{_form(x)} → {_form(y)}"
    for key in dict.fromkeys([*a.params, *b.params]):
        was, now = a.params.get(key), b.params.get(key)
        if not _alike(was, now):
            yield "structure", f"{key}={was!r} → {key}={now!r}"
    if len(a.inputs) != len(b.inputs):
        yield "structure", f"{len(a.inputs)} → {count(len(b.inputs), 'operand')}"
        return
    for i, (u, v) in enumerate(zip(a.inputs, b.inputs, strict=True), 1):
        if isinstance(u, Node) and isinstance(v, Node):
            if mates.get(u) is not v:
                yield "structure", f"operand {i}: {names(0, u)} → {names(1, v)}"
        elif isinstance(u, Node) or isinstance(v, Node):
            yield "structure", f"operand {i}: {names(0, u)} → {names(1, v)}"
        elif (gap := difference(u, v, tolerance)) is not None:
            yield "value", f"operand {i}: {gap}"


def difference(x: Any, y: Any, tolerance: Tolerance) -> str | None:
    """Where two values differ most, in words; None if they are the same.

    NaN is the same as NaN.

    >>> difference(2.0, 3.0, Tolerance(0.1, 0)), difference(2.0, 2.1, Tolerance(0.1, 0))
    ('2 → 3', None)
    >>> difference(np.array([1.0, 5.0]), np.array([1.5, 7.0]), Tolerance(0, 0))
    'at [1] 5 → 7, and 1 element more'
    """
    if isinstance(x, float) and isinstance(y, float):
        if x == y or x != x != y != y or _are_close(x, y, tolerance):
            return None
        return " → ".join(_apart(x, y))
    a, b = np.asarray(x), np.asarray(y)
    if a.dtype.kind not in "biufc" or b.dtype.kind not in "biufc":
        return None if repr(x) == repr(y) else f"{x!r} → {y!r}"
    if a.shape != b.shape:
        return f"shape {a.shape} → {b.shape}"
    with np.errstate(all="ignore"):
        wide = np.result_type(a.dtype, b.dtype, np.float64)
        p, q = a.astype(wide, copy=False), b.astype(wide, copy=False)
        gap = abs(p - q)
        most = tolerance.atol + tolerance.rtol * np.maximum(abs(p), abs(q))
        # The bound beside infinity is infinite, and would let every number pass. One of
        # 0 compares whole numbers as such: 2⁵³ and 2⁵³ + 1 are the same float.
        near = (most > 0) & (gap <= most) & np.isfinite(p) & np.isfinite(q)
        differ = ~((a == b) | (np.isnan(p) & np.isnan(q)) | near)
        if not differ.any():
            return None
        sizes = np.where(differ, np.where(np.isnan(gap), np.inf, gap), -1)
    index = np.unravel_index(int(np.argmax(sizes)), a.shape)
    was, now = _apart(a[index], b[index])
    others = int(differ.sum()) - 1
    if a.size == 1:
        return f"{was} → {now}"
    place = ", ".join(map(str, index))
    more = f", and {count(others, 'element')} more" if others else ""
    return f"at [{place}] {was} → {now}{more}"


def _are_close(x: float, y: float, tolerance: Tolerance) -> bool:
    """The same as for arrays, without their cost."""
    most = tolerance.atol + tolerance.rtol * max(abs(x), abs(y))
    return math.isfinite(x) and math.isfinite(y) and abs(x - y) <= most


def _apart(x: Any, y: Any) -> tuple[str, str]:
    """Two numbers, in as many digits as tell them apart."""
    was, now = number(x), number(y)
    return (was, now) if was != now else (str(x), str(y))


def _form(x: Any) -> str:
    if isinstance(x, tuple):
        return count(len(x), "output")
    array = np.asarray(x)
    return f"{array.shape} {array.dtype}"


def _alike(x: Any, y: Any) -> bool:
    """Whether two static arguments are the same; functions by their names."""
    one, other = tree.leaves([x]), tree.leaves([y])
    return len(one) == len(other) and all(map(_are_same, one, other))


def _are_same(x: Any, y: Any) -> bool:
    if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
        return np.array_equal(x, y)
    if callable(x) and callable(y):
        return _name_of(x) == _name_of(y)
    return x is y or repr(x) == repr(y)


def _name_of(x: Any) -> str:
    return getattr(x, "__qualname__", type(x).__qualname__)
