"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from . import tree
from .graph import Node, ancestors, history, is_foreign, pullback, pushforward
from .ops.shaping import stack
from .primitive import linear
from .recording import Recording, recording
from .tensor import Tensor, as_cotangent, check_dtype
from .value import Value, as_float

argument = linear(lambda x: x, lambda g: g, name="argument", symbol="arg", sample={})


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

    A complex function must be holomorphic. ``mode`` is "reverse" (a sweep for each output), "forward" (one for each input), or
    "auto", the cheaper of both.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in ("auto", "forward", "reverse"):
        raise ValueError(f"mode is auto, forward or reverse; got {mode!r}")

    def matrix(*args: Any, **kwargs: Any) -> Any:
        with traced(f, args, kwargs, argnums) as trace:
            output, leaf = trace.single_node("jacobian"), trace.single_leaf("jacobian")
            narrow = np.size(leaf._data) < np.size(output._data)
            from_complex, to_complex = (np.iscomplexobj(x._data) for x in (leaf, output))
            if from_complex and not to_complex:
                raise TypeError(
                    "a real function of complex numbers has no complex Jacobian; use "
                    "grad or vjp, or differentiate by real and imaginary part"
                )
            wide = to_complex and not from_complex  # one cotangent would not hold it
            if mode == "forward" or mode == "auto" and narrow or wide:
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


class Graph:
    """A recorded computation: its ``inputs``, its ``outputs``, and all between."""

    def __init__(self, inputs: list[Node], outputs: list[Node]) -> None:
        self.inputs = inputs
        self.outputs = outputs

    @property
    def nodes(self) -> list[Node]:
        """Every node the outputs were made from, oldest first."""
        return ancestors(self.outputs)

    def __repr__(self) -> str:
        return f"Graph({len(self.nodes)} nodes, {len(self.outputs)} outputs)"


