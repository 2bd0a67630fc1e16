"""Rules for what arrays of whole numbers pick, and what is added where they pick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.indexing import ArrayIndex, put_together
from ..flat import Kind
from .lines import TYPES, Lines, Number
from .reductions import reduced
from .rules import scatter_all
from .views import View, indexed, seen, spread, whole


def _picked(lines: Lines, x_shape: Any, args: Any, template: Any) -> Any:
    """How an index looks at an array of a shape; None if it is more than C does.

    The whole array as a view whose first axes are those that are picked along, how many
    these are, the indices spread to their common shape, and where in the result its
    axes stand.
    """
    index = put_together(template, args)
    arrays = [x for x in args if isinstance(x, View)]
    if len(arrays) != len(args) or not arrays:
        return None
    if any(
        lines.dtype(x).kind not in "iu" or lines.dtype(x).name not in TYPES
        for x in arrays
    ):
        return None
    if any(isinstance(part, int) for part in index):
        return None  # a whole number among arrays is one of them
    if Ellipsis not in index:
        index = (*index, Ellipsis)
    shape = np.broadcast_shapes(*[x.shape for x in arrays])
    consumed = sum(1 for part in index if part is not None and part is not Ellipsis)
    at = index.index(Ellipsis)
    fill = (slice(None),) * (len(x_shape) - consumed)
    index = (*index[:at], *fill, *index[at + 1 :])
    sliced = [slice(None) if isinstance(part, View) else part for part in index]
    mine = indexed(whole(-1, x_shape), tuple(sliced))
    axes = [i for i, part in enumerate(index) if isinstance(part, View)]
    front = axes[0] if axes[-1] - axes[0] == len(axes) - 1 else 0
    mine = seen(mine, lambda x: np.moveaxis(x, axes, range(len(axes))))
    return mine, len(axes), [spread(x, shape) for x in arrays], front


def getitem(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    x, *arrays = args
    if not isinstance(x, View):
        return None
    template = params["template"]
    if not any(isinstance(part, ArrayIndex) for part in template):
        return indexed(x, put_together(template, ()))
    if lines.dtype(x).name not in TYPES:
        return None
    if not x.is_dense:
        x = lines.copied(x)
    found = _picked(lines, x.shape, arrays, template)
    if found is None:
        return None
    mine, count, arrays, front = found
    source = View(x.of, x.offset + mine.offset, mine.shape, mine.strides)
    return picked(lines, source, count, arrays, front, kind)


def picked(
    lines: Lines, x: View, count: int, arrays: Any, front: int, kind: Kind, low: int = 0
) -> View:
    """``x[arrays]`` along its first ``count`` axes; theirs stand at ``front``.

    Numbers below 0 count from the end, if not ``low`` says that they are errors.
    """
    shape = arrays[0].shape
    made = lines.emit(
        "gather", (x, *arrays), (count, low), (*shape, *x.shape[count:]), kind.dtype
    )
    return seen(
        made,
        lambda a: np.moveaxis(a, range(len(shape)), range(front, front + len(shape))),
    )


def scatter(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    """Zeros, and to them is added where the index looks."""
    x, *arrays = args
    template = params["template"]
    if (
        not isinstance(x, View)
        or kind.dtype.name not in TYPES
        or kind.dtype.kind == "b"
    ):
        return None
    if lines.dtype(x) != kind.dtype:
        return None
    if not any(isinstance(part, ArrayIndex) for part in template):
        return scatter_all(lines, args, {"templates": (template,)}, kind)
    found = _picked(lines, kind.shape, arrays, template)
    if found is None:
        return None
    mine, count, arrays, front = found
    ndim = len(arrays[0].shape)
    x = spread(x, _scattered_shape(mine, count, arrays[0].shape, front))
    x = seen(x, lambda a: np.moveaxis(a, range(front, front + ndim), range(ndim)))
    return lines.emit("scatter", (x, *arrays), (count, mine), kind.shape, kind.dtype)


def _scattered_shape(mine: View, count: int, shape: Any, front: int) -> tuple[int, ...]:
    rest = mine.shape[count:]
    return (*rest[:front], *shape, *rest[front:])


def cross_entropy(lines: Lines, args: Any, params: Any, kind: Kind) -> Any:
    """The mean of log Σ exp(scores) less the score of the label, in terms of these."""
    x, labels = args
    if not isinstance(x, View) or not isinstance(labels, View) or not x.size:
        return None
    dtype = lines.dtype(x)
    if (
        dtype.name not in ("float32", "float64")
        or lines.dtype(labels).name not in TYPES
    ):
        return None
    last, rows = (len(x.shape) - 1,), (*x.shape[:-1], 1)
    emit, n = lines.emit, labels.size

    def each(op: str, *views: View, shape: Any = x.shape) -> View:
        given = [spread(v, shape) for v in views]
        return emit(op, given, dtype, shape, dtype)

    top = emit("max", (x,), last, rows, dtype)
    scores = each("subtract", x, top)
    total = emit("sum", (each("exp", scores),), last, rows, dtype)
    flat = seen(lines.shaped(scores, (n, x.shape[-1])), lambda a: a)
    index = lines.shaped(labels, (n,))
    where = [lines.constant(np.arange(n)), index]
    mine = picked(lines, flat, 2, where, 0, Kind((n,), dtype), low=1)
    logs = lines.shaped(each("log", total, shape=rows), (n,))
    apart = each("subtract", logs, mine, shape=(n,))
    whole_sum = reduced(lines, "sum", apart, (0,), Kind((), dtype))
    number = Number(dtype.type(n), dtype)
    return emit("divide", (whole_sum, number), dtype, (), dtype)


RULES: dict[str, Callable[..., Any]] = {
    "getitem": getitem,
    "scatter": scatter,
    "cross_entropy": cross_entropy,
}
