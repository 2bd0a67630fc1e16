"""Elements at some index that are set, or changed by others that broadcast to them."""

from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call
from .indexing import index_of, shape_at


def _changed(c: Context) -> Call:
    x, v, indices, template = _items(c)
    return call(x, v, *indices, template=template)


def _set(c: Context) -> Call:
    """Assignment takes more axes of 1, if the index is no mask."""
    x, v, indices, template = _items(c)
    masked = any(each.dtype == bool for each in indices)
    if not masked and v.ndim and not c.choice(True, True, False):
        v = v[None]
    return call(x, v, *indices, template=template)


def _items(c: Context) -> tuple[np.ndarray, np.ndarray, list[Any], Any]:
    x = c.array()
    indices, template = index_of(c, x.shape)
    sides = [c.choice(n, n, 1) for n in shape_at(x.shape, indices, template)]
    v = c.array(c.choice((), tuple(sides), tuple(sides)))
    return x, v, indices, template


SAMPLES: dict[str, Sample] = {
    "add items": _changed,
    "max items": _changed,
    "min items": _changed,
    "multiply items": _changed,
    "set items": _set,
}
