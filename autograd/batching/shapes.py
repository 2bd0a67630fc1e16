"""Rearranging: the axis of the examples stays the first."""

from __future__ import annotations

from typing import Any

import numpy as np

from .axes import from_end
from .call import Call, one_by_one, rule


def shifted(axis: Any, rank: int) -> Any:
    """An axis, or several, by their numbers behind a leading one; None: all."""
    if axis is None:
        return tuple(range(1, rank + 1))
    if isinstance(axis, (tuple, list)):
        return tuple([a % rank + 1 for a in axis])
    return axis % rank + 1


@rule("expand_dims", "squeeze")
def _reshaped(call: Call) -> Any:
    return np.reshape(call.operands[0], (call.n, *np.shape(call.out)))


@rule("reshape")
def _reshape(call: Call) -> Any:
    if call.params["order"] == "C":
        return _reshaped(call)
    backward = np.transpose(call.operands[0], (0, *range(call.rank(0), 0, -1)))
    shape = np.shape(call.out)
    turned = np.reshape(backward, (call.n, *shape[::-1]))
    return np.transpose(turned, (0, *range(len(shape), 0, -1)))


@rule("transpose")
def _transpose(call: Call) -> Any:
    rank, axes = call.rank(0), call.params["axes"]
    order = range(rank, 0, -1) if axes is None else shifted(axes, rank)
    return np.transpose(call.operands[0], (0, *order))


@rule("swapaxes", "moveaxis", "flip", "rot90", "diagonal", "sliding_window_view",
      "add windows")  # fmt: skip
def _with_shifted_axes(call: Call) -> Any:
    """Whatever parameters name axes, these come one later."""
    rank = call.rank(0)
    names = ("axis", "axes", "axis1", "axis2", "source", "destination")
    found = {k: shifted(v, rank) for k, v in call.params.items() if k in names}
    return call.again(call.operands[0], **found)


@rule("roll")
def _roll(call: Call) -> Any:
    x, axis = call.operands[0], call.params["axis"]
    if axis is not None and call.rank(0):
        return call.again(x, axis=from_end(axis, call.rank(0)))
    flat = np.reshape(x, (call.n, np.size(call.out)))
    return np.reshape(call.again(flat, axis=-1), (call.n, *np.shape(call.out)))


@rule("broadcast_to")
def _broadcast_to(call: Call) -> Any:
    shape = np.shape(call.out)
    return np.broadcast_to(call.aligned(0, len(shape)), (call.n, *shape))


@rule("concatenate")
def _concatenate(call: Call) -> Any:
    arrays = [call.whole(i) for i in range(len(call.operands))]
    return call.again(*arrays, axis=from_end(call.params["axis"], call.rank(0)))


@rule("stack")
def _stack(call: Call) -> Any:
    arrays = [call.whole(i) for i in range(len(call.operands))]
    return call.again(*arrays, axis=from_end(call.params["axis"], call.rank(0) + 1))


@rule("split")
def _split(call: Call) -> Any:
    axis = from_end(call.params["axis"], call.rank(0))
    return call.again(call.operands[0], axis=axis)


@rule("pad zeros", "pad copies")
def _padded(call: Call) -> Any:
    rank = call.rank(0)
    ends = np.broadcast_to(np.asarray(call.params["pad_width"], int), (rank, 2))
    widths = ((0, 0), *[(int(a), int(b)) for a, b in ends])
    return call.again(call.operands[0], pad_width=widths)


@rule("diag", "diagflat", "resize")
def _by_places(call: Call) -> Any:
    """Each element of the result is one of the operand, or 0: from a place before."""
    shape = call.shape(0)
    size = int(np.prod(shape))
    if size == 0:
        return one_by_one(call)
    places = call.op.forward(np.arange(1, size + 1).reshape(shape), **call.params)
    flat = np.reshape(call.operands[0], (call.n, size))
    return np.concatenate([np.zeros_like(flat[:, :1]), flat], axis=1)[:, places]
