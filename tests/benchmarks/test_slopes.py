"""Slopes against mpmath's, in the tails and over the range of each dtype."""

import numpy as np
import pytest

import autograd as ag
from benchmarks.slopes import ALLOWED, REASONS, table

SOME = (1e-320, 1e-30, 0.3, 0.9, 9.0, 40.0, 88.0, 300.0, 700.0, 1e20, 1e300)


def test_slopes_are_exact_to_a_few_units_of_the_last_place():
    rows = [row for row in table(SOME) if row.name not in REASONS]
    assert [row for row in rows if row.error > ALLOWED] == []


@pytest.mark.parametrize(
    ("function", "x", "right"),
    [
        (ag.sigmoid, 40.0, 4.248354255291589e-18),
        (ag.sigmoid, np.float32(40), 4.2483543e-18),
        (np.arcsinh, np.float32(1e20), 1e-20),
        (lambda x: np.arctan2(np.float16(300), x), np.float16(300), -1 / 600),
        (lambda x: np.logaddexp(x, x * 0 + x), np.float32(-1e7), 1.0),
    ],
)
def test_a_slope_outlives_the_rounding_of_its_result(function, x, right):
    slope = ag.grad(function)(x)
    assert abs(slope - right) <= 8 * np.finfo(np.asarray(x).dtype).eps * abs(right)


def test_the_second_derivatives_of_an_angle_at_the_origin_are_undefined():
    f = lambda x: np.arctan2(x[0], x[1])  # noqa: E731
    assert np.all(np.isnan(ag.hessian(f)(np.zeros(2))))
