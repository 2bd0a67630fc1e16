"""A line search by Wolfe's two conditions: low enough, and flat enough."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np

RATHER_LOWER, FLATTER = 1e-4, 0.9  # the constants of Wolfe's two conditions


class Point(NamedTuple):
    """Where a line search has looked: how far, the loss, gradient, and slope there."""

    t: float
    loss: float
    g: np.ndarray
    slope: float


def strong_wolfe(
    at: Callable[[float], Point],
    start: Point,
    t: float,
    size: float,
    tolerance: float,
    most: int,
) -> tuple[Point, int]:
    """A point where the loss is lower and the slope flatter, and how often it looked.

    First outwards until such a point is passed, then inwards, by cubic interpolation;
    ``most`` times, or until the bracket times ``size`` is below the tolerance. Nocedal
    and Wright, "Numerical optimization" (2006), algorithms 3.5 and 3.6.

    >>> def at(t):
    ...     return Point(t, (t - 1) ** 2, np.array([2 * (t - 1)]), 2 * (t - 1))
    >>> point, calls = strong_wolfe(at, at(0.0), 3.0, 1.0, 1e-9, 25)
    >>> point.t, calls
    (1.0, 2)
    """

    def too_high(point: Point) -> bool:
        return point.loss > start.loss + RATHER_LOWER * point.t * start.slope

    def flat_enough(point: Point) -> bool:
        return abs(point.slope) <= -FLATTER * start.slope

    before, here, calls = start, at(t), 1
    while calls <= most:
        if too_high(here) or (calls > 2 and here.loss >= before.loss):
            break
        if flat_enough(here):
            return here, calls
        if here.slope >= 0:
            break
        span = here.t + 0.01 * (here.t - before.t), 10 * here.t
        before, here = here, at(cubic_minimum(before, here, *span))
        calls += 1
    else:
        before = start
    low, high = (before, here) if before.loss <= here.loss else (here, before)
    stuck = False
    while calls <= most and abs(high.t - low.t) * size >= tolerance:
        left, right = min(low.t, high.t), max(low.t, high.t)
        t = cubic_minimum(low, high, left, right)
        margin = 0.1 * (right - left)
        near = min(right - t, t - left) < margin
        if near and (stuck or t >= right or t <= left):
            t = right - margin if right - t < t - left else left + margin
            near = False
        stuck = near
        here = at(t)
        calls += 1
        if too_high(here) or here.loss >= low.loss:
            low, high = (low, here) if low.loss <= here.loss else (here, low)
            continue
        if flat_enough(here):
            return here, calls
        if here.slope * (high.t - low.t) >= 0:
            high = low
        low = here
    return low, calls


def cubic_minimum(one: Point, other: Point, low: float, high: float) -> float:
    """Where the cubic with these losses and slopes is least, between two bounds.

    >>> one, other = (Point(t, t**2, np.array([2 * t]), 2 * t) for t in (-1.0, 3.0))
    >>> cubic_minimum(one, other, -1.0, 3.0)
    0.0
    """
    if one.t > other.t:
        one, other = other, one
    width = other.t - one.t
    if width == 0 or not np.isfinite([one.loss, other.loss]).all():
        return (low + high) / 2
    mean = one.slope + other.slope + 3 * (one.loss - other.loss) / width
    square = mean**2 - one.slope * other.slope
    divisor = other.slope - one.slope + 2 * sqrt(max(square, 0.0))
    if not square >= 0 or divisor == 0:
        return (low + high) / 2
    t = other.t - width * ((other.slope + sqrt(square) - mean) / divisor)
    return min(max(t, low), high)
