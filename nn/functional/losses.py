"""Losses as functions, with PyTorch's conventions.

Each takes what the network said (``input``), then the truth (``target``);
``reduction`` is "mean", "sum" or "none". Losses of single elements also take a list of
Values, one for each example, and the numbers they should be: the same formula, in a
graph of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd import Node, Value
from autograd.ops.losses import checked_labels

REDUCTIONS = ("mean", "sum", "none")


def cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Any:
    """-log softmax(input)[target], for integer classes.

    Shapes: logits (batch, classes) with classes (batch,); logits (batch, classes, d…)
    with (batch, d…); logits (classes,) with a single class.

    >>> import autograd as ag
    >>> cross_entropy(ag.tensor([[0.0, 0.0], [0.0, 9.0]]), [0, 0], reduction="none")
    Tensor([0.69314718, 9.0001234 ])
    """
    check_reduction(reduction)
    if isinstance(input, (list, tuple)):
        raise TypeError(
            f"cross_entropy got a {type(input).__name__}; it takes a Tensor or array "
            "(batch, classes). Wrap it: ag.tensor(…)"
        )
    _check_classes(input.shape, np.shape(target))
    logits = input if input.ndim < 3 else ag.moveaxis(input, source=1, destination=-1)
    if reduction == "mean":
        return ag.cross_entropy(logits, target)
    labels = checked_labels(logits, target)
    scores = ag.log_softmax(logits)
    errors = -scores[(*np.indices(labels.shape, sparse=True), labels)]
    return errors if reduction == "none" else errors.sum()


def _check_classes(shape: tuple[int, ...], labels: tuple[int, ...]) -> None:
    """Raise, in terms of what was passed, unless there is a label for each position."""
    if not shape or labels != shape[:1] * (len(shape) > 1) + shape[2:]:
        raise ValueError(
            "cross_entropy needs logits (batch, classes, …) and integer classes "
            f"(batch, …), or (classes,) and one class; got {shape} and {labels}"
        )


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """(input - target)², of equal shapes.

    >>> import autograd as ag
    >>> mse_loss(ag.tensor([1.0, 2.0]), np.array([1.0, 5.0]))
    Tensor(4.5)
    >>> mse_loss([ag.Value(1.0), ag.Value(2.0)], [1.0, 5.0]).data
    4.5
    """
    return _of_elements(_squared_error, input, target, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, reduction: str = "mean"
) -> Any:
    """-y log σ(x) - (1 - y) log(1 - σ(x)), exact where σ is 0 or 1 to all digits.

    Targets lie between 0 and 1, and have the shape of the input.

    >>> import autograd as ag
    >>> binary_cross_entropy_with_logits(ag.tensor([0.0, 50.0]), np.array([1.0, 1.0]))
    Tensor(0.34657359)
    """
    return _of_elements(_logistic_error, input, target, reduction)


def hinge_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """max(0, 1 - y·score), the max-margin loss: targets y are -1 or 1.

    >>> import autograd as ag
    >>> hinge_loss([ag.Value(0.5), ag.Value(3.0)], [1, 1]).data
    0.25
    """
    return _of_elements(_hinge_error, input, target, reduction)


def _squared_error(x: Any, y: Any) -> Any:
    return ag.square(x - y)


def _logistic_error(x: Any, y: Any) -> Any:
    return y * ag.softplus(-x) + (1 - y) * ag.softplus(x)


def _hinge_error(x: Any, y: Any) -> Any:
    return ag.relu(1 + -y * x)


def _of_elements(
    error: Callable[[Any, Any], Any], input: Any, target: Any, reduction: str
) -> Any:
    check_reduction(reduction)
    if isinstance(input, (list, tuple)):
        return _of_values(error, input, target, reduction)
    if not isinstance(target, Node):
        target = _rounded(np.asarray(target), input.dtype)
    if input.shape != target.shape:
        raise ValueError(
            f"the loss needs a target of its input's shape {input.shape}; got "
            f"{target.shape}, which would be broadcast. Reshape one of them"
        )
    errors = error(input, target)
    if reduction == "none":
        return errors
    return errors.mean() if reduction == "mean" else errors.sum()


def _rounded(target: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Targets in the input's precision, which float64 ones would change for all."""
    if np.can_cast(target.dtype, dtype, "same_kind"):
        return target.astype(dtype, copy=False)
    return target


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


def check_reduction(reduction: str) -> None:
    """Raise unless this is one of the three reductions.

    >>> check_reduction("mean")
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is one of {REDUCTIONS}; got {reduction!r}")
