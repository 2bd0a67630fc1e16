"""Lengths at 0: the first derivative is 0 by convention, and the second is NaN."""

import numpy as np
import pytest

import autograd as ag


def reverse_over_reverse(f):
    return ag.jacobian(ag.grad(f), mode="reverse")


def forward_over_reverse(f):
    return ag.jacobian(ag.grad(f), mode="forward")


HESSIANS = [reverse_over_reverse, forward_over_reverse, ag.hessian]
LENGTHS = {
    "norm": np.linalg.norm,
    "norm along an axis": lambda x: np.sum(np.linalg.norm(x[None], axis=-1)),
    "norm of a matrix": lambda x: np.linalg.norm(x.reshape(1, -1)),
    "norm of order 3": lambda x: np.linalg.norm(x, 3),
    "norm of order 4, with keepdims": lambda x: np.linalg.norm(x, 4, keepdims=True)[0],
    "vector_norm": ag.linalg.vector_norm,
    "matrix_norm": lambda x: ag.linalg.matrix_norm(x.reshape(1, -1)),
    "norm of complex numbers": lambda x: np.linalg.norm(x[:1] + 1j * x[1:]),
    "hypot": lambda x: np.hypot(x[0], x[1]),
    "hypot of vectors": lambda x: np.sum(np.hypot(x[:1], x[1:])),
    "absolute of a complex number": lambda x: np.abs(x[0] + 1j * x[1]),
    "std": lambda x: np.std(x),
    "nanstd": lambda x: np.nanstd(np.concatenate([x, [np.nan]])),
}
lengths = pytest.mark.parametrize("length", LENGTHS.values(), ids=LENGTHS)
hessians = pytest.mark.parametrize("hessian", HESSIANS, ids=lambda f: f.__name__)


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


@lengths
def test_the_first_derivative_at_0_is_0_in_both_modes(length):
    assert ag.grad(length)(np.zeros(2)).tolist() == [0.0, 0.0]
    for tangent in np.eye(2):
        assert ag.jvp(length, (np.zeros(2),), (tangent,))[1] == 0.0


@hessians
@lengths
def test_the_second_derivative_at_0_is_nan(length, hessian):
    assert np.isnan(hessian(length)(np.zeros(2))).all()


@lengths
@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_the_slope_of_a_tangent_at_0_is_nan_too(length, mode):
    def along(x):
        return ag.jvp(length, (x,), (np.array([1.0, 0.5]),))[1]

    assert np.isnan(ag.jacobian(along, mode=mode)(np.zeros(2))).all()


@hessians
@lengths
@pytest.mark.parametrize("outer", [lambda y: y, lambda y: y**2, lambda y: y * 0.0])
def test_a_program_knows_of_no_second_derivative_at_0_either(length, hessian, outer):
    found = ag.compile(hessian(lambda x: outer(length(x))), backend="steps")
    for _ in range(3):
        assert np.isfinite(found(np.array([0.3, -0.4]))).all()
    assert np.isnan(found(np.zeros(2))).all()


@hessians
@lengths
def test_elsewhere_the_second_derivative_is_what_differences_give(length, hessian):
    x = np.array([0.3, -0.4])
    steps = 1e-6 * np.eye(2)
    slopes = [ag.grad(length)(x + s) - ag.grad(length)(x - s) for s in steps]
    np.testing.assert_allclose(hessian(length)(x), np.array(slopes) / 2e-6, atol=1e-8)


@hessians
@lengths
def test_a_smooth_function_of_a_length_is_not_told_to_be_flat(length, hessian):
    """exp(-‖x‖²/2) has the second derivative -1 at 0, which the rules cannot know."""
    assert np.isnan(hessian(lambda x: np.exp(-(length(x) ** 2) / 2))(np.zeros(2))).all()


def test_the_third_derivative_at_0_is_nan_too():
    third = ag.jacobian(ag.hessian(np.linalg.norm))
    assert np.isnan(third(np.zeros(2))).all()


@hessians
def test_other_rows_of_a_batch_keep_their_second_derivatives(hessian):
    batch = np.array([[0.0, 0.0], [3.0, 4.0]])
    found = hessian(lambda x: np.sum(np.linalg.norm(x, axis=1)))(batch)
    own = [[0.128, -0.096], [-0.096, 0.072]]
    np.testing.assert_allclose(found[1, :, 1], own)
    np.testing.assert_array_equal(found[1, :, 0], np.zeros((2, 2)))
    np.testing.assert_array_equal(found[0, :, 1], np.zeros((2, 2)))
    assert np.isnan(found[0, :, 0]).all()


