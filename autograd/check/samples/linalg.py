"""Products of matrices, of vectors, and of batches of either."""

import numpy as np

from .. import arrays
from ..context import Call, Context, Sample, call


def _matmul(c: Context) -> Call:
    x = left_matrix(c)
    return call(x, right_matrix(c, x.shape))


def left_matrix(c: Context) -> np.ndarray:
    """Vectors, square matrices and batches of them often, besides all other shapes."""
    shape = c.choice((), (3,), (2, 2), (2, 3, 3), ())
    return c.array(shape) if shape else c.array(least=1)


def right_matrix(c: Context, left: tuple[int, ...]) -> np.ndarray:
    """What a matrix of the shape ``left`` can be multiplied by."""
    *batch, inner = left if len(left) == 1 else (*left[:-2], left[-1])
    if c.choice(False, False, True):
        return c.array((inner,))
    if batch and c.choice(False, False, True):
        return c.array((1, inner, c.choice(2, 1, inner)))
    narrow = c.draw(arrays.narrower(tuple(batch)))
    along = batch[len(batch) - len(narrow) :]
    batch = [c.choice(1, 2) if n == 1 else side for side, n in zip(narrow, along)]
    if len(batch) >= len(left) - 2:
        batch = c.choice([], [], [2], [1, 2]) + batch
    return c.array((*batch, inner, c.choice(2, inner, 1, 3, 0)))


def _affine(c: Context) -> Call:
    x = c.array(least=1)
    weight = c.array((c.choice(2, 1, 3, 0), x.shape[-1]))
    return call(x, weight, c.array((len(weight),)))


SAMPLES: dict[str, Sample] = {
    "affine": _affine,
    "matmul": _matmul,
}
