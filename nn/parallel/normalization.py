"""Batch norm by the mean and variance of the batch of all processes."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag

from ..functional.arguments import weak
from ..functional.normalization import follow
from ..layers.batch_normalization import BatchNorm
from ..module import Module
from .collectives import allreduce
from .processes import communicator, meet


class SyncBatchNorm(BatchNorm, ndims=(2, 3, 4, 5)):
    """In training (x - mean) / √(var + eps) · weight + bias of all processes' batch.

    (batch, num_features, …) → the same shape. Running statistics follow those of the
    whole, and so are the same in all processes. After ``eval()`` it is BatchNorm.
    ``DistributedDataParallel`` makes it of the batch norms within.

    >>> import nn
    >>> x = ag.tensor([[1.0], [3.0]])
    >>> nn.parallel.SyncBatchNorm(1, eps=0.0)(x).data.tolist()
    [[-1.0], [1.0]]
    """

    comm: Any = None

    def _normalized(self, input: Any, momentum: float) -> Any:
        if not self.training:
            return super()._normalized(input, momentum)
        axes = (0, *range(2, input.ndim))
        own = input.size // max(self.num_features, 1)
        n = meet(communicator(self.comm)).allreduce(own)
        if n < 2:
            raise ValueError(
                f"{self!r} needs more than one element for each channel to train, in "
                f"all processes; got input of shape {input.shape}"
            )
        mean = allreduce(np.sum(input, axis=axes, keepdims=True), self.comm) / n
        apart = input - mean
        var = allreduce(np.sum(apart**2, axis=axes, keepdims=True), self.comm) / n
        if self.running_mean is not None and self.running_var is not None:
            seen, spread = ag.reshape(mean, -1), ag.reshape(var, -1) * (n / (n - 1))
            follow(self.running_mean, seen, momentum)
            follow(self.running_var, spread, momentum)
        y = apart / np.sqrt(var + weak(self.eps))
        shape = (-1, *[1] * (input.ndim - 2))
        y = y if self.weight is None else y * ag.reshape(self.weight, shape)
        return y if self.bias is None else y + ag.reshape(self.bias, shape)


def synchronize(module: Module, comm: Any) -> None:
    """Make the batch norms within normalize by the batch of all processes.

    >>> import nn
    >>> model = nn.Sequential(nn.BatchNorm1d(2))
    >>> synchronize(model, nn.parallel.world())
    >>> model[0]
    SyncBatchNorm(2, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    """
    for each in Module.modules(module):
        if isinstance(each, BatchNorm):
            each.__class__ = SyncBatchNorm
            each.comm = comm
