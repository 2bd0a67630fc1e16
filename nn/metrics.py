"""Metrics: how good answers are, in numbers; scikit-learn's values, in few lines.

Each takes what a network said, then the truth. Where classes are asked for, they are
labels as they are; or scores (n, classes, …), of which the highest is the answer; or
scores (n,) or (n, 1) of the second of two classes, above a ``threshold``: 0 for logits,
0.5 for probabilities.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import Node

__all__ = [
    "Reliability",
    "accuracy",
    "calibration_error",
    "confusion_matrix",
    "f1",
    "mae",
    "mse",
    "r2",
    "reliability",
    "roc_auc",
    "top_k",
]


def __dir__() -> list[str]:
    return __all__


# Of classes ---------------------------------------------------------------------------


def accuracy(scores: Any, targets: Any, threshold: float | None = None) -> float:
    """The share of answers that are right.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    >>> accuracy([2.5, -1.0], [1, 0], threshold=0)
    1.0
    """
    said, true = _classes("accuracy", scores, targets, threshold)
    return float(np.mean(said == true))


def top_k(scores: Any, targets: Any, k: int = 5) -> float:
    """The share of examples whose class is among the ``k`` of the highest scores.

    Of equal scores the later class comes first, as in scikit-learn.

    >>> top_k([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [1, 2], k=2)
    0.5
    """
    scores, true = _array(scores), _labels("top_k", targets)
    if scores.ndim != 2 or len(scores) != len(true):
        raise ValueError(
            f"top_k needs scores (n, classes) and labels (n,); got {scores.shape} and "
            f"{true.shape}"
        )
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k is from 1 to the {scores.shape[1]} classes; got {k}")
    _check_classes("top_k", true, scores.shape[1])
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
    said, true = _classes("confusion_matrix", scores, targets, threshold)
    count = int(max(said.max(), true.max())) + 1
    columns = _array(scores).shape[1:2] if _are_scores(scores, true) else ()
    count = max(count, *columns, 0) if classes is None else classes
    for labels in (said, true):
        _check_classes("confusion_matrix", labels, count)
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
    scores, true = _real("roc_auc", scores), _labels("roc_auc", targets)
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
    _check_classes("roc_auc", true, max(2, columns.shape[1]))
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


# Of probabilities ---------------------------------------------------------------------


class Reliability(NamedTuple):
    """What was promised, and what was kept, in bins of probability: (bins,) each.

    ``edges`` (bins + 1,); in bins without examples the means are NaN.
    """

    edges: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    examples: np.ndarray


def reliability(probabilities: Any, targets: Any, bins: int = 10) -> Reliability:
    """How often answers are right, by how sure they were: a reliability diagram.

    Probabilities (n, classes), whose highest is the answer; or (n,) of class 1, for
    how often that is true. Bins are (lower, upper], of equal width.

    >>> reliability([0.1, 0.9, 0.8, 0.7], [0, 1, 1, 0], bins=2).accuracy.round(3)
    array([0.   , 0.667])
    """
    p, true = _array(probabilities), _labels("reliability", targets)
    p = p[:, 0] if p.ndim == 2 and p.shape[1] == 1 else p
    if p.ndim not in (1, 2) or true.shape != p.shape[:1]:
        raise ValueError(
            "reliability needs probabilities (n,) or (n, classes), and labels (n,); "
            f"got {p.shape} and {true.shape}"
        )
    if not (p >= 0).all() or not (p <= 1).all():
        raise ValueError(
            "reliability needs probabilities, from 0 to 1; of logits take the sigmoid "
            "or softmax"
        )
    if bins < 1:
        raise ValueError(f"bins is at least 1; got {bins}")
    _check_classes("reliability", true, 2 if p.ndim == 1 else p.shape[1])
    right = true == 1 if p.ndim == 1 else p.argmax(axis=1) == true
    sure = (p if p.ndim == 1 else p.max(axis=1)).astype(np.float64)
    edges = np.linspace(0, 1, bins + 1)
    which = np.searchsorted(edges[1:-1], sure)
    count = np.bincount(which, minlength=bins)
    share = np.where(count, count, np.nan)
    promised = np.bincount(which, sure, bins) / share
    return Reliability(edges, promised, np.bincount(which, right, bins) / share, count)


def calibration_error(probabilities: Any, targets: Any, bins: int = 10) -> float:
    """The expected calibration error: Σ (examplesᵢ / n) |accuracyᵢ - confidenceᵢ|.

    Over the bins of ``reliability``. Guo et al. (2017), arXiv:1706.04599.

    >>> round(calibration_error([0.1, 0.9, 0.8, 0.7], [0, 1, 1, 0], bins=2), 4)
    0.125
    """
    _, promised, kept, examples = reliability(probabilities, targets, bins)
    gaps = np.nan_to_num(np.abs(kept - promised))
    return float(gaps @ examples / examples.sum())


# Of numbers ---------------------------------------------------------------------------


def mse(outputs: Any, targets: Any) -> float:
    """The mean squared error.

    >>> mse([1.0, 2.0], [1.0, 5.0])
    4.5
    """
    said, true = _numbers("mse", outputs, targets)
    return float(np.mean((said - true) ** 2))


def mae(outputs: Any, targets: Any) -> float:
    """The mean absolute error.

    >>> mae([1.0, 2.0], [1.0, 5.0])
    1.5
    """
    said, true = _numbers("mae", outputs, targets)
    return float(np.mean(np.abs(said - true)))


def r2(outputs: Any, targets: Any) -> float:
    """The coefficient of determination: 1 - Σ (y - ŷ)² / Σ (y - mean y)².

    Of several columns the mean. Where the truth is constant: 1 if it was met, else 0.

    >>> r2([1.0, 2.0, 3.5], [1.0, 2.0, 3.0])
    0.875
    """
    said, true = _numbers("r2", outputs, targets)
    if len(true) < 2:
        raise ValueError(f"r2 needs two examples or more; got {len(true)}")
    left = ((true - said) ** 2).sum(axis=0)
    spread = ((true - true.mean(axis=0)) ** 2).sum(axis=0)
    constant = spread == 0
    each = np.where(constant, left == 0, 1 - left / np.where(constant, 1, spread))
    return float(each.mean())


# What came ----------------------------------------------------------------------------


def _array(x: Any) -> np.ndarray:
    return np.asarray(x._raw if isinstance(x, Node) else x)


def _real(name: str, x: Any) -> np.ndarray:
    """Real numbers as float64, in which bytes do not wrap around."""
    array = _array(x)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} needs real numbers; got {array.dtype}")
    return array.astype(np.float64)


def _labels(name: str, targets: Any) -> np.ndarray:
    """Labels (n,) as integers, of whatever dtype they are."""
    labels = _array(targets)
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


def _are_scores(scores: Any, true: np.ndarray) -> bool:
    """Whether these are scores of each class, and no labels."""
    array = _array(scores)
    return array.ndim == true.ndim + 1 and array.shape[1] > 1


def _classes(
    name: str, scores: Any, targets: Any, threshold: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """The classes that were said, and those that are true, as flat integers."""
    said, true = _array(scores), _labels(name, targets)
    if _are_scores(said, true):
        classes = said.shape[1]
        _check_classes(name, true, classes)
        said = said.argmax(axis=1)
    elif said.ndim == 2 and said.shape[1] == 1:
        said = said[:, 0]
    if said.shape != true.shape:
        raise ValueError(
            f"{name} needs an answer for each label of shape {true.shape}; got scores "
            f"of shape {_array(scores).shape}"
        )
    if said.dtype.kind == "f":
        if threshold is None:
            raise ValueError(
                f"{name} got one score for each example, {said.dtype}: say from where "
                "on it means class 1, threshold=0 for logits, 0.5 for probabilities"
            )
        said = said > threshold
    return said.astype(np.intp).ravel(), true.ravel()


def _check_classes(name: str, labels: np.ndarray, classes: int) -> None:
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if wrong.size:
        raise ValueError(
            f"{name} got the label {labels.flat[wrong[0]]} in row {wrong[0]}, but the "
            f"classes are 0 to {classes - 1}"
        )


def _numbers(name: str, outputs: Any, targets: Any) -> tuple[np.ndarray, np.ndarray]:
    said, true = (_real(name, x) for x in (outputs, targets))
    if said.shape != true.shape or not said.size:
        raise ValueError(
            f"{name} needs outputs and targets of one shape, and some of them; got "
            f"{said.shape} and {true.shape}"
        )
    return said, true
