"""Initializers: distributions of the right size, from a seed."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn import init

FILLERS = [
    init.uniform_,
    init.normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.trunc_normal_,
    init.orthogonal_,
    lambda weight, **more: init.sparse_(weight, 0.3, **more),
]


@pytest.mark.parametrize("fill", FILLERS)
def test_a_seed_fixes_the_numbers(fill):
    one, other, third = (ag.zeros((4, 3)) for _ in range(3))
    fill(one, generator=1)
    fill(other, generator=np.random.default_rng(1))
    nn.seed(1)
    fill(third)
    assert one.data.any()
    assert np.array_equal(one.data, other.data)
    assert np.array_equal(one.data, third.data)


@pytest.mark.parametrize("fill", FILLERS)
def test_filling_keeps_the_tensor_and_its_dtype(fill):
    weight = nn.Parameter(np.zeros((4, 3), np.float32))
    assert fill(weight) is weight
    assert weight.dtype == np.float32


# fan_in = 200, fan_out = 100: the standard deviations that the formulas promise
DEVIATIONS = [
    (init.xavier_uniform_, {}, np.sqrt(2 / 300)),
    (init.xavier_normal_, {"gain": 2.0}, 2 * np.sqrt(2 / 300)),
    (init.kaiming_uniform_, {}, np.sqrt(2 / 200)),
    (init.kaiming_normal_, {"mode": "fan_out"}, np.sqrt(2 / 100)),
    (init.kaiming_normal_, {"nonlinearity": "tanh"}, 5 / 3 / np.sqrt(200)),
    (init.kaiming_uniform_, {"a": np.sqrt(5)}, 1 / np.sqrt(3 * 200)),
    (init.normal_, {"std": 3.0}, 3.0),
    (init.uniform_, {"a": -1, "b": 1}, 1 / np.sqrt(3)),
]


@pytest.mark.parametrize(("fill", "settings", "deviation"), DEVIATIONS)
def test_the_spread_is_what_the_formula_says(fill, settings, deviation):
    weight = fill(ag.zeros((100, 200)), **settings, generator=0)
    assert abs(weight.data.mean()) < 0.03 * deviation
    assert np.isclose(weight.data.std(), deviation, rtol=0.02)


def test_the_fans_of_a_kernel_count_its_taps():
    weight = init.kaiming_uniform_(ag.zeros((4, 2, 5, 5)), generator=0)
    bound = np.sqrt(6 / 50)
    assert 0.9 * bound < abs(weight.data).max() <= bound


def test_constants():
    assert init.constant_(ag.zeros(2), 4.0).data.tolist() == [4, 4]
    assert init.ones_(ag.zeros(2)).data.tolist() == [1, 1]
    assert init.zeros_(ag.ones(2)).data.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("a", "b", "mean", "std"),
    [
        (-2, 2, 0, 1),
        (-0.01, 0.04, 0, 0.02),
        (3, 9, 0, 1),
        (0, 1e-9, 0, 1),
        (-9, 9, 1, 1),
    ],
)
def test_a_truncated_normal_has_the_moments_of_its_density(a, b, mean, std):
    weight = init.trunc_normal_(ag.zeros((200, 200)), mean, std, a, b, generator=0)
    x = np.linspace(a, b, 20001)
    density = np.exp(-(((x - mean) / std) ** 2) / 2)
    density /= density.sum()
    expected = (x * density).sum()
    deviation = np.sqrt(((x - expected) ** 2 * density).sum())
    assert weight.data.min() >= a
    assert weight.data.max() <= b
    assert abs(weight.data.mean() - expected) < 5 * deviation / 200
    assert np.isclose(weight.data.std(), deviation, rtol=0.02)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (2, 3, 2), (6, 1), (0, 3)])
def test_an_orthogonal_weight_has_orthonormal_rows_or_columns(shape):
    weight = init.orthogonal_(ag.zeros(shape), gain=3.0, generator=0).data / 3
    matrix = weight.reshape(shape[0], int(np.prod(shape[1:])))
    if shape[0] > matrix.shape[1]:
        matrix = matrix.T
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(len(matrix)), atol=1e-12)


def test_an_identity_fills_what_fits_of_it():
    assert init.eye_(ag.ones((3, 2))).data.tolist() == [[1, 0], [0, 1], [0, 0]]


def test_gains_are_those_of_pytorch():
    gains = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
    expected = [1, 1, 1.6666666666666667, 1.4142135623730951, 1.4141428569978354, 0.75]
    assert np.allclose([init.calculate_gain(name) for name in gains], expected)


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"got shape \(3,\)"):
        init.xavier_uniform_(ag.zeros(3))
    with pytest.raises(ValueError, match=r"got shape \(3,\)"):
        init.orthogonal_(ag.zeros(3))
    with pytest.raises(ValueError, match=r"a matrix; got shape \(1, 2, 2\)"):
        init.eye_(ag.zeros((1, 2, 2)))
    for a, b, std in [(1, 1, 1), (2, 1, 1), (5, 6, 1), (-6, -5, 1), (-2, 2, 0)]:
        with pytest.raises(ValueError, match="4 standard deviations"):
            init.trunc_normal_(ag.zeros(3), 0, std, a, b)
    with pytest.raises(ValueError, match="no gain is known for 'gelu'"):
        init.calculate_gain("gelu")
    with pytest.raises(ValueError, match="got 'fan_avg'"):
        init.kaiming_uniform_(ag.zeros((2, 2)), mode="fan_avg")


def test_a_graph_that_used_the_old_numbers_notices():
    weight = nn.Parameter(np.ones((2, 2)))
    loss = (weight * weight).sum()
    init.normal_(weight)
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


@pytest.mark.parametrize(("shape", "groups"), [((4, 2, 3), 2), ((2, 3, 1, 3), 1)])
def test_a_convolution_by_dirac_passes_its_channels_on(shape, groups):
    weight = init.dirac_(nn.Parameter(np.ones(shape, np.float32)), groups)
    x = np.arange(40.0).reshape(1, 4, 10) if groups > 1 else np.ones((1, 3, 4, 4))
    conv = nn.functional.conv1d if groups > 1 else nn.functional.conv2d
    y = conv(x, weight, padding="same", groups=groups).data
    np.testing.assert_array_equal(y, x[:, : shape[0]])
    with pytest.raises(ValueError, match=r"got the shape \(4, 2\) and groups=1"):
        init.dirac_(ag.zeros((4, 2)))
    for groups in (0, 2.0, "2"):
        with pytest.raises(ValueError, match=f"and groups={groups!r}"):
            init.dirac_(ag.zeros((4, 2, 3)), groups)


def test_a_sparse_matrix_has_as_many_zeros_in_each_column():
    weight = init.sparse_(ag.zeros((100, 20)), 0.251, std=2.0, generator=0).data
    assert (np.sum(weight == 0, axis=0) == 26).all()
    assert np.isclose(weight[weight != 0].std(), 2, rtol=0.1)
    with pytest.raises(ValueError, match="sparsity=2"):
        init.sparse_(ag.zeros((2, 2)), 2)


def test_convolutions_gain_nothing():
    assert init.calculate_gain("conv2d") == init.calculate_gain("conv_transpose1d") == 1


def test_the_slope_of_a_gain_may_be_left_to_it():
    assert init.calculate_gain("leaky_relu", None) == init.calculate_gain("leaky_relu")
