"""What the loss of a batch counts for beside those of others: its examples, mostly."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functional import cross_entropy, nll_loss
from .origin import raw


def is_sum(loss: Any) -> bool:
    """Whether the loss of a batch is a sum; else it is a mean.

    >>> import nn
    >>> is_sum(nn.MSELoss()), is_sum(nn.MSELoss(reduction="sum"))
    (False, True)
    """
    return _setting(loss, "reduction") == "sum"


def count_of(loss: Any, batch: Any, inputs: int) -> float:
    """How many count in the loss of a batch.

    A mean over labels is one over those that are not ``ignore_index``, each by the
    weight of its class: Σ weight. Any other is over examples, which count alike.

    >>> import nn
    >>> x, y = np.zeros((3, 2)), np.array([0, 1, -100])
    >>> count_of(nn.MSELoss(), (x, y), inputs=1)
    3
    >>> count_of(nn.CrossEntropyLoss(weight=[0.5, 2.0]), (x, y), inputs=1)
    2.5
    """
    if not isinstance(batch, (tuple, list)) or not batch:
        return 1  # what it is then told of, is told as the network is called
    examples, targets = len(batch[0]), batch[inputs:]
    if (
        is_sum(loss)
        or not targets
        or function_of(loss) not in (cross_entropy, nll_loss)
    ):
        return examples
    labels = np.asarray(raw(targets[0]))
    if labels.dtype.kind not in "iu":  # probabilities
        return examples
    ignored = _setting(loss, "ignore_index")
    counted = labels[labels != (-100 if ignored is None else ignored)]
    weight = _setting(loss, "weight")
    if weight is None:
        return counted.size
    weight = np.asarray(raw(weight), np.float64)
    if counted.size and not 0 <= counted.min() <= counted.max() < weight.size:
        return examples  # which the loss will tell
    return float(weight[counted].sum())


def nothing_counts(where: str) -> str:
    """What is told where the loss would be a mean of nothing.

    >>> nothing_counts("batch 1 of epoch 1").partition(":")[0]
    'no example of batch 1 of epoch 1 counts in the loss'
    """
    return (
        f"no example of {where} counts in the loss: there is none, or all labels are "
        "its ignore_index, or of classes of weight 0. Leave such batches out, or make "
        "them larger"
    )


def function_of(loss: Any) -> Any:
    """The function that a module, or a functools.partial, applies.

    >>> import nn
    >>> function_of(nn.MSELoss()) is nn.functional.mse_loss
    True
    """
    while hasattr(loss, "func"):
        loss = loss.func
    return getattr(loss, "function", loss)


def _setting(loss: Any, name: str) -> Any:
    """A keyword of a functools.partial, or an attribute of a module; None without."""
    while hasattr(loss, "func"):
        if name in loss.keywords:
            return loss.keywords[name]
        loss = loss.func
    return getattr(loss, name, None)
