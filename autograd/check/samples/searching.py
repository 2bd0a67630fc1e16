"""Where something is, how many there are: results without a derivative."""

import numpy as np

from ..context import Call, Context, Sample, call
from .reductions import reduction


def _argmax(c: Context) -> Call:
    x = c.array(nonempty=True)
    return call(x, axis=c.axis_or_none(x.ndim), keepdims=c.flag())


def _argsort(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    options = {"stable": c.flag(), "descending": c.flag()}
    return call(x, axis=c.choice(-1, 0, None), **options)


def _searchsorted(c: Context) -> Call:
    x1 = np.sort(c.array((c.choice(3, 1, 0, 5),)))
    return call(x1, c.array(), side=c.choice("left", "right"))


SAMPLES: dict[str, Sample] = {
    "all": reduction,
    "any": reduction,
    "argmax": _argmax,
    "argmin": _argmax,
    "argsort": _argsort,
    "count_nonzero": reduction,
    "nonzero": lambda c: call(c.array(least=1, nonempty=True)),
    "searchsorted": _searchsorted,
}
