"""What operations on arrays compute, on arrays of Values: the rules of ``expand``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import add
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd.core.node import raw
from autograd.core.primitive import registry


def as_array(x: Any) -> np.ndarray:
    """NumPy hands out the one element of an array without axes."""
    if isinstance(x, np.ndarray):
        return x
    box = np.empty((), object)
    box[()] = x
    return box


def each(f: Callable[..., Any], *arrays: Any) -> np.ndarray:
    return as_array(np.frompyfunc(f, len(arrays), 1)(*arrays))


def numbers(box: np.ndarray) -> np.ndarray:
    return np.array([raw(x) for x in box.flat], float).reshape(box.shape)


def _below_top(x: Any, axis: Any) -> tuple[np.ndarray, np.ndarray]:
    """``x`` less its maximum, which is a constant: no result depends on it."""
    top = np.max(numbers(x), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    return as_array(x - top), top


def _mean(x: Any, axis: Any, keepdims: Any) -> Any:
    total = as_array(np.add.reduce(x, axis=axis, keepdims=keepdims))
    return total / (x.size // total.size)


def _softmax(x: Any, axis: Any) -> Any:
    e = each(registry["exp"], _below_top(x, axis)[0])
    return e / np.add.reduce(e, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: Any) -> Any:
    x, _ = _below_top(x, axis)
    total = np.add.reduce(each(registry["exp"], x), axis=axis, keepdims=True)
    return x - each(registry["log"], as_array(total))


def _logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    x, top = _below_top(x, axis)
    total = np.add.reduce(each(registry["exp"], x), axis=axis, keepdims=True)
    out = as_array(each(registry["log"], as_array(total)) + top)
    return out if keepdims else np.squeeze(out, axis=axis)


def _cross_entropy(logits: Any, labels: Any) -> Any:
    scores = _log_softmax(logits, -1)
    places = np.expand_dims(np.asarray(labels), -1)
    return -np.add.reduce(np.take_along_axis(scores, places, -1), axis=None) / np.size(
        labels
    )


def _windows(
    x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any
) -> np.ndarray:
    """Every window over the last axes, as further axes; None where it is padded."""
    n = len(kernel)
    ends = [(0, 0)] * (x.ndim - n)
    ends += [pair if np.ndim(pair) else (pair, pair) for pair in _for_each(padding, n)]
    sizes = [size + sum(pair) for size, pair in zip(x.shape, ends, strict=True)]
    padded = np.full(sizes, None, object)
    within = zip(x.shape, ends, strict=True)
    padded[tuple(slice(first, first + size) for size, (first, _) in within)] = x
    strides, dilations = _for_each(stride, n), _for_each(dilation, n)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilations, strict=True)]
    found = sliding_window_view(padded, reach, tuple(range(-n, 0)))
    steps = [slice(None, None, step) for step in (*strides, *dilations)]
    where: Any = (..., *steps)
    return found[where]


def _pooled(
    x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any
) -> tuple[np.ndarray, int]:
    """Every window of a pool, and over how many axes it slides."""
    kernel = kernel if isinstance(kernel, tuple) else (kernel,) * (x.ndim - 2)
    step = kernel if stride is None else stride
    return _windows(x, kernel, step, padding, dilation), len(kernel)


def _for_each(x: Any, n: int) -> Any:
    return x if np.ndim(x) else (x,) * n


def _folded(f: Callable[[list[Any]], Any], windows: np.ndarray, n: int) -> np.ndarray:
    """``f`` of what each window over ``n`` axes holds."""
    out = np.empty(windows.shape[: windows.ndim - n], object)
    for place in np.ndindex(out.shape):
        out[place] = f([x for x in windows[place].flat if x is not None])
    return out


def _conv(
    x: Any, weight: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    n = weight.ndim - 2
    windows = _windows(x, weight.shape[2:], stride, padding, dilation)
    own, many = len(weight) // groups, weight.shape[1]
    out = np.empty((len(x), len(weight), *windows.shape[2 : 2 + n]), object)
    for image, channel, *at in np.ndindex(out.shape):
        first = channel // own * many
        seen = windows[(image, slice(first, first + many), *at)]
        pairs = zip(seen.flat, weight[channel].flat, strict=True)
        parts = [a * w for a, w in pairs if a is not None]
        out[(image, channel, *at)] = reduce(add, parts) if parts else 0.0
    return out


def _max_pool(
    x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Any:
    """All to the first of the largest, as the operation has it."""

    def largest(seen: list[Any]) -> Any:
        top = max(map(raw, seen))
        first = next(i for i, x in enumerate(seen) if raw(x) == top)
        kept = [x for i, x in enumerate(seen) if i == first or raw(x) < top]
        return reduce(registry["maximum"], kept)

    return _folded(largest, *_pooled(x, kernel, stride, padding, dilation))


def _sum_pool(
    x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Any:
    windows = _pooled(x, kernel, stride, padding, dilation)
    return _folded(partial(reduce, add), *windows)


def _extreme(name: str, x: Any, axis: Any, keepdims: Any) -> Any:
    """In equal parts to all that are largest, as the operation has it."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % max(1, x.ndim)
    last = range(-len(axes), 0)
    lines = np.moveaxis(x, [*axes], [*last])

    def best(seen: list[Any]) -> Any:
        top = (max if name == "maximum" else min)(map(raw, seen))
        tied = [x for x in seen if raw(x) == top]
        if len(tied) > 1:
            return reduce(add, tied) / len(tied)
        return reduce(registry[name], seen)

    out = _folded(best, lines, len(axes))
    return np.expand_dims(out, tuple(axes)) if keepdims else out


def _var(x: Any, axis: Any, ddof: Any, keepdims: Any) -> Any:
    off = as_array(x - _mean(x, axis, True))
    total = as_array(np.add.reduce(off * off, axis=axis, keepdims=keepdims))
    return total / (x.size // total.size - ddof)


def _length(x: Any, p: Any, axis: Any, keepdims: Any) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    total = np.add.reduce(x * x, axis=axis, keepdims=keepdims)
    return each(registry["sqrt"], as_array(total))


def _layer_norm(x: Any, weight: Any, bias: Any, ndim: int, eps: float) -> Any:
    axes = tuple(range(-ndim, 0))
    off = as_array(x - _mean(x, axes, True))
    spread = each(registry["sqrt"], as_array(_mean(off * off, axes, True) + eps))
    out = off / spread
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


MOVES = (
    *("reshape", "expand_dims", "squeeze", "transpose", "swapaxes", "moveaxis"),
    *("broadcast_to", "concatenate", "stack", "getitem", "flip", "roll", "rot90"),
    *("copy", "diagonal", "where"),
)
PRODUCTS = ("matmul", "dot", "inner", "affine", "tensordot", "einsum")
RULES: dict[str, Callable[..., Any]] = {
    "matmul": np.matmul,
    "dot": np.dot,
    "inner": np.inner,
    "affine": lambda x, weight, bias: np.matmul(x, weight.T) + bias,
    "sum": np.add.reduce,
    "mean": _mean,
    "prod": np.multiply.reduce,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "cross_entropy": _cross_entropy,
    "tensordot": np.tensordot,
    "einsum": lambda *arrays, subscripts, optimize: np.einsum(subscripts, *arrays),
    "conv": _conv,
    "max_pool": _max_pool,
    "sum_pool": _sum_pool,
    "max": partial(_extreme, "maximum"),
    "min": partial(_extreme, "minimum"),
    "var": _var,
    "length": _length,
    "layer_norm": _layer_norm,
    "astype": lambda x, dtype: x,
    **{name: registry[name].forward for name in MOVES},
}
