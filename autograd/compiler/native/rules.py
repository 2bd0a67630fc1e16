"""Primitives as lines and views: what looks elsewhere, sums, joins, picks, multiplies.

A rule is called with the lines so far, the operands, the parameters and the kind of the
result, and gives a view, or None where this case has no form in C.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ...ops.indexing import put_together
from ..flat import Kind
from .elements import as_number, of_elements
from .lines import TYPES, Lines, Number, Places
from .panels import by_panels
from .views import View, indexed, seen, spread, whole

# Elements elsewhere -------------------------------------------------------------------


def same(lines: Lines, args: Any, params: Any, kind: Any) -> Any:
    """What gives its operand: results are copied where they leave the program."""
    x = args[0]
    return x if isinstance(x, View) and lines.dtype(x) == kind.dtype else None


def presumed(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    """The operand; beside it a line that asks whether a condition holds everywhere."""
    x, condition = args
    if not (isinstance(x, View) and isinstance(condition, View)):
        return None
    if lines.dtype(x) != kind.dtype or x.shape != kind.shape:
        return None
    shape, axes = (1,) * len(condition.shape), range(len(condition.shape))
    every = {"axis": tuple(axes), "keepdims": True}
    held = reduction("all")(lines, (condition,), every, Kind(shape, np.dtype(bool)))
    if held is None:
        return None
    check = lines.emit("presume", (held,), params["text"], (), bool)
    lines.presumed.append(check.of)
    return x


def weigh(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    """A product in which a zero of the first factor wins, or of either one."""
    name = "weigh either" if params["either"] else "weigh"
    return of_elements(lines, name, args, kind.shape, kind.dtype)


def reshape(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    if not isinstance(args[0], View) or params.get("order", "C") != "C":
        return None
    return lines.shaped(args[0], kind.shape)


def looked(look: Callable[..., np.ndarray]) -> Callable[..., Any]:
    """A rule for what NumPy itself gives as a view."""

    def rule(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
        if not isinstance(args[0], View):
            return None
        return seen(args[0], lambda x: look(x, **params))

    return rule


def broadcast_to(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    x = args[0]
    if isinstance(x, Number):
        x = lines.constant(np.asarray(x.value, kind.dtype))
    return spread(x, kind.shape) if isinstance(x, View) else None


def item(lines: Lines, args: Any, params: Any, kind: Any) -> Any:
    """One of several outputs, or a constant that is a result."""
    x = args[0]
    if isinstance(x, list):
        return x[params["index"]]
    value = getattr(x, "value", None)
    if isinstance(value, tuple) and len(value) == 1:
        array = np.array(value[0], order="C")
        return lines.constant(array) if array.dtype == kind.dtype else None
    return None


def split(lines: Lines, args: Any, params: Any, kind: Any) -> Any:
    x, cuts = args[0], params["indices_or_sections"]
    if not isinstance(x, View):
        return None
    axis = normalize_axis_index(params["axis"], len(x.shape))
    parts = np.split(np.arange(x.shape[axis]), cuts)
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    front = (slice(None),) * axis
    return [
        indexed(x, (*front, slice(start, start + len(part))))
        for start, part in zip(starts, parts)
    ]


# Fewer elements -----------------------------------------------------------------------


def reduction(name: str) -> Callable[..., Any]:
    """A sum, a product, an extreme; or whether any, or all."""

    def rule(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
        x = args[0]
        if not isinstance(x, View) or not set(params) <= {"axis", "keepdims"}:
            return None
        ends = lines.dtype(x).name, kind.dtype.name
        if not set(ends) <= set(TYPES) or (name in ("max", "min") and not x.size):
            return None
        if name in ("any", "all"):
            x = lines.emit(
                "not_equal", (x, Number(0, None)), lines.dtype(x), x.shape, bool
            )
        elif lines.dtype(x) != kind.dtype:
            x = lines.emit("astype", (x,), kind.dtype, x.shape, kind.dtype)
        return reduced(lines, name, x, _axes(params["axis"], len(x.shape)), kind)

    return rule


def reduced(lines: Lines, name: str, x: View, axes: Sequence[int], kind: Kind) -> View:
    kept = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
    made = lines.emit(name, (x,), tuple(axes), kept, kind.dtype)
    return lines.shaped(made, kind.shape)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None or ndim == 0:
        return tuple(range(ndim))
    return tuple(sorted(normalize_axis_tuple(axis, ndim)))


def mean(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    x = args[0]
    if not isinstance(x, View) or kind.dtype.name not in ("float32", "float64"):
        return None
    total = reduction("sum")(lines, args, params, kind)
    count = x.size // max(math.prod(kind.shape), 1)
    if total is None or not count:
        return None
    number = Number(kind.dtype.type(count), kind.dtype)
    return lines.emit("divide", (total, number), kind.dtype, kind.shape, kind.dtype)


def place_of_extreme(name: str) -> Callable[..., Any]:
    def rule(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
        x, axis = args[0], params.get("axis")
        known = set(params) <= {"axis", "keepdims"}
        if not known or not isinstance(x, View) or not x.size:
            return None
        if lines.dtype(x).name not in TYPES:
            return None
        if axis is None:
            x, axis = lines.shaped(x, (x.size,)), 0
        axis = normalize_axis_index(axis, len(x.shape))
        return reduced(lines, name, x, (axis,), kind)

    return rule


# More elements, or others -------------------------------------------------------------


def assembled(
    lines: Lines, parts: Any, kind: Kind, fill: float | None, added: bool
) -> Any:
    """Views written to places of a new array: pairs (view, what looks at the place)."""
    if kind.dtype.name not in TYPES:
        return None
    mine, views, places = whole(-1, kind.shape), [], []
    for x, look in parts:
        if not isinstance(x, View) or lines.dtype(x).name not in TYPES:
            return None
        place = seen(mine, look)
        views.append(spread(x, place.shape))
        places.append((place.offset, place.strides))
    return lines.emit(
        "assemble", views, Places(tuple(places), fill, added), kind.shape, kind.dtype
    )


def concatenate(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    if not all(isinstance(x, View) for x in args):
        return None
    axis, start, parts = normalize_axis_index(params["axis"], len(kind.shape)), 0, []
    for x in args:
        end = start + x.shape[axis]
        index = (*(slice(None),) * axis, slice(start, end), Ellipsis)
        parts.append((x, lambda out, index=index: out[index]))
        start = end
    return assembled(lines, parts, kind, None, False)


def stack(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    axis = normalize_axis_index(params["axis"], len(kind.shape))
    front = (slice(None),) * axis
    parts = [
        (x, lambda out, index=(*front, i, Ellipsis): out[index])
        for i, x in enumerate(args)
    ]
    return assembled(lines, parts, kind, None, False)


def pad_zeros(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    from ...ops.padding import pairs

    ends = zip(pairs(params["pad_width"], len(kind.shape)), kind.shape)
    index = (*[slice(before, n - after) for (before, after), n in ends], Ellipsis)
    return assembled(lines, [(args[0], lambda out: out[index])], kind, 0, False)


def scatter_all(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    parts = []
    for x, template in zip(args, params["templates"]):
        index = (*put_together(template, ()), Ellipsis)
        if index.count(Ellipsis) > 1:
            index = index[:-1]
        parts.append((x, lambda out, index=index: out[index]))
    return assembled(lines, parts, kind, 0, True)


def _flip(x: np.ndarray, axis: Any = None) -> np.ndarray:
    return np.flip(x, axis)


# Products -----------------------------------------------------------------------------


def matmul(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    """Of matrices, stacks of them, and vectors as rows or columns."""
    x, y = args
    floats = kind.dtype.name in ("float32", "float64")
    if params or not floats or not all(isinstance(a, View) for a in args):
        return None
    if any(lines.dtype(a) != kind.dtype for a in args):
        return None
    if len(x.shape) == 1:
        x = seen(x, lambda a: a[None, :])
    if len(y.shape) == 1:
        y = seen(y, lambda a: a[:, None])
    return lines.shaped(product(lines, x, y, kind.dtype), kind.shape)


def product(lines: Lines, x: View, y: View, dtype: np.dtype) -> View:
    """x @ y of two views of two axes at least."""
    m, k, n = x.shape[-2], x.shape[-1], y.shape[-1]
    if m == 1 and len(y.shape) == 2 and as_number(lines, x) == Number(1, dtype):
        return spread(_sum_of_rows(lines, y, dtype), (*x.shape[:-1], n))
    if len(y.shape) == 2 and len(x.shape) > 2:  # one product for all rows
        lead = x.shape[:-1]
        rows = lines.shaped(x, (math.prod(lead), k))
        return lines.shaped(product(lines, rows, y, dtype), (*lead, n))
    found = by_panels(lines, x, y)
    if found is not None:
        return found
    lead = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    x, y = spread(x, (*lead, m, k)), spread(y, (*lead, k, n))
    if not k:
        zero = lines.constant(np.zeros((), dtype))
        return spread(zero, (*lead, m, n))
    x, y = [a if is_matrix(a) else lines.copied(a) for a in (x, y)]
    return lines.emit("matmul", (x, y), None, (*lead, m, n), dtype)


def _sum_of_rows(lines: Lines, y: View, dtype: np.dtype) -> View:
    """A sum over the shape of the line it reads, so that it can join the same loops."""
    shape = lines[y.of].shape
    if y == whole(y.of, y.shape) and y.size == math.prod(shape):
        y = y if shape[-1:] != y.shape[-1:] else whole(y.of, shape)
    return reduced(
        lines, "sum", y, range(len(y.shape) - 1), Kind((1, y.shape[-1]), dtype)
    )


def is_matrix(x: View) -> bool:
    """Whether BLAS can read it: rows or columns side by side."""
    (m, n), (down, along) = x.shape[-2:], x.strides[-2:]
    by_rows = (along == 1 or n == 1) and (down >= n or m == 1)
    return by_rows or ((down == 1 or m == 1) and (along >= m or n == 1))


def affine(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    x, weight, bias = args
    if not all(isinstance(a, View) for a in args) or len(x.shape) < 2:
        return None
    if any(lines.dtype(a) != kind.dtype for a in args) or len(weight.shape) != 2:
        return None
    if kind.dtype.name not in ("float32", "float64"):
        return None
    shape = kind.shape
    if len(bias.shape) < 2:  # one row for all
        x = lines.shaped(x, (math.prod(shape[:-1]), x.shape[-1]))
        shape = (x.shape[0], shape[-1])
        found = by_panels(lines, x, seen(weight, np.transpose), spread(bias, shape[1:]))
        if found is not None:
            return lines.shaped(found, kind.shape)
    y = lines.shaped(product(lines, x, seen(weight, np.transpose), kind.dtype), shape)
    given = [spread(a, shape) for a in (y, bias)]
    made = lines.emit("add", given, kind.dtype, shape, kind.dtype)
    return lines.shaped(made, kind.shape)


RULES: dict[str, Callable[..., Any]] = {
    "argument": same,
    "detach": same,
    "positive": same,
    "real": same,
    "weigh": weigh,
    "presumed": presumed,
    "item": item,
    "reshape": reshape,
    "expand_dims": reshape,
    "squeeze": reshape,
    "transpose": looked(np.transpose),
    "swapaxes": looked(np.swapaxes),
    "moveaxis": looked(np.moveaxis),
    "flip": looked(_flip),
    "diagonal": looked(np.diagonal),
    "broadcast_to": broadcast_to,
    "split": split,
    "mean": mean,
    "argmax": place_of_extreme("argmax"),
    "argmin": place_of_extreme("argmin"),
    "concatenate": concatenate,
    "stack": stack,
    "pad zeros": pad_zeros,
    "scatter_all": scatter_all,
    "matmul": matmul,
    "affine": affine,
    **{name: reduction(name) for name in ("sum", "prod", "max", "min", "any", "all")},
}
