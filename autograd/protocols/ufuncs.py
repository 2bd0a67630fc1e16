"""NumPy's ufuncs on nodes: calls, their keywords, and ``reduce``, ``accumulate`` …"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import reduce
from importlib import import_module
from typing import Any

import numpy as np

from ..core.declare import NUMPY
from ..core.node import raw
from ..ops import reductions, scans
from ..ops.shaping import astype, reshape, stack, where
from .refusals import REASONS


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
    op = function_of(ufunc)
    if op is None:
        reason = REASONS.get(ufunc, "it has no derivative declared")
        raise TypeError(
            f"np.{name} does not take a {type(self).__name__} here: {reason}. Use "
            ".data for its value alone, without gradient, or declare it with "
            "autograd.elementwise"
        )
    if method == "__call__":
        if ufunc.signature:
            places = {key: kwargs.pop(key) for key in PLACES & kwargs.keys()}
            op = _along_axes(ufunc, op, **places) if places else op
        return _called(op, args, **kwargs) if kwargs else op(*args)
    if method not in METHODS:
        raise TypeError(
            f"np.{name}.{method} writes in place, which the graph cannot record. Write "
            "x.at[index].add(values); there is set, multiply, min and max, too"
        )
    return METHODS[method](ufunc, op, *args, **kwargs)


def function_of(ufunc: np.ufunc) -> Callable[..., Any] | None:
    """What a ufunc of nodes calls, if that is declared."""
    if ufunc not in NUMPY and "scipy.special" in sys.modules:
        import_module("..ops.special", __package__)  # which declares SciPy's
    return NUMPY.get(ufunc)


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


def _along_axes(
    ufunc: np.ufunc,
    op: Callable[..., Any],
    axes: Any = None,
    axis: Any = None,
    keepdims: bool = False,
) -> Callable[..., Any]:
    """A function of the last axes, as one of the axes that the keywords name."""
    name, scalar = f"np.{ufunc.__name__}", str(ufunc.signature).endswith("()")
    if not scalar and (axis is not None or keepdims):
        raise TypeError(f"{name}{ufunc.signature} has axes=, no axis= or keepdims=")
    if axes is not None and axis is not None:
        raise TypeError(f"{name}: cannot specify both 'axis' and 'axes'")
    if axes is None:
        axes = [-1 if axis is None else axis] * ufunc.nin
    places = [tuple(each) if np.ndim(each) else (each,) for each in axes]
    if scalar and len(places) == ufunc.nin:
        places.append(places[0] if keepdims else ())
    if len(places) != ufunc.nargs:
        raise ValueError(f"{name}: axes= has an entry for each operand and the result")

    def along(*args: Any) -> Any:
        args = tuple([_last(x, place) for x, place in zip(args, places)])
        out = op(*args)
        if keepdims:
            return np.expand_dims(out, places[-1])
        return np.moveaxis(out, tuple(range(-len(places[-1]), 0)), places[-1])

    return along


def _last(x: Any, places: tuple[int, ...]) -> Any:
    return np.moveaxis(x, places, tuple(range(-len(places), 0)))


def _chosen(mask: Any, out: Any) -> Any:
    dtype = np.asarray(raw(mask)).dtype
    if dtype.kind != "b":
        raise TypeError(f"where= takes booleans; got {dtype}. Write where=mask != 0")
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
        if ufunc not in (np.add, np.multiply):
            x = reductions.in_dtype(x, keywords.pop("dtype", None))
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
    return np.expand_dims(out, axis) if kept and np.ndim(x) else out


def _accumulate(
    ufunc: np.ufunc, op: Any, x: Any, axis: int = 0, dtype: Any = None
) -> Any:
    x = x if dtype is None else astype(x, dtype)
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    if ufunc in SCANS:
        return reductions.in_dtype(SCANS[ufunc](x, axis=axis), dtype)
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
    rows = np.moveaxis(x if np.ndim(x) else reshape(x, 1), axis, 0)
    return (rows[i] for i in range(len(rows)))


def _outer(ufunc: np.ufunc, op: Any, x: Any, y: Any) -> Any:
    return op(reshape(x, np.shape(x) + (1,) * np.ndim(y)), y)


PLACES = {"axes", "axis", "keepdims"}  # of ufuncs of vectors and matrices

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

SCANS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: scans.cumsum,
    np.multiply: scans.cumprod,
    np.maximum: scans.cummax,
    np.minimum: scans.cummin,
    np.logaddexp: scans.logcumsumexp,
}
