"""Losses as modules: the functions of ``functional``, with their reduction."""

from __future__ import annotations

from typing import Any

from .. import functional
from ..functional.losses import check_reduction
from ..module import Module


class Loss(Module):
    """A function of (input, target) with a ``reduction``: "mean", "sum" or "none".

    >>> import nn
    >>> nn.MSELoss(reduction="sum")
    MSELoss(reduction='sum')
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction(reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class CrossEntropyLoss(Loss):
    """-log softmax(input)[target]: logits (batch, classes) and integers (batch,) → ().

    Higher shapes, (batch, classes, d…) with (batch, d…), as in PyTorch.

    >>> import autograd as ag
    >>> CrossEntropyLoss()(ag.tensor([[0.0, 0.0]]), [1])
    Tensor(0.69314718)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """(batch, classes), (batch,) → (); (batch,) for reduction "none"."""
        return functional.cross_entropy(input, target, self.reduction)


class MSELoss(Loss):
    """(input - target)², of equal shapes (…) → ().

    >>> import autograd as ag
    >>> MSELoss()(ag.tensor([1.0, 2.0]), [1.0, 5.0])
    Tensor(4.5)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """(…), (…) → (); (…) for reduction "none"."""
        return functional.mse_loss(input, target, self.reduction)


class BCEWithLogitsLoss(Loss):
    """-y log σ(x) - (1 - y) log(1 - σ(x)), stable: logits and targets (…) → ().

    >>> import autograd as ag
    >>> BCEWithLogitsLoss()(ag.tensor([0.0]), [1.0])
    Tensor(0.69314718)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """(…), (…) → (); (…) for reduction "none"."""
        return functional.binary_cross_entropy_with_logits(
            input, target, self.reduction
        )


class HingeLoss(Loss):
    """max(0, 1 - y·score), for targets of -1 and 1: the max-margin loss, (…) → ().

    Takes Tensors, or a list of Values with a list of targets.

    >>> import autograd as ag
    >>> HingeLoss()(ag.tensor([0.5, 3.0]), [1, 1])
    Tensor(0.25)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """(…), (…) → (); (…) for reduction "none"."""
        return functional.hinge_loss(input, target, self.reduction)
