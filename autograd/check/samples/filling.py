"""From one number to another in few steps or many."""

from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call


def _linspace(c: Context) -> Call:
    ends = c.array(()), c.array(())
    num, endpoint = c.choice(50, 3, 1, 0), c.flag()
    retstep = num > 2 and c.choice(True, False)
    return call(*ends, num=num, endpoint=endpoint, retstep=retstep, **_made(c))


def _geomspace(c: Context, **params: Any) -> Call:
    ends = c.array(()), c.array(())
    num, endpoint = c.choice(50, 3, 1), c.flag()
    return call(*ends, num=num, endpoint=endpoint, **params, **_made(c))


def _made(c: Context) -> dict[str, Any]:
    """Of what type, along which axis."""
    return {"dtype": c.choice(None, np.float32), "axis": c.choice(0, -1)}


SAMPLES: dict[str, Sample] = {
    "geomspace": _geomspace,
    "linspace": _linspace,
    "logspace": lambda c: _geomspace(c, base=c.choice(10.0, 2.0)),
}
