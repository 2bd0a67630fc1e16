"""NumPy's protocols: ``np.tanh(t)``, ``np.sum(t, axis=0)`` and ``array * t`` record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .graph import Node
from .ops import complex, reductions, shaping
from .ops.elementwise import clip, floor_divide, remainder
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
    if method == "reduce" and name in REDUCTIONS:
        return REDUCTIONS[name](*args, **{"axis": 0, **kwargs})
    if ufunc is np.divmod and method == "__call__" and not kwargs:
        return floor_divide(*args), remainder(*args)
    op = registry.get(name) if getattr(np, name, None) is ufunc else None
    if op is None or method != "__call__" or kwargs:
        what = f"np.{name}" + (f".{method}" if method != "__call__" else "")
        what += f" with {', '.join(kwargs)}=" if kwargs else ""
        raise TypeError(
            f"{what} has no derivative here. Use .data for its value alone, or declare "
            "it with autograd.elementwise"
        )
    return op.call(*args)


def call_function(self: Any, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """``__array_function__``: our function of that name, or the value alone."""
    if func in FUNCTIONS:
        return FUNCTIONS[func](*args, **kwargs)
    if func in WITHOUT_DERIVATIVE:
        out = func(*map(_raw, args), **{key: _raw(x) for key, x in kwargs.items()})
        return type(self).leaf(out) if isinstance(out, np.ndarray) else out
    raise TypeError(
        f"np.{func.__name__} does not take a {type(self).__name__} here: it has no "
        "derivative declared. Use .data for its value alone"
    )


def _raw(x: Any) -> Any:
    return x._data if isinstance(x, Node) else x


REDUCTIONS: dict[str, Callable[..., Any]] = {
    "add": reductions.sum,
    "multiply": reductions.prod,
    "maximum": reductions.max,
    "minimum": reductions.min,
}

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: reductions.sum,
    np.mean: reductions.mean,
    np.prod: reductions.prod,
    np.max: reductions.max,
    np.amax: reductions.max,
    np.min: reductions.min,
    np.amin: reductions.min,
    np.var: reductions.var,
    np.reshape: shaping.reshape,
    np.transpose: shaping.transpose,
    np.swapaxes: shaping.swapaxes,
    np.moveaxis: shaping.moveaxis,
    np.expand_dims: shaping.expand_dims,
    np.squeeze: shaping.squeeze,
    np.broadcast_to: shaping.broadcast_to,
    np.concatenate: shaping.concatenate,
    np.stack: shaping.stack,
    np.split: shaping.split,
    np.where: shaping.where,
    np.real: complex.real,
    np.imag: complex.imag,
    np.clip: clip,
    np.ravel: lambda x: shaping.reshape(x, shape=(-1,)),
}

WITHOUT_DERIVATIVE = {
    np.shape,
    np.ndim,
    np.size,
    np.zeros_like,
    np.ones_like,
    np.empty_like,
    np.full_like,
    np.argmax,
    np.argmin,
    np.argsort,
    np.array_equal,
    np.allclose,
    np.isclose,
    np.any,
    np.all,
    np.count_nonzero,
    np.nonzero,
    np.result_type,
    np.iscomplexobj,
    np.isrealobj,
    np.array_repr,
    np.array_str,
    np.array2string,
}
