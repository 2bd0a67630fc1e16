"""Smooth activations: softplus and what is made of it, gates, quotients."""

import math

import numpy as np

from ..core.declare import elementwise
from .activations import sigmoid
from .kept_slopes import keeping_slope
from .precision import of_reals

__all__ = ["gelu_tanh", "log_sigmoid", "mish", "softsign", "tanhshrink"]


def _log_sigmoid(x):
    """log σ(x) without overflow: the exponent is never positive."""
    return np.minimum(of_reals(x), 0) - np.log1p(np.exp(-np.abs(x)))


def _softplus(x, beta=1.0, threshold=20.0):
    """log(1 + exp(beta x)) / beta; x itself where beta x is beyond the threshold."""
    z = of_reals(x) * beta
    return np.where(np.greater(z, threshold), x, _log_sigmoid(-z) * (-1 / beta))


def _mish_gate(x):
    """tanh(softplus x) = n / d with q = e^(-|x|); q, n and d."""
    below = np.less(x, 0)
    q = np.exp(np.where(below, x, -x))  # |x| has no slope at 0
    n = np.where(below, q * (q + 2), 1 + 2 * q)
    return q, n, n + np.where(below, 2, 2 * q * q)


def _mish(x):
    _, n, d = _mish_gate(of_reals(x))
    return x * (n / d)


def _mish_slope(x):
    """w + x σ(x) (1 - w²), w = tanh(softplus(x)); of halves in single precision."""
    if getattr(x, "dtype", None) == np.float16:
        x = x * np.float32(1)
    q, n, d = _mish_gate(x)
    share = np.where(np.less(x, 0), q, q * q) * (1 + q)
    return (n + x * (4 * share / d)) / d


def _tanh_gate(x):
    """2 u, where ½ (1 + tanh u) = σ(2 u) stands for Φ(x); odd, and 1,000 at 30."""
    return x * (math.sqrt(8 / math.pi) * (1 + 0.044715 * x * x))


def _gelu_tanh(x):
    return x * sigmoid.forward(_tanh_gate(np.clip(of_reals(x), -30, 30)))


def _gelu_tanh_slope(x):
    """s + x s (1 - s) (2 u)′: beyond ±30, s is 0 or 1 to all digits."""
    z = np.clip(x, -30, 30)
    return _slope_by_share(z, sigmoid(_tanh_gate(z)))


def _slope_by_share(z, share):
    steepness = math.sqrt(8 / math.pi) * (1 + 3 * 0.044715 * z * z)
    return share * (1 + z * (1 - share) * steepness)


def _gelu_tanh_and_slope(x):
    z = np.clip(x, -30, 30)
    share = sigmoid.forward(_tanh_gate(z))
    return x * share, _slope_by_share(z, share)


def _softsign(x):
    return x / (1 + np.abs(of_reals(x)))


def _softsign_slope(x):
    share = 1 / (1 + np.abs(x))
    return share * share


def _tanhshrink(x):
    return x - np.tanh(of_reals(x))


log_sigmoid = elementwise(
    _log_sigmoid, lambda x: sigmoid(-x), symbol="log σ", analytic=False
)
softplus_to = elementwise(
    _softplus,
    lambda g, x, beta, threshold: np.where(
        np.greater(x * beta, threshold), g, g * sigmoid(x * beta)
    ),
    name="softplus to",
    symbol="softplus",
    analytic=False,
)
mish = elementwise(_mish, _mish_slope, analytic=False)
gelu_tanh = keeping_slope(
    elementwise(_gelu_tanh, _gelu_tanh_slope, symbol="GELU (tanh)", analytic=False),
    _gelu_tanh_and_slope,
)
softsign = elementwise(_softsign, _softsign_slope, analytic=False)
tanhshrink = elementwise(_tanhshrink, lambda x: np.square(np.tanh(x)), analytic=False)
