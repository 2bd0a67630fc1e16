"""Metrics: scikit-learn's values, and refusals that say what was expected."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn import metrics

theirs = pytest.importorskip("sklearn.metrics")
AVERAGES = ["macro", "micro", "weighted"]


def drawn(seed, n=60, classes=4):
    """Scores with ties, labels in which classes may be missing."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(-3, 4, size=(n, classes)) / 2 + rng.normal(size=classes)
    return scores, rng.integers(classes, size=n)


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_metrics_of_classes_are_scikit_learns(seed):
    scores, labels = drawn(seed)
    said = scores.argmax(axis=1)
    assert metrics.accuracy(scores, labels) == theirs.accuracy_score(labels, said)
    matrix = metrics.confusion_matrix(scores, labels)
    expected = theirs.confusion_matrix(labels, said, labels=range(4))
    assert np.array_equal(matrix, expected)
    for average in AVERAGES:
        expected = theirs.f1_score(labels, said, average=average, zero_division=0)
        assert metrics.f1(scores, labels, average=average) == pytest.approx(expected)
        assert metrics.f1(said, labels, average=average) == pytest.approx(expected)
    for k in (1, 2, 3):
        expected = theirs.top_k_accuracy_score(labels, scores, k=k, labels=range(4))
        assert metrics.top_k(scores, labels, k=k) == pytest.approx(expected)
    p = softmax(scores)
    expected = theirs.roc_auc_score(labels, p, multi_class="ovr")
    assert metrics.roc_auc(p, labels) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_metrics_of_two_classes_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    logits, labels = rng.integers(-4, 5, size=50) / 2, rng.integers(2, size=50)
    said = logits > 0
    for scores in (logits, logits[:, None], ag.tensor(logits, requires_grad=True)):
        assert metrics.accuracy(scores, labels, threshold=0) == theirs.accuracy_score(
            labels, said
        )
        area = metrics.roc_auc(scores, labels)
        assert area == pytest.approx(theirs.roc_auc_score(labels, logits))
    expected = theirs.f1_score(labels, said)
    for true in (labels, labels.astype(np.float32)[:, None], labels.astype(bool)):
        assert metrics.f1(said, true, "binary") == pytest.approx(expected)
    both = np.stack([-logits, logits], axis=1)
    assert metrics.roc_auc(both, labels) == pytest.approx(area)


@pytest.mark.parametrize("bins", [5, 10])
def test_reliability_is_scikit_learns_calibration_curve(bins):
    from sklearn.calibration import calibration_curve

    rng = np.random.default_rng(0)
    p = np.append(rng.integers(0, 21, size=200) / 20, [0.0, 1.0])  # on edges, too
    labels = (rng.random(p.size) < p**2).astype(int)
    true, promised = calibration_curve(labels, p, n_bins=bins)
    ours = metrics.reliability(p, labels, bins=bins)
    filled = ours.examples > 0
    assert ours.accuracy[filled] == pytest.approx(true)
    assert ours.confidence[filled] == pytest.approx(promised)
    assert ours.examples.sum() == p.size


def test_the_calibration_error_is_the_mean_gap_between_promise_and_truth():
    p = np.array([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7], [0.45, 0.55]])
    assert metrics.calibration_error(p, [0, 1, 1, 0]) == pytest.approx(
        (2 * abs(0.5 - 0.9) + abs(1 - 0.7) + abs(0 - 0.55)) / 4
    )
    sure = metrics.calibration_error(np.eye(3), [0, 1, 2])
    assert sure == 0


@pytest.mark.parametrize("shape", [(30,), (30, 3)])
def test_metrics_of_numbers_are_scikit_learns(shape):
    rng = np.random.default_rng(0)
    true = rng.normal(size=shape)
    said = (true + rng.normal(size=shape)).astype(np.float32)
    pairs = [
        (metrics.mse, theirs.mean_squared_error),
        (metrics.mae, theirs.mean_absolute_error),
        (metrics.r2, theirs.r2_score),
    ]
    for ours, peer in pairs:
        assert ours(said, true) == pytest.approx(peer(true, said))
    constant = np.ones(shape)
    assert metrics.r2(constant, constant) == theirs.r2_score(constant, constant) == 1
    assert metrics.r2(said, constant) == theirs.r2_score(constant, said) == 0


