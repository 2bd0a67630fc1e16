"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import tree
from .graph import Graph, Node
from .ops.shaping import stack
from .recording import switched
from .tensor import Tensor
from .tracing import like, traced
from .value import Value


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The gradient of a scalar function: ``grad(f)(x)`` has the structure of ``x``.

    The function receives Tensors (Values where it was given Values). Arrays in, arrays
    out; Tensors in, Tensors out; where the gradient itself depends on something tracked
    it is tracked, so transforms nest to any depth and reach through closures.

    Args:
        f: a function that returns one number, real or of a real dtype.
        argnums: which arguments to differentiate; a tuple gives a tuple of gradients.

    >>> import autograd as ag
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0
) -> Callable[..., tuple[Any, Any]]:
    """Like ``grad``, with the function's value beside it.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with traced(f, args, kwargs, argnums) as trace:
            output = trace.single_output("grad")
            seed = trace.ones(output)
            gradients = trace.pull([output], [seed])
            return trace.given_back(output), gradients

    return value_and_gradient


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The value of ``f`` and the function cotangent ↦ one cotangent for each argument.

    >>> import numpy as np
    >>> y, pull = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    with traced(f, args, {}, tuple(range(len(args)))) as trace:
        value = tree.mapped(trace.given_back, trace.output)

    def pull(cotangent: Any) -> Any:
        outputs = tree.leaves(trace.output)
        cotangents = tree.matched(trace.output, cotangent)
        pairs = [
            (output, trace.seed(output, g))
            for output, g in zip(outputs, cotangents, strict=True)
            if isinstance(output, Node)
        ]
        with trace.tracking():
            return trace.pull([output for output, _ in pairs], [g for _, g in pairs])

    return value, pull


def jvp(
    f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The value of ``f`` and its derivative along ``tangents``, in forward mode.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    with traced(f, tuple(args), {}, tuple(range(len(args)))) as trace:
        matching = tree.matched(trace.private, tuple(tangents))
        seeds = [trace.tangent(*each) for each in zip(trace.leaves, matching)]
        pushed = trace.push(seeds)
        return tree.mapped(trace.given_back, trace.output), pushed


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
            narrow = np.size(leaf._data) < np.size(output._data)
            from_complex, to_complex = (
                np.iscomplexobj(x._data) for x in (leaf, output)
            )
            if from_complex and not to_complex:
                raise TypeError(
                    "a real function of complex numbers has no complex Jacobian; use "
                    "grad or vjp, or differentiate by real and imaginary part"
                )
            wide = to_complex and not from_complex  # one cotangent would not hold it
            if mode == "forward" or (mode == "auto" and narrow) or wide:
                columns = [trace.push([t]) for t in trace.basis(leaf)]
                return _stacked(columns, -1, output, leaf, trace.given)
            rows = [trace.pull([output], [g], False) for g in trace.basis(output)]
            return _stacked(rows, 0, output, leaf, trace.given)

    return matrix


def hessian(f: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """All second derivatives of a scalar function: shape ``(*input, *input)``.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] * x[0] * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobian(grad(f, argnums), argnums, mode="forward")


def hvp(f: Callable[..., Any], args: Sequence[Any], vectors: Sequence[Any]) -> Any:
    """The Hessian of a scalar function times ``vectors``, forward over reverse.

    Costs a few evaluations of ``f``, however many arguments there are. One argument
    gives one product, several give a tuple.

    >>> hvp(lambda x: x**3, (2.0,), (1.0,))
    12.0
    """
    argnums = 0 if len(args) == 1 else tuple(range(len(args)))
    return jvp(grad(f, argnums), args, vectors)[1]


def record(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Graph:
    """The forward graph of ``f(*args)``: every operation, tracked or not.

    Arrays and floats among the arguments become Tensors; what ``f`` returns become the
    outputs. Source lines are kept as ``node.place``.

    >>> import numpy as np
    >>> record(lambda x: np.exp(x) * 2, np.array([1.0, 2.0]))
    Graph(3 nodes, 1 outputs)
    """
    inputs = tree.mapped(_as_node, args)
    with switched(everything=True, places=True):
        output = f(*inputs, **kwargs)
    outputs = [leaf for leaf in tree.leaves(output) if isinstance(leaf, Node)]
    if not outputs:
        raise ValueError("record needs a function that returns Tensors or Values")
    return Graph([x for x in tree.leaves(inputs) if isinstance(x, Node)], outputs)


def _as_node(x: Any) -> Any:
    if isinstance(x, (np.ndarray, np.generic, float, complex)):
        return Tensor.leaf(np.asarray(x))
    return x


def _stacked(parts: list[Any], axis: int, node: Any, leaf: Any, given: Any) -> Any:
    """Rows (axis 0) or columns (axis -1) of a Jacobian, as ``(*output, *input)``."""
    if isinstance(leaf, Value):
        return parts[0]
    shape = (*np.shape(node._data), *leaf.shape)
    if not parts:
        return like(given, np.zeros(shape, leaf.dtype), leaf)
    matrix = stack(parts, axis=axis) if len(shape) else parts[0]
    return matrix.reshape(shape) if len(shape) else matrix
