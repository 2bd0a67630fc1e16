"""Rows of features, dense or sparse, as a set of examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data import Dataset


class Rows(Dataset):
    """Rows of X, which may be sparse, in the dtype of a network; and other columns.

    >>> import numpy as np
    >>> Rows((np.eye(3), np.arange(3)), np.float32).examples(np.array([2]))
    (array([[0., 0., 1.]], dtype=float32), array([2]))
    """

    def __init__(self, columns: tuple[Any, ...], dtype: Any) -> None:
        self.X, *self.others = columns
        self.dtype = dtype

    def __len__(self) -> int:
        return self.X.shape[0]

    def examples(self, which: Any) -> tuple[np.ndarray, ...]:
        """Those rows; sparse ones are laid out."""
        X = self.X[which]
        X = X.toarray() if hasattr(X, "toarray") else X
        X = X.astype(self.dtype, copy=False)
        return X, *[column[which] for column in self.others]
