"""Jacobians, Hessians, and products with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import tree
from ..core.node import Node
from ..tensor import Tensor
from .grad import grad, jvp
from .sweeps_along import columns, rows
from .tracing import Trace, several_arguments, traced

MODES = ("auto", "forward", "reverse")


def jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    mode: str = "auto",
    has_aux: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """All first derivatives of an array function: shape ``(*output, *input)``.

    A function of containers, or of several arguments, has one Jacobian for each output
    by each input: in the containers of the output, each in those of the inputs.

    Args:
        f: a function that returns a Tensor or a Value, or containers of them; a complex
            one must be holomorphic.
        argnums: which arguments to differentiate by; a tuple gives a tuple.
        mode: "reverse" (along all elements of the output), "forward" (of the input), or
            "auto", whichever are fewer.
        has_aux: whether ``f`` returns (output, aux); the result is (Jacobian, aux).
        chunk_size: how many vectors one sweep goes along. By default as many as need at
            most 256 MiB beside the result.

    Raises:
        TypeError: a real function of complex numbers; a function that returns no
            Tensor or Value.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    >>> jacobian(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    (3.0, 2.0)
    """
    if mode not in MODES:
        raise ValueError(f"mode is auto, forward or reverse; got {mode!r}")
    whole = isinstance(chunk_size, (int, np.integer)) and chunk_size > 0
    if chunk_size is not None and not whole:
        raise ValueError(f"chunk_size is 1 or more, or None; got {chunk_size!r}")

    def matrix(*args: Any, **kwargs: Any) -> Any:
        with traced(f, args, kwargs, argnums, has_aux) as trace:
            outputs = [_node(x) for x in tree.leaves(trace.output)]
            leaves, wide = trace.leaves, False
            for output in outputs:
                for leaf in leaves:
                    wide |= _is_wide(leaf, output)
            sizes = [sum([np.size(x._raw) for x in xs]) for xs in (leaves, outputs)]
            narrow = sizes[0] < sizes[1]
            if mode == "forward" or (mode == "auto" and narrow) or wide:
                found = [columns(trace, outputs, x, chunk_size) for x in leaves]
                blocks = [[*each] for each in zip(*found)]
            else:
                blocks = [rows(trace, x, chunk_size) for x in outputs]
            return trace.with_aux(_in_containers(trace, outputs, blocks), has_aux)

    return matrix


def jacfwd(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """``jacobian`` in forward mode: for functions with more outputs than inputs.

    >>> import numpy as np
    >>> jacfwd(lambda t: np.stack([np.cos(t), np.sin(t)]))(0.0)
    array([-0.,  1.])
    """
    return jacobian(f, argnums, "forward", has_aux, chunk_size)


def jacrev(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """``jacobian`` in reverse mode: for functions with more inputs than outputs.

    >>> import numpy as np
    >>> jacrev(lambda x: np.stack([x.sum(), x.prod()]))(np.array([2.0, 3.0]))
    array([[1., 1.],
           [3., 2.]])
    """
    return jacobian(f, argnums, "reverse", has_aux, chunk_size)


def hessian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """All second derivatives of a scalar function: shape ``(*input, *input)``.

    By several inputs, or containers of them, one block for each pair: in the containers
    of the inputs, each in those of the inputs again. ``has_aux`` and ``chunk_size`` are
    those of ``jacobian``.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] * x[0] * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    if isinstance(argnums, (list, tuple)) and len(argnums) == 1:
        (argnums,) = argnums
    gradient = grad(f, argnums, has_aux)
    return jacobian(gradient, argnums, "forward", has_aux, chunk_size)


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


# Blocks: all derivatives of one output by one input ----------------------------------


def _node(x: Any) -> Any:
    if isinstance(x, (int, float, np.number, np.ndarray)):
        return Tensor.leaf(np.asarray(x))  # f is constant
    if not isinstance(x, Node):
        raise TypeError(
            "jacobian (or hessian) needs a function that returns Tensors or Values; "
            f"this returned a {type(x).__name__}. Return the Tensor itself"
        )
    return x


def _is_wide(leaf: Any, output: Any) -> bool:
    """Whether one cotangent would not hold the derivative: a complex of a real one."""
    from_complex, to_complex = (np.iscomplexobj(x._raw) for x in (leaf, output))
    if from_complex and not to_complex:
        raise TypeError(
            "a real function of complex numbers has no complex Jacobian; use grad or "
            "vjp, or differentiate by real and imaginary part"
        )
    return to_complex and not from_complex


def _in_containers(trace: Trace, outputs: list[Any], blocks: Sequence[Any]) -> Any:
    rest = iter(blocks)

    def of_output(_: Any) -> Any:
        mine = iter(next(rest))
        return tree.mapped(lambda _: next(mine), trace.private)

    return tree.mapped(of_output, trace.output)


# Sweeps along a basis -----------------------------------------------------------------
