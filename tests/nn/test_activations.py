"""Activations: arguments, kinks, tails, and what is refused."""

import copy
import inspect
import math
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from nn import functional as F
from nn.layers.applied import Applied

ELEMENTWISE = [
    name
    for name in dir(nn)
    if isinstance(getattr(nn, name), type)
    and getattr(nn, name).__module__ == "nn.layers.activations"
    and name not in ("GLU", "Softmax", "Softmin", "LogSoftmax", "Softmax2d")
]
REQUIRED = {"Threshold": (0.5, 2.0)}


def made(name):
    return getattr(nn, name)(*REQUIRED.get(name, ())).eval()


def slope(f, *at):
    x = ag.tensor(at, requires_grad=True)
    f(x).sum().backward()
    return x.grad.tolist()


# What PyTorch 2.13 gives at kinks.
KINKS = [
    (nn.ReLU(), [0.0], [0.0]),
    (nn.ReLU6(), [0.0, 6.0], [0.0, 0.0]),
    (nn.Hardtanh(), [-1.0, 1.0], [0.0, 0.0]),
    (nn.Hardsigmoid(), [-3.0, 3.0], [0.0, 0.0]),
    (nn.Hardswish(), [-3.0, 3.0], [0.0, 1.0]),
    (nn.LeakyReLU(), [0.0], [0.01]),
    (nn.ELU(2.0), [0.0], [2.0]),
    (nn.CELU(2.0), [0.0], [1.0]),
    (nn.SELU(), [0.0], [1.7580993408473766]),
    (nn.Hardshrink(), [-0.5, 0.5], [0.0, 0.0]),
    (nn.Softshrink(), [-0.5, 0.5], [0.0, 0.0]),
    (nn.Threshold(0.5, 2.0), [0.5], [0.0]),
    (nn.PReLU(init=0.3, dtype=float), [0.0], [0.3]),
    (nn.Softplus(), [20.0, 20.1], [0.9999999979388464, 1.0]),
    (nn.Softsign(), [0.0], [1.0]),
]


@pytest.mark.parametrize(("activation", "at", "slopes"), KINKS, ids=repr)
def test_slopes_at_kinks_are_those_of_pytorch(activation, at, slopes):
    assert slope(activation, *at) == pytest.approx(slopes, rel=1e-15, abs=0)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_slopes_are_finite_in_the_tails_and_warn_of_nothing(name, dtype):
    ends = [-1e4, -800.0, -100.0, -30.0, 30.0, 100.0, 800.0, 1e4]
    x = ag.tensor(np.array(ends, dtype), requires_grad=True)
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        out = made(name)(x)
        out.sum().backward()
    assert out.dtype == dtype
    assert np.isfinite(out.data).all()
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_stays_nan(name):
    assert np.isnan(made(name)(ag.tensor([np.nan])).data).all()


def test_the_tails_keep_their_digits():
    far = ag.tensor([-700.0])
    assert F.logsigmoid(ag.tensor([40.0])).data == -4.248354255291589e-18
    u = math.sqrt(2 / math.pi) * (6 + 0.044715 * 6**3)
    found = F.gelu(ag.tensor([-6.0]), "tanh").item()
    assert found == pytest.approx(-6 / (1 + math.exp(2 * u)), rel=1e-13)
    assert slope(F.logsigmoid, 40.0) == [4.248354255291589e-18]
    for f in (F.silu, F.mish):
        assert -1e-290 < f(far).item() < 0
    assert F.elu(ag.tensor([-1e-20])).item() == -1e-20


def test_hardsigmoid_is_a_relu6_of_other_units():
    x = np.linspace(-5, 5, 41)
    expected = ag.relu6(ag.tensor(x) + 3).data / 6
    np.testing.assert_allclose(F.hardsigmoid(ag.tensor(x)).data, expected, rtol=1e-15)
    assert slope(F.hardsigmoid, -4.0, 1.0, 4.0) == [0.0, 1 / 6, 0.0]


# Arguments ----------------------------------------------------------------------------


