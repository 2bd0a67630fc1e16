"""What metrics are given: scores, labels or numbers; what does not fit is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Node


def array_of(x: Any) -> np.ndarray:
    """What a Tensor holds, or a list, as an array.

    >>> array_of([1, 2])
    array([1, 2])
    """
    return np.asarray(x._raw if isinstance(x, Node) else x)


def real_of(name: str, x: Any) -> np.ndarray:
    """Real numbers as float64, in which bytes do not wrap around.

    >>> real_of("a metric", np.uint8([200]))
    array([200.])
    """
    array = array_of(x)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} needs real numbers; got {array.dtype}")
    return array.astype(np.float64)


def labels_of(name: str, targets: Any) -> np.ndarray:
    """Labels (n,) as integers, of whatever dtype they are.

    >>> labels_of("a metric", [[1.0], [0.0]])
    array([1, 0])
    """
    labels = array_of(targets)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if not labels.size:
        raise ValueError(f"{name} got no examples")
    whole = labels.dtype.kind in "iub"
    if not whole and (labels.dtype.kind != "f" or (labels != labels.round()).any()):
        raise TypeError(
            f"{name} needs labels, whole numbers from 0; got {labels.dtype} such as "
            f"{labels.flat[0]!r}"
        )
    return labels.astype(np.intp)


def are_scores(scores: Any, true: np.ndarray) -> bool:
    """Whether these are scores of each class, and no labels.

    >>> are_scores(np.ones((2, 3)), np.array([0, 1]))
    True
    """
    array = array_of(scores)
    return array.ndim == true.ndim + 1 and array.shape[1] > 1


def classes_of(
    name: str, scores: Any, targets: Any, threshold: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """The classes that were said, and those that are true, as flat integers.

    >>> classes_of("a metric", [[0.1, 0.9], [0.8, 0.2]], [1, 1], None)
    (array([1, 0]), array([1, 1]))
    """
    said, true = array_of(scores), labels_of(name, targets)
    check_numbers(name, said)
    if are_scores(said, true):
        classes = said.shape[1]
        check_classes(name, true, classes)
        if threshold is not None:
            raise ValueError(
                f"{name} got threshold={threshold} and scores of {classes} classes, of "
                "which the highest is the answer: leave threshold out, or give the "
                "scores of class 1"
            )
        said = said.argmax(axis=1)
    elif said.ndim == 2 and said.shape[1] == 1:
        said = said[:, 0]
    if said.shape != true.shape:
        raise ValueError(
            f"{name} needs an answer for each label of shape {true.shape}; got scores "
            f"of shape {array_of(scores).shape}"
        )
    if said.dtype.kind == "f" or threshold is not None:
        if threshold is None or np.isnan(threshold):
            raise ValueError(
                f"{name} got one score for each example, {said.dtype}: say from where "
                "on it means class 1, threshold=0 for logits, 0.5 for probabilities"
            )
        said = said > threshold
    return said.astype(np.intp).ravel(), true.ravel()


def check_numbers(name: str, scores: np.ndarray) -> None:
    """Raise if a score is NaN, of which no comparison says anything.

    >>> check_numbers("a metric", np.array([0.0, np.nan]))
    Traceback (most recent call last):
        ...
    ValueError: a metric got scores that are NaN, the first in row 1
    """
    if scores.dtype.kind not in "fiub":
        raise TypeError(f"{name} needs scores, real numbers; got {scores.dtype}")
    wrong = np.argwhere(np.isnan(scores))
    if len(wrong):
        raise ValueError(
            f"{name} got scores that are NaN, the first in row {wrong[0][0]}"
        )


def check_classes(name: str, labels: np.ndarray, classes: int) -> None:
    """Raise if a label is no class.

    >>> check_classes("a metric", np.array([0, 5]), 3)
    Traceback (most recent call last):
        ...
    ValueError: a metric got the label 5 in row 1, but the classes are 0 to 2
    """
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if wrong.size:
        raise ValueError(
            f"{name} got the label {labels.flat[wrong[0]]} in row {wrong[0]}, but the "
            f"classes are 0 to {classes - 1}"
        )


def numbers_of(name: str, outputs: Any, targets: Any) -> tuple[np.ndarray, np.ndarray]:
    """What was said and what is true, of one shape.

    >>> numbers_of("a metric", [1, 2], [2, 2])
    (array([1., 2.]), array([2., 2.]))
    """
    said, true = (real_of(name, x) for x in (outputs, targets))
    if said.shape != true.shape or not said.size:
        raise ValueError(
            f"{name} needs outputs and targets of one shape, and some of them; got "
            f"{said.shape} and {true.shape}"
        )
    return said, true
