"""Indexing and its kin: an index of all examples, or one for each of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..ops.indexing import ARRAY_INDEX, ArrayIndex, Slice, put_together
from .call import Call, one_by_one, rule

EVERY = Slice(None, None, None)


class Index(NamedTuple):
    """An index of an array with a leading axis, and where its result has its axes.

    ``order`` brings the axes of the result behind that of the examples, each to its
    place; None where they are there.
    """

    template: tuple[Any, ...]
    arrays: list[Any]
    order: tuple[int, ...] | None


def _index(call: Call, first: int, x_mapped: bool, rank: int) -> Index | None:
    """The index whose arrays are the operands from ``first`` on; None if by a mask."""
    template = call.params["template"]
    arrays, one = call.operands[first:], call.one[first:]
    sizes = [_result_rank(each) for each in one]
    k = max(sizes, default=0)
    region = np.broadcast_to(0, _shape_of(call, first))[put_together(template, one)]
    several = bool(arrays)
    places = [i for i, part in enumerate(template) if _is_advanced(part, several)]
    apart = bool(places) and places != [*range(places[0], places[-1] + 1)]
    before = 0 if apart or not places else _axes_before(template, places[0], rank)
    if not any(call.mapped[first:]):
        order = _moved(region.ndim, k if apart and several else 0, 0)
        return Index((EVERY, *template), arrays, order)
    if any(np.asarray(each).dtype == bool for each in one):
        return None
    aligned = [call.aligned(first + i, k) for i in range(len(arrays))]
    if not x_mapped:
        return Index(template, aligned, _moved(region.ndim, before, 0))
    each = np.arange(call.n).reshape(call.n, *(1,) * k)
    axes = [*range(1, region.ndim + 1)]
    order = (0, *axes[k : k + before], *axes[:k], *axes[k + before :])
    plain = order == tuple(range(len(order)))
    template = (ARRAY_INDEX, *template)
    return Index(template, [each, *aligned], None if plain else order)


def _moved(ndim: int, source: int, to: int) -> tuple[int, ...] | None:
    """The order of ndim + 1 axes by which one comes to the front."""
    if source == to:
        return None
    return (source, *[i for i in range(ndim + 1) if i != source])


def _result_rank(index: Any) -> int:
    array = np.asarray(index)
    return 1 if array.dtype == bool else array.ndim


def _is_advanced(part: Any, several: bool) -> bool:
    return isinstance(part, ArrayIndex) or (several and type(part) is int)


def _axes_before(template: tuple[Any, ...], place: int, rank: int) -> int:
    """How many axes of the result stem from the parts before one."""
    taken = [part for part in template if part is not None and part is not Ellipsis]
    count = 0
    for part in template[:place]:
        count += rank - len(taken) if part is Ellipsis else 1
    return count


def _shape_of(call: Call, first: int) -> tuple[int, ...]:
    return call.params["shape"] if "shape" in call.params else call.shape(0)


def _turned(x: Any, order: tuple[int, ...] | None) -> Any:
    return x if order is None else np.transpose(x, order)


def _turned_back(x: Any, order: tuple[int, ...] | None) -> Any:
    return x if order is None else np.transpose(x, tuple(np.argsort(order).tolist()))


@rule("getitem")
def _getitem(call: Call) -> Any:
    index = _index(call, 1, call.mapped[0], call.rank(0))
    if index is None:
        return one_by_one(call)
    x = call.operands[0]
    out = call.again(x, *index.arrays, template=index.template)
    return _turned(out, index.order)


@rule("scatter")
def _scatter(call: Call) -> Any:
    shape = call.params["shape"]
    index = _index(call, 1, True, len(shape))
    if index is None:
        return one_by_one(call)
    y = _turned_back(call.whole(0), index.order)
    shape = (call.n, *shape)
    return call.again(y, *index.arrays, template=index.template, shape=shape)


@rule("scatter_all")
def _scatter_all(call: Call) -> Any:
    templates = tuple([(EVERY, *each) for each in call.params["templates"]])
    parts = [call.whole(i) for i in range(len(call.operands))]
    shape = (call.n, *call.params["shape"])
    return call.again(*parts, templates=templates, shape=shape)


@rule("set items", "add items", "multiply items", "min items", "max items")
def _updated(call: Call) -> Any:
    index = _index(call, 2, True, call.rank(0))
    if index is None:
        return one_by_one(call)
    place = put_together(call.params["template"], call.one[2:])
    region = np.broadcast_to(0, call.shape(0))[place].shape
    v = call.operands[1]
    if call.rank(1) or call.mapped[1]:
        extra = max(call.rank(1) - len(region), 0)  # axes of 1, which assignment takes
        shape = call.shape(1)[extra:]
        lead = (call.n, *(1,) * (len(region) - len(shape))) if call.mapped[1] else ()
        v = np.broadcast_to(np.reshape(v, (*lead, *shape)), (call.n, *region))
        v = _turned_back(v, index.order)
    return call.again(call.whole(0), v, *index.arrays, template=index.template)
