"""Symmetric matrices, and others that have as many eigenvectors as rows."""

import numpy as np

from ..context import Call, Context, Sample, call


def _diagonalizable(c: Context) -> Call:
    """Of distinct eigenvalues: real ones, or pairs of complex ones, or any."""
    x = c.matrix("well-conditioned", dtype=c.real_or_complex())
    n = x.shape[-1]
    values = np.diag(np.linspace(1, 3, n))
    if n > 1 and c.choice(False, True):
        values[:2, :2] = [[1, -1], [1, 1]]
    return call(np.linalg.solve(x, values @ x).astype(x.dtype))


SAMPLES: dict[str, Sample] = {
    "eig": _diagonalizable,
    "eigh": lambda c: call(c.matrix("symmetric"), UPLO=c.choice("L", "U")),
    "eigvals": _diagonalizable,
    "eigvalsh": lambda c: call(
        c.matrix("symmetric", dtype=c.real_or_complex()), UPLO=c.choice("L", "U")
    ),
}
