"""Why a gradient is 0: which operations let nothing through, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core.node import Node, raw
from .flow import Flow
from .names import Names, Reason, counted, number

CHOOSE = {  # where another operand, or another element, was taken
    "where": "its condition chose the other branch",
    "maximum": "the other operand is larger",
    "fmax": "the other operand is larger",
    "minimum": "the other operand is smaller",
    "fmin": "the other operand is smaller",
    "max": "another element is the largest",
    "min": "another element is the smallest",
    "max of chosen": "another element is the largest",
    "min of chosen": "another element is the smallest",
    "max_pool": "another element of the window is the largest",
    "getitem": "its index does not read them",
}
CANCELS = "what it passes on of all that arrives adds up to 0"
PRODUCTS = ("multiply", "affine")  # by another name than by their kind


def reasons(flow: Flow, names: Names) -> list[Reason]:
    """One line for each operation at which elements of the gradient become 0.

    What passes on the gradient is asked twice: with what arrived, and with numbers of
    which none is 0. Where even these give 0, the operation itself is shut; where they
    do not, it was 0 already, and the question goes on to what read the result.
    """
    totals = flow.totals()
    if flow.x not in totals:
        return []
    wanted: dict[Node, list[np.ndarray]] = {flow.x: _zeros(totals[flow.x])}
    found: dict[Reason, None] = {}
    for node in flow.order:
        masks = wanted.pop(node, [])
        readers = [*_passing(flow, node, totals)] if any(map(np.any, masks)) else []
        for k, mask in enumerate(masks):
            shut = np.ones_like(mask)  # in every way
            for reader in readers:
                shut &= _zero(reader.probe, k, mask)
            passing = np.zeros_like(mask)
            for reader in readers:
                none = _zero(reader.part, k, mask)
                passing |= mask & ~none
                name = names.operation(reader.node)
                if np.any(mask & shut):
                    why = _why(flow, reader.node, reader.operand)
                    found[_told(name, reader.node, mask & shut, why)] = None
                low = mask & none & ~_zero(reader.probe, k, mask)
                if np.any(low) and any(map(np.any, _zeros(reader.g))):
                    zeros = _zeros(reader.g)
                    before = wanted.get(reader.node, [np.False_] * len(zeros))
                    wanted[reader.node] = [x | y for x, y in zip(before, zeros)]
                elif np.any(low):
                    scaled = flow.passed(reader.node, reader.operand, _scaled(reader.g))
                    still = bool(np.all(_zero(scaled, k, mask)[low]))
                    why = CANCELS if still else "what it passes on is too small"
                    found[_told(name, reader.node, low, why)] = None
            if np.any(passing):
                why = "what arrives by different paths adds up to 0"
                found[_told(names.value(node), node, passing, why)] = None
    return [*found]


class Reader(NamedTuple):
    """What reads a node, what arrived there, and what it passes back of that.

    ``probe`` is what it passes back where nothing that arrives is 0.
    """

    node: Node
    operand: int
    g: Any
    part: Any
    probe: Any


def _passing(flow: Flow, node: Node, totals: dict[Node, Any]) -> Iterator[Reader]:
    for reader, i in flow.readers.get(node, []):
        if reader in totals:
            g = totals[reader]
            part = flow.passed(reader, i, g)
            if part is not None:
                probe = flow.passed(reader, i, _like(reader))
                yield Reader(reader, i, g, part, probe)


def _scaled(g: Any) -> Any:
    """What arrived, made so large that nothing made of it is too small."""
    parts = g if isinstance(g, list) else [g]
    largest = max(float(np.max(np.abs(x), initial=0)) for x in parts if x is not None)
    with np.errstate(all="ignore"):
        scaled = [None if x is None else x / largest for x in parts]
    return scaled if isinstance(g, list) else scaled[0]


def _told(where: str, node: Node, mask: np.ndarray, why: str) -> Reason:
    n = int(np.sum(mask))
    of = "" if mask.size == 1 else f", at {n:,} of {counted(mask.size, 'element')}"
    return Reason(f"{where}: {why}{of}", node, why)


def _why(flow: Flow, node: Node, i: int) -> str:
    op, x = node.op, node.inputs[i]
    others = [raw(each) for at, each in enumerate(node.inputs) if at != i]
    if op.name in CHOOSE:
        return CHOOSE[op.name]
    product = op.kind == "multilinear" or op.name in PRODUCTS
    if product and any(map(_has_zero, others)):
        return "what it is multiplied by is 0"
    if op.by_element and np.shape(raw(x)) == np.shape(raw(node)):
        return f"its slope is 0 {_where(raw(x), flow.passed(node, i, _like(node)))}"
    return "it does not take them" if op.kind == "linear" else "its derivative is 0"


def _where(data: Any, probe: Any) -> str:
    """The numbers at which a function is flat: ``at -0.5``, ``from -3 to -0.1``."""
    data = np.asarray(data)
    flat = data[np.asarray(probe) == 0] if data.shape == np.shape(probe) else data
    if flat.dtype.kind == "c" or not flat.size:
        return "there"
    low, high = float(np.min(flat)), float(np.max(flat))
    return (
        f"at {number(low)}" if low == high else f"from {number(low)} to {number(high)}"
    )


def _has_zero(x: Any) -> bool:
    array = np.asarray(x)
    return array.dtype.kind in "biufc" and bool(np.any(array == 0))


def _zeros(g: Any) -> list[np.ndarray]:
    """Where each array is 0: of one, or of several outputs."""
    parts = g if isinstance(g, list) else [g]
    return [np.asarray(True if part is None else np.equal(part, 0)) for part in parts]


def _zero(g: Any, k: int, mask: np.ndarray) -> np.ndarray:
    """Where ``g`` is 0 in array ``k``; nowhere, if it is for another output alone."""
    part = g[k] if isinstance(g, list) else g
    return np.zeros_like(mask) if part is None else np.asarray(np.equal(part, 0))


def _like(node: Node) -> Any:
    """A cotangent of ``node`` without a 0, and with no two numbers that cancel."""
    rng = np.random.default_rng(0)

    def drawn(data: Any) -> Any:
        if isinstance(data, float):
            return 1.0
        return rng.uniform(0.5, 1.5, np.shape(data)).astype(data.dtype)

    data = raw(node)
    return [drawn(each) for each in data] if isinstance(data, tuple) else drawn(data)
