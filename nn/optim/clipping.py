"""Gradients made smaller before a step: all by their common norm, or each number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Node, Tensor, Value


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
    arrays = [
        np.asarray(x.data if isinstance(x, (Tensor, Value)) else x)
        for x in _listed(tensors)
    ]
    if not power > 0:
        raise ValueError(f"norm_type must be above 0; got {norm_type}")
    tops = [np.abs(a).max(initial=0.0).astype(float) for a in arrays]
    top = float(np.max(tops, initial=0.0))
    norm = top
    if np.isfinite(top) and top > 0 and power != np.inf:
        total = sum(
            float(np.sum((np.abs(a) / top) ** power, dtype=float)) for a in arrays
        )
        norm = top * total ** (1 / power)
    if error_if_nonfinite and not np.isfinite(norm):
        raise RuntimeError(
            f"the norm of the gradients is {norm}, so they cannot be scaled to one; "
            "error_if_nonfinite=False would spread it to all of them"
        )
    return norm


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
    return [p for p in dict.fromkeys(listed) if p.grad is not None]


def _like(p: Any, factor: float) -> Any:
    """A factor in the dtype of a gradient: a scalar of float64 would widen float32."""
    return np.asarray(p.grad).real.dtype.type(factor)
