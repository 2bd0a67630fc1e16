"""Metrics of numbers: how far off they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from .given import numbers_of


def mse(outputs: Any, targets: Any) -> float:
    """The mean squared error.

    >>> mse([1.0, 2.0], [1.0, 5.0])
    4.5
    """
    said, true = numbers_of("mse", outputs, targets)
    return float(np.mean((said - true) ** 2))


def mae(outputs: Any, targets: Any) -> float:
    """The mean absolute error.

    >>> mae([1.0, 2.0], [1.0, 5.0])
    1.5
    """
    said, true = numbers_of("mae", outputs, targets)
    return float(np.mean(np.abs(said - true)))


def r2(outputs: Any, targets: Any) -> float:
    """The coefficient of determination: 1 - Σ (y - ŷ)² / Σ (y - mean y)².

    Of several columns the mean. Where the truth is constant: 1 if it was met, else 0.

    >>> r2([1.0, 2.0, 3.5], [1.0, 2.0, 3.0])
    0.875
    """
    said, true = numbers_of("r2", outputs, targets)
    if len(true) < 2:
        raise ValueError(f"r2 needs two examples or more; got {len(true)}")
    left = ((true - said) ** 2).sum(axis=0)
    spread = ((true - true.mean(axis=0)) ** 2).sum(axis=0)
    constant = spread == 0
    each = np.where(constant, left == 0, 1 - left / np.where(constant, 1, spread))
    return float(each.mean())
