"""A function is run once, for real; what it recorded is read as a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core import tree
from ..core.backward import backward
from ..core.context import recording, switched
from ..core.node import Node, TraceError, ancestors, by_age, tick
from ..core.space import as_float, unmasked
from ..core.writes import caller, writes
from ..core.zeros import pulled
from ..ops.held import held
from ..ops.shaping import astype
from ..tensor import Tensor, refit
from ..value import Value
from .flat import Flat
from .inputs import Drawn, Gradient, Scalar, Stored
from .numbers import Number, Numbers
from .reading import read


class Tracing:
    """What is asked where data is read or written while a program is made.

    The function runs for real, and sees what it writes. What lives longer than its run,
    arrays of parameters, of buffers and of optimizers, and gradients, is written for
    good when the run has ended; after an error it is what it was.

    Attributes:
        sources: where the array of a leaf comes from that was made within.
        versions: what was written into the ``.data`` of a leaf, and when.
        stored: leaves that stand for arrays which live on, and their last values.
        numbers: those that Python computes at each call.
        modules: those that were called, with their attributes of before.
        afterwards: what Python does after each run, with the numbers of the call.
        providers: what is asked at each call, first, whether all is as it was.
        unsettled: why the next run may record something else, or "".
        as_it_is: why no program stands for the function, or "".
        fuses: whether the pullback of a fused primitive may be one step.
    """

    fuses = True

    def __init__(self, careful: bool = False, known: Iterable[Any] = ()) -> None:
        self.since = tick()
        self.careful = careful  # whether 0 · ∞ is 0 in its sweeps, at any numbers
        self.inputs: set[Node] = set()
        self.sources: dict[Node, Any] = {}
        self.versions: dict[Node, list[tuple[int, Any]]] = {}
        self.stored: dict[Node, tuple[np.ndarray, Any]] = {}
        self.numbers = Numbers()
        self.modules: dict[Any, dict[str, Any]] = {}
        self.afterwards: list[Callable[[list[Any]], None]] = []
        self.providers: dict[Any, Any] = {}
        self.unsettled = self.as_it_is = ""
        self.changed: dict[Node, Any] = {}  # a leaf's array, and stamp, of before
        self.rebound: set[Node] = set()  # leaves that got another array
        self.grads: dict[Node, Any] = {}  # what was in those that are looked at
        self.forgotten: set[Node] = set()  # leaves whose gradient was put to None
        self.absent: set[Node] = set()  # leaves that have no gradient before a call
        self.generators: dict[int, Any] = {}  # and their states of before
        self.done: list[Callable[[], None]] = []  # what undoes what was done for real
        self._scalars: dict[Any, Tensor] = {}
        self._updates: set[Node] = set()  # results of x.data -= y
        self.known = frozenset(known)
        for leaf in sorted(self.known, key=by_age):
            self._know(leaf)

    # Numbers that leave the graph -----------------------------------------------------

    def check(self, node: Node, what: str) -> None:
        """Raise if the number of a node, which is read, depends on an input."""
        for each in ancestors([node]):
            old = each.op is None and each.age < self.since
            if old or each in self.inputs or each in self.versions:
                raise self.leak(node, what)

    def leak(self, node: Node, what: str) -> TraceError:
        """The error for a number that would become a constant of the program."""
        source = f"a result of {node.op}" if node.op else "an argument"
        return TraceError(
            f"{what} of {source} leaves the graph, {here()}: what depends on it "
            "cannot be compiled. Return it, choose by np.where, or compute it before"
        )

    def refused(self, what: str, instead: str) -> TraceError:
        """The error for an effect that no program has."""
        return TraceError(f"{what} in a compiled function, {here()}: {instead}")

    # Inputs ---------------------------------------------------------------------------

    def leaf(self, source: Any, array: np.ndarray) -> Tensor:
        """A new leaf of the program, whose array comes from there at each call."""
        node = leaf_of(array)
        self.sources[node] = source
        self.inputs.add(node)
        return node

    def drawn(
        self,
        draw: Callable[[], np.ndarray],
        seed: Any,
        find: Callable[[], np.random.Generator],
    ) -> Tensor:
        """Random numbers of a generator, or a seed, which each call draws anew."""
        bits = find().bit_generator
        self.generators.setdefault(id(bits), (bits, bits.state))
        return self.leaf(Drawn(draw, seed, find), draw())

    def scalar(self, number: Number, dtype: Any) -> Tensor:
        """A number that an array meets."""
        key = (number.index, np.dtype(dtype))
        if key not in self._scalars:
            array = np.asarray(number.value, dtype)
            self._scalars[key] = self.leaf(Scalar(*key), array)
        return self._scalars[key]

    def array(self, find: Callable[[], np.ndarray]) -> Tensor:
        """An array that lives on from call to call."""
        return self.leaf(Stored(find), find())

    def store(self, leaf: Node, node: Any) -> None:
        """Write into such an array, in place, when the call has ended."""
        self.stored[leaf] = self.sources[leaf].find(), node

    # The data of Tensors --------------------------------------------------------------

    def read(self, node: Any) -> Any:
        """``node.data``: the same value, in the graph but not differentiated."""
        return held(node)

    def updated(self, node: Any) -> Any:
        """Note the result of ``x.data -= y``, which is written in place."""
        self._updates.add(node)
        return node

    def write(self, leaf: Any, data: Any) -> None:
        """``leaf.data = data``: what reads it after this reads another node."""
        if leaf.op is not None or leaf in self.sources:
            what = "an argument" if leaf in self.sources else "a result"
            raise TraceError(
                f"a compiled function writes into the data of {what}, {here()}. "
                "Compute with a new name, and return it"
            )
        if type(leaf) is Value:
            data = data if isinstance(data, Node) else Value.leaf(as_float(data))
        else:
            data = _fitting(data, leaf)
        before = (leaf._raw, getattr(leaf, "_written", None))
        self.changed.setdefault(leaf, before)
        if data not in self._updates:
            self.rebound.add(leaf)
        leaf._raw = data._raw
        leaf._written = writes.tick(), caller()
        self.versions.setdefault(leaf, []).append((leaf._written[0], data))

    # Gradients of Tensors -------------------------------------------------------------

    def _know(self, leaf: Any) -> None:
        """Let a node stand for the gradient there is now, if there is one."""
        g = self.grads.setdefault(leaf, leaf.grad)
        if g is not None:
            leaf.grad = self.leaf(Gradient(leaf), g)

    def gradient(self, leaf: Any) -> Any:
        """``leaf.grad`` as a node, or None."""
        if leaf.grad is None:
            if self.grads.setdefault(leaf, None) is None and leaf not in self.forgotten:
                self.absent.add(leaf)
        elif not isinstance(leaf.grad, Node):
            if leaf in self.grads:  # the function put it there
                return leaf_of(leaf.grad)
            self._know(leaf)
            self.unsettled = "it was not known that this gradient is read"
        return leaf.grad

    def forget(self, leaf: Any, to_none: bool) -> None:
        """``zero_grad`` of a leaf."""
        if not to_none:
            if self.gradient(leaf) is not None:
                zero = 0.0 if type(leaf) is Value else np.zeros_like(leaf._raw)
                leaf.grad = leaf_of(zero)
            return
        self.grads.setdefault(leaf, leaf.grad)
        self.forgotten.add(leaf)
        leaf.grad = None

    def backward(self, output: Any, gradient: Any) -> None:
        """``output.backward(gradient)``: each ``.grad`` holds a node from now on."""
        if not output.tracked:
            backward(output, None, False)  # which raises
        if recording.get().private:
            raise TraceError(
                f"backward() within a transform cannot be compiled, {here()}: use "
                "ag.grad there"
            )
        space = output.space
        g = space.ones(output) if gradient is None else gradient
        with switched(gradients=False):
            g = space.cotangent(g, output)
            g = g if isinstance(g, Node) else leaf_of(g)
            leaves, inner = pulled([output], [g], lift=True)
            for leaf, part in leaves.items():
                part = np.conj(part) if np.iscomplexobj(part._raw) else part
                before = self.gradient(leaf)
                leaf.grad = part if before is None else before + part
            for node, part in inner.items():
                node.grad = part

    # Modules --------------------------------------------------------------------------

    def module(self, module: Any) -> None:
        """Note that a module is called, whose attributes may decide what it does."""
        self.modules.setdefault(module, dict(vars(module)))
        if vars(module).get("_hooks") is not None:
            self.as_it_is = "a module has hooks"

    def settle_modules(self) -> None:
        """A Buffer that was replaced is one that is written; all else is refused."""
        for module, before in self.modules.items():
            for name, x in list(vars(module).items()):
                old: Any = before.get(name)
                if x is old or not any(self._is_ours(y) for y in tree.leaves(x)):
                    continue
                buffer = isinstance(old, Tensor) and isinstance(x, Tensor)
                if not buffer or x.tracked or old.shape != x.shape:
                    raise TraceError(
                        f"a compiled function left a result in the attribute {name!r} "
                        f"of a {type(module).__name__}, which later calls would not: "
                        "return it"
                    )
                self.write(old, held(x))
                vars(module)[name] = old

    def _is_ours(self, x: Any) -> bool:
        return isinstance(x, Node) and x.age >= self.since

    # The end --------------------------------------------------------------------------

    def commit(self) -> None:
        """Write for good what this run has written."""
        for leaf in self.rebound:
            leaf._raw = raw_of(leaf)
        for leaf, (array, _) in self.changed.items():
            if leaf not in self.rebound:
                np.copyto(array, leaf._raw)
                leaf._raw = array
                writes.stamp(array)
        for array, node in self.stored.values():
            np.copyto(array, node._raw)
        for leaf, before in self.grads.items():
            leaf.grad = self._raw_gradient(leaf, before)
        for act in self.afterwards:
            act(self.numbers.values)

    def _raw_gradient(self, leaf: Any, before: Any) -> Any:
        g = leaf.grad
        if not isinstance(g, Node):
            return g
        return before if self._stands(g) else raw_of(g)

    def _stands(self, g: Any) -> bool:
        return type(self.sources.get(g)) is Gradient

    def undo(self) -> None:
        """Put back what this run has changed."""
        for back in reversed(self.done):
            back()
        for leaf, (array, written) in self.changed.items():
            leaf._raw = array
            if written is None:
                del leaf._written
            else:
                leaf._written = written
        for leaf, g in self.grads.items():
            leaf.grad = g
        for bits, state in self.generators.values():
            bits.state = state


def leaf_of(data: Any) -> Any:
    """A leaf around a copy of a number, or of an array."""
    return Value.leaf(data) if type(data) is float else Tensor.leaf(np.array(data))


def raw_of(node: Any) -> Any:
    """The number, or a copy of the array, of a node."""
    return node._raw if type(node) is Value else np.array(node._raw)


def _fitting(data: Any, leaf: Any) -> Any:
    """A node of the shape and dtype of a leaf, whose data it is to be."""
    if not isinstance(data, Node):
        data = leaf_of(np.asarray(unmasked(data, "data")))
    refit(data._raw, leaf._raw)
    return data if data.dtype == leaf.dtype else astype(data, leaf.dtype)


def here() -> str:
    """The line of a person's that called."""
    file, line = caller()
    return f"at {file}:{line}"


