"""Activations with kinks: rectifiers, what limits, what shrinks to 0."""

import numpy as np

from ..core.declare import elementwise
from .precision import of_reals

__all__ = [
    "celu",
    "elu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "prelu",
    "relu6",
    "selu",
    "softshrink",
    "threshold",
]

# Of selu, such that layers keep mean 0 and variance 1. Klambauer et al. (2017),
# arXiv:1706.02515.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def _between(x, low, high):
    return np.logical_and(np.greater(x, low), np.less(x, high))


def _outside(x, limit):
    """Whether |x| is beyond the limit, or NaN; anywhere, if the limit is 0."""
    within = np.logical_and(np.greater_equal(x, -limit), np.less_equal(x, limit))
    return np.logical_not(np.logical_and(within, limit != 0))


def _clipped(x, low, high):
    return np.minimum(np.maximum(of_reals(x), low), high)


# Limited ------------------------------------------------------------------------------


def _relu6(x):
    return _clipped(x, 0, 6)


def _hardtanh(x, min_val=-1.0, max_val=1.0):
    return _clipped(x, min_val, max_val)


def _hardsigmoid(x):
    return _clipped(x + 3, 0, 6) * (1 / 6)


def _hardswish(x):
    return x * _hardsigmoid(x)


def _hardswish_slope(x):
    """0 below -3, x / 3 + ½ up to 3, then 1."""
    inside = np.where(np.less_equal(x, -3), 0, x * (1 / 3) + 0.5)
    return np.where(np.greater_equal(x, 3), 1, inside)


# Below 0 by a line, or an exponential -------------------------------------------------


def _leaky_relu(x, negative_slope=0.01):
    return _bent(of_reals(x), negative_slope)


def _prelu(x, weight):
    x = np.asarray(of_reals(x), np.result_type(x, weight))  # also of one number
    return _bent(x, weight)


def _bent(x, slope):
    """x above 0, x · slope below."""
    return np.maximum(x, 0) + np.minimum(x, 0) * slope


def _by_side(g, x, slope):
    """g where x is positive, g · slope elsewhere; by masks, as ``where`` is slow."""
    above = np.greater(x, 0)
    return g * above + g * np.logical_not(above) * slope


def _below(x):
    """``x`` up to 0, with slope 1 at 0: what an exponential may be taken of."""
    return np.clip(x, -np.inf, 0)


def _exponential(x, depth, rate):
    """x above 0, depth · (exp(rate x) - 1) below."""
    return np.maximum(of_reals(x), 0) + depth * np.expm1(_below(x) * rate)


def _exponential_slope(g, x, slope, rate):
    """g above 0, g · slope · exp(rate x) below."""
    return _by_side(g, x, slope * np.exp(_below(x) * rate))


def _elu(x, alpha=1.0):
    return _exponential(x, alpha, 1.0)


def _celu(x, alpha=1.0):
    return _exponential(x, alpha, 1 / alpha)


def _selu(x):
    return SELU_SCALE * _exponential(x, SELU_ALPHA, 1.0)


# Shrunk to 0, or replaced -------------------------------------------------------------


def _hardshrink(x, lambd=0.5):
    return x * _outside(of_reals(x), lambd) + 0  # not -0


def _softshrink(x, lambd=0.5):
    return x - _clipped(x, -lambd, lambd)


def _threshold(x, threshold=0.0, value=0.0):
    return np.where(np.less_equal(of_reals(x), threshold), value, x)


relu6 = elementwise(_relu6, lambda x: _between(x, 0, 6), symbol="ReLU6", analytic=False)
hardtanh = elementwise(
    _hardtanh, lambda x, min_val, max_val: _between(x, min_val, max_val), analytic=False
)
hardsigmoid = elementwise(
    _hardsigmoid,
    lambda g, x: g * _between(x, -3, 3) * (1 / 6),
    symbol="hard σ",
    analytic=False,
)
hardswish = elementwise(_hardswish, _hardswish_slope, analytic=False)
leaky_relu = elementwise(
    _leaky_relu,
    lambda g, x, negative_slope: _by_side(g, x, negative_slope),
    symbol="leaky ReLU",
    analytic=False,
)
prelu = elementwise(
    _prelu,
    lambda g, x, weight: _by_side(g, x, weight),
    lambda g, x: g * _below(x),
    symbol="PReLU",
    analytic=False,
)
elu = elementwise(
    _elu,
    lambda g, x, alpha: _exponential_slope(g, x, alpha, 1.0),
    symbol="ELU",
    analytic=False,
)
celu = elementwise(
    _celu,
    lambda g, x, alpha: _exponential_slope(g, x, 1.0, 1 / alpha),
    symbol="CELU",
    analytic=False,
)
selu = elementwise(
    _selu,
    lambda g, x: _exponential_slope(SELU_SCALE * g, x, SELU_ALPHA, 1.0),
    symbol="SELU",
    analytic=False,
)
hardshrink = elementwise(
    _hardshrink, lambda x, lambd: _outside(x, lambd), analytic=False
)
softshrink = elementwise(
    _softshrink, lambda x, lambd: _outside(x, lambd), analytic=False
)
threshold = elementwise(
    _threshold,
    lambda x, threshold: np.logical_not(np.less_equal(x, threshold)),
    analytic=False,
)
