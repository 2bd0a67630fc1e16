"""Arrays that are padded, in every mode, with the keywords that go with it."""

from typing import Any

import numpy as np

from ...ops.padding import COPIES, KEYWORDS, STATISTICS
from ..context import Call, Context, Sample, call


def _pad(c: Context) -> Call:
    x = c.array(nonempty=True)
    width = _widths(c, x)
    ordered = () if x.dtype.kind == "c" else ("maximum", "minimum", "median")
    mode = c.choice("constant", *COPIES, "linear_ramp", "mean", *ordered)
    options = {**KEYWORDS}
    many = ((1.5, -2.0),) * x.ndim or 1.5
    if mode == "constant":
        options["constant_values"] = c.choice(0, 1.5, many)
    elif mode == "linear_ramp":
        options["end_values"] = c.choice(0, 1.5, many)
    elif mode in STATISTICS:
        options["stat_length"] = c.choice(None, 1, (2, 7))
    elif mode in ("reflect", "symmetric"):
        options["reflect_type"] = c.choice("even", "odd")
    return call(x, width, mode=mode, **options)


def _widths(c: Context, x: np.ndarray) -> Any:
    each = tuple([(i, 3 - i) for i in range(x.ndim)])
    return c.choice(1, (0, 2), each or 2, (2,))


SAMPLES: dict[str, Sample] = {
    "pad": _pad,
    "pad copies": lambda c: call(
        x := c.array(nonempty=True),
        pad_width=_widths(c, x),
        mode=c.choice(*reversed(COPIES)),
    ),
    "pad zeros": lambda c: call(x := c.array(), pad_width=_widths(c, x)),
}