def test_a_class_has_the_arguments_of_its_function():
    assert str(inspect.signature(nn.LeakyReLU)).startswith("(negative_slope=0.01")
    assert nn.LeakyReLU(0.2).negative_slope == 0.2
    assert [*inspect.signature(nn.Threshold).parameters][:2] == ["threshold", "value"]
    assert [*inspect.signature(nn.Softplus).parameters] == ["beta", "threshold"]


def test_the_repr_says_what_is_not_by_default():
    assert repr(nn.LeakyReLU(0.2)) == "LeakyReLU(negative_slope=0.2)"
    assert repr(nn.GELU(approximate="tanh")) == "GELU(approximate='tanh')"
    assert repr(nn.Threshold(0.5, 1)) == "Threshold(threshold=0.5, value=1)"
    assert repr(nn.ReLU()) == "ReLU()"
    assert repr(nn.PReLU(3)) == "PReLU(num_parameters=3)"


def test_an_attribute_may_change_later():
    layer = nn.LeakyReLU(0.2)
    layer.negative_slope = 0.5
    assert layer(ag.tensor([-1.0])).item() == -0.5


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_settings_are_copied_and_pickled(copied):
    assert copied(nn.ELU(0.5))(ag.tensor([-1000.0])).item() == -0.5


INPLACE = [
    name
    for name in ELEMENTWISE
    if "inplace" in inspect.signature(getattr(nn, name)).parameters
]


def test_those_that_pytorch_can_do_in_place_know_of_it():
    assert set(INPLACE) == {
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "Hardtanh", "Hardsigmoid",
        "Hardswish", "Threshold", "SiLU", "Mish", "RReLU",
    }  # fmt: skip


@pytest.mark.parametrize("name", INPLACE)
def test_in_place_is_refused_with_what_to_do(name):
    with pytest.raises(TypeError, match=r"inplace=True .* Leave it out"):
        getattr(nn, name)(*REQUIRED.get(name, ()), inplace=True)
    assert getattr(nn, name)(*REQUIRED.get(name, ()), inplace=False)


