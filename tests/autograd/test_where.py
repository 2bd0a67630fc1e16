"""The branch that ``where`` did not choose has no part in any derivative."""

import numpy as np
import pytest

import autograd as ag
from autograd import Value

X = np.array([-1.0, 0.0, 2.0])
CHOSEN = {  # a function that is not finite everywhere, and its derivatives where it is
    "log": (
        lambda x: np.where(x > 0, np.log(x), 0),
        lambda x: 1 / x,
        lambda x: -1 / x**2,
    ),
    "square root": (
        lambda x: np.where(x > 0, np.sqrt(x), 0),
        lambda x: 0.5 / np.sqrt(x),
        lambda x: -0.25 / x**1.5,
    ),
    "quotient": (
        lambda x: np.where(x > 0, 1 / x, 0),
        lambda x: -1 / x**2,
        lambda x: 2 / x**3,
    ),
    "power": (
        lambda x: np.where(x > 0, x**0.5, 0),
        lambda x: 0.5 / np.sqrt(x),
        lambda x: -0.25 / x**1.5,
    ),
    "the other branch": (
        lambda x: np.where(x <= 0, 0, np.log(x)),
        lambda x: 1 / x,
        lambda x: -1 / x**2,
    ),
    "steps before": (
        lambda x: np.where(x > 0, np.log(3 * x) * x + x, 0),
        lambda x: np.log(3 * x) + 2,
        lambda x: 1 / x,
    ),
    "steps after": (
        lambda x: np.where(x > 0, np.exp(2 * np.where(x > 0, np.log(x), 0)), 0),
        lambda x: 2 * x,
        lambda x: 2 + 0 * x,
    ),
    "one in another": (
        lambda x: np.where(x > -5, x * np.where(x > 0, np.log(x), 0), 0),
        lambda x: np.log(x) + 1,
        lambda x: 1 / x,
    ),
    "an inner one is wider": (
        lambda x: np.where(x > 0, np.where(x > -5, np.log(x), 0), 0),
        lambda x: 1 / x,
        lambda x: -1 / x**2,
    ),
    "a condition that is broadcast": (
        lambda x: np.where((x > 0)[:, None], np.log(x)[:, None] * np.ones(2), 0)[:, 0],
        lambda x: 1 / x,
        lambda x: -1 / x**2,
    ),
}


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("case", CHOSEN)
def test_lanes_that_were_not_chosen_have_a_derivative_of_zero(case):
    f, first, second = CHOSEN[case]
    positive = X > 0
    expected = np.zeros((2, 3))
    expected[:, positive] = first(X[positive]), second(X[positive])

    def total(x):
        return np.sum(f(x))

    def slopes(x):
        return ag.jvp(f, (x,), (np.ones(3),))[1]

    np.testing.assert_allclose(ag.grad(total)(X), expected[0], rtol=1e-14)
    np.testing.assert_allclose(slopes(X), expected[0], rtol=1e-14)
    ways = {
        "reverse over reverse": ag.jacobian(ag.grad(total), mode="reverse"),
        "forward over reverse": ag.jacobian(ag.grad(total), mode="forward"),
        "reverse over forward": ag.jacobian(slopes, mode="reverse"),
        "forward over forward": ag.jacobian(slopes, mode="forward"),
    }
    for name, way in ways.items():
        np.testing.assert_allclose(
            way(X), np.diag(expected[1]), rtol=1e-13, err_msg=name
        )


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_an_operand_that_is_used_elsewhere_too_keeps_that_part():
    def f(x):
        y = np.log(x)
        return np.sum(np.where(x > 0, y, 0) + np.where(x > 1, y, 0) + x)

    np.testing.assert_array_equal(
        ag.grad(f)(np.array([0.0, 0.5, 2.0])), [1.0, 3.0, 2.0]
    )


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_is_not_finite_in_the_chosen_branch_is_not_hidden():
    def f(x):
        y = np.log(x)
        return np.sum(np.where(x > 0, y, 0) + y)

    assert ag.grad(f)(np.array([0.0, 2.0]))[0] == np.inf


def test_values_choose_as_tensors_do():
    x = Value(0.0)
    y = ag.where(x > 0, 1 / (x + 0.0), x)
    y.backward()
    assert x.grad == 1.0
    assert y.data == 0.0


def test_no_warning_comes_from_the_rules_of_what_was_not_chosen():
    x = ag.tensor([0.0, 4.0], requires_grad=True)
    y = np.where(x > 0, np.sqrt(x), 0).sum()
    with np.errstate(all="raise"):
        y.backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.25])


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
def test_a_mask_goes_through_sums_and_changes_of_shape():
    def normalized(x):
        norm = np.sqrt(np.sum(x * x, axis=1))[:, None]
        return np.sum(np.where(norm > 0, x / norm, 0) * np.array([1.0, 2.0]))

    rows = np.array([[0.0, 0.0], [3.0, 4.0]])
    expected = [[0.0, 0.0], [-0.064, 0.048]]
    np.testing.assert_allclose(ag.grad(normalized)(rows), expected, atol=1e-15)
    alone = ag.hessian(normalized)(rows[1:])
    np.testing.assert_allclose(ag.hessian(normalized)(rows)[1:, :, 1:], alone)
    assert not ag.hessian(normalized)(rows)[0].any()


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_lane_that_is_broadcast_is_kept_if_any_of_its_copies_is():
    def f(x):
        return np.sum(np.where(np.array([[1, 0, 0], [0, 0, 1]]), np.log(x), 0.0))

    np.testing.assert_array_equal(ag.grad(f)(np.array([2.0, 0.0, 4.0])), [0.5, 0, 0.25])
