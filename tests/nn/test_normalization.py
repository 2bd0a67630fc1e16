"""Normalization: running statistics, precision, layouts, and what is refused."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.ops import normalization

RNG = np.random.default_rng(0)
NORMS = {
    "rows": lambda x: ag.layer_norm(x, np.ones(x.shape[-1]), np.zeros(x.shape[-1])),
    "channels": lambda x: ag.batch_norm(x, *ones_and_zeros(x))[0],
    "groups": lambda x: ag.group_norm(x, *ones_and_zeros(x), groups=1),
}


def ones_and_zeros(x):
    return np.ones(x.shape[1]), np.zeros(x.shape[1])


@pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS.keys())
@pytest.mark.parametrize("length", [3, 31, 32, 100])
def test_far_from_zero_the_digits_of_the_differences_are_kept(norm, length):
    x = RNG.normal(size=(4, 2, length))
    assert np.allclose(norm(x + 2.0**20), norm(x), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 4, 50), (700, 4, 100), (3, 4, 70000)])
@pytest.mark.parametrize("name", ["layer_norm", "batch_norm", "group_norm", "rms_norm"])
def test_many_elements_and_few_give_what_the_definition_gives(name, shape):
    """Of gradients, too: the rules on arrays beside the same on nodes."""
    if name == "layer_norm" and shape[-1] == 70000:
        shape = (3, 70000)
    x, g = RNG.normal(size=(2, *shape))
    n = shape[-1] if name in ("layer_norm", "rms_norm") else shape[1]
    weight, bias = RNG.normal(size=(2, n))
    others = (weight,) if name == "rms_norm" else (weight, bias)
    params = {"groups": 2} if name == "group_norm" else {}

    def loss(*args):
        y = getattr(ag, name)(*args, **params)
        return ag.sum(g * (y[0] if name == "batch_norm" else y))

    grads = ag.grad(loss, tuple(range(1 + len(others))))
    raw = grads(x, *others)
    leaf = ag.tensor(x, requires_grad=True)
    lifted = grads(leaf, *others)
    assert lifted[0].requires_grad
    for one, other in zip(raw, lifted, strict=True):
        other = ag.asarray(other).detach().data
        assert np.allclose(one, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["layer_norm", "batch_norm", "group_norm", "rms_norm"])
def test_layout_and_dtype_of_the_input_make_no_difference(name):
    x = RNG.normal(size=(2, 4, 40)).astype(np.float32)
    params = {"groups": 2} if name == "group_norm" else {}
    n = 40 if name in ("layer_norm", "rms_norm") else 4
    others = [np.ones(n, np.float32)] * (1 if name == "rms_norm" else 2)

    def norm(x):
        y = getattr(ag, name)(x, *others, **params)
        return y[0] if name == "batch_norm" else y

    expected = norm(x)
    assert expected.dtype == np.float32
    for other in (np.asfortranarray(x), x[:, :, ::-1][:, :, ::-1], x.astype(float)):
        assert np.allclose(norm(other), expected, rtol=1e-5, atol=1e-6)
    half = norm(x.astype(np.float16))
    assert np.allclose(half, expected, atol=5e-3)
    with pytest.raises(TypeError, match="real numbers"):
        norm(x + 1j)


@pytest.mark.parametrize("shape", [(10000, 3), (100, 3, 100), (4, 3, 50000)])
def test_many_elements_in_single_precision_keep_their_digits(shape):
    x = (np.random.default_rng(0).normal(size=shape) + 100).astype(np.float32)
    for norm in (NORMS["channels"], NORMS["groups"]):
        exact = norm(x.astype(float))
        ones = np.ones(3, np.float32)
        y = (
            ag.batch_norm(x, ones, 0 * ones)[0]
            if norm is NORMS["channels"]
            else norm(x)
        )
        assert abs(y - exact).max() < 5e-5


@pytest.mark.parametrize("shape", [(0, 4), (3, 0), (0, 0)])
def test_nothing_is_normalized_to_nothing(shape):
    n = shape[-1]
    x = ag.tensor(np.ones(shape), requires_grad=True)
    y = F.layer_norm(x, n, np.ones(n), np.zeros(n)) + F.rms_norm(x, n, eps=1e-5)
    y.sum().backward()
    assert y.shape == x.grad.shape == shape


@pytest.mark.parametrize(
    "layer",
    [
        nn.BatchNorm1d(2, bias=False),
        nn.InstanceNorm1d(2, affine=True, bias=False),
        nn.GroupNorm(1, 2, bias=False),
        nn.parallel.SyncBatchNorm(2, bias=False),
    ],
)
def test_without_a_bias_there_is_the_weight_alone(layer):
    assert [*dict(layer.named_parameters())] == ["weight"]
    assert layer.bias is None
    assert repr(layer).endswith(", bias=False)")
    x = np.array([[[1.0, 3.0], [5.0, 9.0]]], np.float32)
    once = layer(x).data
    layer.weight.data = np.full(2, 2.0, np.float32)
    np.testing.assert_array_equal(layer(x).data, 2 * once)


def test_running_statistics_stay_where_there_is_nothing_to_follow():
    shape = (0, 2, 4)
    layer = nn.InstanceNorm1d(2, affine=True, track_running_stats=True)
    assert layer(np.ones(shape, np.float32)).shape == shape
    assert layer.running_mean.tolist() == [0.0, 0.0]
    assert layer.running_var.tolist() == [1.0, 1.0]


def test_half_precision_sums_in_single():
    x = np.full((2, 5000), 100, np.float16)
    x[:, ::2] = 200
    y = ag.layer_norm(x, np.ones(5000, np.float16), np.zeros(5000, np.float16))
    assert y.dtype == np.float16
    assert np.allclose(y, np.where(x == 200, 1, -1), atol=1e-3)


# Running statistics -------------------------------------------------------------------


def test_running_statistics_follow_batches_and_serve_eval():
    norm = nn.BatchNorm1d(2, momentum=0.5, dtype=float)
    x = RNG.normal(size=(6, 2))
    norm(x)
    assert np.allclose(norm.running_mean.data, 0.5 * x.mean(axis=0))
    assert np.allclose(norm.running_var.data, 0.5 + 0.5 * x.var(axis=0, ddof=1))
    assert norm.num_batches_tracked.item() == 1
    norm.eval()
    before = norm.state_dict()
    y = norm(x)
    expected = x - norm.running_mean.data
    expected /= np.sqrt(norm.running_var.data + 1e-5)
    assert np.allclose(y.data, expected)
    assert all(np.array_equal(a, before[k]) for k, a in norm.state_dict().items())


def test_without_momentum_the_statistics_are_the_mean_over_batches():
    norm = nn.BatchNorm1d(1, momentum=None, dtype=float)
    batches = [RNG.normal(size=(4, 1)) for _ in range(3)]
    for batch in batches:
        norm(batch)
    assert np.allclose(norm.running_mean.data, np.mean([b.mean() for b in batches]))
    norm.reset_running_stats()
    assert norm.num_batches_tracked.item() == 0
    assert norm.running_var.data == 1


def test_running_statistics_carry_no_history():
    norm = nn.BatchNorm2d(2)
    x = ag.tensor(RNG.normal(size=(2, 2, 3, 3)), requires_grad=True)
    norm(x)
    assert norm.running_mean.op is None
    assert not norm.running_var.requires_grad


def test_a_pass_in_eval_can_be_swept_after_the_statistics_moved_on():
    norm = nn.BatchNorm1d(2).eval()
    x = ag.tensor(RNG.normal(size=(4, 2)), requires_grad=True)
    loss = norm(x).sum()
    norm.train()(x)
    loss.backward()
    assert x.grad is not None


def test_without_running_statistics_eval_takes_those_of_the_batch():
    norm = nn.BatchNorm1d(2, track_running_stats=False)
    x = RNG.normal(size=(4, 2))
    assert list(norm.state_dict()) == ["weight", "bias"]
    assert np.array_equal(norm(x).data, norm.eval()(x).data)


def test_the_mean_and_the_variance_of_a_batch_have_gradients():
    x = RNG.normal(size=(5, 2))

    def statistics(x):
        _, mean, var = ag.batch_norm(x, np.ones(2), np.zeros(2))
        return ag.sum(mean * [1.0, 2.0]) + ag.sum(var * [3.0, 4.0])

    def plain(x):
        return np.sum(np.mean(x, 0) * [1, 2]) + np.sum(np.var(x, 0) * [3, 4])

    assert np.allclose(ag.grad(statistics)(x), ag.grad(plain)(x))
    assert np.allclose(ag.hessian(statistics)(x), ag.hessian(plain)(x))


# Refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.BatchNorm1d(3), (1, 3)),
        (nn.BatchNorm1d(3), (1, 3, 1)),
        (nn.BatchNorm2d(3), (1, 3, 1, 1)),
        (nn.InstanceNorm2d(3, track_running_stats=True), (2, 3, 1, 1)),
    ],
    ids=repr,
)
def test_one_element_for_each_channel_is_refused_and_nothing_changed(layer, shape):
    before = layer.state_dict()
    with pytest.raises(ValueError, match="more than one element"):
        layer(np.ones(shape))
    assert all(np.array_equal(a, before[k]) for k, a in layer.state_dict().items())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.BatchNorm1d(3), (4, 2)),
        (nn.BatchNorm1d(3), (4, 3, 2, 2)),
        (nn.BatchNorm2d(3), (4, 3)),
        (nn.BatchNorm3d(3), (4, 3, 2, 2)),
        (nn.LayerNorm(3), (4, 2)),
        (nn.LayerNorm((2, 3)), (3,)),
        (nn.RMSNorm(3), ()),
        (nn.GroupNorm(2, 4), (4, 3)),
        (nn.GroupNorm(2, 4), (4,)),
        (nn.InstanceNorm1d(3), (2, 2, 2)),
        (nn.InstanceNorm2d(3), (2, 2)),
    ],
    ids=repr,
)
def test_an_input_that_does_not_fit_is_told_with_its_shape(layer, shape):
    before = layer.state_dict()
    with pytest.raises(ValueError, match="got") as caught:
        layer(np.ones(shape))
    assert str(shape) in str(caught.value)
    assert all(np.array_equal(a, before[k]) for k, a in layer.state_dict().items())
    with pytest.raises((TypeError, ValueError), match=r"got a? ?list"):
        layer([[1.0, 2.0]])


def test_arguments_that_do_not_fit_are_refused():
    x = ag.ones((2, 4, 3))
    with pytest.raises(ValueError, match=r"weight is of the shape \(4,\)"):
        F.batch_norm(x, None, None, np.ones(3), training=True)
    with pytest.raises(ValueError, match="needs running_mean"):
        F.batch_norm(x, None, None)
    with pytest.raises(ValueError, match="for each of 4 channels"):
        F.batch_norm(x, np.zeros(3), np.ones(4))
    with pytest.raises(ValueError, match="multiple of num_groups"):
        nn.GroupNorm(3, 4)
    with pytest.raises(ValueError, match="multiple of 3 groups"):
        F.group_norm(x, 3)


def test_a_group_norm_is_drawn_as_one_node():
    y = F.group_norm(ag.ones((2, 4, 3)), 2)
    x = ag.tensor(np.ones((2, 4, 3)), requires_grad=True)
    y = F.group_norm(x, 2)
    assert y.op is normalization.group_norm
    assert y.inputs[0] is x


def test_the_mean_of_a_batch_is_off_by_less_than_the_last_place_of_its_elements():
    """Where the mean is next to 0 that is many units of its own last place."""
    eps = np.finfo(np.float32).eps
    for seed in range(8):
        x = np.random.default_rng(seed).normal(size=(100, 3, 100)).astype(np.float32)
        ones = np.ones(3, np.float32)
        _, mean, var = ag.registry["batch_norm"](x, ones, 0 * ones)
        right = x.astype(np.float64)
        assert np.all(np.abs(mean - right.mean(axis=(0, 2))) < eps / 4)
        np.testing.assert_allclose(var, right.var(axis=(0, 2)), rtol=8 * eps)


def test_the_mean_of_columns_far_from_0_is_off_by_at_most_two_units():
    """A mean that is off by more gives what precedes a gradient that is none."""
    for seed in range(20):
        x = np.random.default_rng(seed).normal(3, 1, size=(250, 5)).astype(np.float32)
        ones = np.ones(5, np.float32)
        _, mean, var = ag.registry["batch_norm"](x, ones, 0 * ones)
        right = x.astype(np.float64)
        apart = np.abs(mean - right.mean(axis=0)) / np.spacing(np.float32(3))
        assert np.all(apart < 2)
        np.testing.assert_allclose(var, right.var(axis=0), rtol=1e-6)
