"""All processes of a run; what they agree on, and how they end together."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from .. import random


@cache
def world() -> Any:
    """The communicator of all processes; a process by itself is a world of one.

    From the first call on an error that nothing catches ends every process: the others
    would wait for this one for ever.

    Raises:
        ImportError: mpi4py, or an MPI library, is not installed.

    >>> world().size
    1
    """
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:  # the latter of a missing library
        raise ImportError(
            f'nn.parallel needs mpi4py ({error}); run: pip install "glassgrad[mpi]"'
        ) from error
    comm = MPI.COMM_WORLD
    if comm.size > 1:
        end_together(comm)
    return comm


def communicator(comm: Any) -> Any:
    """The one that is given; all processes, if it is None.

    >>> communicator(None) is world()
    True
    """
    return world() if comm is None else comm


def end_together(comm: Any) -> None:
    """Let an error that nothing catches be told, and end all processes."""
    tell = sys.excepthook

    def hook(*error: Any) -> None:
        tell(*error)
        print(f"process {comm.rank} of {comm.size} ends the run", file=sys.stderr)
        sys.stderr.flush()
        sys.stdout.flush()
        comm.Abort(1)

    sys.excepthook = hook


def seed(number: int, comm: Any = None) -> None:
    """``nn.seed``, with other numbers in each process: other masks for other examples.

    The first process draws what ``nn.seed(number)`` lets one process draw.

    >>> import nn
    >>> nn.parallel.seed(0)
    """
    rank = communicator(comm).rank
    random.seed(number if rank == 0 else [number, rank])
