"""One checkpoint of all processes: what they share, and the random state of each."""

from __future__ import annotations

from typing import Any

from ..saving import checkpoint, generators
from ..saving.checkpoint import PathLike
from .processes import communicator, meet

PROCESSES = "processes"


def save(path: PathLike, *, comm: Any = None, **parts: Any) -> None:
    """``nn.save(path, **parts)`` by the first process, with what all draw from.

    Every process calls it, at the same place. Models, optimizers and loaders are the
    same in all, and written once; the file is replaced at once, so that whenever a
    process dies there is one of a step that all had taken.

    >>> import nn, tempfile
    >>> model, path = nn.Linear(2, 3), tempfile.mkdtemp() + "/training.safetensors"
    >>> nn.parallel.save(path, model=model, epoch=3)
    >>> nn.parallel.load(path, model=model)["epoch"]
    3
    """
    comm = communicator(comm)
    states = meet(comm).gather(generators.state_of(generators.generators(parts)), 0)
    if comm.rank == 0:
        by_rank = {str(rank): state for rank, state in enumerate(states)}
        checkpoint.save(path, **parts, **{PROCESSES: by_rank})


def load(path: PathLike, *, comm: Any = None, **parts: Any) -> dict[str, Any]:
    """``nn.load(path, **parts)`` in every process, each with its own random state.

    Training goes on to the bit, dropout included, in as many processes as it was.

    Raises:
        ValueError: it is no checkpoint of so many processes, or ``nn.load`` refuses it.

    >>> import nn, tempfile
    >>> model, path = nn.Linear(2, 3), tempfile.mkdtemp() + "/training.safetensors"
    >>> nn.parallel.save(path, model=model)
    >>> model.weight.data = 0 * model.weight.data
    >>> parts = nn.parallel.load(path, model=model)
    >>> bool((model.weight.data == 0).all())
    False
    """
    comm = communicator(comm)
    checkpoint.check_call("load", path, None, parts)
    tree = checkpoint.read(path)
    states = tree.get(PROCESSES, {})
    if len(states) != comm.size:
        raise ValueError(
            f"{path} is a checkpoint of {len(states) or 'no'} processes, and "
            f"{comm.size} run; start as many. nn.load reads the weights alone"
        )
    return checkpoint.put(path, tree | {"random": states[str(comm.rank)]}, **parts)
