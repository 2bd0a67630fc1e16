"""Rows of two matrices."""

import math

from ..context import Call, Context, Sample, call


def _cdist(c: Context) -> Call:
    d, dtype = c.choice(2, 1, 3), c.real_or_complex()
    x = c.array((*c.choice((), (2,), (1,)), c.choice(2, 3, 1), d), dtype)
    y = c.array((*c.choice((), (2,)), c.choice(3, 2), d), dtype)
    return call(x, y, p=c.choice(2, 1, math.inf))


SAMPLES: dict[str, Sample] = {"cdist": _cdist}
