"""Losses of scores of classes, where the target says which class is right.

Scores are (batch, classes), with labels (batch,); or (batch, classes, d…), as of the
points of an image, with (batch, d…); or (classes,) with a single label.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd import Node, Tensor
from autograd.core.node import decides, raw
from autograd.ops.held import presumed

from .arguments import array_of, shape_of, weak
from .losses import check_reduction, constant_in, reduced


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """-log softmax(input)[target], for integer classes; -Σ target log softmax(input),
    for probabilities of classes.

    Logits (batch, classes, d…) with labels (batch, d…), or with probabilities of their
    own shape. ``weight`` (classes,) multiplies the loss of each class; the mean of
    labelled examples is Σ loss / Σ weight. Examples labelled ``ignore_index`` do not
    count: their gradient is 0. Smoothed labels are (1 - ε) of the class and ε of all
    alike: Szegedy et al. (2015), arXiv:1512.00567.

    Raises:
        TypeError: the labels are no integers, and no probabilities for each class.
        ValueError: the shapes do not fit, or a label is no class.

    >>> import autograd as ag
    >>> logits = ag.tensor([[0.0, 0.0], [0.0, 9.0]])
    >>> cross_entropy(logits, [0, 0], reduction="none")
    Tensor([0.69314718, 9.0001234 ])
    >>> cross_entropy(logits, [0, -100])
    Tensor(0.69314718)
    """
    label_smoothing = weak(label_smoothing)
    plain = weight is None and label_smoothing == 0 and reduction == "mean"
    if plain and isinstance(input, Tensor) and input.ndim < 3 and ignore_index < 0:
        try:  # what most calls are, without a second look at the labels
            return ag.cross_entropy(input, target)
        except (TypeError, ValueError):  # more is allowed here, and told of the rest
            pass
    check_reduction(reduction)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is from 0 to 1; got {label_smoothing}")
    shape_of("cross_entropy", input)
    weight = checked_weight("cross_entropy", input, weight)
    target = target if isinstance(target, Node) else array_of(target)
    if target.dtype.kind == "f" and target.shape == input.shape:
        if ignore_index >= 0:
            raise ValueError(
                f"ignore_index={ignore_index} is for integer labels; the target holds "
                "probabilities. Give what shall not count a target of zeros"
            )
        return _of_probabilities(input, target, weight, reduction, label_smoothing)
    instead = f", or floats of its own shape {input.shape}, as probabilities"
    labels = checked_labels("cross_entropy", input, target, ignore_index, instead)
    if not decides(labels):
        scores = ag.log_softmax(_rows(input, labels))
        return _of_all(scores, labels, weight, ignore_index, reduction, label_smoothing)
    rows, chosen = _counted(input, labels, ignore_index)
    if weight is None and not label_smoothing and reduction != "none" and chosen.size:
        mean = ag.cross_entropy(rows, chosen)
        return mean if reduction == "mean" else mean * float(chosen.size)
    errors, weights = _picked(ag.log_softmax(rows), chosen, weight, label_smoothing)
    return _gathered(errors, weights, labels != ignore_index, reduction)


def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """-input[target], for logarithms of probabilities and integer classes.

    Shapes, ``weight`` and ``ignore_index`` are those of ``cross_entropy``.

    >>> import autograd as ag
    >>> nll_loss(ag.tensor([[-0.5, -2.0], [-3.0, -0.25]]), [1, 1])
    Tensor(1.125)
    """
    check_reduction(reduction)
    shape_of("nll_loss", input)
    weight = checked_weight("nll_loss", input, weight)
    labels = checked_labels("nll_loss", input, target, ignore_index)
    if not decides(labels):
        scores = _rows(input, labels)
        return _of_all(scores, labels, weight, ignore_index, reduction, 0.0)
    rows, chosen = _counted(input, labels, ignore_index)
    errors, weights = _picked(rows, chosen, weight, 0.0)
    return _gathered(errors, weights, labels != ignore_index, reduction)


def _of_probabilities(
    input: Any, target: Any, weight: Any, reduction: str, smoothing: float
) -> Any:
    axis = 1 if input.ndim > 1 else 0
    scores, target = ag.log_softmax(input, axis=axis), constant_in(input, target)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / input.shape[axis]
    if weight is not None:
        target = target * ag.reshape(weight, (-1,) + (1,) * (input.ndim - axis - 1))
    return reduced(-ag.sum(target * scores, axis=axis), reduction)


def _rows(input: Any, labels: Any) -> Any:
    """The scores of all examples, (n, classes)."""
    classes = input.shape[min(1, input.ndim - 1)]
    rows = ag.moveaxis(input, 1, -1) if input.ndim > 2 else input
    return rows if input.ndim == 2 else ag.reshape(rows, (labels.size, classes))


def _of_all(
    scores: Any,
    labels: Any,
    weight: Any,
    ignore_index: int,
    reduction: str,
    smoothing: float,
) -> Any:
    """The loss where other examples may count in the next run: all are computed."""
    kept = ag.reshape(labels != ignore_index, (-1,))
    classes = ag.where(kept, ag.reshape(labels, (-1,)), 0)
    errors, weights = _picked(scores, classes, weight, smoothing)
    errors = ag.where(kept, errors, 0)
    if reduction != "mean":
        return reduced(ag.reshape(errors, labels.shape), reduction)
    counts = kept.astype(errors.dtype) if weights is None else weights * kept
    return ag.sum(errors) / ag.sum(counts)


def _counted(input: Any, labels: np.ndarray, ignore_index: int) -> tuple[Any, Any]:
    """The scores of the examples that count, as rows (n, classes); and their labels."""
    rows = _rows(input, labels)
    kept = labels.ravel() != ignore_index
    if kept.all():
        return rows, labels.ravel()
    return rows[np.flatnonzero(kept)], labels.ravel()[kept]


def _picked(
    scores: Any, labels: np.ndarray, weight: Any, smoothing: float
) -> tuple[Any, Any]:
    """The loss of each row, and the weight it has in the mean."""
    errors = -scores[np.arange(labels.size), labels]
    weights = None if weight is None else ag.take(weight, labels)
    if weights is not None:
        errors = errors * weights
    if smoothing:
        every = -ag.sum(scores if weight is None else scores * weight, axis=-1)
        errors = errors * (1 - smoothing) + every * (smoothing / scores.shape[-1])
    return errors, weights


def _gathered(errors: Any, weights: Any, kept: np.ndarray, reduction: str) -> Any:
    """The errors of the examples that count, put together; 0 where they do not."""
    if reduction == "mean" and weights is not None:
        return ag.sum(errors) / ag.sum(weights)
    if reduction != "none":
        return reduced(errors, reduction)
    if not kept.all():
        zero = np.zeros(1, errors.dtype)
        places = np.where(kept, np.cumsum(kept).reshape(kept.shape) - 1, len(errors))
        return ag.concatenate([errors, zero])[places]
    return ag.reshape(errors, kept.shape)


# What came ----------------------------------------------------------------------------


def checked_labels(
    name: str,
    input: Any,
    target: Any,
    ignore_index: int | None = None,
    instead: str = "",
) -> Any:
    """Labels as an array of integers, each a class of the scores or to be ignored.

    >>> checked_labels("a loss", np.zeros((2, 3)), [2, 0])
    array([2, 0])
    """
    labels = array_of(target)
    ndim, shape = np.ndim(input), np.shape(input)
    if not ndim:
        raise ValueError(f"{name} needs scores (batch, classes, …); got a number")
    expected = (*shape[:1], *shape[2:]) if ndim > 1 else ()
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"{name} needs integer labels of shape {expected} for scores of shape "
            f"{shape}{instead}; got {labels.dtype} of shape {labels.shape}"
        )
    if labels.shape != expected:
        raise ValueError(
            f"{name} needs labels of shape {expected} for scores of shape {shape}, "
            f"where axis {min(ndim - 1, 1)} are the classes{instead}; got integers of "
            f"shape {labels.shape}"
        )
    classes = shape[min(ndim - 1, 1)]
    if not decides(labels):
        checked_labels(name, input, raw(labels), ignore_index, instead)
        known = np.logical_and(labels >= 0, labels < classes)
        if ignore_index is not None:
            known = np.logical_or(known, labels == ignore_index)
        return presumed(labels, known, "all labels were classes")
    if labels.size and labels.min() >= 0 and labels.max() < classes:
        return labels
    wrong = (labels < 0) | (labels >= classes)
    if ignore_index is not None:
        wrong &= labels != ignore_index
    if wrong.any():
        raise ValueError(
            f"{name} got the label {first_of(labels, wrong)}, but scores of shape "
            f"{shape} have classes 0 to {classes - 1}"
        )
    return labels


def first_of(labels: np.ndarray, wrong: np.ndarray) -> str:
    """The first label that is wrong, and where it stands.

    >>> first_of(np.array([0, 7]), np.array([False, True]))
    '7 at [1]'
    """
    place = [int(i) for i in np.argwhere(wrong)[0]]
    return f"{labels[wrong].flat[0]}{f' at {place}' if place else ''}"


def checked_weight(name: str, input: Any, weight: Any) -> Any:
    """Weights of the classes, in the precision of the scores.

    >>> checked_weight("a loss", np.zeros((2, 3)), [1, 2, 1])
    array([1., 2., 1.])
    """
    if weight is None:
        return None
    weight = constant_in(input, weight)
    classes = input.shape[min(1, input.ndim - 1)]
    if weight.shape != (classes,):
        raise ValueError(
            f"{name} needs a weight of shape ({classes},), one for each class of "
            f"scores of shape {input.shape}; got {weight.shape}"
        )
    return weight
