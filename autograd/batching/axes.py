"""Functions along axes: counted from the end, they stay where they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from .call import Call, one_by_one, rule


def from_end(axis: Any, rank: int) -> Any:
    """An axis, or several, as negative numbers; None stands for all."""
    if axis is None:
        return tuple(range(-rank, 0))
    if isinstance(axis, tuple):
        return tuple([a - rank if a >= 0 else a for a in axis])
    return axis - rank if axis >= 0 else axis


@rule(
    "all", "any", "count_nonzero", "length", "logsumexp", "max", "max of chosen",
    "mean", "min", "min of chosen", "nanmax", "nanmin", "prod", "std", "sum", "var",
)  # fmt: skip
def reduced(call: Call) -> Any:
    """A reduction of the first operand; others say which elements it takes."""
    rank = call.rank(0)
    others = [call.aligned(i, rank) for i in range(1, len(call.operands))]
    x = call.whole(0)
    if rank == 0:  # NumPy reduces numbers, too
        others = [np.reshape(w, (*np.shape(w), 1)) if np.ndim(w) else w for w in others]
        x = np.reshape(x, (call.n, 1))
        return call.again(x, *others, axis=-1, keepdims=False)
    return call.again(x, *others, axis=from_end(call.params["axis"], rank))


@rule(
    "argmax", "argmin", "argsort", "cummax", "cummin", "cumprod", "cumsum", "fft",
    "ifft", "in_order", "log_softmax", "logcumsumexp", "periods", "softmax",
)  # fmt: skip
def along(call: Call) -> Any:
    """A function along one axis, or of all elements in a row."""
    axis, rank = call.params["axis"], call.rank(0)
    operands = [call.whole(i) for i in range(len(call.operands))]
    if axis is not None and rank:
        return call.again(*operands, axis=from_end(axis, rank))
    flat = [
        np.reshape(x, (call.n, np.size(call.one[i]))) for i, x in enumerate(operands)
    ]
    params = {"keepdims": False} if "keepdims" in call.params else {}
    out = call.again(*flat, axis=-1, **params)
    return np.reshape(out, (call.n, *np.shape(call.out)))


@rule("rank")
def _rank(call: Call) -> Any:
    """Ranks in rows, (rows, n): examples have so many more."""
    if any(call.mapped[1:]):
        return one_by_one(call)
    rows, n = call.shape(0)
    x = np.reshape(call.operands[0], (call.n * rows, n))
    found = call.again(x, *call.operands[1:])
    return tuple([np.reshape(a, (call.n, rows, *np.shape(a)[1:])) for a in found])


# Functions of the last axes alone: matrices, vectors, in stacks of any shape ----------

CORE = {
    "attention": (2, 2, 2, 2, 2),
    "cholesky": (2,),
    "cofactors": (2,),
    "det": (2,),
    "eig": (2,),
    "eigh": (2,),
    "expm": (2,),
    "inv": (2,),
    "matrix_rank": (2,),
    "matvec": (2, 1),
    "pinv": (2,),
    "qr": (2,),
    "slogdet": (2,),
    "solve": (2, 2),
    "solve_triangular": (2, 2),
    "svd": (2,),
    "vecdot": (1, 1),
    "vecmat": (1, 2),
}  # how many of its last axes each operand is taken by


@rule(*CORE)
def of_last_axes(call: Call) -> Any:
    """The same function, of stacks whose axes are aligned."""
    core = CORE[call.op.name]
    if call.op.name == "matrix_rank" and call.rank(0) < 2:
        return one_by_one(call)  # a vector, which NumPy takes, too
    lead = max([call.rank(i) - own for i, own in enumerate(core)])
    operands = [call.aligned(i, lead + own) for i, own in enumerate(core)]
    if isinstance(call.out, tuple) and not call.mapped[0]:  # for all results of several
        shape = (*(1,) * (lead + core[0] - call.rank(0)), *call.shape(0))
        operands[0] = np.broadcast_to(operands[0], (call.n, *shape))
    return call.again(*operands)
