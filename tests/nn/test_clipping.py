"""Clipping of gradients, of Values and Tensors alike."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from nn.utils import clip_grad_norm_, clip_grad_value_, get_total_norm


def mixture():
    """Values and Tensors, one without a gradient, whose gradients are 1, 2, … 6."""
    x, y, z = Value(0.0), nn.Parameter(np.zeros((2, 2))), nn.Parameter([0.0])
    idle = nn.Parameter(np.zeros(3))
    x.grad, y.grad = 1.0, np.array([[2.0, -3.0], [4.0, 5.0]])
    z.grad = np.array([-6.0], np.float32)
    return [x, y, idle, z]


NUMBERS = np.array([1.0, 2.0, -3.0, 4.0, 5.0, -6.0])


def gradients(parameters):
    return np.concatenate([np.ravel(p.grad) for p in parameters if p.grad is not None])


@pytest.mark.parametrize("power", [2.0, 1, 3.5, np.inf, "inf"])
@pytest.mark.parametrize("most", [0.0, 0.5, 3.0, 1e3])
def test_the_common_norm_becomes_at_most_that(most, power):
    parameters = mixture()
    norm = clip_grad_norm_(parameters, most, norm_type=power)
    right = np.linalg.norm(NUMBERS, float(power))
    assert type(norm) is float
    assert norm == pytest.approx(right, rel=1e-14)
    factor = min(1.0, most / (right + 1e-6))
    assert np.allclose(gradients(parameters), NUMBERS * factor, rtol=1e-6, atol=0)
    assert type(parameters[0].grad) is float
    assert [p.grad.dtype for p in parameters[1::2]] == [np.float64, np.float32]
    assert parameters[2].grad is None


def test_numbers_are_bounded():
    parameters = mixture()
    clip_grad_value_(parameters, 3)
    assert gradients(parameters).tolist() == [1.0, 2.0, -3.0, 3.0, 3.0, -3.0]
    assert type(parameters[0].grad) is float
    assert parameters[3].grad.dtype == np.float32


@pytest.mark.parametrize("size", [1e-200, 1e200, 1e308])
def test_norms_neither_overflow_nor_vanish(size):
    x, y = Value(0.0), Value(0.0)
    x.grad, y.grad = 0.6 * size, 0.8 * size
    assert clip_grad_norm_([x, y], 1.0) == pytest.approx(size, rel=1e-14)


def test_half_precision_is_summed_in_double():
    p = nn.Parameter(np.zeros(100_000, np.float16))
    p.grad = np.full(100_000, 3.0, np.float16)
    assert clip_grad_norm_(p, 1e9) == pytest.approx(3 * np.sqrt(1e5), rel=1e-12)
    assert p.grad.dtype == np.float16


def test_complex_gradients_are_scaled():
    z = ag.tensor([0j, 0j], requires_grad=True)
    z.grad = np.array([3 + 4j, 12j])
    assert clip_grad_norm_([z], 1.3) == pytest.approx(13.0)
    assert np.allclose(z.grad, np.array([0.3 + 0.4j, 1.2j]), rtol=1e-6)
    with pytest.raises(TypeError, match="complex gradients have no smallest"):
        clip_grad_value_([z], 1.0)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_norm_that_is_not_finite_is_an_error_if_wanted(bad):
    parameters = mixture()
    parameters[1].grad[0, 0] = bad
    before = gradients(parameters)
    with pytest.raises(RuntimeError, match="norm of the gradients is"):
        clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    assert np.array_equal(gradients(parameters), before, equal_nan=True)
    norm = clip_grad_norm_(parameters, 1.0)
    assert not np.isfinite(norm)
    assert np.isnan(gradients(parameters)[1])


def test_no_gradients_have_the_norm_zero():
    assert clip_grad_norm_([nn.Parameter([1.0])], 1.0) == 0.0
    assert clip_grad_norm_([], 1.0) == 0.0
    assert get_total_norm([np.zeros((0, 2))]) == 0.0


def test_a_shared_parameter_is_scaled_once():
    x = Value(0.0)
    x.grad = 4.0
    assert clip_grad_norm_([x, x], 2.0) == 4.0
    assert x.grad == pytest.approx(2.0, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda p: clip_grad_norm_(p, -1.0), "max_norm must not be negative; got -1.0"),
        (lambda p: clip_grad_norm_(p, float("nan")), "max_norm must not be negative"),
        (lambda p: clip_grad_norm_(p, 1.0, norm_type=0), "norm_type must be above 0"),
        (lambda p: clip_grad_value_(p, -1.0), "clip_value must not be negative"),
        (lambda p: clip_grad_norm_([p[0], 2.0], 1.0), "got float"),
        (lambda p: clip_grad_norm_(nn.Linear(1, 1), 1.0), "got Linear"),
        (lambda p: clip_grad_norm_([p[1].grad], 1.0), "got ndarray"),
    ],
)
def test_what_cannot_be_clipped_is_refused_and_nothing_changes(call, error):
    parameters = mixture()
    with pytest.raises((TypeError, ValueError), match=error):
        call(parameters)
    assert np.array_equal(gradients(parameters), NUMBERS)


def test_clipping_leaves_the_arrays_of_others_alone():
    p, array = nn.Parameter(np.zeros(2)), np.array([3.0, 4.0])
    p.grad = array
    clip_grad_norm_([p], 1.0)
    assert array.tolist() == [3.0, 4.0]
