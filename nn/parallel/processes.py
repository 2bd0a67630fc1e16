"""All processes of a run; what they agree on, and how they end together."""

from __future__ import annotations

import atexit
import os
import sys
import time
from functools import cache
from time import monotonic
from typing import Any

from .. import random

GOODBYE = 32_767  # the tag of what a process sends to the others as it ends
PATIENCE = 5.0  # seconds in which what it has still sent may arrive


@cache
def world() -> Any:
    """The communicator of all processes; a process by itself is a world of one.

    From the first call on an error that nothing catches ends every process: the others
    would wait for this one for ever. Where one has ended otherwise, the others raise
    RuntimeError as they wait for it.

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
        _end_together(comm)
    return comm


def communicator(comm: Any) -> Any:
    """The one that is given; all processes, if it is None.

    >>> communicator(None) is world()
    True
    """
    if comm is None or hasattr(comm, "Abort"):
        everyone = world()
        return everyone if comm is None else comm
    return comm


def seed(number: int, comm: Any = None) -> None:
    """``nn.seed``, with other numbers in each process: other masks for other examples.

    The first process draws what ``nn.seed(number)`` lets one process draw.

    >>> import nn
    >>> nn.parallel.seed(0)
    """
    rank = communicator(comm).rank
    random.seed(number if rank == 0 else [number, rank])


# Waiting for each other --------------------------------------------------------------


def meet(comm: Any) -> Any:
    """Wait until all processes are here, and give the communicator back.

    >>> meet(world()) is world()
    True
    """
    wait(comm, comm.Ibarrier())
    return comm


def wait(comm: Any, request: Any) -> None:
    """Wait until a request is done; Ctrl-C breaks it off.

    Raises:
        RuntimeError: a process that it waits for has ended.

    >>> wait(world(), world().Ibarrier())
    """
    since = None
    while not request.Test():
        os.sched_yield()  # where there are more processes than cores
        if since is None and _ended(comm):
            since = monotonic()
        elif since is not None and monotonic() > since + PATIENCE:
            raise RuntimeError(
                f"process {_ended(comm)} has ended, and process {comm.rank} waits for "
                "it: all processes take the same steps"
            )


_gone: set[int] = set()  # the ranks of processes that have said goodbye


def _ended(comm: Any) -> list[int]:
    """The processes of this communicator that have ended."""
    everyone = world()
    while everyone.Iprobe(tag=GOODBYE):
        _gone.add(everyone.recv(tag=GOODBYE))
    if not _gone:
        return []
    group = everyone.Get_group()
    members = comm.Get_group().Translate_ranks(None, group)
    return sorted(_gone.intersection(members))


def _end_together(comm: Any) -> None:
    """Let an error that nothing catches end all; and tell the others of the end."""
    tell = sys.excepthook

    def hook(*error: Any) -> None:
        tell(*error)
        print(f"process {comm.rank} of {comm.size} ends the run", file=sys.stderr)
        sys.stderr.flush()
        sys.stdout.flush()
        time.sleep(0.5)  # what was written is handed on before mpirun ends, too
        comm.Abort(1)

    def goodbye() -> None:
        for other in range(comm.size):
            if other != comm.rank:
                comm.isend(comm.rank, other, tag=GOODBYE)

    sys.excepthook = hook
    atexit.register(goodbye)
