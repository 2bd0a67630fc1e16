"""A loader of which every process gets its part of each batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy as np

from ..random import generator_of
from .processes import communicator, meet


class Shard:
    """The part of this process of each batch of a loader that all processes have.

    Two processes see the halves of each batch, in the order in which one process would
    see the whole: the loader's generator gets the state of the first process's, and all
    draw alike. Each makes the whole batch and keeps its part, so that augmentation is
    that of one process, too. ``state_dict()`` is the loader's, and the same in all.

    Raises, as it is iterated:
        ValueError: a batch cannot be parted evenly, so that a mean over the processes
            would not be the mean over the batch: use ``drop_last``, or another
            batch_size; or ``uneven=True``, and ``nn.parallel.mean`` for the loss. Or
            the processes have other batches, as a sampler of one's own may give.

    >>> import nn
    >>> loader = nn.parallel.Shard(nn.DataLoader(np.arange(4), batch_size=2))
    >>> [batch.tolist() for (batch,) in loader]
    [[0, 1], [2, 3]]
    """

    def __init__(self, loader: Any, comm: Any = None, uneven: bool = False) -> None:
        self.loader, self.uneven = loader, uneven
        self.comm = communicator(comm)
        if self.comm.size > 1:
            self._agree()

    def _agree(self) -> None:
        """Let the loaders draw the same orders."""
        own, comm = getattr(self.loader, "generator", None), meet(self.comm)
        if own is not None:
            own.bit_generator.state = comm.bcast(own.bit_generator.state, 0)
        elif hasattr(self.loader, "generator"):
            drawn = int(generator_of(None).integers(2**63))
            self.loader.generator = np.random.default_rng(comm.bcast(drawn, 0))

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        size, rank = self.comm.size, self.comm.rank
        for i, batch in enumerate(self.loader):
            n = len(batch[0])
            if i == 0 and len(set(meet(self.comm).allgather(_digest(batch)))) > 1:
                raise ValueError(
                    "the loaders of the processes give other batches; let the order "
                    "be drawn by their generator, or be the same in all"
                )
            if n < size or (n % size and not self.uneven):
                raise ValueError(
                    f"a batch of {n} cannot be parted evenly among {size} processes; "
                    "give the loader drop_last=True, or another batch_size, or Shard "
                    "uneven=True, with nn.parallel.mean for the loss"
                )
            start, stop = n * rank // size, n * (rank + 1) // size
            yield tuple(column[start:stop] for column in batch)

    def restart(self) -> None:
        """That of the loader."""
        self.loader.restart()

    def state_dict(self) -> dict[str, Any]:
        """That of the loader."""
        return self.loader.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where the loader was."""
        self.loader.load_state_dict(state)


def _digest(batch: tuple[Any, ...]) -> int:
    digest = 0
    for column in batch:
        digest = crc32(np.ascontiguousarray(column).tobytes(), digest)
    return digest
