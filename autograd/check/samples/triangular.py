"""Triangles with a diagonal far from 0, beside numbers that are not read."""

import numpy as np

from ..context import Call, Context, Sample, call


def _solve(c: Context) -> Call:
    a, lower, unit = c.matrix("triangular"), c.flag(), c.flag()
    a = a + np.swapaxes(a, -1, -2)  # both triangles, one of which is not read
    *batch, n, _ = a.shape
    front = c.choice((), tuple(batch), (1,))
    b = c.array((*front, n, c.choice(2, 1, 0)), a.dtype)
    return call(a, b, lower=lower, unit_diagonal=unit)


def _cholesky(c: Context) -> Call:
    factor = c.matrix("triangular")
    n, upper = factor.shape[-1], c.flag()
    factor = np.swapaxes(factor, -1, -2) if upper else factor
    return call(c.array((n, c.choice(2, 1)), factor.dtype), factor, upper=upper)


SAMPLES: dict[str, Sample] = {"cholesky_solve": _cholesky, "solve_triangular": _solve}
