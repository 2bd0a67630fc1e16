"""Losses of differences, and what all losses share, with PyTorch's conventions.

Each takes what the network said (``input``), then the truth (``target``);
``reduction`` is "mean", "sum" or "none". Losses of single elements also take a list of
Values, one for each example, and the numbers they should be: the same formula, in a
graph of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor, Value
from autograd.ops.reductions import mean_, sum_

from .arguments import array_of, shape_of, weak

REDUCTIONS = ("mean", "sum", "none")


def mse_loss(
    input: Any, target: Any, *, reduction: str = "mean", weight: Any = None
) -> Any:
    """(input - target)², of equal shapes.

    With a ``weight`` of this shape for each, the mean is Σ weight · loss / Σ weight.

    >>> import autograd as ag
    >>> mse_loss(ag.tensor([1.0, 2.0]), np.array([1.0, 5.0]))
    Tensor(4.5)
    >>> mse_loss([ag.Value(1.0), ag.Value(2.0)], [1.0, 5.0]).data
    4.5
    """
    return of_elements("mse_loss", _squared_error, input, target, reduction, weight)


def l1_loss(
    input: Any, target: Any, *, reduction: str = "mean", weight: Any = None
) -> Any:
    """|input - target|, of equal shapes; slope 0 where they are equal.

    ``weight`` is that of ``mse_loss``.

    >>> import autograd as ag
    >>> l1_loss(ag.tensor([1.0, 2.0]), np.array([1.0, 5.0]))
    Tensor(1.5)
    """

    def error(x: Any, y: Any) -> Any:
        return ag.abs(x - y)

    return of_elements("l1_loss", error, input, target, reduction, weight)


def huber_loss(
    input: Any,
    target: Any,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Any = None,
) -> Any:
    """½ d² where |d| ≤ delta, else delta (|d| - ½ delta), for d = input - target.

    A ``weight`` of this shape multiplies each; the mean is that of all, as in PyTorch.
    Huber (1964), doi:10.1214/aoms/1177703732.

    >>> import autograd as ag
    >>> huber_loss(ag.tensor([1.0, 2.0]), np.array([1.5, 5.0]), reduction="none")
    Tensor([0.125, 2.5  ])
    """
    if not delta > 0:
        raise ValueError(f"huber_loss needs delta > 0; got {delta}")

    weight = weight if weight is None else _of_each("huber_loss", input, weight)

    def error(x: Any, y: Any) -> Any:
        errors = ag.huber(x - y, delta=float(delta))
        return errors if weight is None else errors * weight

    return of_elements("huber_loss", error, input, target, reduction)


def smooth_l1_loss(
    input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0
) -> Any:
    """½ d² / beta where |d| < beta, else |d| - ½ beta; for beta = 0 the L1 loss.

    Girshick (2015), arXiv:1504.08083.

    >>> import autograd as ag
    >>> smooth_l1_loss(ag.tensor([1.0, 2.0]), np.array([1.5, 5.0]), reduction="none")
    Tensor([0.125, 2.5  ])
    """
    beta = weak(beta)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss needs beta ≥ 0; got {beta}")
    if not beta:
        return l1_loss(input, target, reduction=reduction)

    def error(x: Any, y: Any) -> Any:
        return ag.huber(x - y, delta=float(beta)) * (1 / beta)

    return of_elements("smooth_l1_loss", error, input, target, reduction)


def _squared_error(x: Any, y: Any) -> Any:
    return ag.square(x - y)


# What all losses share ----------------------------------------------------------------


def of_elements(
    name: str,
    error: Callable[[Any, Any], Any],
    input: Any,
    target: Any,
    reduction: str,
    weight: Any = None,
) -> Any:
    """The loss whose elements are error(x, y), of arrays or lists of Values.

    Of arrays, each may have a weight: the mean is over the sum of these.

    >>> import autograd as ag
    >>> of_elements("gap", lambda x, y: x - y, ag.tensor([3.0]), [1.0], "sum")
    Tensor(2.)
    """
    check_reduction(reduction)
    weight = weight if weight is None else _of_each(name, input, weight)
    if isinstance(input, (list, tuple)) and all(map(_is_number, input)):
        return _of_values(error, input, target, reduction)
    shape_of(name, input)
    target = constant_in(input, target)
    check_shapes(name, input, target=target)
    if weight is None:
        return reduced(error(input, target), reduction)
    if reduction != "mean":
        return reduced(error(input, target) * weight, reduction)
    return reduced(error(input, target) * weight, "sum") / ag.sum(weight)


def _of_each(name: str, input: Any, weight: Any) -> Any:
    """The weight of each element, in the input's precision."""
    shape_of(name, input)
    weight = constant_in(input, weight)
    check_shapes(name, input, weight=weight)
    return weight


