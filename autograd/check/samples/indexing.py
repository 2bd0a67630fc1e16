"""Indices of every sort, into arrays of any shape."""

from typing import Any

import numpy as np

from ...ops.indexing import put_together, taken_apart
from .. import arrays
from ..context import Call, Context, Sample, call


def _getitem(c: Context) -> Call:
    x = c.array()
    indices, template = index_of(c, x.shape)
    return call(x, *indices, template=template)


def _scatter(c: Context) -> Call:
    shape = c.draw(arrays.shapes(least=1))
    indices, template = index_of(c, shape)
    x = c.array(shape_at(shape, indices, template))
    return call(x, *indices, template=template, shape=shape)


def index_of(c: Context, shape: tuple[int, ...]) -> tuple[list[Any], Any]:
    """An index into that shape: the arrays in it, and the rest as a template."""
    template, indices = taken_apart(c.indices(shape))
    return indices, template


def shape_at(
    shape: tuple[int, ...], indices: list[Any], template: Any
) -> tuple[int, ...]:
    """The shape of what an index takes of an array."""
    return np.zeros(shape)[put_together(template, indices)].shape


SAMPLES: dict[str, Sample] = {
    "getitem": _getitem,
    "scatter": _scatter,
    "scatter_all": lambda c: call(
        c.array((2,)),
        c.array((2,)),
        c.array(()),
        templates=((1,), (0,), (1, -1)),
        shape=(3, 2),
    ),
}
