"""A training in several processes: one checkpoint of all, and the numbers of all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from .. import parallel, saving
from ..module import Module
from ..parallel.processes import meet


def several(model: Any) -> TypeGuard[parallel.DistributedDataParallel]:
    """Whether several processes may train this model.

    >>> import nn
    >>> several(nn.Linear(1, 1))
    False
    """
    return isinstance(model, parallel.DistributedDataParallel)


def shared_out(data: Any) -> bool:
    """Whether several processes have a part each of these batches.

    >>> shared_out([])
    False
    """
    return isinstance(data, parallel.Shard) and data.comm.size > 1


def save(path: str | Path, model: Module, parts: Mapping[str, Any]) -> None:
    """``nn.save``, or ``nn.parallel.save`` of a model that several processes train."""
    if several(model):
        parallel.save(path, comm=model.comm, **parts)
    else:
        saving.save(path, **parts)


def load(path: str | Path, model: Module, parts: Mapping[str, Any]) -> None:
    """What ``save`` wrote."""
    if several(model):
        parallel.load(path, comm=model.comm, **parts)
    else:
        saving.load(path, **parts)


def processes(model: Module) -> int:
    """How many train this model.

    >>> import nn
    >>> processes(nn.Linear(1, 1))
    1
    """
    return model.comm.size if several(model) else 1


def sum_of_all(model: Module, number: float) -> float:
    """A number, summed over the processes that train this model.

    >>> import nn
    >>> sum_of_all(nn.Linear(1, 1), 0.5)
    0.5
    """
    if not several(model):
        return number
    return sum(meet(model.comm).allgather(number))


def mean_of_all(model: Module, number: float) -> float:
    """The mean of a number over the processes that train this model.

    >>> import nn
    >>> mean_of_all(nn.Linear(1, 1), 0.5)
    0.5
    """
    return sum_of_all(model, number) / processes(model)


def first_of_all(model: Module, said: str) -> str:
    """What the first of the processes said that said something.

    >>> import nn
    >>> first_of_all(nn.Linear(1, 1), "stopped")
    'stopped'
    """
    if not several(model):
        return said
    return next(filter(None, meet(model.comm).allgather(said)), "")


def all_parts(data: Any, own: Any) -> list[Any]:
    """What each process has of data that they share out; else what this one has.

    >>> all_parts([], "mine")
    ['mine']
    """
    if not shared_out(data):
        return [own]
    return meet(data.comm).allgather(own)
