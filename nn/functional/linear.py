"""Linear and bilinear maps."""

from __future__ import annotations

from typing import Any

import autograd as ag

from .arguments import shape_of


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b: (…, in) and (out, in) and (out,) → (…, out).

    >>> import autograd as ag, numpy as np
    >>> linear(ag.tensor([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([5.0]))
    Tensor([[16.]])
    """
    shape, rows = shape_of("linear", input), shape_of("linear", weight)
    if len(rows) not in (1, 2) or shape[-1:] != rows[-1:]:
        raise ValueError(
            f"linear needs an input (…, n) and a weight (m, n); got {shape} and {rows}"
        )
    if len(rows) == 1:
        y = ag.matmul(input, weight)
        return y if bias is None else y + bias
    if bias is None:
        return ag.matmul(input, ag.swapaxes(weight, 0, 1))
    return ag.affine(input, weight, bias)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """x₁ᵀ Wₖ x₂ + bₖ: (…, in1), (…, in2) and (out, in1, in2) → (…, out).

    >>> import autograd as ag, numpy as np
    >>> x, y = ag.tensor([[1.0, 2.0]]), ag.tensor([[3.0, 4.0]])
    >>> bilinear(x, y, np.array([[[1.0, 0.0], [0.0, 1.0]]]))
    Tensor([[11.]])
    """
    left, right, whole = (shape_of("bilinear", x) for x in (input1, input2, weight))
    if left[:-1] != right[:-1] or (*left[-1:], *right[-1:]) != whole[1:]:
        raise ValueError(
            f"bilinear needs inputs (…, n) and (…, m) and a weight (k, n, m); got "
            f"{left}, {right} and {whole}"
        )
    y = ag.einsum("...i,kij,...j->...k", input1, weight, input2, optimize=True)
    return y if bias is None else y + bias
