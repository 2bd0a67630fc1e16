"""Overlays: one number of each node, as a colour of its box and as text in it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from autograd.core import tree
from autograd.core.node import Node
from autograd.costs import multiply_adds

from ..view import SHADES, Row
from .nodes import data_of, is_member, is_operation, tracked_of
from .parts import Part
from .passes import gradients
from .words import count, norm, number

RANGE = 1e8  # the smallest number that has a colour, below the largest

Measured = dict[Node, float]


class Overlay:
    """Numbers by node, and the colours that stand for them on a logarithmic scale.

    ``key`` names the number in a box, ``legend`` says what it is, ``written`` gives its
    text. What an operation with several outputs costs stands at the first of them that
    there is. A fold has the sum of what it hides or, of an ``intensive`` number, the
    largest.
    """

    def __init__(self, kind: Kind, outputs: Sequence[Node], part: Part):
        nodes = part.ordered
        with np.errstate(all="ignore"):
            self.of = kind.measure(outputs, nodes)
        if not kind.intensive:  # what is drawn without its operation costs nothing
            self.of = {node: x for node, x in self.of.items() if node not in part.cut}
        self.kind = kind
        self.first: dict[Node, Node] = {}  # of several outputs, by their operation
        for node in nodes:
            if is_member(node) and node.inputs[0] in self.of:
                self.first[node.inputs[0]] = node
                self.of[node] = self.of.pop(node.inputs[0])
        sizes = [x for x in self.of.values() if 0 < x < math.inf]
        self.high = max(sizes, default=0.0)
        self.low = max(min(sizes, default=0.0), self.high / RANGE)

    def number(self, nodes: Iterable[Node]) -> float | None:
        """The number of a node, or of several that a box stands for."""
        known = [self.of[node] for node in nodes if node in self.of]
        if not known:
            return None
        return _largest(known) if self.kind.intensive else sum(known)

    def at(self, operation: Node) -> float | None:
        """The number of an operation, wherever it is written."""
        return self.of.get(self.first.get(operation, operation))

    def shade(self, x: float | None) -> int | None:
        """The colour of a number: 0 is light, the last is dark; 0 and NaN have none."""
        if x is None or not 0 < x < math.inf:
            return None
        if self.high <= self.low:
            return SHADES - 1
        part = math.log(x / self.low) / math.log(self.high / self.low)
        return min(SHADES - 1, max(0, round(part * (SHADES - 1))))

    def rows(self, x: float, nodes: Sequence[Node], several: bool) -> tuple[Row, ...]:
        """The number of some nodes as a line of their box, and what goes with it."""
        key = self.kind.key
        if several and self.kind.intensive:
            key = f"largest {key}"
        shade = self.shade(x)
        style = "plain" if math.isfinite(x) else "alarm"
        if shade is not None:
            style = f"shade{shade}"
        rows = [Row(key, self.kind.written(x), style)]
        if self.kind.more and not several:
            rows += self.kind.more(data_of(nodes[0]))
        return tuple(rows)

    def scale(self) -> tuple[str, ...]:
        """What each colour stands for, from light to dark."""
        if self.high <= self.low:
            return ("",) * (SHADES - 1) + (self.kind.written(self.high),)
        step = (self.high / self.low) ** (1 / (SHADES - 1))
        middles = [self.low * step**i for i in range(SHADES)]
        middles[-1] = self.high
        return tuple(map(self.kind.written, middles))

    def caption(self) -> Iterator[str]:
        """What is shown, and all of it together."""
        if not self.of:
            yield f"colour: {self.kind.legend}; no node has one"
            return
        yield f"colour: {self.kind.legend}; logarithmic, the darker the larger"
        finite = {node: x for node, x in self.of.items() if math.isfinite(x)}
        numbers = list(finite.values())
        if not self.kind.intensive:
            total = self.kind.written(sum(numbers))
            n = sum(x > 0 for x in numbers)
            yield f"{self.kind.total}: {total}, of {count(n, 'operation')}"
        elif numbers:
            low, high = map(self.kind.written, (min(numbers), max(numbers)))
            where = count(len(numbers), "node")
            zero = sum(x == 0 for x in numbers)
            more = f", {zero:,} of them 0" if zero else ""
            yield f"{self.kind.total}: from {low} to {high}, at {where}{more}"
        if len(finite) < len(self.of):
            yield f"not finite: at {count(len(self.of) - len(finite), 'node')}"


class Kind(NamedTuple):
    """What an overlay shows, and how it is told."""

    measure: Callable[[Sequence[Node], Sequence[Node]], Measured]
    key: str
    legend: str
    total: str
    written: Callable[[float], str]
    intensive: bool = False
    more: Callable[[Any], Iterator[Row]] | None = None


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
        held = tree.leaves([data_of(node), arrays])
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


def _largest(numbers: Sequence[float]) -> float:
    return math.nan if any(map(math.isnan, numbers)) else max(numbers)


KINDS = {
    "gradient": Kind(
        _gradients,
        "|grad|",
        "|grad| is the root mean square of the gradient of what is drawn",
        "gradients",
        number,
        intensive=True,
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
