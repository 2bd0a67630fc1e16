"""The sides of a work that is written once: ``nn`` and ``F`` are ours or PyTorch's."""

import os
import sys

import numpy as np
from weights import drawn

SIDE = sys.argv[1]
if SIDE == "ours":
    import autograd as ag
    import nn

    F, optim, sum_of, exp, log, erf = (
        nn.functional,
        nn.optim,
        ag.sum,
        ag.exp,
        ag.log,
        ag.erf,
    )
    reshape, swapaxes, sqrt = ag.reshape, ag.swapaxes, ag.sqrt

    def array(numbers, requires_grad=False):
        return ag.Tensor(numbers, requires_grad=requires_grad)

    def backward(loss):
        loss.backward(free=True)

else:
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    nn, F, optim = torch.nn, torch.nn.functional, torch.optim
    sum_of, exp, log, erf, sqrt = torch.sum, torch.exp, torch.log, torch.erf, torch.sqrt
    reshape, swapaxes = torch.reshape, torch.swapaxes

    def array(numbers, requires_grad=False):
        return torch.from_numpy(numbers).requires_grad_(requires_grad)

    def backward(loss):
        loss.backward()


def initialised(model, seed=0):
    """The model with weights that both sides draw alike."""
    generator = np.random.default_rng(seed)
    for p in model.parameters():
        numbers = drawn(generator, tuple(p.shape))
        p.data = numbers if SIDE == "ours" else torch.from_numpy(numbers)
    return model
