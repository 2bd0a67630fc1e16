"""What losses refuse: each error says what was expected and what came."""

import inspect

import numpy as np
import pytest

import autograd as ag
import nn
from nn import functional as F
from nn.layers.losses import Loss

A = np.array
CLASSES = [x for x in vars(nn).values() if inspect.isclass(x) and issubclass(x, Loss)]
X = ag.tensor(np.ones((2, 3)), requires_grad=True)
IMAGE = ag.tensor(np.ones((2, 3, 2, 2)))
LOG = np.zeros((3, 2, 4))

REFUSED = {
    # Classes: the shapes that were passed, and where a label stands
    "labels of too many axes": (
        lambda: F.cross_entropy(X, [[0, 1]]),
        ValueError,
        r"labels of shape \(2,\) for scores of shape \(2, 3\).*shape \(1, 2\)",
    ),
    "labels of an image": (
        lambda: F.cross_entropy(IMAGE, np.zeros((2, 2), int)),
        ValueError,
        r"\(2, 2, 2\) for scores of shape \(2, 3, 2, 2\), where axis 1 .*\(2, 2\)",
    ),
    "a label in an image": (
        lambda: F.cross_entropy(IMAGE, A([[[0, 1], [2, 3]], [[0, 0], [0, 0]]])),
        ValueError,
        r"label 3 at \[0, 1, 1\].*shape \(2, 3, 2, 2\) have classes 0 to 2",
    ),
    "a single label": (
        lambda: F.cross_entropy(X[0], 3),
        ValueError,
        r"label 3, but scores of shape \(3,\)",
    ),
    "a label that nothing ignores": (
        lambda: F.nll_loss(X, [0, -1]),
        ValueError,
        r"label -1 at \[1\]",
    ),
    "one-hot integers": (
        lambda: F.cross_entropy(X, np.eye(3, dtype=int)[:2]),
        ValueError,
        r"or floats of its own shape \(2, 3\), as probabilities; got integers",
    ),
    "probabilities of another shape": (
        lambda: F.cross_entropy(X, np.ones((3, 2))),
        TypeError,
        r"or floats of its own shape \(2, 3\).*float64 of shape \(3, 2\)",
    ),
    "probabilities that are ignored": (
        lambda: F.cross_entropy(X, np.ones((2, 3)), ignore_index=1),
        ValueError,
        "ignore_index=1 is for integer labels",
    ),
    "booleans": (
        lambda: F.nll_loss(X, [True, False]),
        TypeError,
        "integer labels .* got bool",
    ),
    "weights of other classes": (
        lambda: F.cross_entropy(X, [0, 1], weight=[1.0, 2.0]),
        ValueError,
        r"weight of shape \(3,\).*scores of shape \(2, 3\); got \(2,\)",
    ),
    "smoothing": (
        lambda: F.cross_entropy(X, [0, 1], label_smoothing=1.5),
        ValueError,
        "label_smoothing is from 0 to 1; got 1.5",
    ),
    "scores without classes": (
        lambda: F.nll_loss(ag.tensor(1.0), 0),
        ValueError,
        r"scores \(batch, classes, …\)",
    ),
    "a list": (
        lambda: F.cross_entropy([[1.0, 2.0]], [0]),
        TypeError,
        "cross_entropy takes a Tensor or an array; got list .* Wrap it: ag.tensor",
    ),
    "a list of lists": (
        lambda: F.mse_loss([[1.0, 2.0]], [[1.0, 2.0]]),
        TypeError,
        "mse_loss takes a Tensor or an array; got list",
    ),
    # Probabilities
    "a probability of 1.5": (
        lambda: F.binary_cross_entropy(ag.tensor([0.5, 1.5]), [1, 1]),
        ValueError,
        "from 0 to 1; got 1.5. Of logits take binary_cross_entropy_with_logits",
    ),
    "a weight that broadcasts the loss": (
        lambda: F.binary_cross_entropy_with_logits(
            X, np.ones((2, 3)), np.ones((4, 1, 1))
        ),
        ValueError,
        r"weight that is broadcast to .*\(2, 3\); got \(4, 1, 1\)",
    ),
    "a weight for other columns": (
        lambda: F.binary_cross_entropy_with_logits(
            X, np.ones((2, 3)), pos_weight=[1, 2]
        ),
        ValueError,
        r"pos_weight that is broadcast to .*\(2, 3\); got \(2,\)",
    ),
    "a negative variance": (
        lambda: F.gaussian_nll_loss(X, np.ones((2, 3)), -np.ones((2, 1))),
        ValueError,
        "variances ≥ 0; got -1",
    ),
    "a variance of another shape": (
        lambda: F.gaussian_nll_loss(X, np.ones((2, 3)), np.ones(3)),
        ValueError,
        r"\(2, 3\), of \(2, 1\) or \(2,\); got \(3,\)",
    ),
    "eps of 0": (
        lambda: F.gaussian_nll_loss(X, X, X, eps=0.0),
        ValueError,
        "eps > 0; got 0.0",
    ),
    # Differences
    "delta": (lambda: F.huber_loss(X, X, delta=0), ValueError, "delta > 0; got 0"),
    "beta": (lambda: F.smooth_l1_loss(X, X, beta=-1), ValueError, "beta ≥ 0; got -1"),
    # Margins and distances
    "a target of 0": (
        lambda: F.hinge_embedding_loss(ag.tensor([1.0, 1.0]), [1, 0]),
        ValueError,
        "targets of -1 and 1; got 0",
    ),
    "a target of 2": (
        lambda: F.cosine_embedding_loss(X, X, [1, 2]),
        ValueError,
        "targets of -1 and 1; got 2",
    ),
    "vectors and their targets": (
        lambda: F.cosine_embedding_loss(X, X, [[1], [1]]),
        ValueError,
        r"got \(2, 3\) and \(2, 1\)",
    ),
    "three shapes": (
        lambda: F.triplet_margin_loss(X, X, np.ones((2, 2))),
        ValueError,
        r"as negative an array of its input's shape \(2, 3\); got \(2, 2\)",
    ),
    "two shapes": (
        lambda: F.margin_ranking_loss(X, np.ones(3), np.ones((2, 3))),
        ValueError,
        r"as input2 an array of its input's shape \(2, 3\); got \(3,\)",
    ),
    "a power of 3": (lambda: F.multi_margin_loss(X, [0, 1], p=3), ValueError, "got 3"),
    "scores of an image": (
        lambda: F.multi_margin_loss(IMAGE, [0, 1]),
        ValueError,
        r"\(batch, classes\) or \(classes,\); got the shape \(2, 3, 2, 2\)",
    ),
    "a listed label": (
        lambda: F.multilabel_margin_loss(X, [[0, -1, 0], [1, 5, 0]]),
        ValueError,
        r"label 5 at \[1, 1\].*\(2, 3\) have classes 0 to 2",
    ),
    "a listed shape": (
        lambda: F.multilabel_margin_loss(X, [[0], [1]]),
        ValueError,
        r"shape \(2, 3\), filled with -1; got \(2, 1\)",
    ),
    "class weights": (
        lambda: F.multilabel_soft_margin_loss(X, np.ones((2, 3)), [1.0]),
        ValueError,
        r"weight of shape \(3,\), one for each class; got \(1,\)",
    ),
    "an axis": (
        lambda: F.cosine_similarity(X[0], X[0]),
        ValueError,
        r"dim=1; got the shapes \(3,\) and \(3,\)",
    ),
    "rows": (lambda: F.pdist(IMAGE), ValueError, r"got \(2, 3, 2, 2\)"),
    # Sequences
    "too long": (
        lambda: F.ctc_loss(LOG, [[1], [2]], [3, 4], [1, 1]),
        ValueError,
        r"input_lengths from 1 to 3; got 4 at \[1\]",
    ),
    "a length too few": (
        lambda: F.ctc_loss(LOG, [[1], [2]], [3], [1, 1]),
        ValueError,
        r"input_lengths of shape \(2,\).*got \(1,\)",
    ),
    "lengths that are floats": (
        lambda: F.ctc_loss(LOG, [[1], [2]], [3.0, 3.0], [1, 1]),
        TypeError,
        "input_lengths of integers; got float64",
    ),
    "a blank among the labels": (
        lambda: F.ctc_loss(LOG, [[1], [0]], [3, 3], [1, 1]),
        ValueError,
        r"label 0 at \[1, 0\].*other than the blank, 0",
    ),
    "a blank that is no class": (
        lambda: F.ctc_loss(LOG, [[1], [2]], [3, 3], [1, 1], blank=4),
        ValueError,
        "blank from 0 to 3; got 4",
    ),
    "targets that are too short": (
        lambda: F.ctc_loss(LOG, [[1], [2]], [3, 3], [1, 2]),
        ValueError,
        r"targets \(2, 2 or more\).*got \(2, 1\)",
    ),
    "scores of one axis": (
        lambda: F.ctc_loss(np.zeros(3), [1], [3], [1]),
        ValueError,
        r"\(time, batch, classes\) or \(time, classes\); got \(3,\)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_with_what_came(name):
    call, kind, said = REFUSED[name]
    with pytest.raises(kind, match=said):
        call()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_refuses_a_reduction_and_an_argument_it_does_not_know(kind):
    with pytest.raises(
        ValueError, match=r"reduction is one of .*'mean'.*got 'average'"
    ):
        kind(reduction="average")
    with pytest.raises(TypeError, match=f"{kind.__name__}.*reduction.*'size_average'"):
        kind(size_average=False)


def test_arguments_have_the_order_of_pytorch():
    """Up to where ``size_average`` was, which is left out: what follows is named."""
    assert nn.TripletMarginLoss(0.5, 1.0, 0.1, True).swap
    assert nn.MarginRankingLoss(0.5).margin == 0.5
    assert nn.HingeEmbeddingLoss(0.5).margin == 0.5
    assert nn.CosineEmbeddingLoss(0.5).margin == 0.5
    assert nn.MultiMarginLoss(2, 0.5).margin == 0.5
    assert nn.HuberLoss("sum", 0.5).delta == 0.5
    assert nn.CTCLoss(1, "sum", True).zero_infinity
    assert nn.PoissonNLLLoss(False, True).full
    assert nn.NLLLoss(np.ones(2)).weight.shape == (2,)
    with pytest.raises(TypeError, match="too many positional arguments"):
        nn.MSELoss(True)


def test_batchmean_is_for_divergences_alone():
    assert nn.KLDivLoss(reduction="batchmean").reduction == "batchmean"
    with pytest.raises(ValueError, match="reduction is one of"):
        nn.MSELoss(reduction="batchmean")


MASKED = np.ma.masked_array([0.5, 0.25], [True, False])


@pytest.mark.parametrize(
    "loss",
    [
        F.mse_loss,
        F.l1_loss,
        F.huber_loss,
        F.binary_cross_entropy,
        F.binary_cross_entropy_with_logits,
        F.poisson_nll_loss,
        lambda x, y: F.mse_loss(y, x),
        lambda x, y: F.cross_entropy(x, y.mask.view(np.int8) * MASKED.astype(int)),
        lambda x, y: F.gaussian_nll_loss(x, x, y),
    ],
)
@pytest.mark.parametrize("tracked", [True, False])
def test_a_masked_array_does_not_lose_its_mask_in_a_loss(loss, tracked):
    x = ag.tensor([0.5, 0.5], requires_grad=tracked)
    with pytest.raises(TypeError, match=r"masked array, whose mask would be lost"):
        loss(x, MASKED)
