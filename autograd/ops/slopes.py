"""Slopes that need more than a line: where a formula overflows, cancels, or chooses."""

import math
from typing import Any

import numpy as np
from numpy import ndarray

from ..core.node import Node, decides, raw
from .held import held
from .kinks import over_length, without_slope

ONES = {np.dtype(kind): np.ones((), kind) for kind in ("e", "f", "d")}
LEAST = 1 / 128  # of the slopes of tanh that come from its result


def power_by_base(x, y, out):
    """∂xʸ/∂x = y·xʸ⁻¹, and 0 where y = 0, also at x = 0."""
    if isinstance(y, (int, float)):
        if 0.5 <= y <= 16 or -16 <= y <= -1:  # in one pass over the array
            return y * x ** (y - 1)
        y = np.asarray(y, np.result_type(raw(out)))
    zero = np.logical_not(np.abs(x) > 1e-37)  # or so small that 0·x⁻¹ is not 0
    nowhere = np.logical_and(np.equal(y, 0), zero)
    with np.errstate(over="ignore"):  # what is so warns below
        lesser = np.power(x, y - 1 + nowhere)
    part = _within_range(lesser, x, y, out)
    steps = np.logical_or(np.equal(y, 0), np.equal(y, 1))
    steps = np.logical_and(steps, np.equal(x, 0))  # 0ʸ⁻¹ has none there by y
    return _without_slope(part, y, steps)


def _within_range(lesser, x, y, out):
    """y·xʸ⁻¹, as y·xʸ / x where xʸ⁻¹ leaves the range, and y would bring it back."""
    data = raw if decides(out) else lambda each: each  # recorded, if not
    lost = np.logical_not(_is_normal(data(lesser)))
    lost = np.logical_and(lost, _is_normal(data(out)))
    lost = np.logical_and(lost, np.isfinite(data(x)))
    if decides(out) and not np.any(lost):
        return y * lesser
    return np.where(lost, y * out / np.where(lost, x, 1), y * lesser)


def _is_normal(x):
    size, info = np.abs(x), np.finfo(np.result_type(raw(x)))
    return np.logical_and(size >= info.tiny, size <= info.max)


def power_by_exponent(x, y, out):
    """∂xʸ/∂y = xʸ·log x, and 0 at x = 0, where xʸ stays what it is."""
    zero = np.equal(x, 0)
    base = np.where(zero, 1.0, x)
    slope = out * np.log(base + 0j if np.iscomplexobj(out) else base)
    steep = np.logical_and(zero, np.less_equal(np.real(y), 1))
    return _without_slope(slope, x, steep)


def _without_slope(part, x, where):
    """A slope that has none itself by x where a mask says so: recorded, or anywhere."""
    if not isinstance(x, Node) or (decides(where) and not np.any(raw(where))):
        return part
    return without_slope(part, x, where)


def share_of_ties(x, y):
    """1 where x is larger, ½ where both are equal."""
    return np.greater(x, y) + 0.5 * np.equal(x, y)


def pull_absolute(g, x, out):
    """g sign(x); for complex x, g x̄ / |x|. 0 at 0."""
    if not np.iscomplexobj(x):
        return g * np.sign(x)
    if _has_all_digits(out):
        return over_length(g, np.conj(x), out, x)
    real, imag, length = _with_all_digits(np.real(x), np.imag(x), out)
    return over_length(g, real - 1j * imag, length, x)


def pull_hypot(g, x, y, out):
    """g x / √(x² + y²)."""
    part, length = x, out
    if not _has_all_digits(out):
        part, _, length = _with_all_digits(x, y, out)
    return over_length(g, part, length, x, y)


def _has_all_digits(length):
    """Whether all lengths are normal numbers, neither tiny nor infinite."""
    if not decides(length):
        return False
    data = np.asarray(raw(length))
    info = np.finfo(data.dtype)
    return bool(np.all((data >= info.tiny) & (data <= info.max)))


def _with_all_digits(x, y, length):
    """Two sides and the length, scaled; of infinite ones the signs of what is so."""
    data = held(length)
    info = np.finfo(np.asarray(raw(length)).dtype)
    finite = np.logical_and(np.isfinite(held(x)), np.isfinite(held(y)))
    factor = np.where(np.less(data, info.tiny), 2 / info.eps, np.where(finite, 0.25, 1))
    normal = np.logical_and(np.isfinite(data), np.greater_equal(data, info.tiny))
    factor = np.where(normal, 1, factor)
    factor = factor.astype(info.dtype) if hasattr(factor, "astype") else factor
    x, y = (
        np.where(
            np.logical_and(np.isinf(data), np.logical_not(finite)),
            np.where(np.isinf(held(side)), np.sign(held(side)), 0),
            side,
        )
        * factor
        for side in (x, y)
    )
    return x, y, np.hypot(x, y)


