"""1,000 small operations on 16 numbers, forward and backward."""

import numpy as np
from timing import report

import autograd as ag

x = ag.Tensor(np.linspace(-1, 1, 16, dtype=np.float32), requires_grad=True)
w = ag.Tensor(np.linspace(0.5, 1.5, 16, dtype=np.float32))


def step():
    x.grad = None
    y = x
    for _ in range(250):
        y = y * w
        y = y + w
        y = ag.tanh(y)
        y = y - w
    y.sum().backward()
    return y.sum().item() + np.abs(x.grad).sum()


report(step, count=30, warmup=5)
