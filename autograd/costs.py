"""What an operation costs: the products that are added up in it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .core.node import Node, raw


def multiply_adds(node: Node) -> int:
    """How many products are added up by a node's operation; 0 if it is no product.

    >>> import autograd as ag, numpy as np
    >>> graph = ag.record(lambda x: x @ np.ones((3, 4)), np.ones((2, 3)))
    >>> [multiply_adds(node) for node in graph.outputs]
    [24]
    """
    count = COSTS.get(getattr(node.op, "name", ""))
    if count is None:
        return 0
    return count(_shape(node), [_shape(x) for x in node.inputs], node)


def _by_last_axis(out: Any, shapes: Any, node: Any) -> int:
    return math.prod(out) * (shapes[0][-1] if shapes[0] else 1)


def _convolution(out: Any, shapes: Any, node: Any) -> int:
    return math.prod(out) * math.prod(shapes[1][1:])


def _transposed(out: Any, shapes: Any, node: Any) -> int:
    return math.prod(shapes[0]) * math.prod(shapes[1][1:])


def _filters(out: Any, shapes: Any, node: Any) -> int:
    return math.prod(shapes[1]) * math.prod(out[1:])


def _first(out: Any, shapes: Any, node: Any) -> int:
    return math.prod(shapes[0])


def _einsum(out: Any, shapes: Any, node: Any) -> int:
    terms = node.params["subscripts"].split("->")[0].split(",")
    if len(terms) < 2:
        return 0
    sides: dict[str, int] = {}
    rest = 1
    for term, shape in zip(terms, shapes):
        before, dots, after = term.partition("...")
        labels = list(zip(before, shape))
        labels += list(zip(reversed(after), reversed(shape)))
        rest = max(
            rest,
            math.prod(shape) // max(math.prod([n for _, n in labels]), 1)
            if dots
            else 1,
        )
        sides |= {label: max(n, sides.get(label, 1)) for label, n in labels}
    return rest * math.prod(sides.values())


def _outer_times_inner(out: Any, shapes: Any, node: Any) -> int:
    """Of a sum over what both operands have in common: √(|x| |y| |out|)."""
    sizes = [math.prod(shape) for shape in (*shapes[:2], out)]
    return math.isqrt(math.prod(sizes))


def _attention(out: Any, shapes: Any, node: Any) -> int:
    """Of each query with each key, and of these weights with the values."""
    m, d = shapes[1][-2:]
    return math.prod(out[:-1]) * m * (d + out[-1])


def _recurrent(out: Any, shapes: Any, node: Any) -> int:
    """Of both matrices with every step of every example."""
    matrices = [shape for shape in shapes[1:] if len(shape) == 2][-2:]
    return math.prod(shapes[0][:2]) * sum(math.prod(shape) for shape in matrices)


COSTS: dict[str, Callable[[Any, Any, Any], int]] = {
    "affine": _by_last_axis,
    "attention": _attention,
    "conv": _convolution,
    "conv to filters": _filters,
    "conv to image": _transposed,
    "dot": _by_last_axis,
    "einsum": _einsum,
    "gru": _recurrent,
    "inner": _by_last_axis,
    "lstm": _recurrent,
    "matmul": _by_last_axis,
    "matvec": _by_last_axis,
    "rnn": _recurrent,
    "tensordot": _outer_times_inner,
    "vdot": _first,
    "vecdot": _by_last_axis,
    "vecmat": _by_last_axis,
}


def _shape(x: Any) -> tuple[int, ...]:
    data = raw(x)
    return np.shape(data[0] if isinstance(data, tuple) else data)
