"""``vmap``: a function of one example, of many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..batching import Recorded, batched, younger
from ..compiler.tracing import Tracing
from ..core import tree
from ..core.context import recording, switched
from ..core.node import Node, TraceError, raw, told
from ..core.space import operand
from ..core.writes import caller, writes
from ..core.zeros import all_finite
from ..ops.held import Presumed
from ..tensor import Tensor


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


def vmap(
    f: Callable[..., Any], in_axes: Any = 0, out_axes: Any = 0
) -> Callable[..., Any]:
    """``f`` of one example as a function of many, which it computes at once.

    ``f`` runs on one example (at first on two, to compare what they recorded); all that
    depends on it is then computed with one more axis, by one operation for all. So vmap
    nests with itself and every other transform, in any order, and what ``f`` closes
    over gets its gradient.

    Args:
        f: a function of arrays, Tensors and containers of them. Which operations it
            runs must not depend on the numbers of an example: choose by ``np.where``.
            Random numbers, as those of dropout, are refused: draw them outside, and
            pass them as an argument.
        in_axes: along which axis of each argument the examples lie: one number for all,
            or a tuple of one for each; None where it is the same for all. For a
            container: one for all in it, or a container like it. Arguments by keyword
            are the same for all.
        out_axes: where the examples lie in the results, in the same way. None is for
            results that are the same for all.

    Shapes: an argument (…, n, …) is seen by ``f`` as (…, …); a result (…) of ``f``
    becomes (n, …).

    Raises:
        TypeError: an argument to be mapped that is no array; a function that branches
            on the numbers, takes them out of the graph or draws random ones.
        ValueError: axes that do not exist, or of different lengths; in_axes built
            otherwise than the arguments.

    >>> import numpy as np
    >>> import autograd as ag
    >>> dot = ag.vmap(lambda x, y: x @ y)
    >>> dot(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [10.0, 1.0]]))
    array([ 3., 34.])
    >>> ag.vmap(ag.grad(lambda w, x: (w * x) ** 2), in_axes=(None, 0))(2.0, np.ones(3))
    array([4., 4., 4.])
    """
    if not callable(f):
        raise TypeError(
            f"vmap needs a function; got {told(f)}. Pass the function itself: "
            "vmap(f)(x), not vmap(f(x))"
        )

    seen: set[Any] = set()  # recordings that were found the same for two examples

    def mapped(*args: Any, **kwargs: Any) -> Any:
        axes = _axes_of_arguments(in_axes, args)
        leaves = tree.leaves(args)
        n = _number_of_examples(axes, leaves)
        front = [
            x if axis is None else _in_front(x, axis) for x, axis in zip(leaves, axes)
        ]

        def called(*values: Any) -> Any:
            rest = iter(values)
            return f(*tree.mapped(lambda _: next(rest), args), **kwargs)

        examples = [x for x, axis in zip(front, axes) if axis is not None]

        def of_one(*ones: Any) -> Any:
            rest = iter(ones)
            return called(
                *[x if a is None else next(rest) for x, a in zip(front, axes)]
            )

        results, out = for_all(of_one, examples, n, seen)
        given = next((x for x in leaves if isinstance(x, Node)), None)
        return _placed(results, out, out_axes, n, given)

    return mapped


# Axes ---------------------------------------------------------------------------------


def _axes_of_arguments(in_axes: Any, args: tuple[Any, ...]) -> list[Any]:
    """The axis of the examples, for each leaf of the arguments."""
    if isinstance(in_axes, (list, tuple)):
        if len(in_axes) != len(args):
            raise ValueError(
                f"in_axes={in_axes!r} names axes of {len(in_axes)} arguments; the call "
                f"has {len(args)} by position. Those by keyword are the same for all"
            )
        each = zip(in_axes, args)
        return [axis for a, x in each for axis in _spread(a, x, "in_axes")]
    return _spread(in_axes, args, "in_axes")


def _spread(axes: Any, given: Any, name: str) -> list[Any]:
    """One axis for each leaf of containers; None where there is none."""
    if axes is None or _is_integer(axes):
        return [axes] * len(tree.leaves(given))
    both = isinstance(axes, dict), isinstance(given, dict)
    if both == (True, True) and axes.keys() == given.keys():
        return [a for k, x in given.items() for a in _spread(axes[k], x, name)]
    alike = all(isinstance(x, (list, tuple)) for x in (axes, given))
    if alike and len(axes) == len(given):
        return [a for each, x in zip(axes, given) for a in _spread(each, x, name)]
    raise ValueError(
        f"{name} is an axis, None, or built like what it belongs to; got {axes!r} for "
        f"{told(given)}"
    )


def _is_integer(x: Any) -> bool:
    return isinstance(x, (int, np.integer)) and not isinstance(x, bool)


def _number_of_examples(axes: list[Any], leaves: list[Any]) -> int:
    lengths = []
    for axis, x in zip(axes, leaves):
        if axis is None:
            continue
        if not isinstance(x, (Tensor, np.ndarray)):
            raise TypeError(
                f"vmap maps arrays and Tensors along an axis; got {told(x)}. Say "
                "in_axes=None for what is the same for all examples"
            )
        shape = np.shape(x)
        if not -len(shape) <= axis < len(shape):
            raise ValueError(
                f"in_axes={axis}, but the argument has shape {shape}. Say None for "
                "what is the same for all examples"
            )
        lengths.append(shape[axis])
    if not lengths:
        raise ValueError(
            "vmap has nothing to map: in_axes says None for all, or there are no "
            "arrays by position"
        )
    if len({*lengths}) > 1:
        raise ValueError(
            "the arguments of vmap have as many examples each; got "
            f"{', '.join(map(str, lengths))}, along in_axes "
            f"{', '.join([str(a) for a in axes if a is not None])}"
        )
    return lengths[0]


def _in_front(x: Any, axis: int) -> Any:
    if not isinstance(x, Node):
        x = operand(x, "vmap")
    return x if axis == 0 else np.moveaxis(x, axis, 0)


# Results ------------------------------------------------------------------------------


def _placed(results: list[Any], out: Any, out_axes: Any, n: int, given: Any) -> Any:
    """The results in their containers, each with its examples along an axis."""
    axes = iter(_spread(out_axes, out, "out_axes"))
    rest = iter(results)
    shared = [id(x) for x in results]  # one array may be several results

    def placed(one: Any) -> Any:
        axis, value = next(axes), next(rest)
        if axis is None:
            if value is not None:
                raise ValueError(
                    "out_axes=None is for a result that is the same for all examples; "
                    f"this one, {told(one)} for each, is not"
                )
            return _given_back(one, given)
        if value is None:
            value = np.broadcast_to(one, (n, *np.shape(one)))
        rank = np.ndim(one) + 1
        if not -rank <= axis < rank:
            raise ValueError(
                f"out_axes={axis}, but the result has {rank} axes with that of the "
                "examples"
            )
        own = shared.count(id(value)) == 1
        return _given_back(np.moveaxis(value, 0, axis) if axis else value, given, own)

    return tree.mapped(placed, out)


def _given_back(x: Any, given: Any, own: bool = False) -> Any:
    """A node only if nodes came in, or what is recorded goes on through it.

    Else an array in memory of its own: itself, if it was made for this result.
    """
    if isinstance(x, Node) and (x.tracked or recording.get().everything):
        return x
    own = own and type(x) is np.ndarray and x.base is None
    data = x if own else np.array(raw(x))
    return data if given is None else Tensor.leaf(data)


# Recording ----------------------------------------------------------------------------


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
