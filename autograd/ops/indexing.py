"""``x[index]`` in every form NumPy has; repeated indices accumulate."""

import math
import operator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..core.declare import constant, linear
from ..core.node import Node, numbers, told
from ..core.space import unmasked
from ..core.sweeps import Deferred
from ..source import index_text


class Slice(NamedTuple):
    """A slice that can be hashed, which ``slice`` cannot before Python 3.12."""

    start: int | None
    stop: int | None
    step: int | None


class ArrayIndex(NamedTuple):
    """Stands for the next index array among the operands."""


shared_slice = lru_cache(1024)(Slice)  # equal ones in a long graph take memory once
ARRAY_INDEX = ArrayIndex()

MANY = 64  # elements on each one, from where on a sum in single precision tells
WIDER = {"e": "f", "f": "d", "F": "D"}  # by the character of a dtype


def taken_apart(index: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """An index as a hashable template, and the arrays that fill it."""
    template: list[Any] = []
    arrays: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, slice):
            ends = [part.start, part.stop, part.step]
            ends = [None if end is None else _end(end) for end in ends]
            template.append(shared_slice(*ends))
        elif part is None or part is Ellipsis:
            template.append(part)
        elif isinstance(part, (int, np.integer)) and not isinstance(part, bool):
            template.append(operator.index(part))
        else:
            template.append(ARRAY_INDEX)
            arrays.append(part if isinstance(part, Node) else _index_array(part))
    return tuple(template), arrays


def _end(end: Any) -> int:
    try:
        return operator.index(end)
    except TypeError as error:
        raise TypeError(f"an end of a slice is an integer; got {told(end)}") from error


def _index_array(part: Any) -> np.ndarray:
    array = np.asarray(unmasked(part, "an index"))
    if array.size == 0 and not isinstance(part, np.ndarray):
        array = array.astype(np.intp)  # x[[]] selects nothing
    if array.dtype.kind not in "biu":
        raise IndexError(
            f"an index must hold integers or booleans; got {array.dtype} ({part!r})"
        )
    return array


def put_together(template: tuple[Any, ...], arrays: Any) -> tuple[Any, ...]:
    """The index that ``taken_apart`` took apart."""
    rest = iter(arrays)
    index = []
    for part in template:
        if isinstance(part, Slice):
            part = slice(*part)
        elif isinstance(part, ArrayIndex):
            part = next(rest)
        index.append(part)
    return tuple(index)


class Scatter(Deferred):
    """The cotangent of ``x[index]``: zero elsewhere, added in place."""

    def __init__(self, g: Any, index: tuple[Any, ...], shape: tuple[int, ...]) -> None:
        self.g, self.index, self.shape = g, index, shape

    def buffer(self) -> np.ndarray:
        return np.zeros(self.shape, dtype=np.asarray(self.g).dtype)

    def add_into(self, total: np.ndarray) -> None:
        index = self.index
        if len(index) == 1 and _picks_rows(index[0], total):
            _add_rows(total, index[0], self.g)
        elif any(isinstance(part, np.ndarray) for part in index):
            _add_at(total, index, self.g)
        else:
            total[self.index] += self.g

    @staticmethod
    def together(parts: list[Any]) -> Any:
        """In a lifted sweep: one array for all, not one each."""
        templates = tuple([taken_apart(part.index)[0] for part in parts])
        return scatter_all(
            *[part.g for part in parts], templates=templates, shape=parts[0].shape
        )


def _picks_rows(index, total):
    is_integers = isinstance(index, np.ndarray) and index.dtype.kind in "iu"
    return is_integers and total.ndim > 1 and total.flags.c_contiguous


def _add_rows(total, index, g):
    """total[index] += g, of rows, element by element: ``np.add.at`` is fast at these.

    Of rows it takes several times as long.
    """
    size = math.prod(total.shape[1:])
    index = index.reshape(-1, 1).astype(np.intp, copy=False)
    index = np.where(index < 0, index + len(total), index)
    elements = (index * size + np.arange(size)).reshape(-1)
    _add_at(total.reshape(-1), elements, np.reshape(g, -1))


def _add_at(total, index, g):
    """total[index] += g, element by element; halves, which count to 2048, in single.

    Where many fall on few, singles are summed in double.
    """
    dtype = total.dtype
    if dtype == np.float16 or np.size(g) > MANY * total.size:
        dtype = WIDER.get(dtype.char, dtype)
    wide = total.astype(dtype, copy=False)
    np.add.at(wide, index, np.asarray(g, dtype))
    if wide is not total:
        total[...] = wide


def _getitem(x, *indices, template):
    return x[put_together(template, indices)]


def _pull_getitem(g, x_shape, indices, template):
    if isinstance(g, Node) and indices:
        return scatter(g, *indices, template=template, shape=x_shape)
    return Scatter(g, put_together(template, indices), x_shape)


def _scatter(x, *indices, template, shape):
    part = Scatter(x, put_together(template, indices), shape)
    total = part.buffer()
    part.add_into(total)
    return total


def _scatter_all(*xs, templates, shape):
    total = np.zeros(shape, np.result_type(*xs))
    for x, template in zip(xs, templates):
        Scatter(x, put_together(template, ()), shape).add_into(total)
    return total


take_item = linear(
    _getitem,
    _pull_getitem,
    name="getitem",
    symbol="[ ]",
)
take_item.text = lambda operands, params: (
    f"{operands[0]}[{index_text(put_together(params['template'], operands[1:]))}]"
)
scatter = linear(
    _scatter,
    lambda g, indices, template: take_item(g, *indices, template=template),
    symbol="[ ]ᵀ",
)


scatter_all = linear(
    _scatter_all,
    joint=lambda g, templates: [take_item(g, template=each) for each in templates],
    symbol="Σ[ ]ᵀ",
)


def getitem(x: Any, index: Any) -> Any:
    """``x[index]``: integers, slices, ``None``, ``...``, integer and boolean arrays.

    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> x[[0, 0, 2]].sum().backward()
    >>> x.grad
    array([2., 0., 1.])
    """
    template, arrays = taken_apart(index)
    for each in arrays:
        if isinstance(each, Node) and np.result_type(each._raw).kind == "b":
            numbers(each, "a mask that is an index")
    return take_item(x, *arrays, template=template)


def _places_within(indices, *, n, mode="raise"):
    return np.take(np.arange(n), indices, mode=mode)


places_within = constant(_places_within, name="places within")


def along(axis: int, part: Any) -> tuple[Any, ...]:
    """The index of ``part`` along an axis, and of all along those before it."""
    return (slice(None),) * axis + (part,)


def index_along_axis(shape: tuple[int, ...], indices: Any, axis: int) -> tuple:
    """The index that has these places along an axis, and each own place elsewhere."""
    if not isinstance(indices, Node):
        indices = np.asarray(unmasked(indices, "an index"))
    axis = normalize_axis_index(axis, len(shape))
    if indices.dtype.kind not in "iu":
        raise IndexError(f"indices must be integers; got {indices.dtype}")
    if indices.ndim != len(shape):
        raise ValueError(
            f"indices of shape {indices.shape} must have as many axes as {shape}"
        )
    whole = list(np.ix_(*map(np.arange, shape)))
    whole[axis] = indices
    return tuple(whole)
