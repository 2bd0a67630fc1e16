"""A network of which every process has a copy, all with the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from ..module import Module
from .collectives import shared
from .normalization import synchronize
from .processes import communicator, meet


class DistributedDataParallel(Module):
    """A module trained by all processes at once, each on its part of a batch.

    As it is made every process gets the parameters and buffers of the first one. In
    each call the parameters go through one linear primitive, so that in the backward
    pass one ``Allreduce`` of one flat array makes their gradients the mean of the
    processes': what is differentiated is the mean of their losses. Clipping,
    accumulation and optimizers see the same gradients in each, and the weights stay the
    same.

    With equal parts of a batch, as ``Shard`` gives them, and a loss that is a mean this
    is training on the whole batch; with unequal ones if the loss is
    ``nn.parallel.mean(…)``. Batch norms within become ``SyncBatchNorm``, which
    normalizes by the whole batch. Dropout that draws from a generator of its own gets
    another one in each process but the first. A parameter that is not used has a
    gradient of 0, not None.

    Raises:
        ValueError: the modules of the processes differ in names, shapes or dtypes.

    >>> import nn
    >>> model = nn.parallel.DistributedDataParallel(nn.Linear(2, 3))
    >>> model(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(self, module: Module, comm: Any = None) -> None:
        if not isinstance(module, Module):
            raise TypeError(
                f"DistributedDataParallel takes a Module; got {type(module).__name__}"
            )
        if not all(isinstance(p, Tensor) for p in Module.parameters(module)):
            raise TypeError("parameters are shared as arrays; this module has Values")
        self.module = module
        self.comm = communicator(comm)
        _agree(module, self.comm)
        _part_generators(module, self.comm.rank)
        synchronize(module, self.comm)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes of this process's part."""
        with self.module.substituted(self._shared()):
            return self.module(*args, **kwargs)

    def _shared(self) -> dict[str, Any]:
        """What stands for each parameter: together they get their gradients."""
        by_dtype: dict[Any, dict[str, Tensor]] = {}
        for name, p in Module.named_parameters(self.module):
            if p.requires_grad:
                by_dtype.setdefault(p.dtype, {})[name] = p
        found: dict[str, Any] = {}
        for parameters in by_dtype.values():
            nodes = shared(*parameters.values(), comm=self.comm)
            found |= zip(parameters, nodes)
        return found


def _agree(module: Module, comm: Any) -> None:
    """Give this process the state of the first, if they have the same names."""
    state = Module.state_dict(module)
    facts = [(name, a.shape, a.dtype.str) for name, a in state.items()]
    for rank, others in enumerate(meet(comm).allgather(facts)):
        apart = set(facts) ^ set(others)
        if apart or facts != others:
            raise ValueError(
                f"the module of process {rank} is not that of process {comm.rank}: "
                f"{sorted(apart) or 'its parameters are in another order'}"
            )
    if comm.size > 1:
        Module.load_state_dict(module, comm.bcast(state, 0))


def _part_generators(module: Module, rank: int) -> None:
    """In each process but the first let dropout draw other numbers."""
    others: dict[int, np.random.Generator] = {}
    for each in Module.modules(module) if rank else ():
        own = getattr(each, "generator", None)
        if isinstance(own, np.random.Generator):
            if id(own) not in others:
                drawn = own.integers(2**32, size=4).tolist()
                others[id(own)] = np.random.default_rng([rank, *drawn])
            each.generator = others[id(own)]
