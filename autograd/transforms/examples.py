"""A function is recorded for one example, and computed for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..batching import Recorded, batched, younger
from ..compiler.tracing import Tracing
from ..core import tree
from ..core.context import recording, switched
from ..core.node import Node, TraceError, raw, told
from ..core.writes import caller, writes
from ..core.zeros import all_finite
from ..ops.held import Presumed
from ..tensor import Tensor


def for_all(
    f: Callable[..., Any], examples: Sequence[Any], n: int, seen: set[Any]
) -> tuple[list[Any], Any]:
    """The results of ``f`` for all examples, and what it returned for one.

    A result that does not depend on the example is None.
    """
    arrays = [raw(x) for x in examples]
    first = [x[0, ...] if n else _of_none(x) for x in arrays]
    last = [x[-1, ...] for x in arrays] if n > 1 else first
    for careful in (is_careful(), True):  # of slopes that are infinite, as sweeps are
        recorded, out = _recorded(f, first, careful)
        difference = ""
        if n > 1 and recorded.operations not in seen:
            difference = recorded.difference(_recorded_apart(f, first, last, careful))
        if difference and (careful or not recorded.has_sweeps):
            raise TraceError(
                "vmap runs the same operations for all examples, but the function does "
                f"not: for two of them it recorded {difference}. Choose by np.where "
                "instead of if, draw random numbers outside and pass them as an "
                "argument, and take no numbers out of the graph"
            )
        if difference:
            continue
        if n > 1:
            seen.add(recorded.operations)
        results = run(recorded, examples, n)
        if careful or not recorded.has_sweeps or finite(results):
            break
    places = iter(results)
    kept = [
        next(places) if isinstance(leaf, Node) else None for leaf in tree.leaves(out)
    ]
    return kept, out


def _of_none(x: np.ndarray) -> np.ndarray:
    """An example where there is none: of a matrix, one that has a decomposition."""
    one = np.ones(x.shape[1:], x.dtype)
    if one.ndim > 1 and x.dtype.kind in "fc":
        rows, columns = one.shape[-2:]
        one += np.eye(rows, columns, dtype=x.dtype) * np.arange(1, columns + 1)
    return one


def is_careful() -> bool:
    """Whether what is traced now takes care of infinite slopes from the start."""
    tracing = recording.get().tracing
    return tracing is not None and tracing.careful


def _recorded_apart(
    f: Callable[..., Any], first: list[Any], last: list[Any], careful: bool
) -> Recorded:
    """The graph at an example that is another one than the first."""
    try:
        return _recorded(f, [*map(_apart, last, first)], careful)[0]
    except (ArithmeticError, ValueError):  # it is none of those that f takes
        return _recorded(f, last, careful)[0]


def _apart(x: Any, first: Any) -> Any:
    """An example, of which no number is that of the first one."""
    if x.dtype.kind not in "fc":
        return x
    with np.errstate(all="ignore"):
        near = x + np.where(np.equal(x, 0), 1, x) / x.dtype.type(64)
    return np.where(np.equal(x, first), near, x)


def _recorded(
    f: Callable[..., Any], ones: Sequence[np.ndarray], careful: bool
) -> tuple[Recorded, Any]:
    """The graph of ``f`` at one example, and what it returned."""
    tracing, outer = Example(careful), recording.get()
    stand_ins = [Tensor.leaf(np.array(x), tracked=x.dtype.kind in "fc") for x in ones]
    tracing.inputs.update(stand_ins)
    written = writes.latest
    changes: dict[str, Any] = {"everything": True, "gradients": True}
    changes |= {"tracing": tracing, "private": outer.private | {*stand_ins}}
    try:
        with switched(**changes), np.errstate(all="ignore"):
            out = f(*stand_ins)
    finally:
        for x in stand_ins:
            x.tracked = False
    if writes.latest != written:
        raise TraceError(
            "the function given to vmap writes into an array, as batch normalization "
            "does into its running statistics: examples would overwrite each other. "
            "Return what is to be written, or call eval() on the module"
        )
    found = tree.leaves(out)
    for leaf in found:
        if not isinstance(leaf, (Tensor, np.ndarray, np.generic, int, float, complex)):
            raise TypeError(
                f"a function given to vmap returns arrays and numbers; got {told(leaf)}"
            )
    outputs = [leaf for leaf in found if isinstance(leaf, Node)]
    return Recorded(stand_ins, outputs, tracing.since), out


def run(recorded: Recorded, examples: Sequence[Any], n: int) -> list[Any]:
    """The outputs for all examples: recorded where something outside is tracked."""
    outer = recording.get()
    nodes = [x for x in examples if isinstance(x, Node)]
    tracked = any(x.tracked for x in [*nodes, *recorded.others])
    lift = outer.everything or (outer.gradients and tracked)
    if lift:
        values = [x if isinstance(x, Node) else Tensor.leaf(x) for x in examples]
    else:
        values = [raw(x) for x in examples]
    quiet: Any = "ignore" if recorded.has_sweeps else None  # until all is finite
    try:
        with np.errstate(all=quiet):
            results = batched(recorded, values, n, lift)
    except Presumed as error:
        raise TraceError(
            "vmap runs the same operations for all examples, but for some of them the "
            f"function would run others: {error}"
        ) from None
    return [np.array(x) if any(x is each for each in values) else x for x in results]


def finite(results: Sequence[Any]) -> bool:
    """Whether all results that are there hold no infinity and no NaN."""
    arrays = [np.asarray(raw(x)) for x in results if x is not None]
    with np.errstate(all="ignore"):
        return all_finite([np.ravel(x) for x in arrays if x.dtype.kind in "fc"])


class Example(Tracing):
    """What is asked while a function is recorded for one example.

    What does not depend on the example may depend on what is traced around it.
    """

    fuses = False  # what pullbacks consist of is known for many examples

    def __init__(self, careful: bool) -> None:
        super().__init__(careful)
        self.outer = recording.get().tracing

    def check(self, node: Node, what: str) -> None:
        """Raise if the number of a node, which is read, depends on the example."""
        if self._depends(node):
            raise self.leak(node, what)
        if self.outer is not None:
            self.outer.check(node, what)

    def read(self, node: Any) -> Any:
        """``node.data``: of an example in the graph, not differentiated."""
        if self._depends(node):
            return super().read(node)
        return node._raw if self.outer is None else self.outer.read(node)

    def module(self, module: Any) -> None:
        if self.outer is not None:
            self.outer.module(module)

    def _depends(self, node: Node) -> bool:
        return not self.inputs.isdisjoint(younger([node], self.since))

    def leak(self, node: Node, what: str) -> TraceError:
        source = f"a result of {node.op}" if node.op else "an argument"
        file, line = caller()
        return TraceError(
            f"{what} of {source} leaves the graph, at {file}:{line}: it would be that "
            "of one example for all. Choose by np.where, or compute it outside of vmap"
        )

    # What would be done once, or twice, for all examples: refused before it is begun

    def write(self, leaf: Any, data: Any) -> None:
        instead = "return what is to be written, or call eval() on the module"
        raise self.refused("a write into .data, as of running statistics,", instead)

    def gradient(self, leaf: Any) -> Any:
        raise self.refused("an optimizer or a clipping", "call it outside")

    def forget(self, leaf: Any, to_none: bool) -> None:
        raise self.refused("zero_grad()", "call it outside")

    def drawn(self, draw: Any, seed: Any, find: Any) -> Tensor:
        instead = "draw outside of vmap, and pass them as an argument"
        raise self.refused("drawing random numbers, as of dropout,", instead)

    def backward(self, output: Any, gradient: Any) -> None:
        raise self.refused("backward()", "use ag.grad there, or sum what vmap returns")

    def refused(self, what: str, instead: str) -> TraceError:
        file, line = caller()
        return TraceError(
            f"{what} in a function given to vmap, at {file}:{line}, would be once for "
            f"all examples: {instead}"
        )
