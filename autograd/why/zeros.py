"""Why a gradient is 0: which operations let nothing through, and why."""

from __future__ import annotations

from typing import Any

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
    lines = []
    for node in flow.order:
        masks = wanted.pop(node, [])
        if not any(map(np.any, masks)):
            continue
        passing = [np.zeros_like(mask) for mask in masks]
        for reader, i in flow.readers.get(node, []):
            g = totals.get(reader)
            part = None if g is None else flow.passed(reader, i, g)
            if part is None:
                continue
            probe = flow.passed(reader, i, _like(reader))
            shut, low = 0, 0
            for k, mask in enumerate(masks):
                closed, none = _zero(probe, k, mask), _zero(part, k, mask)
                shut += int(np.sum(mask & closed))
                low += int(np.sum(mask & ~closed & none))
                passing[k] |= mask & ~none
            if shut:
                why = _why(flow, reader, i, masks)
                lines.append(_told(names.operation(reader), reader, shut, masks, why))
            if low and any(map(np.any, _zeros(g))):
                before = wanted.get(reader, [np.False_] * len(_zeros(g)))
                wanted[reader] = [a | b for a, b in zip(before, _zeros(g))]
            elif low:
                why = "what it passes on is too small for the dtype"
                lines.append(_told(names.operation(reader), reader, low, masks, why))
        cancelled = sum(int(np.sum(each)) for each in passing)
        if cancelled:
            why = "what arrives by different paths adds up to 0"
            lines.append(_told(names.value(node), node, cancelled, masks, why))
    return lines


def _told(where: str, node: Node, n: int, masks: list[np.ndarray], why: str) -> Reason:
    size = sum(mask.size for mask in masks)
    of = "" if size == 1 else f", at {n:,} of {counted(size, 'element')}"
    return Reason(f"{where}: {why}{of}", node, why)


def _why(flow: Flow, node: Node, i: int, masks: list[np.ndarray]) -> str:
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
