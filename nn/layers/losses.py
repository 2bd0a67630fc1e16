"""The table of losses: a class, the function of ``functional``, the formula."""

from __future__ import annotations

from typing import Any

from .. import functional
from ..functional.losses import check_reduction
from .applied import Applied


class Loss(Applied):
    """function(input, target) with a ``reduction``: "mean", "sum" or "none".

    >>> MSELoss(reduction="sum")
    MSELoss(reduction='sum')
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Any:
        """(…), (…) → (); for reduction "none" the loss of each example."""
        return self.function(input, target, self.reduction)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class CrossEntropyLoss(Loss, function=functional.cross_entropy):
    """-log softmax(input)[target]: logits (batch, classes) and integers (batch,) → ().

    Higher shapes, (batch, classes, d…) with (batch, d…), as in PyTorch.

    >>> import autograd as ag
    >>> CrossEntropyLoss()(ag.tensor([[0.0, 0.0]]), [1])
    Tensor(0.69314718)
    """


class MSELoss(Loss, function=functional.mse_loss):
    """(input - target)², of equal shapes (…) → ().

    >>> import autograd as ag
    >>> MSELoss()(ag.tensor([1.0, 2.0]), [1.0, 5.0])
    Tensor(4.5)
    """


class BCEWithLogitsLoss(Loss, function=functional.binary_cross_entropy_with_logits):
    """-y log σ(x) - (1 - y) log(1 - σ(x)), stable: logits and targets (…) → ().

    >>> import autograd as ag
    >>> BCEWithLogitsLoss()(ag.tensor([0.0]), [1.0])
    Tensor(0.69314718)
    """


class HingeLoss(Loss, function=functional.hinge_loss):
    """max(0, 1 - y·score), for targets of -1 and 1: the max-margin loss, (…) → ().

    Takes Tensors, or a list of Values with a list of targets.

    >>> import autograd as ag
    >>> HingeLoss()(ag.tensor([0.5, 3.0]), [1, 1])
    Tensor(0.25)
    """
