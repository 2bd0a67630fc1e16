"""Products of matrices and arrays: one large product, or one for each example."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from .call import Call, rule


@rule("matmul")
def _matmul(call: Call) -> Any:
    x, y = call.operands
    return product(x, y, call.mapped, (call.rank(0), call.rank(1)))


def product(x: Any, y: Any, mapped: Sequence[bool], ranks: tuple[int, int]) -> Any:
    """x @ y for each example; of what is the same for all, in one product of rows."""
    left, right = ranks
    if not mapped[1] and right <= 2:
        if left < 3 and not (left == 2 and right == 2):
            return np.matmul(x, y)
        return _by_rows(x, y) if right == 2 else np.matmul(x, y)
    if not mapped[0] and right == 1 and left <= 2:
        return np.matmul(y, x if left == 1 else np.swapaxes(x, 0, 1))
    a = np.expand_dims(x, -2) if left == 1 else x
    b = np.expand_dims(y, -1) if right == 1 else y
    lead = max(left, right, 2)
    a = _led(a, max(left, 2), lead, mapped[0])
    b = _led(b, max(right, 2), lead, mapped[1])
    outer = all(mapped) and np.shape(a)[-1] == 1  # BLAS is slow at many of these
    out = np.multiply(a, b) if outer else np.matmul(a, b)
    gone = tuple([at for at, rank in ((-2, left), (-1, right)) if rank == 1])
    return np.squeeze(out, gone) if gone else out


def _led(x: Any, rank: int, lead: int, mapped: bool) -> Any:
    """``x`` with axes of one element after that of the examples, up to a rank."""
    if not mapped or rank == lead:
        return x
    n, *shape = np.shape(x)
    return np.reshape(x, (n, *(1,) * (lead - rank), *shape))


def _by_rows(x: Any, matrix: Any) -> Any:
    *lead, k = np.shape(x)
    rows = np.matmul(np.reshape(x, (math.prod(lead), k)), matrix)
    return np.reshape(rows, (*lead, np.shape(matrix)[-1]))


@rule("affine")
def _affine(call: Call) -> Any:
    x, weight, bias = call.operands
    if not (call.mapped[1] or call.mapped[2]):
        return call.again(x, weight, bias)
    turned = np.swapaxes(weight, -1, -2)
    ranks = (call.rank(0), call.rank(1))
    varies = call.mapped[0] or call.mapped[1]
    out = product(x, turned, call.mapped, ranks) if varies else np.matmul(x, turned)
    return out + call.aligned(2, np.ndim(call.out))


@rule("tensordot", "dot", "inner")
def _tensordot(call: Call) -> Any:
    """Axes that are summed lie last in one and first in the other: a matrix product."""
    ranks = call.rank(0), call.rank(1)
    if 0 in ranks and call.op.name != "tensordot":
        return np.multiply(*[call.aligned(i, max(ranks)) for i in (0, 1)])
    left, right = _summed(call, *ranks)
    a, free_a = _as_matrix(call, 0, left, True)
    b, free_b = _as_matrix(call, 1, right, False)
    out = product(a, b, call.mapped, (2, 2))
    return np.reshape(out, (call.n, *free_a, *free_b))


def _summed(call: Call, a: int, b: int) -> tuple[list[int], list[int]]:
    if call.op.name == "dot":
        return [a - 1], [max(b - 2, 0)]
    if call.op.name == "inner":
        return [a - 1], [b - 1]
    axes = call.params["axes"]
    if isinstance(axes, tuple):
        return [i % a for i in axes[0]], [i % b for i in axes[1]]
    return [*range(a - axes, a)], [*range(axes)]


def _as_matrix(call: Call, i: int, axes: list[int], last: bool) -> tuple[Any, Any]:
    """An operand as a matrix, (free, summed) or (summed, free), and the free sides."""
    shape, mapped = call.shape(i), call.mapped[i]
    free = [k for k in range(len(shape)) if k not in axes]
    sides = [shape[k] for k in free]
    summed = math.prod([shape[k] for k in axes])
    order = [*free, *axes] if last else [*axes, *free]
    matrix = [math.prod(sides), summed] if last else [summed, math.prod(sides)]
    lead = [call.n] if mapped else []
    order = [0, *[k + 1 for k in order]] if mapped else order
    x = np.transpose(call.operands[i], order)
    return np.reshape(x, (*lead, *matrix)), sides


@rule("einsum")
def _einsum(call: Call) -> Any:
    """One more letter, for the examples, where an operand has them."""
    subscripts = call.params["subscripts"]
    terms, out = subscripts.split("->")
    letter = next(x for x in string.ascii_letters if x not in subscripts)
    named = [
        letter + term if it else term for term, it in zip(terms.split(","), call.mapped)
    ]
    return call.again(*call.operands, subscripts=f"{','.join(named)}->{letter}{out}")
