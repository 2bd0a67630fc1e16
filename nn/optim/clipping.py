"""Gradients made smaller before a step: all by their common norm, or each number."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any

import numpy as np

from autograd import Node, Tensor, Value
from autograd.core.context import recording

from .cells import norm_of_nodes

FEW = 1 << 13  # numbers that are added in their own precision
FEWEST = 1e-25  # a sum of squares that has lost none in single precision


def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients so that their norm, as of one vector, is at most this.

    Returns the norm before. g ← g·min(1, max_norm / (norm + 1e-6)), as in PyTorch; the
    squares are summed in double precision, and relative to the largest number.
    Parameters without gradient are passed over. Pascanu, Mikolov and Bengio (2012),
    arXiv:1211.5063.

    Raises:
        RuntimeError: the norm is not finite, and ``error_if_nonfinite``; nothing has
            changed.

    >>> x, y = Value(0.0), Value(0.0)
    >>> x.grad, y.grad = 3.0, 4.0
    >>> norm = clip_grad_norm_([x, y], max_norm=1.0)
    >>> norm, round(x.grad, 4), round(y.grad, 4)
    (5.0, 0.6, 0.8)
    """
    if not max_norm >= 0:
        raise ValueError(f"max_norm must not be negative; got {max_norm}")
    listed = _with_gradients(parameters)
    norm = get_total_norm([p.grad for p in listed], norm_type, error_if_nonfinite)
    factor = max_norm / (norm + 1e-6)
    if isinstance(norm, Tensor):  # while a step is compiled
        factor = np.minimum(factor, 1.0)
        for p in listed:
            p.grad = p.grad * factor.astype(np.real(p.grad).dtype)
        return norm
    if not factor >= 1.0:  # NaN, too
        with np.errstate(invalid="ignore"):  # ∞·0, which the norm has told of
            for p in listed:
                p.grad = p.grad * (factor if isinstance(p, Value) else _like(p, factor))
    return norm


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Bound each number of the gradients by ±``clip_value``.

    >>> x, y = Value(0.0), Value(0.0)
    >>> x.grad, y.grad = 3.0, -0.25
    >>> clip_grad_value_([x, y], clip_value=0.5)
    >>> x.grad, y.grad
    (0.5, -0.25)
    """
    if not clip_value >= 0:
        raise ValueError(f"clip_value must not be negative; got {clip_value}")
    listed = _with_gradients(parameters)
    for p in listed:
        if np.iscomplexobj(p.grad):
            raise TypeError(
                "complex gradients have no smallest and largest; clip_grad_norm_ "
                f"scales them; got {p.grad.dtype} of shape {p.grad.shape}"
            )
    for p in listed:
        clipped = np.clip(p.grad, -clip_value, clip_value)
        p.grad = float(clipped) if isinstance(p, Value) else clipped


def get_total_norm(
    tensors: Iterable[Any], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """The norm of arrays and numbers as one vector: (Σ |x|ⁿ)^(1/n), max |x| for inf.

    Raises:
        RuntimeError: it is not finite, and ``error_if_nonfinite``.

    >>> get_total_norm([np.array([3.0, 0.0]), 4.0])
    5.0
    """
    power = float(norm_type)
    if not power > 0:
        raise ValueError(f"norm_type must be above 0; got {norm_type}")
    if recording.get().tracing is not None:
        return norm_of_nodes(_listed(tensors), power, error_if_nonfinite)
    arrays = [
        np.asarray(x.data if isinstance(x, (Tensor, Value)) else x)
        for x in _listed(tensors)
    ]
    norm = _norm(arrays, power)
    if error_if_nonfinite and not np.isfinite(norm):
        raise RuntimeError(
            f"the norm of the gradients is {norm}, so they cannot be scaled to one; "
            "error_if_nonfinite=False would spread it to all of them"
        )
    return norm


def _norm(arrays: list[np.ndarray], power: float) -> float:
    """(Σ |x|ⁿ)^(1/n), relative to the largest where powers would leave the range."""
    if power == 2:
        with np.errstate(over="ignore"):
            total = sum(map(_sum_of_squares, arrays))
        if FEWEST < total < np.inf:
            return sqrt(total)
    sizes = [np.abs(a).astype(np.result_type(a.real.dtype, np.float32)) for a in arrays]
    top = float(np.max([a.max(initial=0) for a in sizes], initial=0))
    if not np.isfinite(top) or top == 0 or power == np.inf:
        return top
    total = sum(float(np.sum((a / top) ** power)) for a in sizes)
    return float(top * total ** (1 / power))


def _sum_of_squares(array: np.ndarray) -> float:
    """Of few numbers at a time, whose sums are added in double precision."""
    dtype = np.result_type(array.real.dtype, np.float32)
    numbers, total = np.ascontiguousarray(array).reshape(-1), 0.0
    for start in range(0, numbers.size, FEW):
        part = numbers[start : start + FEW].view(array.real.dtype)
        part = part.astype(dtype, copy=False)
        total += float(part @ part)
    return total


def _listed(items: Any) -> list[Any]:
    single = isinstance(items, (Node, np.ndarray)) or not isinstance(items, Iterable)
    return [items] if single else list(items)


def _with_gradients(parameters: Any) -> list[Any]:
    """Each parameter that has a gradient, once."""
    listed = _listed(parameters)
    for p in listed:
        if not isinstance(p, Node):
            raise TypeError(
                "gradients are clipped of parameters, such as model.parameters(); got "
                f"{type(p).__name__}"
            )
    tracing = recording.get().tracing
    if tracing is not None:
        for p in listed:
            if isinstance(p, Tensor):
                tracing.gradient(p)  # a node from now on, if there is one
    return [p for p in dict.fromkeys(listed) if p.grad is not None]


def _like(p: Any, factor: float) -> Any:
    """A factor in the dtype of a gradient: a scalar of float64 would widen float32."""
    return np.asarray(p.grad).real.dtype.type(factor)
