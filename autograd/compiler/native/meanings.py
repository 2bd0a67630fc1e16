"""What a primitive means in terms of simpler ones: NumPy code, recorded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...core.context import switched
from ...core.node import Node
from ...core.primitive import Primitive
from ...ops import normalization
from ...ops.fused import Fused
from ...tensor import Tensor
from ..flat import Flat, Kind

# Their forward functions are NumPy code that reads no numbers: recorded as they stand.
AS_WRITTEN = {
    "hardtanh", "relu6", "hardsigmoid", "hardswish", "leaky_relu", "elu", "celu",
    "selu", "hardshrink", "softshrink", "threshold", "softplus", "silu", "mish",
    "softsign", "tanhshrink", "log_sigmoid", "softplus to", "relu", "huber",
}  # fmt: skip


def _softmax(x: Any, axis: Any) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: Any) -> Any:
    apart = x - np.max(x, axis=axis, keepdims=True)
    return apart - np.log(np.sum(np.exp(apart), axis=axis, keepdims=True))


def _var(x: Any, axis: Any, ddof: int, keepdims: bool) -> Any:
    mean = np.mean(x, axis=axis, keepdims=True)
    apart = x - mean
    count = max(x.size // max(mean.size, 1) - ddof, 0)
    total = np.sum(np.square(apart), axis=axis, keepdims=keepdims)
    return total / x.dtype.type(count)


def _logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis=axis)


def _widened(x: Any, y: Any) -> Any:
    dtype = np.result_type(*[getattr(z, "dtype", z) for z in (x, y)])
    return x.astype(dtype) if hasattr(x, "astype") else np.asarray(x, dtype)


def _binary_cross_entropy(x: Any, y: Any) -> Any:
    x = _widened(x, y)
    inside = np.maximum(np.log(x), -100)
    beside = np.maximum(np.log1p(-x), -100)
    return (y - 1) * beside - y * inside


def _binary_cross_entropy_with_logits(x: Any, y: Any) -> Any:
    x = _widened(x, y)
    both = np.log1p(np.exp(-np.abs(x)))
    return (1 - y) * np.maximum(x, 0) - y * np.minimum(x, 0) + both


def _layer_norm(x: Any, weight: Any, bias: Any, ndim: int, eps: float) -> Any:
    view = normalization._layer_view(x.shape, ndim)
    y, _, _ = normalization._by_definition(x, weight, bias, view, eps)
    return np.reshape(y, x.shape)


def _rms_norm(x: Any, weight: Any, ndim: int, eps: float) -> Any:
    view = normalization._layer_view(x.shape, ndim)
    y, _, _ = normalization._by_definition(x, weight, None, view, eps, False)
    return np.reshape(y, x.shape)


def _group_norm(x: Any, weight: Any, bias: Any, groups: int, eps: float) -> Any:
    view = normalization._group_view(x.shape, groups)
    y, _, _ = normalization._by_definition(x, weight, bias, view, eps)
    return np.reshape(y, x.shape)


def _batch_norm(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    view = normalization._batch_view(x.shape)
    y, mean, var = normalization._by_definition(x, weight, bias, view, eps)
    shapes = (x.shape, weight.shape, weight.shape)
    return [np.reshape(each, shape) for each, shape in zip((y, mean, var), shapes)]


MEANINGS: dict[str, Callable[..., Any]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "binary_cross_entropy": _binary_cross_entropy,
    "binary_cross_entropy_with_logits": _binary_cross_entropy_with_logits,
    "var": _var,
    "layer_norm": _layer_norm,
    "rms_norm": _rms_norm,
    "group_norm": _group_norm,
    "batch_norm": _batch_norm,
    "logsumexp": _logsumexp,
    "deg2rad": lambda x: x * (np.pi / 180),
    "rad2deg": lambda x: x * (180 / np.pi),
    "radians": lambda x: x * (np.pi / 180),
    "degrees": lambda x: x * (180 / np.pi),
}


def meaning(op: Primitive, kinds: Any, params: Any, kind: Any) -> Flat | None:
    """A program of the operands that are views, in order; None if there is none."""
    rule = MEANINGS.get(op.name)
    if rule is None and op.name in AS_WRITTEN:
        rule = op.forward
    if rule is None and isinstance(op, Fused):
        rule = op.composition
    expected = (kind,) if isinstance(kind, Kind) else kind
    given = [k for k in (*kinds, *expected) if isinstance(k, Kind)]
    if rule is None or any(k.dtype.kind == "c" or k.dtype == np.float16 for k in given):
        return None
    return _recorded(rule, kinds, params, expected)


def _recorded(rule: Any, kinds: Any, params: Any, expected: Any) -> Flat | None:
    leaves: list[Any] = []

    def stand_in(k: Any) -> Any:
        if not isinstance(k, Kind):
            return k.value
        leaves.append(Tensor.leaf(np.ones(k.shape, k.dtype)))
        return leaves[-1]

    operands = [stand_in(k) for k in kinds]
    with switched(everything=True, gradients=True), np.errstate(all="ignore"):
        out = rule(*operands, **params)
        outs = out if isinstance(out, (tuple, list)) else (out,)
        if not all(isinstance(x, Node) for x in outs):
            return None
        outs = [
            x if x.dtype == k.dtype else x.astype(k.dtype)
            for x, k in zip(outs, expected, strict=True)
        ]
    if any(x.shape != k.shape for x, k in zip(outs, expected, strict=True)):
        return None
    return Flat.of(*outs, leaves=leaves)
