"""The work of ``small.py`` by functions of arrays, with SGD written out."""

import numpy as np
from functions import SIDE, array, run
from layers import gradients, parameters
from timing import number, report

if SIDE == "numpy":

    def softplus(x):
        return np.logaddexp(x, np.float32(0))

else:
    from functions import softplus

generator = np.random.default_rng(0)
points = generator.standard_normal((100, 2), dtype=np.float32)
x, y = (
    array(points),
    array((points[:, :1] * points[:, 1:] > 0).astype(np.float32)),
)
both = gradients(
    lambda out: (softplus(out) - out * y).mean(),
    lambda out: (1 / (1 + np.exp(-out)) - y) / np.float32(100),
    x,
)


def updated(p):
    value, slopes = both(p)
    return value, [w - 0.1 * g for w, g in zip(p, slopes)]


fast, p = run(updated), parameters([2, 16, 16, 1])


def step():
    global p
    value, p = fast(p)
    return number(value)


report(step, count=500, warmup=100)
