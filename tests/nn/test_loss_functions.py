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


def test_a_weight_for_each_element_has_its_shape_and_is_for_arrays():
    with pytest.raises(ValueError, match=r"as weight an array .* \(2,\); got \(1,\)"):
        functional.mse_loss(np.ones(2), np.ones(2), weight=np.ones(1))
    with pytest.raises(TypeError, match="takes a Tensor or an array; got list"):
        functional.huber_loss([ag.Value(1.0)], [0.0], weight=[1.0])


def test_the_batch_of_a_number_or_of_values_is_counted():
    assert functional.kl_div(np.array(-1.0), np.array(1.0), reduction="batchmean") == 1
    values = [ag.Value(-1.0), ag.Value(-3.0)]
    assert functional.kl_div(values, [1.0, 1.0], reduction="batchmean").data == 2


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
    ("logits", "labels"), [((2, 3, 4), (2, 3)), ((2, 3), (3,)), ((3,), (1,))]
)
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_cross_entropy_tells_the_shapes_as_they_were_passed(logits, labels, reduction):
    with pytest.raises(ValueError, match="cross_entropy needs") as caught:
        nn.functional.cross_entropy(
            ag.zeros(logits), np.zeros(labels, int), reduction=reduction
        )
    assert str(logits) in str(caught.value)
    assert str(labels) in str(caught.value)


def test_losses_of_lists_of_lists_say_to_wrap_them():
    for loss in (nn.MSELoss(), nn.HingeLoss(), nn.CrossEntropyLoss()):
        with pytest.raises(TypeError, match=r"ag\.tensor"):
            loss([[1.0, 2.0]], [[1, 0]])


# Arguments of classes -----------------------------------------------------------------


REDUCED = ["mean", "sum", "none"]
GARBAGE = np.array([[np.nan, np.inf, 0.0], [1.0, 2.0, 3.0]])


@pytest.mark.parametrize("reduction", REDUCED)
@pytest.mark.parametrize(
    "options", [{}, {"weight": [1.0, 2.0, 3.0]}, {"label_smoothing": 0.1}], ids=str
)
def test_what_is_ignored_has_a_gradient_of_exactly_0_whatever_it_holds(
    options, reduction
):
    x = ag.tensor(GARBAGE, requires_grad=True)
    loss = functional.cross_entropy(x, [-100, 1], reduction=reduction, **options)
    alone = ag.tensor(GARBAGE[1:], requires_grad=True)
    expected = functional.cross_entropy(alone, [1], reduction=reduction, **options)
    loss.sum().backward()
    expected.sum().backward()
    assert np.isclose(loss.data.sum(), expected.data.sum(), rtol=1e-14)
    assert x.grad[0].tolist() == [0, 0, 0]
    assert np.allclose(x.grad[1], alone.grad[0], rtol=1e-14)


@pytest.mark.parametrize("loss", [functional.cross_entropy, functional.nll_loss])
def test_where_all_is_ignored_the_sum_is_0_and_the_mean_no_number(loss):
    x = ag.tensor(LOGITS, requires_grad=True)
    assert loss(x, [5, 5], ignore_index=5, reduction="sum").item() == 0
    assert loss(x, [5, 5], ignore_index=5, reduction="none").tolist() == [0, 0]
    with pytest.warns(RuntimeWarning):
        mean = loss(x, [5, 5], ignore_index=5)
    mean.backward()
    assert np.isnan(mean.data)
    assert not x.grad.any()


def test_probabilities_may_be_tracked_and_have_a_gradient():
    target = ag.tensor([[0.2, 0.3, 0.5]], requires_grad=True)
    functional.cross_entropy(ag.tensor(LOGITS[:1]), target).backward()
    scores = ag.log_softmax(ag.tensor(LOGITS[:1])).data
    assert np.allclose(target.grad, -scores, rtol=1e-14)


def test_weights_are_buffers_of_their_loss():
    loss = nn.CrossEntropyLoss(weight=np.array([1.0, 2.0, 4.0]))
    assert loss.state_dict()["weight"].tolist() == [1.0, 2.0, 4.0]
    assert loss.parameters() == []
    other = nn.CrossEntropyLoss(np.ones(3))
    other.load_state_dict(loss.state_dict())
    assert other(ag.tensor(LOGITS), LABELS) == loss(ag.tensor(LOGITS), LABELS)
    assert list(nn.BCEWithLogitsLoss(pos_weight=[2.0]).state_dict()) == ["pos_weight"]


@pytest.mark.parametrize(
    "loss",
    [
        lambda x: nn.CrossEntropyLoss(np.array([0.1, 0.2, 0.7]))(x, LABELS),
        lambda x: functional.cross_entropy(x, np.full((2, 3), 1 / 3)),
        lambda x: nn.BCEWithLogitsLoss(pos_weight=np.ones(3))(x, np.ones((2, 3))),
        lambda x: nn.MSELoss()(x, ag.tensor(np.ones((2, 3)))),
        lambda x: functional.gaussian_nll_loss(x, np.ones((2, 3)), np.ones((2, 1))),
        lambda x: functional.poisson_nll_loss(x, [[1, 2, 3], [4, 5, 6]], full=True),
        lambda x: functional.ctc_loss(x[:, None], [[1]], [2], [1]),
    ],
)
def test_weights_and_targets_of_float64_leave_a_float32_loss_in_float32(loss):
    x = ag.tensor(LOGITS.astype(np.float32), requires_grad=True)
    out = loss(x)
    assert out.dtype == np.float32
    out.backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    "loss",
    [
        functional.l1_loss,
        functional.smooth_l1_loss,
        functional.huber_loss,
        functional.binary_cross_entropy,
        functional.kl_div,
        functional.poisson_nll_loss,
        functional.hinge_embedding_loss,
        functional.soft_margin_loss,
    ],
)
def test_each_loss_of_single_elements_takes_values(loss):
    values = [ag.Value(0.25), ag.Value(0.75)]
    tensor = ag.tensor([0.25, 0.75], requires_grad=True)
    one, other = loss(values, [1.0, 1.0]), loss(tensor, [1.0, 1.0])
    one.backward()
    other.backward()
    assert one.data == pytest.approx(other.item(), rel=1e-14)
    assert np.allclose([v.grad for v in values], tensor.grad, rtol=1e-14)


