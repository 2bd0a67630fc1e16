"""What an overlay can show: how each number is measured, and how it is told."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from autograd.core import tree
from autograd.core.node import Node
from autograd.costs import multiply_adds

from ..view import Row
from .nodes import data_of, is_operation, tracked_of
from .passes import gradients
from .words import norm, number

Measured = dict[Node, float]


SMALL, LARGE = 1e-6, 1e6  # a gradient beyond has vanished, or exploded


class Kind(NamedTuple):
    """What an overlay shows, and how it is told."""

    measure: Callable[[Sequence[Node], Sequence[Node]], Measured]
    key: str
    legend: str
    total: str
    written: Callable[[float], str]
    intensive: bool = False
    more: Callable[[Any], Iterator[Row]] | None = None
    flag: Callable[[float], str] = lambda x: ""


def size(x: Any) -> float:
    """√(mean of |x|²): how large the elements are, whatever their number.

    >>> size(-3.0), size(np.array([1.0, 7.0, 1.0, 7.0]))
    (3.0, 5.0)
    """
    n = np.size(x)
    return norm(x) / math.sqrt(n) if n else 0.0


def _gradients(outputs: Sequence[Node], nodes: Sequence[Node]) -> Measured:
    tracked = tracked_of(outputs, "colour='gradient' needs", "use colour='activation'")
    drawn = {node for node in nodes if not isinstance(data_of(node), tuple)}
    return {
        node: _nan_if_any(gradient)
        for node, gradient in gradients(tracked, drawn).items()
    }


def _far_from_1(x: float) -> str:
    """What is to be said of a gradient, where that of the output is 1.

    >>> _far_from_1(1e-7), _far_from_1(0.0), _far_from_1(1e7)
    ('vanishing', '', 'exploding')
    """
    return "vanishing" if 0 < x < SMALL else "exploding" if LARGE < x < math.inf else ""


def _activations(outputs: Sequence[Node], nodes: Sequence[Node]) -> Measured:
    return {
        node: _nan_if_any(data_of(node))
        for node in nodes
        if not isinstance(data_of(node), tuple)
        and np.asarray(data_of(node)).dtype.kind in "biufc"
    }


def _nan_if_any(x: Any) -> float:
    if isinstance(x, float):
        return abs(x)
    return math.nan if np.any(np.isnan(x)) else size(x)


def _spread(x: Any) -> Iterator[Row]:
    """Mean, deviation, and how many are 0, of what an operation computed."""
    array = np.asarray(x)
    if array.size < 2 or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        return
    wide = array.astype(np.float64)
    yield Row("mean ± deviation", f"{number(wide.mean())} ± {number(wide.std())}")
    zeros = int(array.size - np.count_nonzero(array))
    if zeros:
        yield Row("are 0", f"{zeros:,} of {array.size:,}")


def _bytes(outputs: Sequence[Node], nodes: Sequence[Node]) -> Measured:
    """Each piece of memory once, for the operation that first brought it in."""
    known = {id(_owner(data_of(node))) for node in nodes if not node.inputs}
    found: Measured = {}
    for node in nodes:
        if not (node.tracked and is_operation(node)):
            continue
        given = tree.leaves([*node.inputs, *node.params.values()])
        arrays = [x for x in given if isinstance(x, np.ndarray)]
        slope = getattr(node, "_slope", None)  # that was computed with the result
        held = tree.leaves([data_of(node), arrays, slope])
        total = 0
        for owner in map(_owner, held):
            if owner is not None and id(owner) not in known:
                known.add(id(owner))
                total += _memory(owner)
        found[node] = total
    return found


def _owner(x: Any) -> Any:
    """What owns the memory of an array or a number; None for anything else."""
    while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
        x = x.base
    return x if isinstance(x, np.ndarray | float) else None


def _memory(x: Any) -> int:
    return x.nbytes if isinstance(x, np.ndarray) else sys.getsizeof(x)


def _times(outputs: Sequence[Node], nodes: Sequence[Node]) -> Measured:
    found: Measured = {}
    for node in filter(is_operation, nodes):
        operands = [data_of(x) for x in node.inputs]
        floats = node.space.raw_type is float
        function = getattr(node.op, "on_floats" if floats else "forward", None)
        start = perf_counter()
        try:
            function(*operands, **node.params)  # type: ignore[misc]
        except Exception:  # math has no answer there; or this is the call that failed
            continue
        found[node] = perf_counter() - start
    return found


def _products(outputs: Sequence[Node], nodes: Sequence[Node]) -> Measured:
    found = {node: multiply_adds(node) for node in nodes if is_operation(node)}
    return {node: float(n) for node, n in found.items() if n}


def _seconds(x: float) -> str:
    """A time in the unit that fits.

    >>> _seconds(2.5e-6), _seconds(0.75), _seconds(0.0)
    ('2.5 µs', '750 ms', '0 s')
    """
    for unit, name in (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"):
        if x >= unit:
            return f"{x / unit:.3g} {name}"
    return f"{x / 1e-9:.3g} ns" if x else "0 s"


def _whole(x: float) -> str:
    return f"{round(x):,}"


KINDS = {
    "gradient": Kind(
        _gradients,
        "|grad|",
        "|grad| is the root mean square of the gradient of what is drawn",
        "gradients",
        number,
        intensive=True,
        flag=_far_from_1,
    ),
    "activation": Kind(
        _activations,
        "|data|",
        "|data| is the root mean square of the elements",
        "values",
        number,
        intensive=True,
        more=_spread,
    ),
    "bytes": Kind(
        _bytes,
        "bytes kept",
        "bytes that an operation keeps for the backward pass, shared memory once",
        "in total, leaves apart",
        _whole,
    ),
    "time": Kind(
        _times,
        "time",
        "time of the forward function, run once more for the drawing",
        "in total",
        _seconds,
    ),
    "multiply-adds": Kind(
        _products,
        "multiply-adds",
        "multiply-adds of products: matmul, convolution, attention and their like",
        "in total",
        _whole,
    ),
}
