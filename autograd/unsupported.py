"""NumPy's functions that have no derivative, and those that are not taken, with why."""

from __future__ import annotations

from typing import Any

import numpy as np

# Run on the data alone: their results are untracked.
WITHOUT_DERIVATIVE: set[Any] = {
    np.shape,
    np.ndim,
    np.size,
    np.zeros_like,
    np.ones_like,
    np.empty_like,
    np.full_like,
    np.argmax,
    np.argmin,
    np.argsort,
    np.array_equal,
    np.allclose,
    np.isclose,
    np.any,
    np.all,
    np.count_nonzero,
    np.nonzero,
    np.result_type,
    np.iscomplexobj,
    np.isrealobj,
    np.array_repr,
    np.array_str,
    np.array2string,
}

REASONS: dict[Any, str] = {}
