"""The rows or the columns of a Jacobian, of one sweep along all of a basis.

It is recorded along a stand-in vector, and then run along all of them at once: what
depends on the vector gets one more axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..batching import Recorded, batched
from ..core import tree
from ..core.context import recording, switched
from ..core.node import Node, TraceError, hooked
from ..core.space import ARRAYS
from ..core.zeros import pulled, pushed
from ..ops.shaping import concatenate, moveaxis, stack
from ..tensor import Tensor
from .examples import Example, finite, is_careful
from .tracing import Trace

ROOM = 1 << 28  # bytes that one sweep along many vectors may take


def rows(trace: Trace, output: Any, chunk_size: int | None) -> list[Any]:
    """The blocks of one output, by each leaf: one row for each element of it."""

    def sweep(g: Any) -> list[Any]:
        wanted = set(trace.leaves)
        leaves, inner = pulled([output], [g], wanted, trace.floor, True)
        found = leaves | inner
        return [found.get(leaf) for leaf in trace.leaves]

    def alone(g: Any) -> list[Any]:
        return tree.leaves(trace.pull([output], [g], False))

    parts = _along_basis(trace, output, sweep, alone, trace.leaves, chunk_size)
    return [
        _block(trace, part, None, output, leaf)
        for part, leaf in zip(parts, trace.leaves)
    ]


def columns(
    trace: Trace, outputs: list[Any], leaf: Any, chunk_size: int | None
) -> list[Any]:
    """The blocks by one leaf, of each output: one column for each element of it."""

    def sweep(t: Any) -> list[Any]:
        found = pushed(outputs, {leaf: t}, True)
        return [found.get(output) for output in outputs]

    def alone(t: Any) -> list[Any]:
        return tree.leaves(trace.push([t if x is leaf else None for x in trace.leaves]))

    parts = _along_basis(trace, leaf, sweep, alone, outputs, chunk_size)
    return [
        _block(trace, part, -1, output, leaf) for part, output in zip(parts, outputs)
    ]


def _block(trace: Trace, part: Any, last: Any, output: Any, leaf: Any) -> Any:
    """Rows, or columns if ``last`` is -1, as they are handed to the caller."""
    given = trace.first_given
    if leaf.space is not ARRAYS:
        return part  # one number
    shape = (*np.shape(output._raw), *leaf.shape)
    if part is None:
        dtype = np.result_type(output._raw, leaf._raw) if last else leaf.dtype
        return trace.handed(given, np.zeros(shape, dtype), leaf)
    matrix = moveaxis(part, 0, -1) if last else part
    return trace.handed(given, matrix.reshape(shape), leaf)


def _along_basis(
    trace: Trace,
    node: Any,
    sweep: Callable[[Any], list[Any]],
    alone: Callable[[Any], list[Any]],
    ends: Sequence[Any],
    chunk_size: int | None,
) -> list[Any]:
    """What a sweep from ``node`` finds at the ends, along each vector of its basis.

    All at once where that is right: not where listeners or hooks see every sweep, and
    not where infinite slopes need a sweep of their own.
    """
    if trace.leaves[0].space is not ARRAYS:
        return alone(next(node.space.basis(node)))
    heard = recording.get().listeners or hooked
    if node._raw.size > 1 and not heard:
        found = _at_once(trace, node, sweep, chunk_size)
        if found is not None:
            return found
    rows = [alone(one) for one in node.space.basis(node)]
    return [stack(each) if each else None for each in zip(*rows)] or [None] * len(ends)


def _at_once(
    trace: Trace, node: Any, sweep: Callable[[Any], list[Any]], chunk_size: int | None
) -> list[Any] | None:
    """None where something is not finite, or what is done depends on the vector."""
    tracing = Example(is_careful())
    along = Tensor.leaf(np.ones_like(node._raw), tracked=True)
    tracing.inputs.add(along)
    changes: dict[str, Any] = {"everything": True, "gradients": True}
    try:
        with switched(**changes, tracing=tracing), np.errstate(all="ignore"):
            parts = sweep(along)
    except Exception:  # a person's rule reads its cotangent; a loop finds what is wrong
        return None
    finally:
        along.tracked = False
    outputs = [x for x in parts if isinstance(x, Node)]
    recorded = Recorded([along], outputs, tracing.since)
    chunk = chunk_size or max(1, ROOM // max(recorded.nbytes, 1))
    chunks: list[list[Any]] = []
    lift = trace._lifts()
    with np.errstate(all="ignore"):
        for vectors in _basis(node, chunk):
            along_all = Tensor.leaf(vectors) if lift else vectors
            try:
                found = batched(recorded, [along_all], len(vectors), lift)
            except TraceError:
                return None
            if not finite(found):
                return None
            chunks.append(found)
    joined = iter([_joined(each) for each in zip(*chunks)])
    return [next(joined) if isinstance(x, Node) else None for x in parts]


def _joined(parts: Sequence[Any]) -> Any:
    if parts[0] is None:
        return None
    return parts[0] if len(parts) == 1 else concatenate(parts)


def _basis(node: Any, chunk: int) -> Iterator[np.ndarray]:
    """The unit vectors, in the shape of the node, so many at a time."""
    size, shape = node._raw.size, node._raw.shape
    for start in range(0, size, chunk):
        n = min(chunk, size - start)
        vectors = np.zeros((n, size), node._raw.dtype)
        vectors[np.arange(n), start + np.arange(n)] = 1
        yield vectors.reshape(n, *shape)
