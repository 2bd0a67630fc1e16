"""Metrics: how good answers are, in numbers; scikit-learn's values, in few lines.

Each takes what a network said, then the truth. Where classes are asked for, they are
labels as they are; or scores (n, classes, …), of which the highest is the answer; or
scores (n,) or (n, 1) of the second of two classes, above a ``threshold``: 0 for logits,
0.5 for probabilities.
"""

from .classes import accuracy, confusion_matrix, f1, roc_auc, top_k
from .numbers import mae, mse, r2
from .probabilities import Reliability, calibration_error, reliability

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
