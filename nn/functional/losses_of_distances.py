"""Losses of distances: what belongs together shall be near, other things apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd as ag

from .arguments import weak
from .distances import pairwise_distance
from .losses import check_reduction, check_shapes, constant_in, hinge, reduced
from .losses_of_margins import with_signs

COSINE_EPS = 1e-12  # of squared lengths, as PyTorch has it


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Any:
    """max(0, d(a, p) - d(a, n) + margin), for ‖·‖ₚ distances d: (…, n) of each → (…).

    With ``swap`` d(p, n) stands for d(a, n) where it is smaller. Balntas et al. (2016),
    doi:10.5244/C.30.119.

    >>> import autograd as ag, numpy as np
    >>> a, b, c = ag.tensor([[0.0]]), np.array([[1.0]]), np.array([[1.5]])
    >>> triplet_margin_loss(a, b, c, eps=0.0)
    Tensor(0.5)
    """
    margin, p, eps = weak(margin), weak(p), weak(eps)

    def distance(x: Any, y: Any) -> Any:
        return pairwise_distance(x, y, p, eps)

    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=distance,
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """As ``triplet_margin_loss``, with any function or module for the distance.

    >>> import autograd as ag, numpy as np
    >>> a, b, c = ag.tensor([[0.0]]), np.array([[1.0]]), np.array([[1.5]])
    >>> def apart(x, y):
    ...     return ag.sum(ag.abs(x - y), axis=-1)
    >>> triplet_margin_with_distance_loss(a, b, c, distance_function=apart)
    Tensor(0.5)
    """
    margin = weak(margin)
    check_reduction(reduction)
    check_shapes("triplet_margin_loss", anchor, positive=positive, negative=negative)
    distance = distance_function or pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ag.minimum(far, distance(positive, negative))
    return reduced(hinge(margin + near - far), reduction)


def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Any:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1.

    Vectors (batch, n) with targets (batch,), or (n,) with a single one.

    >>> import autograd as ag, numpy as np
    >>> x = ag.tensor([[1.0, 0.0], [3.0, 4.0]])
    >>> cosine_embedding_loss(x, np.ones((2, 2)) * [1, 0], [1, -1])
    Tensor(0.3)
    """
    margin = weak(margin)
    check_reduction(reduction)
    name = "cosine_embedding_loss"
    check_shapes(name, input1, input2=input2)
    target = with_signs(name, target)
    target = constant_in(input1, target)
    if target.shape != input1.shape[:-1] or input1.ndim not in (1, 2):
        raise ValueError(
            f"{name} needs vectors (batch, n) and targets (batch,), or (n,) and a "
            f"single target; got {input1.shape} and {target.shape}"
        )
    products = [(input1, input2), (input1, input1), (input2, input2)]
    both, first, second = [ag.sum(x * y, axis=-1) for x, y in products]
    cosine = both / ag.sqrt((first + COSINE_EPS) * (second + COSINE_EPS))
    errors = ag.where(target == 1, 1 - cosine, hinge(cosine - margin))
    return reduced(errors, reduction)