def traced(
    f: Callable[..., Any],
    args: Any,
    kwargs: dict[str, Any] | None = None,
    careful: bool = False,
) -> tuple[Flat, Any]:
    """The program of ``f(*args)``, and what this call returned.

    The program's leaves are the arrays among the arguments, in order, then the nodes
    that are older than this call; its results are the nodes that ``f`` returned.

    >>> import autograd as ag
    >>> flat, _ = traced(ag.grad(lambda x: (x**3).sum()), (np.ones(2),))
    >>> flat(np.array([1.0, 2.0]))
    array([ 3., 12.])
    """
    tracing, inputs = Tracing(careful), []

    def stand_in(x: Any) -> Any:
        if not isinstance(x, (np.ndarray, np.generic, Tensor)):
            return x
        data = x._raw if isinstance(x, Tensor) else np.asarray(x)
        inputs.append(Tensor.leaf(data))
        return inputs[-1]

    inner = tree.mapped(stand_in, args)
    tracing.inputs.update(inputs)
    with switched(everything=True, gradients=True, tracing=tracing):
        out = f(*inner, **(kwargs or {}))
    results = [x for x in tree.leaves(out) if isinstance(x, Node)]
    flat, _ = read(results, inputs, tracing.since, tracing.versions)
    return flat, out
