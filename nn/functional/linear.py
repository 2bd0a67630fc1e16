"""The linear layer as a function."""

from __future__ import annotations

from typing import Any

import autograd as ag


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b: (…, n_in), (n_out, n_in), (n_out,) → (…, n_out).

    >>> import autograd as ag, numpy as np
    >>> linear(ag.tensor([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([0.5]))
    Tensor([[11.5]])
    """
    if weight.ndim != 2 or input.shape[-1:] != weight.shape[1:]:
        raise ValueError(
            "linear needs an input (…, n_in) and a weight (n_out, n_in); got "
            f"{input.shape} and {weight.shape}"
        )
    if bias is None:
        return ag.matmul(input, weight.T)
    return ag.affine(input, weight, bias)
