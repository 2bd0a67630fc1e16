"""1,000 small operations on 16 numbers, forward and backward, in PyTorch."""

import torch
from timing import report

torch.set_num_threads(1)
x = torch.linspace(-1, 1, 16, requires_grad=True)
w = torch.linspace(0.5, 1.5, 16)


def step():
    x.grad = None
    y = x
    for _ in range(250):
        y = y * w
        y = y + w
        y = torch.tanh(y)
        y = y - w
    y.sum().backward()
    return y.sum().item() + x.grad.abs().sum().item()


report(step, count=30, warmup=5)
