"""Activation functions and the error function, each stable over all floats."""

import math

import numpy as np

from ..core.declare import elementwise
from . import error_functions
from .kept_slopes import keeping_slope
from .precision import of_reals
from .slopes import cancels, magnitude

__all__ = ["erf", "erfc", "gelu", "relu", "sigmoid", "silu", "softplus"]

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def _relu(x):
    return np.maximum(of_reals(x), 0)


def _sigmoid(x):
    """1 / (1 + e⁻ˣ) without overflow: the exponent is never positive."""
    e = np.exp(-np.abs(of_reals(x)))
    return np.maximum(e, np.greater_equal(x, 0)) / (1 + e)


def _sigmoid_on_floats(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else (e := math.exp(x)) / (1 + e)


def _softplus(x):
    return np.maximum(of_reals(x), 0) + np.log1p(np.exp(-np.abs(x)))


def _silu(x):
    return x * sigmoid(x)


def _sigmoid_slope(x, out):
    """out (1 - out); where that cancels, e / (1 + e)² with e = exp(-|x|)."""
    if not cancels(out, 0.75):
        return out * (1 - out)
    e = np.exp(-magnitude(x))
    return e / np.square(1 + e)


def _silu_slope(x):
    s = sigmoid(x)
    return s + x * s * (1 - s)


def _gelu_curvature(x, height):
    """φ(x) (2 - x²), with no square that leaves the range."""
    return 2 * height - x * (x * height)


bell = elementwise(
    error_functions.bell,
    lambda x, out: -2 * x * out,
    name="bell",
    symbol="e^(-x²)",
    analytic=False,
)
density = elementwise(
    error_functions.density,
    lambda x, out: -x * out,
    name="normal density",
    symbol="φ",
    analytic=False,
)
normal_cdf = elementwise(
    error_functions.normal_cdf,
    lambda x: density(x),
    name="normal cdf",
    symbol="Φ",
    analytic=False,
)
gelu_slope = elementwise(
    error_functions.gelu_slope,
    lambda x: _gelu_curvature(x, density(x)),
    name="gelu slope",
    symbol="GELU′",
    analytic=False,
)
erf = elementwise(
    error_functions.erf,
    lambda x: TWO_OVER_ROOT_PI * bell(x),
    name="erf",
    on_floats=math.erf,
    analytic=False,
)
erfc = elementwise(
    error_functions.erfc,
    lambda x: -TWO_OVER_ROOT_PI * bell(x),
    name="erfc",
    on_floats=math.erfc,
    analytic=False,
)
relu = elementwise(
    _relu,
    lambda x: x > 0,
    on_floats=lambda x: x if x > 0 or x != x else 0.0,
    symbol="ReLU",
    analytic=False,
)
sigmoid = elementwise(
    _sigmoid,
    lambda x, out: _sigmoid_slope(x, out),
    on_floats=_sigmoid_on_floats,
    symbol="σ",
    analytic=False,
)
softplus = elementwise(_softplus, lambda x: sigmoid(x), analytic=False)
silu = elementwise(_silu, _silu_slope, symbol="SiLU", analytic=False)
gelu = keeping_slope(
    elementwise(
        error_functions.gelu,
        lambda x: gelu_slope(x),
        name="gelu",
        symbol="GELU",
        analytic=False,
    ),
    error_functions.gelu_and_slope,
)