def test_a_function_refuses_in_place_and_leaves_its_input_as_it_is():
    x = ag.tensor([-1.0])
    with pytest.raises(TypeError, match="use the result: x = relu"):
        F.relu(x, inplace=True)
    assert x.item() == -1.0


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: nn.ELU(beta=1), TypeError, r"ELU\(alpha.*'beta'"),
        (lambda: nn.Threshold(1.0), TypeError, r"Threshold\(.*'value'"),
        (lambda: nn.Hardtanh(2, 1)(ag.zeros(1)), ValueError, "min_val ≤ max_val; got 2, 1"),
        (lambda: nn.Softshrink(-1)(ag.zeros(1)), ValueError, "lambd ≥ 0; got -1"),
        (lambda: nn.Hardshrink(-1)(ag.zeros(1)), ValueError, "lambd ≥ 0; got -1"),
        (lambda: nn.CELU(0)(ag.zeros(1)), ValueError, "divides by alpha"),
        (lambda: nn.Softplus(0)(ag.zeros(1)), ValueError, "divides by beta"),
        (lambda: nn.RReLU(0.3, 0.1)(ag.zeros(1)), ValueError, "lower ≤ upper; got 0.3"),
        (lambda: F.gelu(ag.zeros(1), "erf"), ValueError, '"none" or "tanh"; got .erf'),
        (lambda: nn.GLU()(ag.zeros((2, 3))), ValueError, r"even length; got .*\(2, 3\)"),
        (lambda: nn.GLU(2)(ag.zeros((2, 2))), ValueError, r"\(2, 2\) and dim=2"),
        (lambda: nn.PReLU(3)(ag.zeros((2, 4))), ValueError, r"\(4,\).*\(2, 4\); got \(3,\)"),
        (lambda: nn.Softmax2d()(ag.zeros((2, 4))), ValueError, r"got the shape \(2, 4\)"),
        (lambda: F.gumbel_softmax(ag.zeros(2), 0), ValueError, "tau > 0; got 0"),
        (lambda: F.linear(ag.zeros((2, 3)), np.ones((4, 2))), ValueError, r"\(2, 3\) and \(4, 2\)"),
        (lambda: F.mish(ag.tensor([1j])), TypeError, "real numbers got complex128"),
        (lambda: F.leaky_relu(ag.tensor([1j])), TypeError, "real numbers got complex128"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_what_came(call, kind, said):
    with pytest.raises(kind, match=said):
        call()


def test_a_tracked_setting_is_refused_not_frozen():
    slope = ag.tensor(0.1, requires_grad=True)
    with pytest.raises(TypeError, match="detach"):
        F.leaky_relu(ag.zeros(1), slope)


# Random ones --------------------------------------------------------------------------


def test_rrelu_draws_a_slope_for_each_element_in_training():
    x = ag.tensor(np.full(1000, -1.0), requires_grad=True)
    one, other = nn.RReLU(0.1, 0.5, generator=0), nn.RReLU(0.1, 0.5, generator=0)
    out = one(x)
    assert np.array_equal(out.data, other(x).data)
    assert not np.array_equal(out.data, one(x).data)
    assert -0.5 <= out.data.min() < -0.49
    assert -0.11 < out.data.max() <= -0.1
    out.sum().backward()
    assert np.array_equal(x.grad, -out.data)
    assert np.allclose(one.eval()(x).data, -0.3)


def test_nns_own_seed_replays_what_is_drawn():
    nn.seed(3)
    first = F.gumbel_softmax(ag.zeros(5)), nn.RReLU()(-ag.ones(5))
    nn.seed(3)
    again = F.gumbel_softmax(ag.zeros(5)), nn.RReLU()(-ag.ones(5))
    for one, other in zip(first, again):
        assert np.array_equal(one.data, other.data)


def test_gumbel_softmax_draws_classes_as_often_as_they_are_likely():
    logits = np.broadcast_to(np.log([0.2, 0.5, 0.3]), (20000, 3))
    drawn = F.gumbel_softmax(ag.tensor(logits), hard=True, generator=1).data
    assert set(drawn.ravel().tolist()) == {0.0, 1.0}
    assert np.allclose(drawn.mean(axis=0), [0.2, 0.5, 0.3], atol=0.015)


def test_a_hard_sample_has_the_gradient_of_the_soft_one():
    def gradient(hard):
        x = ag.tensor([[0.1, 0.4], [0.3, -1.0]], requires_grad=True)
        y = F.gumbel_softmax(x, tau=0.7, hard=hard, dim=0, generator=2)
        (y * np.array([[1.0, 2.0], [3.0, 5.0]])).sum().backward()
        return x.grad

    assert np.allclose(gradient(True), gradient(False), rtol=1e-13)
    assert np.abs(gradient(True)).max() > 0


# Drawn --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_activation_is_one_operation_in_a_drawing(name):
    x = ag.tensor([1.0, -1.0], requires_grad=True)
    out = made(name)(x)
    assert x in out.inputs
    assert out.op.symbol in viz.draw(out).dot


def test_a_subclass_may_take_other_arguments():
    def power(x, exponent=2):
        return x**exponent

    class Power(Applied, function=power):
        pass

    class Cube(Power):
        def __init__(self):
            super().__init__(exponent=3)

    assert Power()(ag.tensor(3.0)).item() == 9.0
    assert Cube()(ag.tensor(2.0)).item() == 8.0


def test_the_slope_of_prelu_is_one_weight_for_a_number_as_well():
    x = ag.tensor(-2.0, requires_grad=True)
    y = nn.PReLU()(x)
    assert y.shape == ()
    y.backward()
    assert x.grad == 0.25


@pytest.mark.parametrize(
    "name", ["softmax", "softmin", "log_softmax", "gumbel_softmax", "glu"]
)
def test_no_axis_is_none_of_those_that_others_would_take(name):
    with pytest.raises(TypeError, match="such as -1 for that of classes; got None"):
        getattr(F, name)(np.ones((2, 3)), dim=None)
