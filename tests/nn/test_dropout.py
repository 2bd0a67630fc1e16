"""Dropout: how often, how large, what replays, and what is refused."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

LAYERS = [nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d]
ALPHAS = [nn.AlphaDropout, nn.FeatureAlphaDropout]
SHAPES = {
    nn.Dropout1d: (2, 3, 4),
    nn.Dropout2d: (2, 3, 4, 4),
    nn.Dropout3d: (2, 3, 2, 2, 2),
}


@pytest.mark.parametrize("p", [0.0, 1e-6, 0.1, 0.25, 1 / 3, 0.5, 0.9])
def test_so_many_are_left_out_and_the_mean_stays(p):
    n = 400_000
    y = F.dropout(np.ones(n), p, generator=1)
    out = np.count_nonzero(y == 0)
    assert abs(out - n * p) <= 5 * np.sqrt(n * p * (1 - p)) + 1
    assert np.allclose(y[y != 0], 1 / (1 - p), rtol=1e-12)


@pytest.mark.parametrize("make", [*LAYERS, *ALPHAS])
def test_eval_is_the_identity(make):
    x = ag.ones(SHAPES.get(make, (2, 3, 4)))
    assert make(0.9).eval()(x) is x
    assert make(0.0)(x) is x


@pytest.mark.parametrize("make", [*LAYERS, *ALPHAS])
def test_a_seed_replays_what_is_left_out(make):
    x = ag.ones(SHAPES.get(make, (2, 3, 4)))
    layer = make()
    nn.seed(3)
    first = layer(x).data
    second = layer(x).data
    nn.seed(3)
    assert np.array_equal(layer(x).data, first)
    assert not np.array_equal(second, first)
    one, other = make(generator=5), make(generator=5)
    assert np.array_equal(one(x).data, other(x).data)
    assert np.array_equal(one(x).data, other(x).data)


@pytest.mark.parametrize("make", [nn.Dropout1d, nn.Dropout2d, nn.Dropout3d])
def test_whole_channels_are_left_out(make):
    y = make(generator=0)(np.ones((20, 10, *SHAPES[make][2:])))
    channels = y.reshape(20, 10, -1)
    assert ((channels == 0).all(axis=2) | (channels == 2).all(axis=2)).all()
    assert 60 < np.count_nonzero(channels[..., 0]) < 140


def test_inputs_without_a_batch_have_channels_first():
    assert len(np.unique(F.dropout1d(np.ones((50, 3)), generator=0).sum(axis=1))) == 2
    assert (
        len(np.unique(F.dropout3d(np.ones((50, 3, 2, 2)), generator=0)[:, 0, 0, 0]))
        == 2
    )
    rows = F.dropout2d(np.ones((2, 50, 3)), generator=0)  # (batch, channels, length)
    assert (rows[..., 0] == rows[..., 2]).all()


@pytest.mark.parametrize("make", ALPHAS)
def test_alpha_dropout_keeps_mean_and_variance(make):
    x = np.random.default_rng(0).normal(size=(400, 1000, 1))
    y = make(0.2, generator=1)(x)
    assert abs(y.mean()) < 0.01
    assert abs(y.var() - 1) < 0.02


@pytest.mark.parametrize("function", [F.dropout, F.alpha_dropout])
def test_p_of_one_leaves_out_everything(function):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = function(x, 1.0, training=True)
    y.sum().backward()
    assert y.tolist() == [0.0, 0.0]
    assert x.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("make", [*LAYERS, *ALPHAS])
@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_p_is_a_probability(make, p):
    with pytest.raises(ValueError, match="p is a probability, from 0 to 1; got"):
        make(p)


@pytest.mark.parametrize("make", [*LAYERS, *ALPHAS])
def test_in_place_is_refused(make):
    with pytest.raises(TypeError, match=r"use the result: x = dropout\(x\)"):
        make(0.5, inplace=True)
    with pytest.raises(TypeError, match=r"use the result: x = dropout\(x\)"):
        make.function(np.ones(SHAPES.get(make, (2, 3))), 0.5, True, True)


def test_the_gradient_passes_where_the_element_was_kept():
    x = ag.tensor(np.ones(100, np.float32), requires_grad=True)
    y = nn.Dropout(0.3, generator=0)(x)
    assert y.dtype == np.float32
    y.sum().backward()
    assert np.array_equal(x.grad, y.data)


def test_the_wrong_number_of_axes_is_refused():
    for function in (F.dropout1d, F.dropout2d, F.dropout3d):
        with pytest.raises(ValueError, match="axes"):
            function(np.ones(3))
    with pytest.raises(ValueError, match="channels"):
        F.feature_alpha_dropout(np.ones(3), training=True)
