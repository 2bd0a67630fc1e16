"""Of the elementwise ones those that take integers, or parameters."""

import numpy as np

from ..context import Call, Context, Sample, call


def _one(c: Context) -> Call:
    return call(_integers(c))


def _two(c: Context) -> Call:
    return call(_integers(c), _integers(c))


def _integers(c: Context) -> np.ndarray:
    """From 0 to 8, of shapes that broadcast."""
    return np.floor(np.clip(np.abs(c.array(c.narrower(), float)), 0, 8)).astype(int)


SAMPLES: dict[str, Sample] = {
    "bitwise_and": _two,
    "bitwise_count": _one,
    "bitwise_or": _two,
    "bitwise_xor": _two,
    "gcd": _two,
    "invert": _one,
    "lcm": _two,
    "ldexp": lambda c: call(c.array(), np.array(c.choice(1, -2, 0, [3]))),
    "left_shift": _two,
    "right_shift": _two,
    "round": lambda c: call(c.array(), decimals=c.choice(1, 0, -1)),
}
