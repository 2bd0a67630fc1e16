"""Products of matrices: a stack of them as one, where one does.

What BLAS does in one call costs a call for each matrix of a stack otherwise. Sums are
added up in another order, so results differ by rounding: by at most the n·ε of a
product over n elements.
"""

from __future__ import annotations

from math import prod
from typing import Any

from ...core.program import Step
from ..flat import Flat
from .rewriting import Rewriting, name_of, rewritten


def in_one_product(flat: Flat) -> Flat:
    """The program with one product for each stack of them that is one.

    >>> import numpy as np
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(np.matmul, (np.zeros((5, 2, 3)), np.zeros((3, 4))))
    >>> print(in_one_product(flat).source())
    import numpy as np
    <BLANKLINE>
    def f(x0, x1):
        x2 = np.reshape(x0, shape=(10, 3))
        x3 = x2 @ x1
        x4 = np.reshape(x3, shape=(5, 2, 4))
        return x4
    """
    return rewritten(flat, product)


def product(new: Rewriting, step: Step, kind: Any) -> Any:
    """One product in place of a stack of them, or of their sum."""
    name = name_of(step.op)
    if name == "matmul":
        return _by_one_matrix(new, step, kind)
    return _summed(new, step, kind) if name == "sum" else None


def _by_one_matrix(new: Rewriting, step: Step, kind: Any) -> Any:
    """(…, m, k) @ (k, n): all rows at once."""
    x, y = step.operands
    shape = new.shape(x)
    if len(shape) < 3 or len(new.shape(y)) != 2 or new.dtype(x) != kind.dtype:
        return None
    if _is_turned(new, x):  # its rows are not one after the other
        return None
    rows = new.reshape(x, (prod(shape[:-1]), shape[-1]))
    return new.reshape(new.matmul(rows, y), kind.shape)


def _is_turned(new: Rewriting, x: Any) -> bool:
    return new.made_by(x, "transpose") is not None


def _summed(new: Rewriting, step: Step, kind: Any) -> Any:
    """Σ xᵀ g over a stack: one product, along all that is summed."""
    before = new.made_by(step.operands[0], "matmul")
    if before is None or step.params["keepdims"]:
        return None
    x, y = before.operands
    turned = new.made_by(x, "transpose")
    shape = new.shape(step.operands[0])
    n = len(shape)
    if turned is None or n < 3 or step.params["axis"] != tuple(range(n - 2)):
        return None
    x = turned.operands[0]
    if turned.params["axes"] != (*range(n - 2), n - 1, n - 2):
        return None
    if new.shape(x)[:-1] != new.shape(y)[:-1] or new.dtype(x) != kind.dtype:
        return None
    if new.dtype(y) != kind.dtype:
        return None
    count = prod(new.shape(y)[:-1])
    rows = new.reshape(x, (count, new.shape(x)[-1]))
    return new.matmul(new.transpose(rows, (1, 0)), new.reshape(y, (count, shape[-1])))