def share_beside_nan(x, y):
    """Of ties as above; 1 beside NaN, and 0 where x is NaN."""
    alone = np.logical_and(np.isnan(y), np.logical_not(np.isnan(x)))
    return share_of_ties(x, y) + alone


def share_of_sum(x, y, power=np.exp, rate=1.0):
    """1 / (1 + e^(y - x)): of the operands, as their sum may have rounded.

    Where both are infinite alike, the difference is NaN, and so is the share. Of other
    powers than of e, ``rate`` is the logarithm of what is raised.
    """
    apart = y - x
    e = power(-magnitude(apart)) * _regained(held(apart), held(x), held(y), rate)
    return np.where(np.signbit(held(apart)), 1.0, e) / (1 + e)


def _regained(apart, x, y, rate):
    """By what e^(-rate |y - x|) is off, since the difference has rounded."""
    if decides(apart) and not np.any(np.abs(apart) > 4):
        return 1.0
    back = apart - y
    lost = (y - (apart - back)) - (x + back)  # Knuth's exact error of a sum of two
    lost = np.where(np.isfinite(lost), lost, 0)
    return 1 - rate * np.copysign(1, apart) * lost


def cancels(out, bound):
    """Whether 1 - |out| may have lost digits, since |out| is beyond a bound."""
    data = raw(out)
    if type(out) is not float and not decides(out):
        return True
    if type(data) is float:
        return not -bound < data < bound
    return bool(np.any(np.abs(data) > bound))


def magnitude(x):
    """|x| of an even function, which has all derivatives at 0, too."""
    return x * np.copysign(1, held(x))


def tanh_slope(x, out):
    """1 - out²; where seven bits of that are lost, sech² x by e = exp(-|x|).

    Arrays of few elements are what is counted here: a 1 that is an array, and the place
    of the least element, take the least time.
    """
    one = ONES.get(out.dtype) if type(out) is ndarray and out.ndim else None
    if one is not None:
        slope = np.square(out)
        np.subtract(one, slope, slope)
        try:
            if slope.item(slope.argmin()) > LEAST:
                return slope
        except ValueError:  # there are no elements
            return slope
    elif type(out) is float or decides(out):
        slope = 1 - out * out
        data = raw(slope)
        if data > LEAST if type(data) is float else np.all(np.abs(data) > LEAST):
            return slope
    e = np.exp(x * -np.copysign(1, np.real(held(x))))
    return np.square(2 * e / (1 + e * e))


def arctan_slope(x):
    """1 / (1 + x²), in parts where the square leaves the range."""
    far = np.greater(np.abs(x), 128)
    if decides(far) and not np.any(far):
        return 1 / (1 + x * x)
    inverse = 1 / np.where(far, x, 1)
    tail = inverse / (np.where(far, x, 1) + inverse)
    near = np.where(far, 0, x)
    return np.where(far, tail, 1 / (1 + near * near))


def arcsinh_slope(x):
    """1 / √(1 + x²), without a square that leaves the range."""
    return 1 / (np.sqrt(1 + x * x) if np.iscomplexobj(x) else np.hypot(1, x))


def turn(g, part, x, y):
    """g part / (x² + y²), divided twice by the length: its square leaves the range.

    At an infinite length it is 0, the limit. At length 0 a cotangent of 0 wins over the
    slope, other than for lengths: no square of an angle is smooth there.
    """
    length = np.hypot(x, y)
    part = np.where(np.isinf(length), 0, part)
    nowhere = np.equal(length, 0)
    length = np.where(nowhere, 1, length)
    part = without_slope(without_slope(part / length, x, nowhere), y, nowhere)
    return g * part / length


def sinc_slope(x, out):
    """(cos πx - sinc x) / x, and its series about 0, where these cancel."""
    near = np.less(np.abs(x), 0.5)
    u = np.square(math.pi * x)
    series: Any = 0.0
    for k in range(12, 0, -1):  # Σ (-1)ᵏ 2k u^(k-1) / (2k + 1)!
        series = series * u + (-1) ** k * 2 * k / math.factorial(2 * k + 1)
    far = (np.cos(math.pi * x) - out) / np.where(near, 1, x)
    return np.where(near, math.pi**2 * x * series, far)
