"""Arrays with some elements replaced or changed: new ones, which have a derivative.

NumPy's names ``put`` and ``put_along_axis`` write in place there; those here return.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.declare import constant, general, linear
from ..core.node import decides, numbers
from .held import held
from .indexing import (
    ARRAY_INDEX,
    index_along_axis,
    places_within,
    put_together,
    take_item,
    taken_apart,
)
from .unread import let_go_of_first

__all__ = ["put", "put_along_axis"]

# Rules --------------------------------------------------------------------------------


def _set(x, v, *indices, template):
    out = _copied(x, v)
    out[put_together(template, indices)] = v
    return out


def _add(x, v, *indices, template):
    return _updated(np.add, x, v, indices, template)


def _multiply(x, v, *indices, template):
    return _updated(np.multiply, x, v, indices, template)


def _min(x, v, *indices, template):
    return _updated(np.minimum, x, v, indices, template)


def _max(x, v, *indices, template):
    return _updated(np.maximum, x, v, indices, template)


def _updated(ufunc, x, v, indices, template):
    out, index = _copied(x, v), put_together(template, indices)
    if indices:
        ufunc.at(out, index, v)
    else:  # no element is named twice, and what is named is a view
        part = out[index if Ellipsis in index else (*index, ...)]
        ufunc(part, v, out=part, casting="unsafe")
    return out


def _copied(x, v):
    """A copy of x that can hold v: NumPy would cut off its fraction without a word."""
    out, dtype = np.array(x), np.asarray(v).dtype
    if dtype.kind in "fc" and not np.can_cast(dtype, out.dtype, "same_kind"):
        raise TypeError(f"dtype {out.dtype} holds no {dtype}; astype() one of them")
    return out


def _places(x_shape, indices, template):
    """The numbers of the elements that an index takes."""
    count = np.arange(math.prod(x_shape)).reshape(x_shape)
    return take_item(count, *map(held, indices), template=template)


def _elsewhere(g, indices, template):
    return set_items(g, 0, *indices, template=template)


def _kept(g, x_shape, v_shape, indices, template):
    """Of those that go to one place the last stays there."""
    masks = [x for x in indices if x.dtype == bool and not decides(x)]
    if masks and len(indices) == 1 == len(template) and math.prod(v_shape) == 1:
        shape = np.shape(masks[0])
        mask = np.reshape(masks[0], shape + (1,) * (np.ndim(g) - len(shape)))
        return np.reshape(np.sum(np.where(mask, g, 0)), v_shape)
    for each in masks:
        numbers(each, "a mask that is an index")
    part = take_item(g, *indices, template=template)
    if any(each.dtype != bool for each in indices):
        places = _places(x_shape, indices, template)
        part = np.where(stays(places, size=math.prod(x_shape)), part, 0)
    extra = len(v_shape) - np.ndim(part)  # axes of 1, that assignment takes
    return np.reshape(part, (1,) * extra + np.shape(part)) if extra > 0 else part


def _stays(places, *, size):
    """Which of those that are written to these places are there in the end."""
    last = np.empty(size, int)
    last[places] = mine = np.arange(places.size).reshape(places.shape)
    return last[places] == mine


stays = constant(_stays)


def _factors(x, v, indices, template):
    """The elements of x and those of v, and the number of the place each belongs to."""
    places = _places(np.shape(x), indices, template)
    n = np.size(x)
    v = np.reshape(np.broadcast_to(v, places.shape), (places.size,))
    return (
        np.concatenate([np.reshape(x, (n,)), v]),
        np.concatenate([np.arange(n), np.ravel(places)]),
        places.shape,
    )


def _divided(parts, x, taken, indices):
    """The contributions to x, to v, and none to the indices."""
    n = np.size(x)
    of_x, of_v = np.reshape(parts[:n], np.shape(x)), np.reshape(parts[n:], taken)
    return [of_x, of_v, *([None] * len(indices))]


def _pull_multiply(g, x, v, indices, template):
    """g · the product of the others at that place: right with any number of zeros."""
    factors, groups, taken = _factors(x, v, indices, template)
    order = np.argsort(groups, kind="stable")
    ordered, sorted_groups = factors[order], groups[order]
    others = _before(ordered, sorted_groups)
    others = others * _before(ordered[::-1], sorted_groups[::-1])[::-1]
    others = others[np.argsort(order)]
    parts = np.reshape(g, (np.size(x),))[groups] * others
    return _divided(parts, x, taken, indices)


def _before(x, groups):
    """For each element the product of those before it in its group: log₂ n steps."""
    longest = np.bincount(groups).max(initial=0) if decides(groups) else len(groups)
    same = groups[1:] == groups[:-1]
    x = np.concatenate([np.ones_like(x[:1]), np.where(same, x[:-1], 1)])
    step = 1
    while step < longest:
        same = groups[step:] == groups[:-step]
        x = np.concatenate([x[:step], x[step:] * np.where(same, x[:-step], 1)])
        step *= 2
    return x


def _shares(factors, groups, *, ufunc, n):
    """What each factor gets of the gradient of its group: the extremes share it."""
    extreme = factors[:n].copy()  # of both dtypes, while the result has that of x
    ufunc.at(extreme, groups[n:], factors[n:])
    wins = (factors == extreme[groups]) | np.isnan(factors)
    return wins / np.bincount(groups, wins, n)[groups]


shares = constant(_shares)


def _pull_extreme(ufunc):
    """The rule of ``np.minimum`` or ``np.maximum``: ties split equally."""

    def pull(g, x, v, indices, template):
        factors, groups, taken = _factors(x, v, indices, template)
        share = shares(held(factors), groups, ufunc=ufunc, n=np.size(x))
        whole = take_item(np.reshape(g, (np.size(x),)), groups, template=(ARRAY_INDEX,))
        return _divided(whole * share, x, taken, indices)

    return pull


# Primitives ---------------------------------------------------------------------------


set_items = linear(
    _set,
    _elsewhere,
    _kept,
    name="set items",
    symbol="[ ]←",
)
add_items = linear(
    _add,
    lambda g: g,
    lambda g, indices, template: take_item(g, *indices, template=template),
    name="add items",
    symbol="[ ]+",
)
multiply_items = general(
    _multiply, joint=_pull_multiply, name="multiply items", symbol="[ ]×"
)
min_items = general(
    _min,
    joint=_pull_extreme(np.minimum),
    name="min items",
    symbol="[ ]min",
    analytic=False,
)
max_items = general(
    _max,
    joint=_pull_extreme(np.maximum),
    name="max items",
    symbol="[ ]max",
    analytic=False,
)


UPDATES = (set_items, add_items)  # whose rules do not read what they update


class At:
    """``x.at[index]``: from there ``set``, ``add`` and others return a new Tensor.

    The index may be any that NumPy has. Where it takes an element more than once,
    ``set`` keeps the last value, and the others use them all, as ``np.add.at`` does.

    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0, 3.0])
    >>> x.at[0].set(5.0)
    Tensor([5., 2., 3.])
    >>> x.at[[0, 0, 2]].add(1.0)
    Tensor([3., 2., 4.])
    """

    __slots__ = ("_array", "_index")

    def __init__(self, array: Any, index: Any = ()) -> None:
        self._array, self._index = array, index

    def __getitem__(self, index: Any) -> At:
        return At(self._array, index)

    def _with(self, op: Any, v: Any) -> Any:
        template, indices = taken_apart(self._index)
        if getattr(self._array, "op", None) in UPDATES:
            let_go_of_first(self._array.inputs)
        return op(self._array, v, *indices, template=template)

    def set(self, v: Any) -> Any:
        """``x`` after ``x[index] = v``."""
        return self._with(set_items, v)

    def add(self, v: Any) -> Any:
        """``x`` after ``x[index] += v``, for each place as often as it is named."""
        return self._with(add_items, v)

    def multiply(self, v: Any) -> Any:
        """``x`` after ``x[index] *= v``, for each place as often as it is named."""
        return self._with(multiply_items, v)

    def min(self, v: Any) -> Any:
        """``x``, there the least of it and what ``v`` has for that place."""
        return self._with(min_items, v)

    def max(self, v: Any) -> Any:
        """``x``, there the largest of it and what ``v`` has for that place."""
        return self._with(max_items, v)


def put(x, indices, values, mode="raise"):
    """``x`` with values at places counted over all its elements; too few are repeated.

    The gradient of ``x`` is g with 0 there, that of the values g there.

    >>> import autograd as ag
    >>> ag.put(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), [0, -1], 9.0)
    Tensor([[9., 2.],
            [3., 9.]])
    """
    size = np.size(x)
    places = np.ravel(places_within(indices, n=size, mode=mode))
    if not np.size(values):
        places = places[:0]
    flat = At(np.reshape(x, (size,)))[places].set(np.resize(values, places.shape))
    return np.reshape(flat, np.shape(x))


def put_along_axis(x, indices, values, axis):
    """``x`` with values at places of their own for each row: as argsort gives them.

    The gradient of ``x`` is g with 0 there, that of the values g there.

    >>> import autograd as ag
    >>> x = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.put_along_axis(x, [[1], [0]], 9.0, axis=1)
    Tensor([[1., 9.],
            [9., 4.]])
    """
    shape = np.shape(x)
    if axis is None:
        flat = put_along_axis(np.reshape(x, (np.size(x),)), indices, values, 0)
        return np.reshape(flat, shape)
    return At(x)[index_along_axis(shape, indices, axis)].set(values)
