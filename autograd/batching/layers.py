"""Layers of networks: examples join an axis the layer has already.

A layer whose weights are the same for all takes the examples among the images or the
sequences it has; one with weights of their own as so many groups of channels.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.node import raw
from ..ops.losses import checked_labels, log_softmax
from .call import Call, one_by_one, rule


def joined(x: Any, axis: int) -> Any:
    """(n, …) with the examples in front of another axis, and both as one."""
    x = np.moveaxis(x, 0, axis)
    shape = list(np.shape(x))
    shape[axis : axis + 2] = [shape[axis] * shape[axis + 1]]
    return np.reshape(x, shape)


def parted(x: Any, axis: int, n: int) -> Any:
    """The inverse: (n, …)."""
    shape = list(np.shape(x))
    shape[axis : axis + 1] = [n, shape[axis] // n if n else 0]
    return np.moveaxis(np.reshape(x, shape), axis, 0)


# Windows ------------------------------------------------------------------------------


@rule("conv", "conv to image", "conv to filters")
def _conv(call: Call) -> Any:
    n, groups = call.n, call.params["groups"]
    to_filters = call.op.name == "conv to filters"
    if not call.mapped[1] and not to_filters:
        return parted(call.again(joined(call.operands[0], 0), call.operands[1]), 0, n)
    first, second = call.whole(0), call.whole(1)
    second = joined(second, 1 if to_filters else 0)
    out = call.again(joined(first, 1), second, groups=n * groups)
    return parted(out, 0 if to_filters else 1, n)


@rule(
    "argmax_pool", "fold", "largest_tap", "max_pool", "pick in windows",
    "put in windows", "spread to windows", "sum_pool", "unfold",
)  # fmt: skip
def _windows(call: Call) -> Any:
    """Examples are so many more images; which have two axes before their own."""
    if call.rank(0) < 2:
        return one_by_one(call)
    operands = [joined(call.whole(i), 0) for i in range(len(call.operands))]
    params = {}
    shape = call.params.get("shape")
    if shape is not None and call.op.name != "fold":
        params["shape"] = (call.n * shape[0], *shape[1:])
    return parted(call.again(*operands, **params), 0, call.n)


# Normalization ------------------------------------------------------------------------


@rule("layer_norm", "rms_norm", "group_norm")
def _normalized(call: Call) -> Any:
    """Weights of their own multiply what was normalized without any."""
    first = 0 if call.op.name == "group_norm" else None
    x, *rest = [call.whole(0), *call.operands[1:]]
    x = joined(x, 0) if first == 0 else x
    if not any(call.mapped[1:]):
        out = call.again(x, *rest)
        return parted(out, 0, call.n) if first == 0 else out
    plain = [np.ones_like(call.one[1])]
    plain += [np.zeros_like(each) for each in call.one[2:]]
    out = call.again(x, *plain)
    out = parted(out, 0, call.n) if first == 0 else out
    scales = [
        _on_channels(call, i) if first == 0 else call.aligned(i, call.rank(0))
        for i in range(1, len(call.operands))
    ]
    out = out * scales[0]
    return out + scales[1] if len(scales) > 1 else out


def _on_channels(call: Call, i: int) -> Any:
    """Weights (channels,) as they lie on images (batch, channels, …)."""
    x, lead = call.operands[i], (call.n,) if call.mapped[i] else ()
    after = (1,) * (call.rank(0) - 2)
    shape = (*lead, *((1,) if lead else ()), *call.shape(i), *after)
    return np.reshape(x, shape)


@rule("batch_norm")
def _batch_norm(call: Call) -> Any:
    """Examples are so many more channels: each has means of its own."""
    x = joined(call.whole(0), 1)
    weights = [joined(call.whole(i), 0) for i in (1, 2)]
    y, *moments = call.again(x, *weights)
    return (parted(y, 1, call.n), *[parted(each, 0, call.n) for each in moments])


@rule("cross_entropy")
def _cross_entropy(call: Call) -> Any:
    """The mean of -log softmax at the labels, of each example."""
    *lead, classes = call.shape(0)
    rows = (call.n, math.prod(lead))
    logits, labels = call.whole(0), np.reshape(call.whole(1), rows)
    scores = np.reshape(log_softmax(logits, axis=-1), (*rows, classes))
    checked_labels(raw(scores), raw(labels))
    each, row = np.indices(rows, sparse=True)
    return -np.mean(scores[each, row, labels], axis=1)


# Sequences ----------------------------------------------------------------------------

STATES = {"rnn": 2, "lstm": 3, "gru": 2}  # how many operands are sequences or states


@rule(*STATES)
def _recurrent(call: Call) -> Any:
    """Sequences (steps, batch, …) join the batch; weights of their own go in turn."""
    count = STATES[call.op.name]
    if any(call.mapped[count:]):
        return one_by_one(call)
    states = [joined(call.whole(i), 1 if i == 0 else 0) for i in range(count)]
    out = call.again(*states, *call.operands[count:])
    if isinstance(call.out, tuple):
        return tuple([parted(each, 1, call.n) for each in out])
    return parted(out, 1, call.n)
