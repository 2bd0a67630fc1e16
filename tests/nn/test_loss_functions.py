"""Losses: PyTorch's numbers and conventions, and gradients against differences."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn import functional

LOGITS = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
LABELS = np.array([2, 0])
SCORES = np.array([-40.0, -1.5, 0.0, 2.0, 40.0])
TRUTH = np.array([0.0, 1.0, 0.3, 0.0, 1.0])

ELEMENTWISE = [nn.MSELoss, nn.BCEWithLogitsLoss, nn.HingeLoss]


def loss_and_gradient(loss, input, target):
    x = ag.tensor(input, requires_grad=True)
    out = loss(x, target)
    out.backward()
    return out.item(), x.grad


def by_differences(loss, input, target, h=1e-6):
    gradient = np.zeros_like(input)
    for i in np.ndindex(*input.shape):
        step = np.zeros_like(input)
        step[i] = h
        rise = loss(ag.tensor(input + step), target) - loss(
            ag.tensor(input - step), target
        )
        gradient[i] = rise.item() / (2 * h)
    return gradient


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", [*ELEMENTWISE, nn.CrossEntropyLoss])
def test_gradients_agree_with_finite_differences(kind, reduction):
    rng = np.random.default_rng(0)
    loss = kind(reduction=reduction)
    if kind is nn.CrossEntropyLoss:
        input, target = rng.normal(size=(4, 3, 2)), rng.integers(3, size=(4, 2))
    else:
        input, target = rng.normal(size=(4, 3)), rng.choice([-1.0, 1.0], size=(4, 3))
    _, gradient = loss_and_gradient(loss, input, target)
    expected = by_differences(loss, input, target)
    assert np.allclose(gradient, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", [*ELEMENTWISE, nn.CrossEntropyLoss])
def test_sum_and_mean_reduce_the_losses_of_none(kind):
    input = LOGITS
    target = LABELS if kind is nn.CrossEntropyLoss else np.sign(LOGITS)
    each = kind(reduction="none")(ag.tensor(input), target)
    assert np.isclose(
        kind(reduction="sum")(ag.tensor(input), target).item(), each.data.sum()
    )
    assert np.isclose(kind()(ag.tensor(input), target).item(), each.data.mean())


def test_cross_entropy_is_that_of_pytorch():
    value, gradient = loss_and_gradient(nn.CrossEntropyLoss(), LOGITS, LABELS)
    each = functional.cross_entropy(ag.tensor(LOGITS), LABELS, reduction="none")
    assert value == pytest.approx(2.0352404030498565, rel=1e-14)
    assert np.allclose(each.data, [1.0045969023422834, 3.0658839037574293], rtol=1e-14)
    expected = [
        [0.3018744480743129, 0.015029443784787011, -0.3169038918590999],
        [-0.47669368871101303, 0.4681197759382529, 0.008573912772760194],
    ]
    assert np.allclose(gradient, expected, rtol=1e-14)


def test_the_classes_of_higher_shapes_are_the_second_axis():
    logits = np.sin(np.arange(12.0).reshape(2, 3, 2) / 4)
    labels = [[0, 2], [1, 1]]
    mean = functional.cross_entropy(ag.tensor(logits), labels)
    each = functional.cross_entropy(ag.tensor(logits), labels, reduction="none")
    assert mean.item() == pytest.approx(1.1289865747179375, rel=1e-14)
    expected = [
        [1.5963370944779698, 0.8158997557173643],
        [1.0385245701657262, 1.0651848785106894],
    ]
    assert np.allclose(each.data, expected, rtol=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_a_single_example_needs_no_batch(reduction):
    one = functional.cross_entropy(ag.tensor(LOGITS[0]), 2, reduction=reduction)
    assert one.item() == pytest.approx(1.0045969023422834, rel=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("labels", [[0, 3], [0, -1]])
def test_a_label_that_is_no_class_is_an_error(labels, reduction):
    with pytest.raises(ValueError, match="classes 0 to 2"):
        functional.cross_entropy(ag.tensor(LOGITS), labels, reduction=reduction)


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_labels_are_integers(reduction):
    with pytest.raises(TypeError, match="integer labels"):
        functional.cross_entropy(ag.tensor(LOGITS), [0.0, 1.0], reduction=reduction)


def test_labels_may_be_a_tensor():
    loss = functional.cross_entropy(ag.tensor(LOGITS), ag.tensor(LABELS))
    assert loss.item() == pytest.approx(2.0352404030498565, rel=1e-14)


def test_binary_cross_entropy_is_that_of_pytorch_also_in_the_tails():
    each = nn.BCEWithLogitsLoss(reduction="none")(ag.tensor(SCORES), TRUTH)
    expected = [0.0, 1.7014132779827524, 0.6931471805599453, 2.1269280110429727]
    assert np.allclose(each.data[:4], expected, rtol=1e-14, atol=1e-16)
    assert np.allclose(each.data[[0, 4]], 4.248354255291589e-18, rtol=1e-14, atol=0)


def test_binary_cross_entropy_keeps_the_gradient_of_a_sure_answer():
    _, gradient = loss_and_gradient(
        nn.BCEWithLogitsLoss(reduction="sum"), [-800.0, 40.0, 0.0], [1.0, 1.0, 1.0]
    )
    expected = [-1.0, -4.248354255291589e-18, -0.5]
    assert np.allclose(gradient, expected, rtol=1e-14, atol=0)


def test_binary_targets_may_be_booleans():
    loss = nn.BCEWithLogitsLoss()(ag.tensor([2.0, 1.0]), np.array([True, False]))
    assert loss.item() == nn.BCEWithLogitsLoss()(ag.tensor([2.0, 1.0]), [1, 0]).item()


def test_mean_squared_error_is_that_of_pytorch():
    assert nn.MSELoss()(ag.tensor(SCORES), TRUTH).item() == pytest.approx(626.268)


def test_hinge_is_zero_beyond_the_margin():
    scores, labels = ag.tensor([2.0, 0.5, -3.0]), [1, 1, -1]
    assert nn.HingeLoss(reduction="none")(scores, labels).data.tolist() == [0, 0.5, 0]


@pytest.mark.parametrize("kind", ELEMENTWISE)
def test_targets_of_another_shape_are_refused_instead_of_broadcast(kind):
    with pytest.raises(ValueError, match=r"shape \(4, 1\); got \(4,\)"):
        kind()(ag.zeros((4, 1)), np.zeros(4))


@pytest.mark.parametrize("kind", ELEMENTWISE)
def test_float64_targets_leave_a_float32_loss_in_float32(kind):
    loss = kind()(ag.zeros(4, dtype=np.float32), np.ones(4))
    assert loss.dtype == np.float32


@pytest.mark.parametrize("kind", ELEMENTWISE)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_list_of_values_gives_the_loss_of_the_tensor(kind, reduction):
    loss = kind(reduction=reduction)
    values = [ag.Value(x) for x in LOGITS[0]]
    tensor = ag.tensor(LOGITS[0], requires_grad=True)
    targets = [1.0, -1.0, 1.0]
    one, other = loss(values, targets), loss(tensor, targets)
    one.backward()
    other.backward()
    assert one.data == pytest.approx(other.item(), rel=1e-14)
    assert np.allclose([v.grad for v in values], tensor.grad, rtol=1e-14)


def test_none_of_values_is_a_list():
    assert len(nn.MSELoss(reduction="none")([ag.Value(1.0)] * 3, [0, 0, 0])) == 3


@pytest.mark.parametrize(("values", "targets"), [([], []), ([1.0], [1.0, 2.0])])
def test_values_need_as_many_targets(values, targets):
    with pytest.raises(ValueError, match="a target for each"):
        nn.HingeLoss()(values, targets)


def test_targets_may_be_tracked():
    target = ag.tensor([1.0], requires_grad=True)
    nn.MSELoss()(ag.tensor([3.0]), target).backward()
    assert target.grad.tolist() == [-4.0]


def test_an_unknown_reduction_is_an_error():
    with pytest.raises(ValueError, match="reduction is one of"):
        nn.MSELoss(reduction="average")
    with pytest.raises(ValueError, match="reduction is one of"):
        functional.mse_loss(ag.zeros(1), [0.0], reduction="average")


@pytest.mark.parametrize(
    ("logits", "labels"), [((2, 3, 4), (2, 3)), ((2, 3), (3,)), ((3,), (1,)), ((), ())]
)
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_cross_entropy_tells_the_shapes_as_they_were_passed(logits, labels, reduction):
    with pytest.raises(ValueError, match="logits") as caught:
        nn.functional.cross_entropy(
            ag.zeros(logits), np.zeros(labels, int), reduction=reduction
        )
    assert str(logits) in str(caught.value)
    assert str(labels) in str(caught.value)


def test_losses_of_lists_of_lists_say_to_wrap_them():
    for loss in (nn.MSELoss(), nn.HingeLoss(), nn.CrossEntropyLoss()):
        with pytest.raises(TypeError, match=r"ag\.tensor"):
            loss([[1.0, 2.0]], [[1, 0]])