SCORES = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: metrics.accuracy(SCORES, [0, 3]), "label 3 in row 1.*0 to 2"),
        (lambda: metrics.accuracy(SCORES, [0, -1]), "label -1 in row 1"),
        (lambda: metrics.accuracy(SCORES, [0.5, 1]), "whole numbers"),
        (lambda: metrics.accuracy(SCORES, ["a", "b"]), "whole numbers"),
        (lambda: metrics.accuracy(SCORES, [0, 1, 2]), "shape"),
        (lambda: metrics.accuracy([], []), "no examples"),
        (lambda: metrics.accuracy([0.2, 0.7], [0, 1]), "threshold=0 for logits"),
        (lambda: metrics.f1(SCORES, [0, 2], "binary"), "3 classes"),
        (lambda: metrics.f1(SCORES, [0, 2], "mean"), "average must be"),
        (lambda: metrics.top_k(SCORES, [0, 2], k=4), "from 1 to the 3"),
        (lambda: metrics.top_k([0, 1], [0, 1]), "scores"),
        (lambda: metrics.roc_auc([0.1, 0.2], [1, 1]), "class 1 has 2 of 2"),
        (lambda: metrics.roc_auc([0.1, np.nan], [0, 1]), "not finite"),
        (lambda: metrics.roc_auc([0.1, 0.3], [0, 2]), "label 2"),
        (lambda: metrics.calibration_error([-1.0, 3.0], [0, 1]), "sigmoid"),
        (lambda: metrics.calibration_error([np.nan, 0.5], [0, 1]), "sigmoid"),
        (lambda: metrics.calibration_error([0.1, 0.5], [0, 1], 0), "bins is at least"),
        (lambda: metrics.mse([[1.0], [2.0]], [1.0, 2.0]), "one shape"),
        (lambda: metrics.mae([], []), "one shape"),
        (lambda: metrics.r2([1.0], [1.0]), "two examples"),
        (lambda: metrics.confusion_matrix([0, -1], [0, 1]), "label -1"),
        (lambda: metrics.mse([1 + 1j], [1.0]), "real numbers; got complex128"),
        (lambda: metrics.r2([1.0, 2.0], [1j, 2.0]), "real numbers; got complex128"),
        (lambda: metrics.roc_auc([1j, 2.0], [0, 1]), "real numbers; got complex128"),
    ],
)
def test_what_a_metric_cannot_take_is_told(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call()


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool, np.float16, np.float64])
def test_votes_of_any_dtype_are_compared_as_numbers(dtype):
    votes = np.array([[1, 100], [100, 1], [0, 100], [90, 2]]).astype(dtype)
    apart = votes[:, 1].astype(float) - votes[:, 0]
    expected = theirs.roc_auc_score([1, 0, 1, 0], apart)
    assert metrics.roc_auc(votes, [1, 0, 1, 0]) == expected
    assert metrics.mae(votes, 1 - votes.astype(float)) == metrics.mae(
        votes.astype(float), 1 - votes.astype(float)
    )


def test_scores_of_images_have_their_classes_on_the_second_axis():
    scores, labels = np.zeros((2, 3, 4)), np.zeros((2, 4), int)
    scores[:, 1] = 1
    assert nn.metrics.accuracy(scores, labels) == 0
    assert nn.metrics.accuracy(scores, labels + 1) == 1


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (
            lambda: metrics.accuracy([[np.nan, 1.0]], [0]),
            ValueError,
            "NaN, .* in row 0",
        ),
        (
            lambda: metrics.f1([0.5, np.nan], [0, 1], threshold=0),
            ValueError,
            "in row 1",
        ),
        (lambda: metrics.top_k([[0.0, np.nan]], [0], k=1), ValueError, "in row 0"),
        (
            lambda: metrics.accuracy([0.5], [0], threshold=np.nan),
            ValueError,
            "say from",
        ),
        (lambda: metrics.top_k(np.eye(3), [0, 1, 2], k=1.5), TypeError, "k is a whole"),
        (
            lambda: metrics.top_k(np.eye(3), [0, 1, 2], k=True),
            TypeError,
            "k is a whole",
        ),
        (
            lambda: metrics.reliability([0.5], [0], bins=2.5),
            TypeError,
            "bins is a whole",
        ),
        (
            lambda: metrics.confusion_matrix([0], [0], 0),
            ValueError,
            "classes is at lea",
        ),
        (lambda: metrics.accuracy(["a"], [0]), TypeError, "real numbers; got <U1"),
    ],
)
def test_numbers_that_say_nothing_are_refused(call, error, told):
    with pytest.raises(error, match=told):
        call()


def test_a_threshold_counts_whatever_the_dtype_or_is_refused():
    for dtype in (np.float32, np.int8, int):
        assert metrics.accuracy(np.array([3, -2], dtype), [1, 0], threshold=0) == 1
    assert metrics.accuracy([[True], [False]], [1, 0], threshold=0.5) == 1
    for metric in (metrics.accuracy, metrics.f1, metrics.confusion_matrix):
        with pytest.raises(ValueError, match=r"scores of 3 classes.*leave threshold"):
            metric(np.eye(3), [0, 1, 2], threshold=0.9)
