"""Slopes against mpmath's, in the tails and over the range of each dtype."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special

import autograd as ag
from benchmarks.formulas import functions
from benchmarks.slopes import ALLOWED, REASONS, WITHOUT, table

A = np.array
SOME = (1e-320, 1e-30, 0.3, 0.9, 9.0, 40.0, 88.0, 300.0, 700.0, 1e20, 1e300)


def test_slopes_are_exact_to_a_few_units_of_the_last_place():
    rows = table(SOME, without=REASONS)
    assert [row for row in rows if row.error > ALLOWED] == []


def test_every_function_of_each_element_has_a_row_or_a_reason():
    command = (
        "import autograd as ag; print(*(name for name, op in ag.registry.items() "
        "if op.kind == 'elementwise' and op.tracks), sep='|')"
    )
    printed = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True
    )
    ours = set(printed.stdout.strip().split("|"))
    rows = {name.replace("BCE", "binary_cross_entropy") for name in functions()}
    rows = {name.replace(" with ", "_with_") for name in rows}
    assert ours - rows == {name for names in WITHOUT.values() for name in names}


@pytest.mark.parametrize(
    ("function", "x", "right"),
    [
        (ag.sigmoid, 40.0, 4.248354255291589e-18),
        (ag.sigmoid, np.float32(40), 4.2483543e-18),
        (np.arcsinh, np.float32(1e20), 1e-20),
        (lambda x: np.arctan2(np.float16(300), x), np.float16(300), -1 / 600),
        (lambda x: np.logaddexp(x, x * 0 + x), np.float32(-1e7), 1.0),
        (np.tanh, 20.0, 1.6993417021166355e-17),
        (np.tanh, np.float32(-10), 8.2446145e-09),
        (lambda x: np.hypot(x, 4e-320), 3e-320, 0.6),
        (lambda x: ag.softmax(x * A([1.0, 0]))[0], 60.0, 8.7565107626965203e-27),
        (lambda x: ag.log_softmax(x * A([1.0, 0]))[0], 60.0, 8.7565107626965203e-27),
        (
            lambda x: ag.cross_entropy(x * A([[1.0, 0]]), A([0])),
            60.0,
            -8.7565107626965203e-27,
        ),
        (lambda x: ag.logcumsumexp(x + A([0.0, 0, 0]))[2], -1e15, 1.0),
    ],
)
def test_a_slope_outlives_the_rounding_of_its_result(function, x, right):
    slope = ag.grad(function)(x)
    assert abs(slope - right) <= 8 * np.finfo(np.asarray(x).dtype).eps * abs(right)


@pytest.mark.parametrize(
    ("function", "x", "right"),
    [
        (special.erfcx, 5.5, -0.017794764701022602),
        (special.gammaln, -0.999, -999.5745709308084),
        (special.gamma, -0.999, 999998.587146485),
        (special.rgamma, -3.0, -6.0),
        (special.expm1, -40.0, 4.248354255291589e-18),
        (special.i1, 1e-310, 0.5),
        (special.i0e, 1e30, -1.9947114020071634e-46),
        (special.i1e, -1e30, -1.9947114020071634e-46),
        (lambda x: special.kl_div(x, 1e-320), 0.3, 735.623268086648),
        (lambda x: special.kl_div(1.0, x), 1 + 1e-9, 1.0000000817403708e-09),
        (ag.mish, np.float16(-1), 0.05921675587739495),
    ],
)
def test_slopes_of_special_functions_do_not_cancel(function, x, right):
    slope = ag.grad(function)(x)
    assert abs(slope - right) <= 8 * np.finfo(np.asarray(x).dtype).eps * abs(right)


@pytest.mark.parametrize(
    ("function", "right"),
    [(ag.mish, 0.64), (special.rgamma, 2 * np.euler_gamma), (special.erfcx, 2.0)],
)
def test_branches_that_meet_at_0_do_so_in_second_derivatives(function, right):
    assert ag.grad(ag.grad(function))(0.0) == pytest.approx(right, rel=1e-14)


def test_the_second_derivatives_of_an_angle_at_the_origin_are_undefined():
    f = lambda x: np.arctan2(x[0], x[1])  # noqa: E731
    assert np.all(np.isnan(ag.hessian(f)(np.zeros(2))))


def test_a_length_with_an_infinite_part_points_along_it():
    assert ag.grad(np.abs)(complex(np.inf, 1)) == 1
    assert ag.grad(np.hypot, (0, 1))(1.0, -np.inf) == (0, -1)
    corner = ag.grad(np.abs)(complex(-np.inf, np.inf))
    assert abs(corner - (-1 + 1j) / np.sqrt(2)) < 1e-15


def test_equal_shares_of_a_running_sum_far_from_0_stay_equal():
    shares = ag.grad(lambda x: ag.logcumsumexp(x)[2])(np.full(3, -1e7, np.float32))
    np.testing.assert_allclose(shares, 1 / 3, rtol=1e-6)


def test_the_second_derivatives_of_a_saturated_softmax_keep_their_digits():
    curve = ag.hessian(lambda x: ag.softmax(x)[0])(np.array([60.0, 0.0]))
    np.testing.assert_allclose(curve, 8.7565107626965203e-27 * A([[-1, 1], [1, -1]]))
