"""Metrics of probabilities: whether what was promised was kept."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..data.arguments import whole
from .given import array_of, check_classes, labels_of


class Reliability(NamedTuple):
    """What was promised, and what was kept, in bins of probability: (bins,) each.

    ``edges`` (bins + 1,); in bins without examples the means are NaN.

    >>> from nn.metrics import reliability
    >>> found = reliability([0.1, 0.2, 0.9], [0, 1, 1], bins=2)
    >>> found.edges, found.examples
    (array([0. , 0.5, 1. ]), array([2, 1]))
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
    p, true = array_of(probabilities), labels_of("reliability", targets)
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
    bins = whole("bins", bins, 1)
    check_classes("reliability", true, 2 if p.ndim == 1 else p.shape[1])
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
