"""How a transform runs a function: on private leaves, which it then sweeps."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from ..core import tree
from ..core.context import Recording, recording
from ..core.declare import declare, linear
from ..core.node import Node, history, hooked, is_foreign, told
from ..core.space import operand
from ..core.zeros import pulled, pushed
from ..tensor import INSTEAD, Tensor, check_dtype

LEFT = (
    "the function took a number out of the graph, by .item(), .tolist() or .data, and "
    "returned nothing that depends on its arguments: all derivatives are 0. Return the "
    "Tensor itself, or what NumPy computes of it"
)

argument = linear(lambda x: x, lambda g: g, name="argument", symbol="arg")
declare(argument)


class Trace:
    """One run of a function on private leaves, and the sweeps over what it recorded."""

    def __init__(self, given: Any, private: Any, entered: Recording) -> None:
        self.given = given  # the differentiated arguments, as the caller passed them
        self.private = private  # the same containers, with our leaves
        self.leaves: list[Any] = tree.leaves(private)
        self.first_given = tree.leaves(given)[0]
        self.floor = min((leaf.age for leaf in self.leaves), default=0)
        self.may_lift = entered.gradients
        self.must_lift = entered.everything
        self.output: Any = None
        self.aux: Any = None  # what the function returned beside it
        self._lock = Lock()
        self._sweeping = 0  # how many sweeps run over this at once

    @property
    def outputs(self) -> list[Any]:
        """The nodes among what the function returned."""
        return [x for x in tree.leaves(self.output) if isinstance(x, Node)]

    @cached_property
    def is_foreign(self) -> bool:
        """Whether the function met something tracked that is not ours."""
        order = history(self.outputs, self.floor)
        return is_foreign(order, set(self.leaves), self.floor)

    @cached_property
    def has_hooks(self) -> bool:
        """Whether functions see the gradients, which may read anything tracked."""
        order = history(self.outputs, self.floor) if hooked else []
        return any(id(node) in hooked for node in order)

    def _lifts(self, seeds: Sequence[Any] = ()) -> bool:
        """Whether rules must run on nodes, because the derivative is tracked itself."""
        if not self.may_lift or self.must_lift:
            return self.must_lift
        tracked = any(isinstance(g, Node) and g.tracked for g in seeds)
        return tracked or self.is_foreign or self.has_hooks

    @contextmanager
    def tracking(self) -> Iterator[None]:
        """Sweep once more over what was recorded, after the transform has ended."""
        with self._lock:
            self._sweeping += 1
            self._track(True)
        try:
            yield
        finally:
            with self._lock:
                self._sweeping -= 1
                self._track(self._sweeping > 0)

    def _track(self, tracked: bool) -> None:
        for leaf in self.leaves:
            if leaf.op is None or not leaf.inputs[0].tracked:
                leaf.tracked = tracked

    def pull(self, outputs: list[Any], seeds: list[Any], conjugate: bool = True) -> Any:
        """The cotangents of the differentiated arguments, in their containers."""
        found: dict[Any, Any] = {}
        if outputs:
            lift, space = self._lifts(seeds), outputs[0].space
            seeds = [_at_level(g, space.kind, lift) for g in seeds]
            wanted = set(self.leaves)
            leaves, inner = pulled(outputs, seeds, wanted, self.floor, lift)
            found = leaves | inner

        def left(leaf: Any, given: Any) -> Any:
            g = found.get(leaf)
            if conjugate and g is not None and np.iscomplexobj(leaf._raw):
                g = np.conj(g)
            return self.handed(given, g, leaf)

        return tree.mapped(left, self.private, self.given)

    def seed(self, output: Any, g: Any) -> Any:
        """A cotangent from outside, of the output's shape, conjugated."""
        return output.space.cotangent(g, output)

    def push(self, seeds: list[Any]) -> Any:
        """The tangents of the outputs, in their containers; None is no tangent."""
        lift = self._lifts(seeds)
        tangents = {
            leaf: _at_level(t, type(leaf), lift)
            for leaf, t in zip(self.leaves, seeds, strict=True)
            if t is not None
        }
        found, given = pushed(self.outputs, tangents, lift), self.first_given

        def left(output: Any) -> Any:
            if not isinstance(output, Node):
                return 0.0
            return self.handed(given, found.get(output), output)

        return tree.mapped(left, self.output)

    def tangent(self, leaf: Any, t: Any) -> Any:
        """A tangent from outside, of the leaf's shape and dtype."""
        return leaf.space.tangent(t, leaf)

    # What goes out --------------------------------------------------------------------

    def given_back(self, output: Any) -> Any:
        """An output for the caller: a node only if nodes came in, or it is tracked."""
        if not isinstance(output, Node):
            return output
        result = output if self._lifts() else output._raw
        return self.handed(self.first_given, result, output)

    def handed(self, given: Any, result: Any, node: Any) -> Any:
        """A result as the caller expects it; itself if it is recorded in there."""
        if isinstance(result, Node) and (self._stays(result) or self.must_lift):
            return result
        data = result._raw if isinstance(result, Node) else result
        return node.space.result(given, data, node)

    def _stays(self, result: Node) -> bool:
        """Whether a result depends on something tracked that outlives the transform."""
        if not result.tracked or self.is_foreign or not self.has_hooks:
            return result.tracked
        order = history([result], self.floor)
        return is_foreign(order, set(self.leaves), self.floor)

    def with_aux(self, result: Any, has_aux: bool) -> Any:
        """A result, and beside it what the function returned beside its output."""
        if not has_aux:
            return result
        return result, tree.mapped(self.given_back, self.aux)

    def single_node(self, what: str) -> Any:
        if isinstance(self.output, (int, float, np.number, np.ndarray)):
            return Tensor.leaf(np.asarray(self.output))  # f is constant
        if not isinstance(self.output, Node):
            raise TypeError(
                f"{what} needs a function that returns one Tensor or Value; this "
                f"returned a {type(self.output).__name__}. Return one alone"
            )
        return self.output

    def single_output(self, what: str) -> Any:
        output = self.single_node(what)
        shape = np.shape(output._raw)
        if np.size(output._raw) != 1:
            raise ValueError(
                f"{what} needs a scalar; f returned shape {shape}. Sum it, or use "
                "jacobian"
            )
        if np.iscomplexobj(output._raw):
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
    has_aux: bool = False,
) -> Iterator[Trace]:
    """Run ``f`` with private leaves in place of the arguments named by ``argnums``.

    They record in a context of their own, also inside ``no_grad``, and are un-tracked
    when the block ends, also by an error; those made from something tracked stay, since
    what was computed through them depends on it.
    """
    entered = recording.get()
    if not callable(f):
        raise TypeError(
            f"a transform needs a function; got {told(f)}. Pass the function itself: "
            "grad(f)(x), not grad(f(x))"
        )
    several = isinstance(argnums, (list, tuple))
    positions = _positions(argnums, len(args))
    token = recording.set(
        entered.replace(gradients=True, everything=entered.everything)
    )
    leaves: list[Any] = []
    try:
        given = tuple([args[i] for i in positions])
        private = tree.mapped(_private_leaf, given)
        leaves = tree.leaves(private)
        if not leaves:
            raise TypeError(
                "there is nothing to differentiate: no array among the arguments"
            )
        call = list(args)
        for i, each in zip(positions, private):
            call[i] = each
        trace = Trace(
            given if several else given[0], private if several else private[0], entered
        )
        inside = recording.get()
        private_too = inside.private | set(leaves)
        recording.set(inside.replace(private=private_too, left=False))
        try:
            trace.output = f(*call, **kwargs)
        except ValueError as error:
            cause = str(error.__cause__)
            if INSTEAD not in cause:
                raise
            frames = error.__traceback__  # NumPy's error hides ours
            ours = TypeError(
                "a plain array a cannot hold the history of x in a[i] = x: write a = "
                f"ag.asarray(a).at[i].set(x). {cause}"
            )
            raise ours.with_traceback(frames) from None
        if has_aux:
            trace.output, trace.aux = _output_and_aux(trace.output)
        if recording.get().left and not any(x.tracked for x in trace.outputs):
            warnings.warn(LEFT, stacklevel=4)
        recording.set(inside)
        if trace.may_lift:
            yield trace
        else:
            recording.set(inside.replace(gradients=False))
            yield trace
    finally:
        recording.reset(token)
        for leaf in leaves:
            if leaf.op is None or not leaf.inputs[0].tracked:
                leaf.tracked = False