def constant_in(input: Any, target: Any) -> Any:
    """Targets in the input's precision, which float64 ones would change for all.

    >>> import autograd as ag
    >>> constant_in(ag.zeros(1, dtype="float32"), [0.5]).dtype
    dtype('float32')
    """
    if isinstance(target, (Tensor, Value)) and target.requires_grad:
        return target
    target = target if isinstance(target, Tensor) else array_of(target)
    if target.dtype == input.dtype:
        return target
    if np.can_cast(target.dtype, input.dtype, "same_kind"):
        return ag.astype(target, input.dtype, copy=False)
    return target


def check_shapes(name: str, input: Any, **others: Any) -> None:
    """Raise unless all have the input's shape: they would be broadcast.

    >>> check_shapes("a loss", np.zeros(2), target=np.zeros(2))
    """
    shape = shape_of(name, input)
    for role, x in others.items():
        if (x.shape if hasattr(x, "shape") else np.shape(x)) != shape:
            raise ValueError(
                f"{name} needs as {role} an array of its input's shape {shape}; "
                f"got {np.shape(x)}, which would be broadcast. Reshape one of them"
            )


def reduced(errors: Any, reduction: str) -> Any:
    """The mean or the sum of the errors, or themselves.

    >>> reduced(np.array([1.0, 2.0]), "sum").item()
    3.0
    """
    if getattr(errors, "dtype", np.dtype(float)).kind == "c":
        raise TypeError(
            f"a loss is a real number; its elements are {errors.dtype}. Take the "
            "losses of the real and of the imaginary part, or of np.abs"
        )
    if reduction == "none":
        return errors
    whole = mean_ if reduction == "mean" else sum_
    return whole.call(errors)  # without the way through keywords


def hinge(x: Any) -> Any:
    """max(x, 0), whose slope at 0 is 1: what margins of PyTorch are made with.

    >>> import autograd as ag
    >>> ag.grad(hinge)(0.0)
    1.0
    """
    return ag.clip(x, 0.0, math.inf)


def _is_number(x: Any) -> bool:
    return isinstance(x, (Value, float, int))


def _of_values(
    error: Callable[[Any, Any], Any],
    input: Sequence[Value],
    target: Sequence[Any],
    reduction: str,
) -> Any:
    if any(isinstance(x, (list, tuple)) for x in input):
        raise TypeError(
            "the loss got a list of lists; it takes a Tensor or an array, or a list of "
            "Values. Wrap it: ag.tensor(…)"
        )
    if len(input) != len(target) or not input:
        raise ValueError(
            "the loss needs a list of Values, and a target for each; got "
            f"{len(input)} and {len(target)}"
        )
    errors = [error(x, y) for x, y in zip(input, target)]
    if reduction == "none":
        return errors
    total = sum(errors[1:], errors[0])
    return total * (1.0 / len(errors)) if reduction == "mean" else total


def check_reduction(reduction: str, known: Sequence[str] = REDUCTIONS) -> None:
    """Raise unless this is one of the reductions that are known.

    >>> check_reduction("mean")
    """
    if reduction not in known:
        raise ValueError(f"reduction is one of {tuple(known)}; got {reduction!r}")
