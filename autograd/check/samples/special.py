"""SciPy's functions of an order, which is a constant; it takes no SciPy to say so."""

from ..context import Call, Context, Sample, call

POSITIVE = (0.0, float("inf"))


def _gammainc(c: Context) -> Call:
    return call(c.choice(1, 2, 3), c.array())


def _bessel(c: Context) -> Call:
    return call(c.choice(0, 1, 2, -1), c.array())


SAMPLES: dict[str, Sample] = {
    "special.gammainc": _gammainc,
    "special.gammaincc": _gammainc,
    "special.iv": _bessel,
    "special.ive": _bessel,
    "special.jv": _bessel,
    "special.polygamma": lambda c: call(c.choice(1, 0, 2), c.array(domain=POSITIVE)),
    "special.zeta": lambda c: call(c.choice(2, 3), c.array(domain=POSITIVE)),
}