def _output_and_aux(returned: Any) -> Any:
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        raise TypeError(
            "with has_aux=True the function returns a pair, of its output and of what "
            f"else is wanted; got {told(returned)}"
        )
    return returned


def _positions(argnums: Any, count: int) -> list[int]:
    """Which of ``count`` arguments are differentiated, each named once."""
    several = argnums if isinstance(argnums, (list, tuple)) else [argnums]
    for i in several:
        if not isinstance(i, (int, np.integer)) or isinstance(i, bool):
            raise TypeError(
                "argnums is the position of an argument, 0 for the first, or a tuple "
                f"of positions; got {argnums!r}. Pass by position what is to be "
                "differentiated"
            )
        if not -count <= i < count:
            raise TypeError(
                f"argnums={argnums}, but the call has {count} arguments by position; "
                "those by name are constants"
            )
    positions = [int(i) % count for i in several]
    if len(set(positions)) < len(positions):
        raise TypeError(f"argnums={argnums} names an argument twice")
    return positions


def several_arguments(args: Any, name: str) -> tuple[Any, ...]:
    """The arguments of a function, given as one tuple."""
    if not isinstance(args, (list, tuple)):
        raise TypeError(
            f"{name} takes what belongs to the arguments as tuples: {name}(f, (x, y), "
            f"(u, v)), and (x,) for a single one; got {told(args)}"
        )
    return tuple(args)


def _private_leaf(x: Any) -> Any:
    """A tracked stand-in for an argument, linked to it where that is recorded."""
    if isinstance(x, Node):
        if isinstance(x, Tensor):
            check_dtype(x.dtype, True)
        if not x.tracked and not recording.get().everything:
            return type(x).leaf(x._raw, tracked=True)
        private = argument(x)
        private.tracked = True
        return private
    if isinstance(x, (bool, int, np.integer)):
        raise TypeError(
            f"cannot differentiate with respect to the integer {x}; pass {x}.0"
        )
    if not isinstance(x, (float, complex, np.ndarray, np.generic)):
        raise TypeError(
            f"cannot differentiate with respect to {type(x).__name__} {x!r}; "
            "differentiable arguments are floats, arrays, Tensors, Values and "
            "containers of them. Choose others with argnums="[:300]
        )
    array = np.asarray(operand(x, "a transform"))
    check_dtype(array.dtype, True)
    return Tensor.leaf(array, tracked=True)


def _at_level(g: Any, kind: Any, lift: bool) -> Any:
    """A seed as the sweep computes: a node when lifted, else raw."""
    if isinstance(g, Node):
        return g if lift else g._raw
    return kind.leaf(g) if lift else g
