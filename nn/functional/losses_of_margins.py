"""Losses of margins: nothing is lost once what is right leads by enough."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.node import decides, raw
from autograd.ops.held import presumed

from .arguments import array_of, shape_of, weak
from .losses import (
    check_reduction,
    check_shapes,
    constant_in,
    hinge,
    of_elements,
    reduced,
)
from .losses_of_classes import checked_labels, checked_weight, first_of


def hinge_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """max(0, 1 - y·score), the max-margin loss: targets y are -1 or 1.

    >>> import autograd as ag
    >>> hinge_loss([ag.Value(0.5), ag.Value(3.0)], [1, 1]).data
    0.25
    """
    return of_elements("hinge_loss", _hinge_error, input, target, reduction)


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, *, reduction: str = "mean"
) -> Any:
    """A distance x where the target is 1, max(0, margin - x) where it is -1.

    >>> import autograd as ag
    >>> hinge_embedding_loss(ag.tensor([0.25, 0.25]), [1, -1], reduction="none")
    Tensor([0.25, 0.75])
    """
    margin = weak(margin)

    def error(x: Any, y: Any) -> Any:
        y = with_signs("hinge_embedding_loss", y)
        return ag.where(y == 1, x, hinge(margin - x))

    return of_elements("hinge_embedding_loss", error, input, target, reduction)


def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Any:
    """max(0, margin - y (x₁ - x₂)): target 1 where x₁ shall be larger, -1 where x₂.

    >>> import autograd as ag
    >>> x1, x2 = ag.tensor([2.0, 2.0]), ag.tensor([0.5, 0.5])
    >>> margin_ranking_loss(x1, x2, [1, -1], reduction="none")
    Tensor([0. , 1.5])
    """
    margin = weak(margin)

    def error(x: Any, y: Any) -> Any:
        check_shapes("margin_ranking_loss", x, input2=input2)
        return hinge(margin - y * (x - input2))

    return of_elements("margin_ranking_loss", error, input1, target, reduction)


def soft_margin_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """log(1 + exp(-y x)), for targets y of -1 and 1, without overflow.

    >>> import autograd as ag
    >>> soft_margin_loss(ag.tensor([0.0, 1000.0]), [1, -1], reduction="none")
    Tensor([6.93147181e-01, 1.00000000e+03])
    """
    return of_elements(
        "soft_margin_loss", lambda x, y: ag.softplus(-y * x), input, target, reduction
    )


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    *,
    reduction: str = "mean",
) -> Any:
    """Σᵢ max(0, margin - x_y + xᵢ)ᵖ / classes, over the classes i that are not y.

    Scores (batch, classes) with labels (batch,), or (classes,) with a single label;
    p is 1 or 2; ``weight`` (classes,) multiplies the loss of each class y.

    >>> import autograd as ag
    >>> multi_margin_loss(ag.tensor([[0.5, 0.0, 2.0]]), [0])
    Tensor(1.)
    """
    margin = weak(margin)
    check_reduction(reduction)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss has p=1 and p=2; got {p}")
    _check_rows("multi_margin_loss", input)
    labels = checked_labels("multi_margin_loss", input, target)
    weight = checked_weight("multi_margin_loss", input, weight)
    others = np.arange(input.shape[-1]) != labels[..., None]
    right = ag.take_along_axis(input, labels[..., None], axis=-1)
    short = ag.where(others, ag.relu(margin - right + input), 0)
    errors = ag.mean(short if p == 1 else ag.square(short), axis=-1)
    if weight is not None:
        errors = errors * ag.take(weight, labels)
    return reduced(errors, reduction)


def multilabel_margin_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Σ max(0, 1 - xⱼ + xᵢ) / classes, over right classes j and others i.

    Scores and labels (batch, classes), or (classes,); each row lists the classes that
    are right, up to the first -1.

    >>> import autograd as ag
    >>> multilabel_margin_loss(ag.tensor([[0.5, 0.0, 2.0]]), [[0, 2, -1]])
    Tensor(0.16666667)
    """
    check_reduction(reduction)
    _check_rows("multilabel_margin_loss", input)
    labels = array_of(target)
    listed = _checked_lists(input, labels)
    classes = np.where(listed, labels, 0)
    named = classes[..., :, None] == np.arange(input.shape[-1])
    right = np.any(named & listed[..., :, None], axis=-2)
    leaders = ag.take_along_axis(input, classes, axis=-1)
    short = 1 - leaders[..., :, None] + input[..., None, :]
    counts = listed[..., :, None] & ~right[..., None, :]
    errors = ag.sum(ag.where(counts, ag.relu(short), 0), axis=(-2, -1))
    return reduced(errors / input.shape[-1], reduction)


def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean"
) -> Any:
    """The mean over classes of -y log σ(x) - (1 - y) log σ(-x): (…, classes) → (…).

    ``weight`` (classes,) multiplies the loss of each class.

    >>> import autograd as ag
    >>> multilabel_soft_margin_loss(ag.tensor([[0.0, 0.0]]), [[1, 0]])
    Tensor(0.69314718)
    """
    check_reduction(reduction)
    shape_of("multilabel_soft_margin_loss", input)
    target = constant_in(input, target)
    check_shapes("multilabel_soft_margin_loss", input, target=target)
    if weight is not None:
        weight = constant_in(input, weight)
        if weight.shape != input.shape[-1:]:
            raise ValueError(
                "multilabel_soft_margin_loss needs a weight of shape "
                f"{input.shape[-1:]}, one for each class; got {weight.shape}"
            )
    errors = ag.binary_cross_entropy_with_logits(input, target)
    errors = errors if weight is None else errors * weight
    return reduced(ag.mean(errors, axis=-1), reduction)


def _hinge_error(x: Any, y: Any) -> Any:
    return ag.relu(1 + -y * x)


def with_signs(name: str, target: Any) -> Any:
    """The targets, if they are -1 and 1: others, as 0, would count twice or not.

    >>> with_signs("a loss", np.array([1, -1]))
    array([ 1, -1])
    """
    data = array_of(target)
    wrong = np.abs(data) != 1
    if not decides(wrong):
        with_signs(name, raw(target))
        return presumed(target, ~wrong, "the targets were -1 and 1")
    if np.any(wrong):
        raise ValueError(f"{name} needs targets of -1 and 1; got {data[wrong].flat[0]}")
    return target


def _check_rows(name: str, input: Any) -> None:
    shape_of(name, input)
    if np.ndim(input) not in (1, 2) or 0 in np.shape(input)[-1:]:
        raise ValueError(
            f"{name} needs scores (batch, classes) or (classes,); got the shape "
            f"{np.shape(input)}"
        )


def _checked_lists(input: Any, labels: np.ndarray) -> np.ndarray:
    """Which labels are listed: those before the first -1 of their row."""
    name, shape = "multilabel_margin_loss", input.shape
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name} needs integer labels; got {labels.dtype}")
    if labels.shape != shape:
        raise ValueError(
            f"{name} needs labels of its input's shape {shape}, filled with -1; got "
            f"{labels.shape}"
        )
    wrong = (labels < -1) | (labels >= shape[-1])
    if not decides(labels):
        _checked_lists(input, raw(labels))
        labels = presumed(labels, ~wrong, "all labels were classes, or -1")
    elif wrong.any():
        raise ValueError(
            f"{name} got the label {first_of(labels, wrong)}, but scores of shape "
            f"{shape} have classes 0 to {shape[-1] - 1}"
        )
    return np.logical_and.accumulate(labels >= 0, axis=-1)