def record(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Graph:
    """The forward graph of ``f(*args)``: every operation, tracked or not.

    Arrays and floats among the arguments become Tensors; what ``f`` returns become the
    outputs. Source lines are kept as ``node.place``.

    >>> import numpy as np
    >>> record(lambda x: np.exp(x) * 2, np.array([1.0, 2.0]))
    Graph(3 nodes, 1 outputs)
    """
    context = recording.get().replace(everything=True, places=True)
    token = recording.set(context)
    try:
        inputs = tree.mapped(_as_node, args)
        output = f(*inputs, **kwargs)
    finally:
        recording.reset(token)
    outputs = [leaf for leaf in tree.leaves(output) if isinstance(leaf, Node)]
    if not outputs:
        raise ValueError("record needs a function that returns Tensors or Values")
    return Graph([x for x in tree.leaves(inputs) if isinstance(x, Node)], outputs)


def _as_node(x: Any) -> Any:
    if isinstance(x, (np.ndarray, np.generic, float, complex)):
        return Tensor.leaf(np.asarray(x))
    return x


# How a transform runs a function -----------------------------------------------------


class Trace:
    """One run of a function on private leaves, and the sweeps over what it recorded."""

    def __init__(self, given: Any, private: Any, entered: Recording) -> None:
        self.given = given  # the differentiated arguments, as the caller passed them
        self.private = private  # the same containers, with our leaves
        self.leaves: list[Any] = tree.leaves(private)
        self.floor = min((leaf.age for leaf in self.leaves), default=0)
        self.may_lift = entered.gradients
        self.must_lift = entered.gradients and entered.everything
        self.output: Any = None

    @property
    def outputs(self) -> list[Any]:
        """The nodes among what the function returned."""
        return [x for x in tree.leaves(self.output) if isinstance(x, Node)]

    @cached_property
    def is_foreign(self) -> bool:
        """Whether the function met something tracked that is not ours."""
        order = history(self.outputs, self.floor)
        return is_foreign(order, set(self.leaves), self.floor)

    def _lifts(self, seeds: Sequence[Any] = ()) -> bool:
        """Whether rules must run on nodes, because the derivative is tracked itself."""
        if not self.may_lift or self.must_lift:
            return self.may_lift
        tracked = any(isinstance(g, Node) and g.tracked for g in seeds)
        return tracked or self.is_foreign

    @contextmanager
    def tracking(self) -> Iterator[None]:
        """Sweep once more over what was recorded, after the transform has ended."""
        own = [leaf for leaf in self.leaves if leaf.op is None]
        for leaf in own:
            leaf.tracked = True
        try:
            yield
        finally:
            for leaf in own:
                leaf.tracked = False

    # Reverse ------------------------------------------------------------------------

    def pull(
        self, outputs: list[Any], seeds: list[Any], conjugate: bool = True
    ) -> Any:
        """The cotangents of the differentiated arguments, in their containers."""
        if not outputs:
            return tree.mapped(lambda x, leaf: _like(x, None, leaf), self.given, self.private)
        lift = self._lifts(seeds)
        kind = type(outputs[0])
        seeds = [_at_level(g, kind, lift) for g in seeds]
        wanted = set(self.leaves)
        with kind.warnings():
            found = {
                node: g
                for node, g, _ in pullback(outputs, seeds, floor=self.floor, lift=lift)
                if node in wanted
            }
        leave = _conjugated if conjugate else lambda g: g
        return tree.mapped(
            lambda leaf, given: _like(given, leave(found.get(leaf)), leaf),
            self.private,
            self.given,
        )

    def ones(self, output: Any) -> Any:
        return 1.0 if isinstance(output, Value) else np.ones_like(output._data)

    def seed(self, output: Any, g: Any) -> Any:
        """A cotangent from outside, of the output's shape, conjugated."""
        if isinstance(output, Value):
            return g if isinstance(g, Value) else as_float(g)
        if isinstance(g, Tensor):
            _check_shape(g.shape, output)
            return np.conj(g) if np.iscomplexobj(g._data) else g
        return as_cotangent(g, output._data)

    # Forward ------------------------------------------------------------------------

    def push(self, seeds: list[Any]) -> Any:
        """The tangents of the outputs, in their containers."""
        lift = self._lifts(seeds)
        tangents = {
            leaf: _at_level(t, type(leaf), lift)
            for leaf, t in zip(self.leaves, seeds, strict=True)
        }
        with type(self.leaves[0]).warnings():
            events = pushforward(self.outputs, tangents, lift=lift)
            found = {node: t for node, t, _ in events}
        return tree.mapped(
            lambda output: _like(self._first_given(), found.get(output), output)
            if isinstance(output, Node)
            else 0.0,
            self.output,
        )

    def tangent(self, leaf: Any, t: Any) -> Any:
        """A tangent from outside, of the leaf's shape and dtype."""
        if isinstance(leaf, Value):
            return t if isinstance(t, Value) else as_float(t)
        if isinstance(t, Tensor):
            _check_shape(t.shape, leaf)
            return t
        array = np.asarray(t, dtype=leaf._data.dtype)
        _check_shape(array.shape, leaf)
        return array

    # What goes in and out -----------------------------------------------------------

    def basis(self, node: Any) -> Iterator[Any]:
        """One-hot arrays of the node's shape (1 for a Value), one for each element."""
        if isinstance(node, Value):
            yield 1.0
            return
        for i in range(node.size):
            one_hot = np.zeros_like(node._data)
            one_hot.flat[i] = 1
            yield one_hot

    def _first_given(self) -> Any:
        return tree.leaves(self.given)[0]

    def given_back(self, output: Any) -> Any:
        """An output as the caller sees it: a node only if nodes came or it is tracked."""
        if not isinstance(output, Node):
            return output
        tracked = self._lifts()
        return _like(self._first_given(), output if tracked else output._data, output)

    def single_leaf(self, what: str) -> Any:
        if len(self.leaves) != 1:
            raise TypeError(f"{what} needs one array argument; got {len(self.leaves)}")
        return self.leaves[0]

    def single_node(self, what: str) -> Any:
        if isinstance(self.output, (int, float, np.number, np.ndarray)):
            return Tensor.leaf(np.asarray(self.output))  # f is constant
        if not isinstance(self.output, Node):
            raise TypeError(
                f"{what} needs a function that returns a Tensor or a Value; it returned "
                f"{type(self.output).__name__} {self.output!r}"[:200]
            )
        return self.output

    def single_output(self, what: str) -> Any:
        output = self.single_node(what)
        shape = np.shape(output._data)
        if np.size(output._data) != 1:
            raise ValueError(
                f"{what} needs a scalar; f returned shape {shape}. Sum it, or use "
                "jacobian"
            )
        if np.iscomplexobj(output._data):
            raise ValueError(
                f"{what} needs a real scalar; f returned {output.dtype}. Take its real "
                "part, or use vjp"
            )
        return output


@contextmanager
def traced(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    argnums: int | Sequence[int],
) -> Iterator[Trace]:
    """Run ``f`` with private leaves in place of the arguments named by ``argnums``.

    They record in a context of their own, also inside ``no_grad``, and are un-tracked
    when the block ends, also by an error; those made from something tracked stay, since
    what was computed through them depends on it.
    """
    entered = recording.get()
    several = not isinstance(argnums, int)
    positions = tuple(argnums) if several else (argnums,)  # type: ignore[arg-type]
    for i in positions:
        if not -len(args) <= i < len(args):
            raise TypeError(f"argnums={argnums}, but the call has {len(args)} arguments")
    token = recording.set(entered.replace(gradients=True, everything=entered.everything))
    leaves: list[Any] = []
    try:
        given = tuple(args[i] for i in positions)
        private = tree.mapped(_private_leaf, given)
        leaves = tree.leaves(private)
        if not leaves:
            raise TypeError("there is nothing to differentiate: no array among the arguments")
        call = list(args)
        for i, each in zip(positions, private):
            call[i] = each
        trace = Trace(
            given if several else given[0], private if several else private[0], entered
        )
        inside = recording.get()
        recording.set(inside.replace(private=inside.private | set(leaves)))
        trace.output = f(*call, **kwargs)
        recording.set(inside)
        if trace.may_lift:
            yield trace
        else:
            recording.set(inside.replace(gradients=False))
            yield trace
    finally:
        recording.reset(token)
        for leaf in leaves:
            if leaf.op is None:
                leaf.tracked = False


def _private_leaf(x: Any) -> Any:
    """A tracked stand-in for an argument, linked to it where it is tracked itself."""
    if isinstance(x, Node):
        if isinstance(x, Tensor):
            check_dtype(x.dtype, True)
        return argument(x) if x.tracked else type(x).leaf(x._data, tracked=True)
    if isinstance(x, (bool, int, np.integer)):
        raise TypeError(f"cannot differentiate with respect to the integer {x}; pass {x}.0")
    if not isinstance(x, (float, complex, np.ndarray, np.generic)):
        raise TypeError(
            f"cannot differentiate with respect to {type(x).__name__} {x!r}; "
            "differentiable arguments are floats, arrays, Tensors, Values and "
            "containers of them. Choose others with argnums="[:300]
        )
    array = np.asarray(x)
    check_dtype(array.dtype, True)
    return Tensor.leaf(array, tracked=True)


def _at_level(g: Any, kind: Any, lift: bool) -> Any:
    """A seed as the sweep computes: a node when lifted, else raw."""
    if isinstance(g, Node):
        return g if lift else g._data
    return kind.leaf(g) if lift else g


def _conjugated(g: Any) -> Any:
    raw = g._data if isinstance(g, Node) else g
    return np.conj(g) if np.iscomplexobj(raw) else g


def _like(given: Any, result: Any, node: Any) -> Any:
    """A result of the kind that was given: node, array or number; tracked ones stay."""
    if isinstance(result, Node) and result.tracked:
        return result
    raw = result._data if isinstance(result, Node) else result
    if raw is None:
        raw = 0.0 if isinstance(node, Value) else np.zeros_like(node._data)
    if isinstance(node, Value):
        return Value.leaf(float(raw)) if isinstance(given, Value) else float(raw)
    array = np.array(raw)  # shares no memory with the graph, nor with other results
    if isinstance(given, Node):
        return Tensor.leaf(array)
    if isinstance(given, (float, complex)) and array.ndim == 0:
        return array.item()
    return array


def _check_shape(shape: tuple[int, ...], node: Any) -> None:
    if shape != np.shape(node._data):
        raise ValueError(f"expected the shape {np.shape(node._data)}; got {shape}")


def _stacked(parts: list[Any], axis: int, node: Any, leaf: Any, given: Any) -> Any:
    """Rows (axis 0) or columns (axis -1) of a Jacobian, as ``(*output, *input)``."""
    if isinstance(leaf, Value):
        return parts[0]
    shape = (*np.shape(node._data), *leaf.shape)
    if not parts:
        return _like(given, np.zeros(shape, leaf.dtype), leaf)
    matrix = stack(parts, axis=axis) if len(shape) else parts[0]
    return matrix.reshape(shape) if len(shape) else matrix
