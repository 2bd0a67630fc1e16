"""Primitives as lines and views: what looks elsewhere, joins and puts; and all by name.

A rule is called with the lines so far, the operands, the parameters and the kind of the
result, and gives a view, or None where this case has no form in C.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ...ops.indexing import put_together
from ..flat import Kind
from .elements import of_elements
from .lines import TYPES, Lines, Number, Places
from .matrices import affine, matmul
from .reductions import mean, place_of_extreme, reduction
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


# Their names -------------------------------------------------------------------------

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
