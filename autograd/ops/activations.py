"""Activation functions and the error function, each stable over all floats."""

import math

import numpy as np

from ..core.declare import elementwise
from .elementwise import cancels, magnitude

__all__ = ["erf", "erfc", "gelu", "relu", "sigmoid", "silu", "softplus"]

_erf = np.frompyfunc(math.erf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)


def _like(x, values):
    """Object results as floats of ``x``'s precision, integers as float64."""
    return np.asarray(values, dtype=np.result_type(np.asarray(x), np.float16))


def _error_function(x):
    return _like(x, _erf(x))


def _complementary(x):
    return _like(x, _erfc(x))


def of_reals(x):
    if np.iscomplexobj(x):
        raise TypeError(
            f"an activation of real numbers got {np.asarray(x).dtype}; apply it to the "
            "real part, the imaginary part, or np.abs"
        )
    return x


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


def _gelu(x):
    return x * normal_cdf(x)


def normal_cdf(x):
    """Φ(x), the probability that a standard normal stays below x."""
    return 0.5 * erfc(x * -math.sqrt(0.5))


def _bell(x, height):
    return height * np.exp(-x * x)


TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)

erf = elementwise(
    _error_function,
    lambda x: _bell(x, TWO_OVER_ROOT_PI),
    name="erf",
    on_floats=math.erf,
    analytic=False,
)
erfc = elementwise(
    _complementary,
    lambda x: _bell(x, -TWO_OVER_ROOT_PI),
    name="erfc",
    on_floats=math.erfc,
    analytic=False,
)
relu = elementwise(
    _relu,
    lambda x: np.greater(x, 0),
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
gelu = elementwise(
    _gelu,
    lambda x: normal_cdf(x) + x * _bell(x * math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)),
    symbol="GELU",
    analytic=False,
)
