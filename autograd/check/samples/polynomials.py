"""Coefficients, from the highest power down, and zeros that lie apart."""

import numpy as np

from ..context import Call, Context, Sample, call


def _some(c: Context) -> np.ndarray:
    return c.array((c.choice(3, 1, 2, 4),))


def _any_number(c: Context) -> np.ndarray:
    return c.array((c.choice(2, 1, 3, 0),))


def _polyadd(c: Context) -> Call:
    return call(_any_number(c), _any_number(c))


def _polydiv(c: Context) -> Call:
    """A divisor of one size: by a small one in front the remainder cancels.

    And a remainder that does not begin with zeros, which would be dropped.
    """
    v = 1 + np.tanh(_some(c))
    u = _some(c)
    _, rest = np.polydiv(u, v)
    if len(rest) < min(len(u), len(v) - 1) or abs(rest[0]) < 1e-3:
        u = u + np.linspace(0.3, 1.1, len(u), dtype=u.dtype) ** 2
    return call(u, v)


def _roots(c: Context) -> Call:
    """Of distinct zeros: real ones, or a pair of complex ones beside a real one."""
    zeros = c.choice((1, 3, -2), (2,), (0, 2), (1, -1, 0.5, 4), (1 + 1j, 1 - 1j, 2.5))
    moved = c.array((len(zeros),))
    zeros = zeros + 0.1 * moved / (1 + abs(moved))
    if zeros.dtype.kind == "c" and moved.dtype.kind != "c":
        zeros[1] = zeros[0].conj()
        zeros[2] = zeros[2].real
    return call(np.poly(zeros) * c.choice(1, -0.5, 1j))


def _polyfit(c: Context) -> Call:
    """Points so far apart that the powers of their places are independent."""
    n = 6
    x = np.linspace(-1, 1.5, n) + 0.05 * np.tanh(c.array((n,)))
    y = np.tanh(c.array(c.choice((n,), (n, 2))))
    deg, rcond = c.choice(1, 2, 0, 3), c.choice(None, 1e-9)
    w = c.choice(None, (0.5, 1.0, 2.0, 1.5, 1.0, 0.5))
    full = c.choice(False, False, True)
    cov = False if full else c.choice(False, True, "unscaled")
    return call(x, y, deg, rcond=rcond, full=full, w=w, cov=cov)


SAMPLES: dict[str, Sample] = {
    "poly": lambda c: call(_some(c)),
    "polyadd": _polyadd,
    "polyder": lambda c: call(_some(c), m=c.choice(1, 2, 0)),
    "polydiv": _polydiv,
    "polyfit": _polyfit,
    "polyint": lambda c: call(_some(c), m=c.choice(1, 2, 0), k=c.choice(None, 2.0)),
    "polymul": lambda c: call(_some(c), _some(c)),
    "polysub": _polyadd,
    "polyval": lambda c: call(_any_number(c), c.array()),
    "roots": _roots,
    "vander": lambda c: call(_some(c), N=c.choice(3, None, 1, 0), increasing=c.flag()),
}
