"""A training in several processes: one checkpoint of all, and the numbers of all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import parallel, saving
from ..module import Module
from ..parallel.processes import meet


def save(path: str | Path, model: Module, parts: Mapping[str, Any]) -> None:
    """``nn.save``, or ``nn.parallel.save`` of a model that several processes train."""
    if isinstance(model, parallel.DistributedDataParallel):
        parallel.save(path, comm=model.comm, **parts)
    else:
        saving.save(path, **parts)


def load(path: str | Path, model: Module, parts: Mapping[str, Any]) -> None:
    """What ``save`` wrote."""
    if isinstance(model, parallel.DistributedDataParallel):
        parallel.load(path, comm=model.comm, **parts)
    else:
        saving.load(path, **parts)


def of_all(model: Module, loss: float, weight: int, examples: int) -> Any:
    """The loss of all processes by their weights, all weights, and all examples.

    >>> import nn
    >>> of_all(nn.Linear(1, 1), 0.5, 32, 32)
    (0.5, 32, 32)
    """
    if not isinstance(model, parallel.DistributedDataParallel):
        return loss, weight, examples
    found = meet(model.comm).allgather((loss * weight, weight, examples))
    total, weight, examples = map(sum, zip(*found))
    return total / weight, weight, examples


def mean_of_all(model: Module, seen: Mapping[str, float]) -> Mapping[str, float]:
    """What the processes saw in validation: the same in each, so that all judge alike.

    >>> import nn
    >>> mean_of_all(nn.Linear(1, 1), {"loss": 0.5})
    {'loss': 0.5}
    """
    if not isinstance(model, parallel.DistributedDataParallel):
        return seen
    found = meet(model.comm).allgather(dict(seen))
    return {name: sum(each[name] for each in found) / len(found) for name in seen}