def test_cross_entropy_of_labels_is_one_operation():
    x = ag.tensor(LOGITS, requires_grad=True)
    loss = nn.CrossEntropyLoss()(x, LABELS)
    assert loss.op.name == "cross_entropy"
    assert loss.inputs[0] is x


def test_a_setting_is_not_given_twice():
    with pytest.raises(TypeError, match="multiple values"):
        nn.MSELoss()(ag.tensor([1.0]), [0.0], reduction="sum")


# At kinks and borders: what PyTorch 2.13 gives ----------------------------------------


@pytest.mark.parametrize(
    ("loss", "at", "slope"),
    [
        (lambda x: functional.l1_loss(x, np.zeros(1)), 0.0, 0.0),
        (lambda x: functional.margin_ranking_loss(x, np.zeros(1), [1]), 0.0, -1.0),
        (lambda x: functional.hinge_embedding_loss(x, [-1]), 1.0, -1.0),
        (lambda x: functional.multi_margin_loss(ag.stack([x[0], 2.0 + 0 * x[0]]), 1), 1.0, 0.0),
        (lambda x: functional.binary_cross_entropy(x, [1.0]), 0.0, -1e12),
        (lambda x: functional.binary_cross_entropy(x, [0.0]), 1.0, 1e12),
        (lambda x: functional.binary_cross_entropy(x, [1.0]), 1.0, 0.0),
        (lambda x: functional.gaussian_nll_loss(np.zeros(1), np.zeros(1), x), 0.0, 5e5),
    ],
)  # fmt: skip
def test_slopes_at_kinks_and_borders_are_those_of_pytorch(loss, at, slope):
    assert loss_and_gradient(loss_of_one(loss), [at], None)[1].tolist() == [slope]


def loss_of_one(loss):
    return lambda x, _: loss(x)


def test_a_wrong_answer_that_is_sure_costs_100_in_binary_cross_entropy():
    loss = nn.BCELoss(reduction="none")(ag.tensor([0.0, 1.0, 1.0]), [1.0, 0.0, 1.0])
    assert loss.tolist() == [100.0, 100.0, 0.0]


@pytest.mark.parametrize(("zero_infinity", "cost"), [(False, np.inf), (True, 0)])
def test_labels_that_cannot_be_read_in_time_cost_infinity_or_nothing(
    zero_infinity, cost
):
    rng = np.random.default_rng(5)
    x = ag.tensor(rng.normal(size=(2, 2, 3)), requires_grad=True)
    lengths = [2, 2], [2, 1]
    of_each = nn.CTCLoss(zero_infinity=zero_infinity, reduction="none")
    losses = of_each(ag.log_softmax(x), [[1, 1], [1, 0]], *lengths)
    losses.sum().backward()
    assert losses[0].item() == cost
    assert np.isfinite(losses[1].item())
    assert not x.grad[:, 0].any()  # no step would help; PyTorch has NaN, or 0
    assert x.grad[:, 1].all()


def test_ctc_is_the_sum_over_all_paths():
    rng = np.random.default_rng(3)
    log_probs = ag.log_softmax(ag.tensor(rng.normal(size=(4, 1, 3)))).data

    def read(path):
        seen = [label for i, label in enumerate(path) if i == 0 or path[i - 1] != label]
        return [label for label in seen if label]

    for target in ([1], [1, 1], [2, 1], []):
        paths = [p for p in np.ndindex(3, 3, 3, 3) if read(p) == target]
        total = sum(np.exp(log_probs[np.arange(4), 0, p].sum()) for p in paths)
        found = functional.ctc_loss(
            log_probs, [target], [4], [len(target)], reduction="sum"
        )
        assert found == pytest.approx(-np.log(total), rel=1e-13)


def test_a_distance_may_be_a_module_whose_parameters_are_trained():
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter([1.0, 2.0])

        def forward(self, x, y):
            return ag.sum(ag.abs(x - y) * self.scale, axis=-1)

    loss = nn.TripletMarginWithDistanceLoss(distance_function=Scaled())
    assert list(loss.state_dict()) == ["distance_function.scale"]
    loss(ag.zeros((1, 2)), ag.ones((1, 2)), 0.5 * ag.ones((1, 2))).backward()
    assert loss.distance_function.scale.grad.tolist() == [0.5, 0.5]


def test_the_logistic_loss_and_its_slope_have_all_their_digits_in_single_precision():
    x = np.array([-87, -30, -1, -1e-3, -0.0, 0.0, 1e-3, 1, 30, 87], np.float32)
    for y in (0.0, 0.25, 1.0):
        target = np.full_like(x, y)
        slopes = loss_and_gradient(nn.BCEWithLogitsLoss(reduction="sum"), x, target)[1]
        losses = functional.binary_cross_entropy_with_logits(
            x, target, reduction="none"
        )
        wide = x.astype(float)
        above, below = 1 / (1 + np.exp(-wide)), 1 / (1 + np.exp(wide))
        right = (1 - y) * above - y * below
        np.testing.assert_allclose(slopes, right, rtol=1e-6)
        expected = y * np.log1p(np.exp(-wide)) + (1 - y) * np.log1p(np.exp(wide))
        np.testing.assert_allclose(losses, expected, rtol=1e-6)
