"""What runs along an axis."""

import numpy as np

from ..context import Call, Context, Sample, call


def _scan(c: Context) -> Call:
    x = c.array()
    return call(x, axis=c.axis_or_none(x.ndim))


def _cumulative(c: Context) -> Call:
    """The axis may be left out where there is but one."""
    x = c.array(least=1)
    axis = c.axis_or_none(1) if x.ndim == 1 else c.axis(x.ndim)
    dtype = c.choice(None, np.float64)
    return call(x, axis=axis, dtype=dtype, include_initial=c.flag())


SAMPLES: dict[str, Sample] = {
    "cummax": _scan,
    "cummin": _scan,
    "cumprod": _scan,
    "cumsum": _scan,
    "cumulative_prod": _cumulative,
    "cumulative_sum": _cumulative,
    "logcumsumexp": _scan,
}
