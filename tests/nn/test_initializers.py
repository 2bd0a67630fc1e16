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


def test_gains_are_those_of_pytorch():
    gains = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
    expected = [1, 1, 1.6666666666666667, 1.4142135623730951, 1.4141428569978354, 0.75]
    assert np.allclose([init.calculate_gain(name) for name in gains], expected)


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"got shape \(3,\)"):
        init.xavier_uniform_(ag.zeros(3))
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
