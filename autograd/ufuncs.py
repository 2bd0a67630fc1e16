"""NumPy's ufuncs on nodes: calls, their keywords, and ``reduce``, ``accumulate`` …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np

from .graph import Node
from .ops import elementwise, reductions
from .ops.shaping import astype, reshape, stack, where
from .primitive import registry


def told(x: Any) -> str:
    """An operand, as an error message names it."""
    if isinstance(x, np.ndarray):
        return f"an array of shape {x.shape} and dtype {x.dtype}"
    if isinstance(x, Node):
        return f"a {type(x).__name__} of shape {np.shape(x._data)}"
    return f"{type(x).__name__} {x!r}"[:80]


def call_ufunc(
    self: Any, ufunc: np.ufunc, method: str, *args: Any, **kwargs: Any
) -> Any:
    """``__array_ufunc__``: the primitive of that name, or why there is none."""
    name = ufunc.__name__
    if kwargs.get("out") is not None:
        raise TypeError(
            f"np.{name} cannot write a {type(self).__name__} into an array: out= and "
            "array *= tensor would lose its history. Write array = array * tensor"
        )
    op = _function_of(ufunc)
    if op is None:
        raise TypeError(
            f"np.{name} has no derivative here. Use .data for its value alone, or "
            "declare it with autograd.elementwise"
        )
    if method == "__call__":
        return _called(op, args, **kwargs) if kwargs else op(*args)
    if method not in METHODS:
        raise TypeError(
            f"np.{name}.{method} writes in place, which the graph cannot record. Write "
            "x.at[index].add(values); there is set, multiply, min and max, too"
        )
    return METHODS[method](ufunc, op, *args, **kwargs)


def _function_of(ufunc: np.ufunc) -> Callable[..., Any] | None:
    if ufunc is np.divmod:
        return lambda x, y: (
            elementwise.floor_divide(x, y),
            elementwise.remainder(x, y),
        )
    op = registry.get(ufunc.__name__)
    known = op is not None and (op.forward is ufunc or ufunc.__name__ in dir(np))
    return op.call if known and op is not None else None


def _called(
    op: Callable[..., Any],
    args: tuple[Any, ...],
    where: Any = True,
    dtype: Any = None,
    casting: Any = "same_kind",
    **layout: Any,
) -> Any:
    """A call with keywords. Elements that ``where=`` leaves out are 0."""
    if dtype is not None:
        args = tuple([_cast(x, np.dtype(dtype), casting) for x in args])
    out = op(*args)
    return out if where is True else _chosen(where, out)


def _chosen(mask: Any, out: Any) -> Any:
    zero = np.zeros((), out.dtype)
    return where(mask, out, zero)


def _cast(x: Any, dtype: np.dtype, casting: Any) -> Any:
    if not hasattr(x, "dtype"):
        return x  # Python's numbers take the dtype of what is beside them
    if not np.can_cast(x.dtype, dtype, casting):
        raise TypeError(
            f"dtype={dtype}: cannot cast an operand of dtype {x.dtype} by the rule "
            f"{casting!r}; pass casting='unsafe' if you mean it"
        )
    return astype(x, dtype)


# Methods ------------------------------------------------------------------------------


def _reduce(ufunc: np.ufunc, op: Any, x: Any, axis: Any = 0, **keywords: Any) -> Any:
    keywords = {key: value for key, value in keywords.items() if value is not None}
    if ufunc in REDUCTIONS:
        return REDUCTIONS[ufunc](x, axis=axis, **keywords)
    kept = keywords.pop("keepdims", False)
    start = [keywords.pop("initial")] if "initial" in keywords else []
    if keywords or not isinstance(axis, int):
        raise TypeError(
            f"np.{ufunc.__name__}.reduce goes over one axis here, with initial= and "
            f"keepdims= alone; got axis={axis}, {keywords}"
        )
    rows = [*start, *_along(x, axis)] or [ufunc.identity]
    out = reduce(op, rows)
    return np.expand_dims(out, axis) if kept else out


def _accumulate(
    ufunc: np.ufunc, op: Any, x: Any, axis: int = 0, dtype: Any = None
) -> Any:
    x = x if dtype is None else astype(x, dtype)
    if ufunc in SCANS:
        return SCANS[ufunc](x, axis=axis)
    found: list[Any] = []
    for row in _along(x, axis):
        found.append(op(found[-1], row) if found else row)
    return stack(found, axis=axis)


def _reduceat(ufunc: np.ufunc, op: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    rows = list(_along(x, axis))
    ends = [*indices[1:], len(rows)]
    parts = [rows[i : max(j, i + 1)] for i, j in zip(indices, ends)]
    return stack([reduce(op, part) for part in parts], axis=axis)


def _along(x: Any, axis: int) -> Iterator[Any]:
    rows = np.moveaxis(x, axis, 0)
    return (rows[i] for i in range(len(rows)))


def _outer(ufunc: np.ufunc, op: Any, x: Any, y: Any) -> Any:
    return op(reshape(x, np.shape(x) + (1,) * np.ndim(y)), y)


METHODS: dict[str, Callable[..., Any]] = {
    "reduce": _reduce,
    "accumulate": _accumulate,
    "reduceat": _reduceat,
    "outer": _outer,
}

REDUCTIONS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: reductions.sum,
    np.multiply: reductions.prod,
    np.maximum: reductions.max,
    np.minimum: reductions.min,
    np.logaddexp: reductions.logsumexp,
}

SCANS: dict[np.ufunc, Callable[..., Any]] = {}
