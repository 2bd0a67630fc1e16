"""What processes compute together, as linear primitives: both modes pass through.

An array of every process goes in, and one of every process comes out; all processes
call the function, in the same order, and sweep back through it in the same order. What
is differentiated is the mean over the processes of what each calls ``backward()`` on
(their sum has the same derivatives here, but for a factor): the gradient of a loss that
is the same in all of them is the gradient of that loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag

from .processes import communicator, meet, wait


def allreduce(x: Any, comm: Any = None) -> Any:
    """The sum over all processes, in each: (…) → (…).

    yᵣ = Σₛ xₛ, which is its own transpose.

    >>> import autograd as ag
    >>> allreduce(ag.tensor([1.0, 2.0]))
    Tensor([1., 2.])
    """
    return _sum(x, comm=communicator(comm))


def allgather(x: Any, comm: Any = None) -> Any:
    """The arrays of all processes, in each: (…) → (processes, …), of equal shapes.

    yᵣ = (x₀, x₁, …), whose transpose is ``reduce_scatter``.

    >>> import autograd as ag
    >>> allgather(ag.tensor([1.0, 2.0])).shape
    (1, 2)
    """
    return _gather(x, comm=communicator(comm))


def reduce_scatter(x: Any, comm: Any = None) -> Any:
    """Of the sum over all processes, to each its row: (processes, …) → (…).

    yᵣ = Σₛ xₛ[r], whose transpose is ``allgather``.

    Raises:
        ValueError: the first axis is not as long as there are processes.

    >>> import autograd as ag
    >>> reduce_scatter(ag.tensor([[1.0, 2.0]]))
    Tensor([1., 2.])
    """
    comm = communicator(comm)
    if np.shape(x)[:1] != (comm.size,):
        raise ValueError(
            f"reduce_scatter needs a row for each of {comm.size} processes; got shape "
            f"{np.shape(x)}"
        )
    return _scatter(x, comm=comm)


def broadcast(x: Any, root: int = 0, comm: Any = None) -> Any:
    """The array of one process, in each: (…) → (…), of equal shapes.

    yᵣ = x_root; its transpose gives the root the sum, and the others 0.

    >>> import autograd as ag
    >>> broadcast(ag.tensor([1.0, 2.0]))
    Tensor([1., 2.])
    """
    return _spread(x, root=root, comm=communicator(comm))


def mean(x: Any, comm: Any = None) -> Any:
    """The mean of all elements, of all processes: of unequal parts of a batch, too.

    >>> import nn
    >>> x, y = ag.tensor([1.0, 2.0]), np.zeros(2)
    >>> mean(nn.functional.mse_loss(x, y, reduction="none"))
    Tensor(2.5)
    """
    comm = communicator(comm)
    return allreduce(ag.sum(x), comm) / meet(comm).allreduce(int(np.size(x)))


def _together(
    x: Any, shape: tuple[int, ...], comm: Any, exchange: Callable[[Any, Any], Any]
) -> np.ndarray:
    """What MPI fills an array of this shape with; half precision is sent as single."""
    x = np.asarray(x)
    dtype = np.float32 if x.dtype == np.float16 else x.dtype
    sent = np.asarray(x, dtype, order="C")
    found = np.empty(shape, sent.dtype)
    wait(comm, exchange(sent, found))
    return found.astype(x.dtype, copy=False)


def _sum_forward(x, *, comm):
    return _together(x, np.shape(x), comm, comm.Iallreduce)


def _gather_forward(x, *, comm):
    return _together(x, (comm.size, *np.shape(x)), comm, comm.Iallgather)


def _scatter_forward(x, *, comm):
    return _together(x, np.shape(x)[1:], comm, comm.Ireduce_scatter_block)


def _spread_forward(x, *, root, comm):
    def exchange(sent, found):
        np.copyto(found, sent)
        return comm.Ibcast(found, root)

    return _together(x, np.shape(x), comm, exchange)


def _to_root(g, root, comm):
    return _sum(g, comm=comm) * (comm.rank == root)


_sum: ag.Primitive = ag.linear(
    _sum_forward, lambda g, comm: _sum(g, comm=comm), name="allreduce"
)
_gather: ag.Primitive = ag.linear(
    _gather_forward, lambda g, comm: _scatter(g, comm=comm), name="allgather"
)
_scatter: ag.Primitive = ag.linear(
    _scatter_forward, lambda g, comm: _gather(g, comm=comm), name="reduce_scatter"
)
_spread = ag.linear(_spread_forward, _to_root, name="broadcast")


def _mean_gradients(g, comm):
    """One ``Allreduce`` of them all, end to end."""
    flat = np.concatenate([np.reshape(each, (-1,)) for each in g])
    flat, parts, start = _sum(flat, comm=comm) / comm.size, [], 0
    for each in g:
        stop = start + math.prod(each.shape)
        parts.append(np.reshape(flat[start:stop], each.shape))
        start = stop
    return parts


# Arrays of one dtype that all processes hold alike, as each uses them: parameters. The
# gradient of each is the mean of the processes'.
shared: ag.Primitive = ag.linear(
    lambda *arrays, comm: arrays, joint=_mean_gradients, name="shared"
)
