"""Training in several processes by MPI: ``mpirun -n 2 python train.py``.

Every process runs the same program, on its part of each batch. ``comm`` is where they
meet: an ``mpi4py`` communicator, None for all processes.
"""

from .checkpoint import load, save
from .collectives import allgather, allreduce, broadcast, mean, reduce_scatter
from .data_parallel import DistributedDataParallel
from .loading import Shard
from .normalization import SyncBatchNorm
from .processes import seed, world

__all__ = [
    "DistributedDataParallel",
    "Shard",
    "SyncBatchNorm",
    "allgather",
    "allreduce",
    "broadcast",
    "load",
    "mean",
    "reduce_scatter",
    "save",
    "seed",
    "world",
]


def __dir__() -> list[str]:
    return __all__
