"""Square matrices, singular ones among them where there is a derivative."""

import numpy as np

from ..context import Context, Sample, call


def square(c: Context) -> np.ndarray:
    """A matrix as many rows as columns: well-conditioned, or often singular."""
    matrix = c.matrix("well-conditioned")
    n = matrix.shape[-1]
    return matrix if c.choice(True, False) else c.array((n, n), matrix.dtype)


def _positive(c: Context) -> np.ndarray:
    """Positive definite, or, of complex numbers, with any determinant."""
    dtype = c.dtype
    if dtype is not None and np.dtype(dtype).kind == "c":
        return c.matrix("well-conditioned")
    return c.matrix("spd")


SAMPLES: dict[str, Sample] = {
    "cofactors": lambda c: call(
        c.matrix("well-conditioned", c.choice((3, 3), (2, 4, 4)))
    ),
    "cond": lambda c: call(
        c.matrix("well-conditioned"), p=c.choice(None, 2, -2, "fro", 1, np.inf)
    ),
    "det": lambda c: call(square(c)),
    "logdet": lambda c: call(_positive(c)),
    "matrix_rank": lambda c: call(c.array()),
    "slogdet": lambda c: call(c.matrix("well-conditioned")),
}
