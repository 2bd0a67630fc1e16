"""Jacobians, Hessians, and products with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.space import ARRAYS
from ..ops.shaping import stack
from .grad import grad, jvp
from .tracing import Trace, several_arguments, traced


def jacobian(
    f: Callable[..., Any], argnums: int = 0, mode: str = "auto"
) -> Callable[..., Any]:
    """All first derivatives of an array function: shape ``(*output, *input)``.

    ``mode`` is "reverse" (a sweep for each output), "forward" (one for each input), or
    "auto", the cheaper of both. A complex function must be holomorphic.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in ("auto", "forward", "reverse"):
        raise ValueError(f"mode is auto, forward or reverse; got {mode!r}")

    def matrix(*args: Any, **kwargs: Any) -> Any:
        with traced(f, args, kwargs, argnums) as trace:
            what = "jacobian (or hessian)"
            leaf, output = trace.single_leaf(what), trace.single_node(what)
            narrow = np.size(leaf._raw) < np.size(output._raw)
            from_complex, to_complex = (np.iscomplexobj(x._raw) for x in (leaf, output))
            if from_complex and not to_complex:
                raise TypeError(
                    "a real function of complex numbers has no complex Jacobian; use "
                    "grad or vjp, or differentiate by real and imaginary part"
                )
            wide = to_complex and not from_complex  # one cotangent would not hold it
            if mode == "forward" or (mode == "auto" and narrow) or wide:
                columns = [trace.push([t]) for t in leaf.space.basis(leaf)]
                return _stacked(columns, -1, output, leaf, trace)
            rows = [
                trace.pull([output], [g], False) for g in output.space.basis(output)
            ]
            return _stacked(rows, 0, output, leaf, trace)

    return matrix


def hessian(f: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """All second derivatives of a scalar function: shape ``(*input, *input)``.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] * x[0] * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    if isinstance(argnums, (list, tuple)) and len(argnums) == 1:
        (argnums,) = argnums
    return jacobian(grad(f, argnums), argnums, mode="forward")


def hvp(f: Callable[..., Any], args: Sequence[Any], vectors: Sequence[Any]) -> Any:
    """The Hessian of a scalar function times ``vectors``, forward over reverse.

    Costs a few evaluations of ``f``, however many arguments there are. One argument
    gives one product, several give a tuple.

    >>> hvp(lambda x: x**3, (2.0,), (1.0,))
    12.0
    """
    args = several_arguments(args, "hvp")
    argnums = 0 if len(args) == 1 else tuple(range(len(args)))
    return jvp(grad(f, argnums), args, vectors)[1]


def _stacked(parts: list[Any], axis: int, node: Any, leaf: Any, trace: Trace) -> Any:
    """Rows (axis 0) or columns (axis -1) of a Jacobian, as ``(*output, *input)``."""
    if leaf.space is not ARRAYS:
        return parts[0]  # one number
    shape = (*np.shape(node._raw), *leaf.shape)
    if not parts:
        return trace.handed(trace.given, np.zeros(shape, leaf.dtype), leaf)
    matrix = stack(parts, axis=axis) if len(shape) else parts[0]
    return matrix.reshape(shape) if len(shape) else matrix
