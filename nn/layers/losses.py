"""The table of losses: a class, the function of ``functional``, the formula.

Arguments and attributes are those of the function after its arrays. PyTorch's
``size_average`` and ``reduce`` are not there; what followed them has to be named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .. import functional
from ..functional.losses import REDUCTIONS, check_reduction
from .applied import Applied


class Loss(Applied):
    """function(input, target, settings); one of these is a ``reduction``.

    >>> MSELoss(reduction="sum")
    MSELoss(reduction='sum')
    """

    reduction: str
    reductions: ClassVar[Sequence[str]] = REDUCTIONS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        check_reduction(self.reduction, self.reductions)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """(…), (…) → (); for reduction "none" the loss of each example."""
        return super().forward(*args, **kwargs)


class MSELoss(Loss, function=functional.mse_loss):
    """(input - target)², of equal shapes (…) → ().

    >>> import autograd as ag
    >>> MSELoss()(ag.tensor([1.0, 2.0]), [1.0, 5.0])
    Tensor(4.5)
    """


class L1Loss(Loss, function=functional.l1_loss):
    """|input - target|, of equal shapes (…) → ().

    >>> import autograd as ag
    >>> L1Loss()(ag.tensor([1.0, 2.0]), [1.0, 5.0])
    Tensor(1.5)
    """


class SmoothL1Loss(Loss, function=functional.smooth_l1_loss):
    """½ d² / beta where |d| < ``beta``, else |d| - ½ beta, for d = input - target.

    >>> import autograd as ag
    >>> SmoothL1Loss()(ag.tensor([1.0, 2.0]), [1.5, 5.0])
    Tensor(1.3125)
    """


class HuberLoss(Loss, function=functional.huber_loss):
    """½ d² where |d| ≤ ``delta``, else delta (|d| - ½ delta), for d = input - target.

    >>> import autograd as ag
    >>> HuberLoss()(ag.tensor([1.0, 2.0]), [1.5, 5.0])
    Tensor(1.3125)
    """


class CrossEntropyLoss(Loss, function=functional.cross_entropy):
    """-log softmax(input)[target]: (batch, classes, d…), labels (batch, d…) → ().

    Or with probabilities of the logits' shape for the target. ``weight`` (classes,),
    ``ignore_index`` and ``label_smoothing`` are as in ``functional.cross_entropy``.

    >>> import autograd as ag
    >>> CrossEntropyLoss()(ag.tensor([[0.0, 0.0]]), [1])
    Tensor(0.69314718)
    """


class NLLLoss(Loss, function=functional.nll_loss):
    """-input[target]: logarithms of probabilities (batch, classes, d…) → ().

    ``weight`` (classes,) and ``ignore_index`` as in ``functional.nll_loss``.

    >>> import autograd as ag
    >>> NLLLoss()(ag.tensor([[-0.5, -2.0], [-3.0, -0.25]]), [1, 1])
    Tensor(1.125)
    """


class BCELoss(Loss, function=functional.binary_cross_entropy):
    """-y log x - (1 - y) log(1 - x): probabilities and targets (…) → ().

    >>> import autograd as ag
    >>> BCELoss()(ag.tensor([0.5, 1.0]), [1.0, 1.0])
    Tensor(0.34657359)
    """


class BCEWithLogitsLoss(Loss, function=functional.binary_cross_entropy_with_logits):
    """-y log σ(x) - (1 - y) log(1 - σ(x)), stable: logits and targets (…) → ().

    ``weight`` and ``pos_weight`` are broadcast.

    >>> import autograd as ag
    >>> BCEWithLogitsLoss()(ag.tensor([0.0]), [1.0])
    Tensor(0.69314718)
    """


class KLDivLoss(Loss, function=functional.kl_div):
    """y (log y - x): logarithms x of probabilities, and probabilities y (…) → ().

    ``reduction="batchmean"`` gives the divergence, as in ``functional.kl_div``.

    >>> import autograd as ag
    >>> KLDivLoss()(ag.tensor([-0.5, -1.0]), [0.0, 1.0])
    Tensor(0.5)
    """

    reductions = ("batchmean", *REDUCTIONS)


class PoissonNLLLoss(Loss, function=functional.poisson_nll_loss):
    """eˣ - y x: logarithms x of means, and counts y (…) → ().

    ``log_input``, ``full`` and ``eps`` as in ``functional.poisson_nll_loss``.

    >>> import autograd as ag
    >>> PoissonNLLLoss()(ag.tensor([0.0, 0.0]), [0.0, 3.0])
    Tensor(1.)
    """


class GaussianNLLLoss(Loss, function=functional.gaussian_nll_loss):
    """½ (log v + (input - target)² / v), for variances v: three arrays (…) → ().

    ``full`` and ``eps`` as in ``functional.gaussian_nll_loss``.

    >>> import autograd as ag
    >>> GaussianNLLLoss()(ag.tensor([1.0, 3.0]), [1.0, 1.0], [1.0, 1.0])
    Tensor(1.)
    """


class HingeLoss(Loss, function=functional.hinge_loss):
    """max(0, 1 - y·score), for targets of -1 and 1: the max-margin loss, (…) → ().

    Takes Tensors, or a list of Values with a list of targets.

    >>> import autograd as ag
    >>> HingeLoss()(ag.tensor([0.5, 3.0]), [1, 1])
    Tensor(0.25)
    """


class HingeEmbeddingLoss(Loss, function=functional.hinge_embedding_loss):
    """x where the target is 1, max(0, ``margin`` - x) where it is -1: (…) → ().

    >>> import autograd as ag
    >>> HingeEmbeddingLoss()(ag.tensor([0.25, 0.25]), [1, -1])
    Tensor(0.5)
    """


class MarginRankingLoss(Loss, function=functional.margin_ranking_loss):
    """max(0, ``margin`` - y (x₁ - x₂)): three arrays (…) → ().

    >>> import autograd as ag
    >>> MarginRankingLoss()(ag.tensor([2.0]), ag.tensor([0.5]), [-1])
    Tensor(1.5)
    """


class SoftMarginLoss(Loss, function=functional.soft_margin_loss):
    """log(1 + exp(-y x)), for targets of -1 and 1: (…) → ().

    >>> import autograd as ag
    >>> SoftMarginLoss()(ag.tensor([0.0]), [1])
    Tensor(0.69314718)
    """


class MultiMarginLoss(Loss, function=functional.multi_margin_loss):
    """Σᵢ max(0, ``margin`` - x_y + xᵢ)ᵖ / classes: scores (batch, classes) and labels.

    >>> import autograd as ag
    >>> MultiMarginLoss()(ag.tensor([[0.5, 0.0, 2.0]]), [0])
    Tensor(1.)
    """


class MultiLabelMarginLoss(Loss, function=functional.multilabel_margin_loss):
    """Σ max(0, 1 - xⱼ + xᵢ) / classes, over right classes j and others i.

    Scores and labels (batch, classes): each row lists what is right, up to -1.

    >>> import autograd as ag
    >>> MultiLabelMarginLoss()(ag.tensor([[0.5, 0.0, 2.0]]), [[0, 2, -1]])
    Tensor(0.16666667)
    """


class MultiLabelSoftMarginLoss(Loss, function=functional.multilabel_soft_margin_loss):
    """The mean over classes of -y log σ(x) - (1 - y) log σ(-x): (batch, classes) → ().

    >>> import autograd as ag
    >>> MultiLabelSoftMarginLoss()(ag.tensor([[0.0, 0.0]]), [[1, 0]])
    Tensor(0.69314718)
    """


class TripletMarginLoss(Loss, function=functional.triplet_margin_loss):
    """max(0, d(a, p) - d(a, n) + ``margin``), of three arrays (batch, n) → ().

    >>> import autograd as ag
    >>> TripletMarginLoss(eps=0.0)(ag.tensor([[0.0]]), ag.ones((1, 1)), ag.ones((1, 1)))
    Tensor(1.)
    """


class TripletMarginWithDistanceLoss(
    Loss, function=functional.triplet_margin_with_distance_loss
):
    """As TripletMarginLoss, with any function or module as ``distance_function``.

    >>> import autograd as ag
    >>> far = ag.ones((1, 1))
    >>> TripletMarginWithDistanceLoss()(ag.tensor([[0.0]]), far, far)
    Tensor(1.)
    """


class CosineEmbeddingLoss(Loss, function=functional.cosine_embedding_loss):
    """1 - cos(x₁, x₂) for targets 1, max(0, cos - ``margin``) for -1: (batch, n) → ().

    >>> import autograd as ag
    >>> x = ag.tensor([[3.0, 4.0]])
    >>> CosineEmbeddingLoss()(x, ag.tensor([[1.0, 0.0]]), [1])
    Tensor(0.4)
    """


class CTCLoss(Loss, function=functional.ctc_loss):
    """-log Σ p(path), over paths that are the target once repeats and blanks go.

    log_probs (time, batch, classes), targets, input_lengths and target_lengths; as
    ``functional.ctc_loss`` says.

    >>> import autograd as ag
    >>> log_probs = ag.log_softmax(ag.zeros((2, 1, 3)))
    >>> CTCLoss()(log_probs, [[1]], [2], [1])
    Tensor(1.09861229)
    """