def test_other_elements_of_hypot_keep_their_second_derivatives():
    x, y = np.array([0.0, 3.0]), np.array([0.0, 4.0])
    found = ag.hessian(lambda x: np.sum(np.hypot(x, y)))(x)
    np.testing.assert_allclose(found[1], [0.0, 0.128])
    np.testing.assert_array_equal(np.isnan(found), [[True, False], [False, False]])


@hessians
def test_of_an_order_below_2_an_element_that_is_0_has_an_infinite_slope(hessian):
    found = hessian(lambda x: np.linalg.norm(x, 1.5))(np.array([0.0, 2.0, 1.0]))
    assert np.isnan(found[0, 0])
    assert np.isfinite(found[1:, 1:]).all()
    assert found[0, 1:].tolist() == found[1:, 0].tolist() == [0.0, 0.0]


@hessians
def test_of_an_order_above_2_an_element_that_is_0_has_the_slope_0(hessian):
    found = hessian(lambda x: np.linalg.norm(x, 3))(np.array([0.0, 2.0]))
    np.testing.assert_array_equal(found, np.zeros((2, 2)))


@hessians
def test_sums_of_sizes_are_flat_beside_their_kinks(hessian):
    found = hessian(lambda x: np.linalg.norm(x, 1))(np.zeros(2))
    np.testing.assert_array_equal(found, np.zeros((2, 2)))


@hessians
def test_the_deviation_of_one_element_is_always_0(hessian):
    assert hessian(np.std)(np.ones(1)).tolist() == [[0.0]]


def test_a_value_has_no_second_derivative_there_either():
    assert np.isnan(ag.grad(ag.grad(np.hypot))(0.0, 0.0))
    x, y = ag.Value(0.0), ag.Value(0.0)
    np.hypot(x, y).backward()
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_single_precision_stays_single():
    assert ag.hessian(np.linalg.norm)(np.array([3.0, 4.0], np.float32)).dtype == (
        np.float32
    )


@pytest.mark.parametrize(
    ("dtype", "unit"),
    [
        (np.float16, 300),
        (np.float16, 1e-5),
        (np.float32, 1e30),
        (np.float32, 1e-30),
        (np.float64, 1e200),
        (np.float64, 1e-200),
        (np.float64, 1e-310),
    ],
)
@pytest.mark.parametrize("name", LENGTHS)
def test_a_length_whose_powers_leave_the_range_is_right(name, dtype, unit):
    """Values too, though NumPy's own norm of these is infinite or 0."""
    x, length = np.array([3, 4], dtype) * dtype(unit), LENGTHS[name]
    scale = float(x[0]) / 3
    value, slope = ag.value_and_grad(length)(x)
    right, right_slope = ag.value_and_grad(length)(np.array([3.0, 4.0]))
    rounding = 1e-2 if dtype == np.float16 else 1e-5
    assert value / scale == pytest.approx(right, rel=rounding)
    assert slope.dtype == dtype
    np.testing.assert_allclose(slope, right_slope, rtol=rounding)


def test_lengths_of_several_rows_are_scaled_each_by_itself():
    x = np.array([[3e200, 4e200], [3.0, 4.0], [0.0, 0.0], [3e-200, 4e-200]])
    found = ag.linalg.vector_norm(x, axis=1)
    np.testing.assert_allclose(found, [5e200, 5.0, 0.0, 5e-200], rtol=1e-15)
    np.testing.assert_allclose(np.std(ag.asarray(x), axis=1).data, found / 10)
    slopes = ag.grad(lambda x: np.sum(np.linalg.norm(x, axis=1)))(x)
    np.testing.assert_allclose(slopes, [[0.6, 0.8], [0.6, 0.8], [0, 0], [0.6, 0.8]])
    assert np.linalg.norm(ag.tensor([np.inf, 1.0])).data == np.inf
    assert np.std(ag.tensor([True, True])).data == 0
    assert ag.std(np.array([1e200, 3e200, 5.0]), where=[True, True, False]) == 1e200
