"""The sides of a network written once: ``nn`` and ``F`` are ours or PyTorch's."""

import os
import sys

import numpy as np
from weights import drawn

SIDE = sys.argv[1]
OURS = SIDE in ("ours", "compiled", "replay")
if OURS:
    import autograd as ag
    import nn

    F, optim = nn.functional, nn.optim
    reshape, swapaxes, sum_of = ag.reshape, ag.swapaxes, ag.sum

    def array(numbers, requires_grad=False):
        return ag.Tensor(numbers, requires_grad=requires_grad)

    def backward(loss):
        loss.backward(free=SIDE == "ours")

else:
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    nn, F, optim = torch.nn, torch.nn.functional, torch.optim
    reshape, swapaxes, sum_of = torch.reshape, torch.swapaxes, torch.sum

    def array(numbers, requires_grad=False):
        return torch.from_numpy(numbers).requires_grad_(requires_grad)

    def backward(loss):
        loss.backward()


def initialised(model, seed=0):
    """The model with weights that all sides draw alike."""
    generator = np.random.default_rng(seed)
    for p in model.parameters():
        numbers = drawn(generator, tuple(p.shape))
        p.data = numbers if OURS else torch.from_numpy(numbers)
    return torch.compile(model) if SIDE == "torch.compile" else model


def training(loss_of, optimizer):
    """The step that minimises ``loss_of()``, as each side runs it best."""

    def step():
        loss = loss_of()
        optimizer.zero_grad()
        backward(loss)
        optimizer.step()
        return loss

    if SIDE in ("compiled", "replay"):
        return ag.compile(step, backend="numpy" if SIDE == "replay" else "c")
    return step
