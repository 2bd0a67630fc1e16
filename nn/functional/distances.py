"""How near vectors are: distances, and the cosine of the angle between them."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag

from .arguments import weak


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x₁·x₂ / (‖x₁‖ ‖x₂‖) along the axis ``dim``, where no length counts below eps.

    >>> import autograd as ag
    >>> cosine_similarity(ag.tensor([1.0, 0.0]), np.array([3.0, 4.0]), dim=0)
    Tensor(0.6)
    """
    eps = weak(eps)
    for x in (x1, x2):
        if not -np.ndim(x) <= dim < np.ndim(x):
            raise ValueError(
                f"cosine_similarity needs vectors along the axis dim={dim}; got the "
                f"shapes {np.shape(x1)} and {np.shape(x2)}"
            )
    dtype = np.result_type(*[getattr(x, "dtype", float) for x in (x1, x2)])
    x1, x2 = [ag.astype(x, dtype, copy=False) for x in (x1, x2)]
    if x1.shape != x2.shape:  # before lengths are taken: of what is repeated they grow
        x1, x2 = ag.broadcast_arrays(x1, x2)
    return ag.sum(_direction(x1, dim, eps) * _direction(x2, dim, eps), axis=dim)


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """‖x₁ - x₂ + eps‖ of order p, along the last axis: (…, n), (…, n) → (…).

    >>> import autograd as ag
    >>> pairwise_distance(ag.tensor([[3.0, 0.0]]), np.array([[0.0, 4.0]]), eps=0.0)
    Tensor([5.])
    """
    p, eps = weak(p), weak(eps)
    return ag.linalg.vector_norm(x1 - x2 + eps, ord=p, axis=-1, keepdims=keepdim)


def pdist(input: Any, p: float = 2.0) -> Any:
    """The distances between all pairs of rows: (n, features) → (n (n - 1) / 2,).

    In the order (0, 1), (0, 2) … (1, 2) …; ``p`` is the order of the norm.

    >>> import autograd as ag
    >>> pdist(ag.tensor([[0.0], [1.0], [5.0]]))
    Tensor([1., 5., 4.])
    """
    p = weak(p)
    if np.ndim(input) != 2:
        raise ValueError(f"pdist needs rows (n, features); got {np.shape(input)}")
    first, second = np.triu_indices(input.shape[0], 1)
    return ag.linalg.vector_norm(input[first] - input[second], ord=p, axis=-1)


def _direction(x: Any, dim: int, eps: float) -> Any:
    length = ag.linalg.vector_norm(x, axis=dim, keepdims=True)
    return x / ag.maximum(length, eps)
