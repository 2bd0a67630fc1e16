"""Scores of classes, and the labels that belong to them."""

import numpy as np
from hypothesis import strategies as st

from .. import arrays
from ..context import Call, Context, Sample, call


def _softmax(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    return call(x, axis=c.axis(x.ndim))


def labels(c: Context, shape: tuple[int, ...]) -> np.ndarray:
    """A class for each row of scores of this shape."""
    *rows, classes = shape
    size = int(np.prod(rows))
    codes = c.draw(arrays.choices(size, c.draw(st.integers(0, 9999))))
    return (codes.astype(int) % classes).reshape(rows)


SAMPLES: dict[str, Sample] = {
    "huber": lambda c: call(c.array(), delta=c.choice(1.0, 0.5, 2.0)),
    "cross_entropy": lambda c: call(
        logits := c.array(least=1, nonempty=True), labels(c, logits.shape)
    ),
    "log_softmax": _softmax,
    "softmax": _softmax,
}
