"""Slopes of functions of each element, as mpmath computes them to any precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag


def functions() -> dict[str, tuple[Callable[..., Any], ...]]:
    """By name: the function, and mpmath's formula of each of its slopes."""
    import mpmath as m

    def sech2(x):
        return m.sech(x) ** 2

    def sigmoid(x):
        return 1 / (1 + m.exp(-x))

    def bell(x):
        return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)

    def share(x, y):
        return 1 / (1 + m.exp(y - x))

    def share2(x, y):
        return 1 / (1 + m.power(2, y - x))

    return {
        "tanh": (np.tanh, sech2),
        "sigmoid": (ag.sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
        "silu": (ag.silu, lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
        "softplus": (ag.softplus, sigmoid),
        "erf": (ag.erf, lambda x: 2 / m.sqrt(m.pi) * m.exp(-x * x)),
        "erfc": (ag.erfc, lambda x: -2 / m.sqrt(m.pi) * m.exp(-x * x)),
        "gelu": (ag.gelu, lambda x: m.erfc(-x / m.sqrt(2)) / 2 + x * bell(x)),
        "arctan": (np.arctan, lambda x: 1 / (1 + x * x)),
        "arcsinh": (np.arcsinh, lambda x: 1 / m.sqrt(1 + x * x)),
        "arccosh": (np.arccosh, lambda x: 1 / m.sqrt((x - 1) * (x + 1))),
        "arcsin": (np.arcsin, lambda x: 1 / m.sqrt((1 - x) * (1 + x))),
        "arccos": (np.arccos, lambda x: -1 / m.sqrt((1 - x) * (1 + x))),
        "arctanh": (np.arctanh, lambda x: 1 / ((1 - x) * (1 + x))),
        "exp": (np.exp, m.exp),
        "exp2": (np.exp2, lambda x: m.power(2, x) * m.log(2)),
        "expm1": (np.expm1, m.exp),
        "log": (np.log, lambda x: 1 / x),
        "log2": (np.log2, lambda x: 1 / (x * m.log(2))),
        "log10": (np.log10, lambda x: 1 / (x * m.log(10))),
        "log1p": (np.log1p, lambda x: 1 / (1 + x)),
        "sqrt": (np.sqrt, lambda x: 1 / (2 * m.sqrt(x))),
        "cbrt": (np.cbrt, lambda x: 1 / (3 * m.cbrt(abs(x)) ** 2)),
        "square": (np.square, lambda x: 2 * x),
        "reciprocal": (np.reciprocal, lambda x: -1 / x**2),
        "sinh": (np.sinh, m.cosh),
        "cosh": (np.cosh, m.sinh),
        "sin": (np.sin, m.cos),
        "cos": (np.cos, lambda x: -m.sin(x)),
        "tan": (np.tan, lambda x: m.sec(x) ** 2),
        "arctan2": (
            np.arctan2,
            lambda x, y: y / (x * x + y * y),
            lambda x, y: -x / (x * x + y * y),
        ),
        "hypot": (
            np.hypot,
            lambda x, y: x / m.sqrt(x * x + y * y),
            lambda x, y: y / m.sqrt(x * x + y * y),
        ),
        "divide": (np.divide, lambda x, y: 1 / y, lambda x, y: -x / y**2),
        "multiply": (np.multiply, lambda x, y: y, lambda x, y: x),
        "power": (
            lambda x, y: np.power(np.abs(x), y),
            lambda x, y: m.sign(x) * y * abs(x) ** (y - 1),
            lambda x, y: abs(x) ** y * m.log(abs(x)),
        ),
        "sinc": (np.sinc, _sinc_slope),
        "absolute": (np.abs, m.sign),
        "normal density": (ag.registry["normal density"], lambda x: -x * bell(x)),
        "normal cdf": (ag.registry["normal cdf"], bell),
        "relu": (ag.relu, lambda x: m.mpf(x > 0)),
        "logaddexp": (np.logaddexp, share, lambda x, y: share(y, x)),
        "logaddexp2": (np.logaddexp2, share2, lambda x, y: share2(y, x)),
        **_smooth_activations(),
        **_pieces(),
        **_special_functions(),
        **_functions_of_an_order(),
    }


def _smooth_activations() -> dict[str, tuple[Callable[..., Any], ...]]:
    import mpmath as m

    def sigmoid(x):
        return 1 / (1 + m.exp(-x))

    def gate(x):
        return m.sqrt(8 / m.pi) * (x + m.mpf(0.044715) * x**3)

    def gate_slope(x):
        return m.sqrt(8 / m.pi) * (1 + 3 * m.mpf(0.044715) * x * x)

    def tanh_gelu(x):
        s, rest = sigmoid(gate(x)), sigmoid(-gate(x))
        return s * (1 + x * rest * gate_slope(x))

    def mish(x):
        w = m.tanh(m.log1p(m.exp(x)))
        return w + x * sigmoid(x) * m.sech(m.log1p(m.exp(x))) ** 2

    return {
        "gelu_tanh": (ag.gelu_tanh, tanh_gelu),
        "mish": (ag.mish, mish),
        "log_sigmoid": (ag.log_sigmoid, lambda x: sigmoid(-x)),
        "softsign": (ag.softsign, lambda x: 1 / (1 + abs(x)) ** 2),
        "tanhshrink": (ag.tanhshrink, lambda x: m.tanh(x) ** 2),
    }


def _pieces() -> dict[str, tuple[Callable[..., Any], ...]]:
    """Of one formula on each side of a point; and what only moves or scales."""
    import mpmath as m

    def one(x, y=0):
        return m.mpf(1)

    def sigmoid(x):
        return 1 / (1 + m.exp(-x))

    def inside(low, high, slope=one):
        return lambda x: slope(x) if low < x < high else m.mpf(0)

    def above(slope_below, scale=1):
        return lambda x: m.mpf(scale) if x > 0 else slope_below(x)

    def bell(x):
        return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)

    scale, alpha = m.mpf("1.0507009873554804"), m.mpf("1.6732632423543772")
    leak = m.mpf(np.float64(0.01))
    return {
        "add": (np.add, one, one),
        "subtract": (np.subtract, one, lambda x, y: m.mpf(-1)),
        "negative": (np.negative, lambda x: m.mpf(-1)),
        "radians": (np.radians, lambda x: m.pi / 180),
        "degrees": (np.degrees, lambda x: 180 / m.pi),
        "copysign": (
            np.copysign,
            lambda x, y: m.sign(x) * m.sign(y),
            lambda x, y: m.mpf(0),
        ),
        "elu": (ag.elu, above(m.exp)),
        "celu": (lambda x: ag.celu(x, alpha=2.0), above(lambda x: m.exp(x / 2))),
        "selu": (ag.selu, above(lambda x: scale * alpha * m.exp(x), scale)),
        "leaky_relu": (ag.leaky_relu, above(lambda x: leak)),
        "relu6": (ag.relu6, inside(0, 6)),
        "hardtanh": (ag.hardtanh, inside(-1, 1)),
        "hardsigmoid": (ag.hardsigmoid, inside(-3, 3, lambda x: m.mpf(1) / 6)),
        "hardswish": (
            ag.hardswish,
            lambda x: m.mpf(x > 3) if abs(x) >= 3 else x / 3 + 0.5,
        ),
        "huber": (ag.huber, lambda x: max(-1, min(x, m.mpf(1)))),
        "BCE with logits": (
            ag.binary_cross_entropy_with_logits,
            lambda x, y: (1 - y) * sigmoid(x) - y * sigmoid(-x),
            lambda x, y: -x,
        ),
        "bell": (ag.registry["bell"], lambda x: -2 * x * m.exp(-x * x)),
        "gelu slope": (ag.registry["gelu slope"], lambda x: (2 - x * x) * bell(x)),
    }


def _special_functions() -> dict[str, tuple[Callable[..., Any], ...]]:
    """SciPy's of one operand, and of two those whose slopes mpmath has."""
    import mpmath as m
    from scipy import special as s

    def bell(x):
        return m.exp(-x * x / 2) / m.sqrt(2 * m.pi)

    def erfcx(x):
        if x > 1e6:
            v = 1 / (2 * x * x)
            return -2 / m.sqrt(m.pi) * v * (1 - 3 * v * (1 - 5 * v))
        return 2 * x * m.exp(x * x) * m.erfc(x) - 2 / m.sqrt(m.pi)

    def log_ndtr(x):
        if x < -1e6:
            return -x * (1 + 1 / x**2 - 2 / x**4)
        return bell(x) / (m.erfc(-x / m.sqrt(2)) / 2)

    def exprel(x):
        if abs(x) < 1e-15:
            return m.mpf(1) / 2 + x / 3 + x * x / 8
        return (m.exp(x) * (x - 1) + 1) / x**2

    def rgamma(x):
        if x <= 0 and x == m.floor(x):
            return (-1) ** int(-x) * m.factorial(-x)
        return -m.psi(0, x) * m.rgamma(x)

    def logistic(x):
        return 1 / (1 + m.exp(-x))

    def ratio(x, y):
        return m.psi(0, x) - m.psi(0, y)

    def i(n, x):
        return m.besseli(n, x)

    return {
        "erfcx": (s.erfcx, erfcx),
        "erfinv": (s.erfinv, lambda x: m.sqrt(m.pi) / 2 * m.exp(m.erfinv(x) ** 2)),
        "log_ndtr": (s.log_ndtr, log_ndtr),
        "gamma": (s.gamma, lambda x: m.gamma(x) * m.psi(0, x)),
        "gammaln": (s.gammaln, lambda x: m.psi(0, x)),
        "rgamma": (s.rgamma, rgamma),
        "psi": (s.psi, lambda x: m.psi(1, x)),
        "expit": (s.expit, lambda x: logistic(x) * logistic(-x)),
        "log_expit": (s.log_expit, lambda x: logistic(-x)),
        "logit": (s.logit, lambda x: 1 / (x * (1 - x))),
        "exp10": (s.exp10, lambda x: m.power(10, x) * m.log(10)),
        "cosm1": (s.cosm1, lambda x: -m.sin(x)),
        "special expm1": (s.expm1, m.exp),
        "exprel": (s.exprel, exprel),
        "entr": (s.entr, lambda x: -m.log(x) - 1),
        "xlogy": (s.xlogy, lambda x, y: m.log(y), lambda x, y: x / y),
        "xlog1py": (s.xlog1py, lambda x, y: m.log1p(y), lambda x, y: x / (1 + y)),
        "rel_entr": (
            s.rel_entr,
            lambda x, y: m.log(x / y) + 1,
            lambda x, y: -x / y,
        ),
        "kl_div": (s.kl_div, lambda x, y: m.log(x / y), lambda x, y: 1 - x / y),
        "beta": (
            s.beta,
            lambda x, y: m.beta(x, y) * ratio(x, x + y),
            lambda x, y: m.beta(x, y) * ratio(y, x + y),
        ),
        "betaln": (
            s.betaln,
            lambda x, y: ratio(x, x + y),
            lambda x, y: ratio(y, x + y),
        ),
        "i0": (s.i0, lambda x: i(1, x)),
        "i1": (s.i1, lambda x: (i(0, x) + i(2, x)) / 2),
        "i0e": (s.i0e, lambda x: m.exp(-abs(x)) * (i(1, x) - m.sign(x) * i(0, x))),
        "i1e": (
            s.i1e,
            lambda x: m.exp(-abs(x)) * ((i(0, x) + i(2, x)) / 2 - m.sign(x) * i(1, x)),
        ),
        "erfcinv": (
            s.erfcinv,
            lambda x: -m.sqrt(m.pi) / 2 * m.exp(m.erfinv(1 - x) ** 2),
        ),
        "ndtr": (s.ndtr, bell),
        "ndtri": (s.ndtri, lambda x: 1 / bell(m.sqrt(2) * m.erfinv(2 * x - 1))),
        "loggamma": (s.loggamma, lambda x: m.psi(0, x)),
        "j0": (s.j0, lambda x: -m.besselj(1, x)),
        "j1": (s.j1, lambda x: (m.besselj(0, x) - m.besselj(2, x)) / 2),
    }


def _functions_of_an_order() -> dict[str, tuple[Callable[..., Any], ...]]:
    """SciPy's that have a slope by their second operand alone: at some of the first."""
    import mpmath as m
    from scipy import special as s

    def bessel(function, n, sign):
        def slope(x):
            return (function(n - 1, x) + sign * function(n + 1, x)) / 2

        return slope

    def density(a, sign=1):
        return lambda x: sign * x ** (a - 1) * m.exp(-x) / m.gamma(a)

    def of(function, order):
        """A function of its second operand, in the dtype of that."""
        return lambda x: function(x.dtype.type(order), x)

    found: dict[str, tuple[Callable[..., Any], ...]] = {}
    for n in (1, 2.5):
        found[f"iv({n})"] = of(s.iv, n), bessel(m.besseli, n, 1)
        found[f"jv({n})"] = of(s.jv, n), bessel(m.besselj, n, -1)
    for a in (0.5, 3):
        found[f"gammainc({a})"] = of(s.gammainc, a), density(a)
        found[f"gammaincc({a})"] = of(s.gammaincc, a), density(a, -1)
    for z in (1.5, 4):
        found[f"zeta({z})"] = (
            lambda x, z=z: s.zeta(x.dtype.type(z), x),
            lambda x, z=z: -z * m.zeta(z + 1, x),
        )
    for k in (1, 3):
        found[f"polygamma({k})"] = (
            lambda x, k=k: ag.registry["special.polygamma"](k, x),
            lambda x, k=k: m.psi(k + 1, x),
        )
    return found


def _sinc_slope(x: Any) -> Any:
    import mpmath as m

    return (m.cospi(x) - m.sincpi(x)) / x
