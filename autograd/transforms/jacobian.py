"""Jacobians, Hessians, and products with them.

One sweep is recorded along a stand-in vector, and then run along all of a basis at
once: what depends on the vector gets one more axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..batching import Recorded, batched
from ..core import tree
from ..core.context import recording, switched
from ..core.node import Node, TraceError, hooked
from ..core.space import ARRAYS
from ..core.zeros import pulled, pushed
from ..ops.shaping import concatenate, moveaxis, stack
from ..tensor import Tensor
from .grad import grad, jvp
from .tracing import Trace, several_arguments, traced
from .vmap import Example, finite, is_careful

MODES = ("auto", "forward", "reverse")
ROOM = 1 << 28  # bytes that one sweep along many vectors may take


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
                columns = [_columns(trace, outputs, x, chunk_size) for x in leaves]
                blocks = [[*each] for each in zip(*columns)]
            else:
                blocks = [_rows(trace, x, chunk_size) for x in outputs]
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


def _rows(trace: Trace, output: Any, chunk_size: int | None) -> list[Any]:
    """The blocks of one output, by each leaf: one row for each element of it."""

    def sweep(g: Any) -> list[Any]:
        wanted = set(trace.leaves)
        leaves, inner = pulled([output], [g], wanted, trace.floor, True)
        found = leaves | inner
        return [found.get(leaf) for leaf in trace.leaves]

    def alone(g: Any) -> list[Any]:
        return tree.leaves(trace.pull([output], [g], False))

    parts = _along_basis(trace, output, sweep, alone, trace.leaves, chunk_size)
    return [
        _block(trace, part, None, output, leaf)
        for part, leaf in zip(parts, trace.leaves)
    ]


def _columns(
    trace: Trace, outputs: list[Any], leaf: Any, chunk_size: int | None
) -> list[Any]:
    """The blocks by one leaf, of each output: one column for each element of it."""

    def sweep(t: Any) -> list[Any]:
        found = pushed(outputs, {leaf: t}, True)
        return [found.get(output) for output in outputs]

    def alone(t: Any) -> list[Any]:
        return tree.leaves(trace.push([t if x is leaf else None for x in trace.leaves]))

    parts = _along_basis(trace, leaf, sweep, alone, outputs, chunk_size)
    return [
        _block(trace, part, -1, output, leaf) for part, output in zip(parts, outputs)
    ]


def _block(trace: Trace, part: Any, last: Any, output: Any, leaf: Any) -> Any:
    """Rows, or columns if ``last`` is -1, as they are handed to the caller."""
    given = trace.first_given
    if leaf.space is not ARRAYS:
        return part  # one number
    shape = (*np.shape(output._raw), *leaf.shape)
    if part is None:
        dtype = np.result_type(output._raw, leaf._raw) if last else leaf.dtype
        return trace.handed(given, np.zeros(shape, dtype), leaf)
    matrix = moveaxis(part, 0, -1) if last else part
    return trace.handed(given, matrix.reshape(shape), leaf)


def _in_containers(trace: Trace, outputs: list[Any], blocks: Sequence[Any]) -> Any:
    rest = iter(blocks)

    def of_output(_: Any) -> Any:
        mine = iter(next(rest))
        return tree.mapped(lambda _: next(mine), trace.private)

    return tree.mapped(of_output, trace.output)


# Sweeps along a basis -----------------------------------------------------------------


def _along_basis(
    trace: Trace,
    node: Any,
    sweep: Callable[[Any], list[Any]],
    alone: Callable[[Any], list[Any]],
    ends: Sequence[Any],
    chunk_size: int | None,
) -> list[Any]:
    """What a sweep from ``node`` finds at the ends, along each vector of its basis.

    All at once where that is right: not where listeners or hooks see every sweep, and
    not where infinite slopes need a sweep of their own.
    """
    if trace.leaves[0].space is not ARRAYS:
        return alone(next(node.space.basis(node)))
    heard = recording.get().listeners or hooked
    if node._raw.size > 1 and not heard:
        found = _at_once(trace, node, sweep, chunk_size)
        if found is not None:
            return found
    rows = [alone(one) for one in node.space.basis(node)]
    return [stack(each) if each else None for each in zip(*rows)] or [None] * len(ends)


def _at_once(
    trace: Trace, node: Any, sweep: Callable[[Any], list[Any]], chunk_size: int | None
) -> list[Any] | None:
    """None where something is not finite, or what is done depends on the vector."""
    tracing = Example(is_careful())
    along = Tensor.leaf(np.ones_like(node._raw), tracked=True)
    tracing.inputs.add(along)
    changes: dict[str, Any] = {"everything": True, "gradients": True}
    try:
        with switched(**changes, tracing=tracing), np.errstate(all="ignore"):
            parts = sweep(along)
    except Exception:  # a person's rule reads its cotangent; a loop finds what is wrong
        return None
    finally:
        along.tracked = False
    outputs = [x for x in parts if isinstance(x, Node)]
    recorded = Recorded([along], outputs, tracing.since)
    chunk = chunk_size or max(1, ROOM // max(recorded.nbytes, 1))
    chunks: list[list[Any]] = []
    lift = trace._lifts()
    with np.errstate(all="ignore"):
        for vectors in _basis(node, chunk):
            along_all = Tensor.leaf(vectors) if lift else vectors
            try:
                found = batched(recorded, [along_all], len(vectors), lift)
            except TraceError:
                return None
            if not finite(found):
                return None
            chunks.append(found)
    joined = iter([_joined(each) for each in zip(*chunks)])
    return [next(joined) if isinstance(x, Node) else None for x in parts]


def _joined(parts: Sequence[Any]) -> Any:
    if parts[0] is None:
        return None
    return parts[0] if len(parts) == 1 else concatenate(parts)


def _basis(node: Any, chunk: int) -> Iterator[np.ndarray]:
    """The unit vectors, in the shape of the node, so many at a time."""
    size, shape = node._raw.size, node._raw.shape
    for start in range(0, size, chunk):
        n = min(chunk, size - start)
        vectors = np.zeros((n, size), node._raw.dtype)
        vectors[np.arange(n), start + np.arange(n)] = 1
        yield vectors.reshape(n, *shape)
