"""Metrics of classes: how often the answer is right, and in what way it is not."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.arguments import whole
from .given import (
    are_scores,
    array_of,
    check_classes,
    check_numbers,
    classes_of,
    labels_of,
    real_of,
)


def accuracy(scores: Any, targets: Any, threshold: float | None = None) -> float:
    """The share of answers that are right.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    >>> accuracy([2.5, -1.0], [1, 0], threshold=0)
    1.0
    """
    said, true = classes_of("accuracy", scores, targets, threshold)
    return float(np.mean(said == true))


def top_k(scores: Any, targets: Any, k: int = 5) -> float:
    """The share of examples whose class is among the ``k`` of the highest scores.

    Of equal scores the later class comes first, as in scikit-learn.

    >>> top_k([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [1, 2], k=2)
    0.5
    """
    scores, true = array_of(scores), labels_of("top_k", targets)
    if scores.ndim != 2 or len(scores) != len(true):
        raise ValueError(
            f"top_k needs scores (n, classes) and labels (n,); got {scores.shape} and "
            f"{true.shape}"
        )
    check_numbers("top_k", scores)
    if not 1 <= whole("k", k, 1) <= scores.shape[1]:
        raise ValueError(f"k is from 1 to the {scores.shape[1]} classes; got {k}")
    check_classes("top_k", true, scores.shape[1])
    best = np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :k]
    return float(np.mean((best == true[:, None]).any(axis=1)))


def confusion_matrix(
    scores: Any,
    targets: Any,
    classes: int | None = None,
    threshold: float | None = None,
) -> np.ndarray:
    """How often class i (row) was taken for class j (column): (classes, classes).

    >>> confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 1, 1]])
    """
    said, true = classes_of("confusion_matrix", scores, targets, threshold)
    count = int(max(said.max(), true.max())) + 1
    columns = array_of(scores).shape[1:2] if are_scores(scores, true) else ()
    largest = max(count, *columns, 0)
    count = largest if classes is None else whole("classes", classes, 1)
    for labels in (said, true):
        check_classes("confusion_matrix", labels, count)
    return np.bincount(true * count + said, minlength=count**2).reshape(count, count)


def f1(
    scores: Any,
    targets: Any,
    average: str = "macro",
    threshold: float | None = None,
) -> float:
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    ``average`` says of what: of class 1 ("binary"), the mean over the classes that were
    said or true ("macro"), the same by how often they are true ("weighted"), or of all
    together ("micro"). 0 where nothing is counted.

    >>> f1([0, 1, 1, 1], [0, 0, 1, 1], average="binary")
    0.8
    """
    if average not in ("binary", "macro", "micro", "weighted"):
        raise ValueError(
            f"average must be binary, macro, micro or weighted; got {average!r}"
        )
    matrix = confusion_matrix(scores, targets, threshold=threshold)
    if average == "binary" and len(matrix) > 2:
        raise ValueError(
            f"average='binary' is for classes 0 and 1; got {len(matrix)} classes: say "
            "'macro', 'micro' or 'weighted'"
        )
    hits, said, true = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
    if average == "micro":
        return float(hits.sum() / matrix.sum())
    each = 2 * hits / np.maximum(said + true, 1)
    if average == "binary":
        return float(each[1]) if len(each) > 1 else 0.0
    if average == "weighted":
        return float(np.average(each, weights=true))
    return float(each[said + true > 0].mean())


def roc_auc(scores: Any, targets: Any) -> float:
    """The chance that one of class 1 has a higher score than one of class 0.

    Ties count half: Mann and Whitney's U over the pairs. Scores (n,) or (n, 1) of class
    1, or (n, classes), for the mean over each class against the others.

    Raises:
        ValueError: a class has no example, or all.

    >>> roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75
    """
    scores, true = real_of("roc_auc", scores), labels_of("roc_auc", targets)
    if scores.ndim == 2 and scores.shape[1] == 2:
        scores = scores[:, 1] - scores[:, 0]
    columns = scores.reshape(len(scores), -1)
    if scores.ndim > 2 or true.shape != (len(scores),):
        raise ValueError(
            "roc_auc needs scores (n,) or (n, classes), and labels (n,); got "
            f"{scores.shape} and {true.shape}"
        )
    if not np.isfinite(columns).all():
        raise ValueError("roc_auc got scores that are not finite")
    check_classes("roc_auc", true, max(2, columns.shape[1]))
    areas = []
    for c, column in enumerate(columns.T):
        positive = true == (c if columns.shape[1] > 1 else 1)
        n = int(positive.sum())
        if n in (0, len(true)):
            raise ValueError(
                "roc_auc needs examples of every class, and of others; class "
                f"{c if columns.shape[1] > 1 else 1} has {n} of {len(true)}"
            )
        _, place, counts = np.unique(column, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
        above = ranks[positive].sum() - n * (n + 1) / 2
        areas.append(above / (n * (len(true) - n)))
    return float(np.mean(areas))
