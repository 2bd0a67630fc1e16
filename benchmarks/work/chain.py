"""1,000 small operations on 16 numbers, forward and backward, float32."""

import numpy as np
from functions import array, run, sum_of, tanh, value_and_grad
from timing import number, report

x = array(np.linspace(-1, 1, 16, dtype=np.float32))
w = array(np.linspace(0.5, 1.5, 16, dtype=np.float32))


def f(arrays):
    (y,) = arrays
    for _ in range(250):
        y = y * w
        y = y + w
        y = tanh(y)
        y = y - w
    return sum_of(y)


both = run(value_and_grad(f))


def step():
    value, (gradient,) = both([x])
    return number(value) + number(abs(gradient).sum())


report(step, count=30, warmup=5)
