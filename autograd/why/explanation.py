"""``explain``: where a gradient comes from, and why it is 0, None, NaN or tiny."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from ..core.backward import last_swept
from ..core.context import switched
from ..core.node import Node, ancestors, raw, told
from ..core.space import conjugated
from . import depth, left, zeros
from .finite import backward_reasons, finite, forward_reasons, told_in_short
from .flow import Flow, Path, size_of
from .names import Names, Reason, counted, number

WIDTH = 88
ENDS = 4  # groups of operations of a path that are shown at each of its ends
LOOKED_AT = 100  # operations of a path for that
CLOSE = 1e-5  # relative: .grad may differ by as much before that is told


class Explanation:
    """Where the gradient of ``x`` comes from; prints as text.

    Attributes:
        gradient: of x's shape, raw; None where none arrives.
        paths: the largest, each with the ``product`` that it contributes and the
            ``steps`` from x to the output: ``node``, ``operand``, ``size``.
        count: how many paths there are, in all.
        rest: the sum of what is not in ``paths``; None if that is nothing.
        reasons: lines that say why it is 0, None, not finite, tiny or huge.

    >>> import autograd as ag
    >>> x = ag.Value(3.0)
    >>> said = ag.explain(x, x * x + x)
    >>> said.gradient, said.count, [path.product for path in said.paths]
    (7.0, 3, [3.0, 3.0, 1.0])
    """

    def __init__(self, x: Node, output: Node, paths: int, loss: Any) -> None:
        self.x, self.output = x, output
        self._flow = flow = Flow(output, x, paths)
        self._names = Names(ancestors([output, x]), loss)
        self.count = flow.count
        self.gradient, self.rest = _outside(flow.gradient), _outside(flow.rest)
        self.paths = [Path(_outside(part), steps) for part, steps in flow.paths]
        self._reasons = [*_reasons(flow, self._names)]
        self.reasons = [reason.text for reason in self._reasons]

    @property
    def marks(self) -> dict[Node, list[str]]:
        """The nodes to blame, and why, for ``viz.draw(loss, marks=…)``."""
        found: dict[Node, list[str]] = {}
        for _, node, mark in self._reasons:
            if node is not None and mark not in found.setdefault(node, []):
                found[node].append(mark)
        return found

    def __str__(self) -> str:
        parts = [self._head(), *self.reasons]
        if self.gradient is not None:
            parts += self._table()
        return "\n".join([*parts, *_notes(self.x, self.gradient)])

    __repr__ = __str__

    def _head(self) -> str:
        of, to = (
            self._names.name(self.x) or "x",
            self._names.name(self.output) or "output",
        )
        if self.gradient is None:
            return f"∂ {to} / ∂ {of}: None, no gradient arrives"
        return f"∂ {to} / ∂ {of} = {_told(self.gradient)}"

    def _table(self) -> Iterator[str]:
        one = np.size(self.gradient) == 1 and np.isrealobj(self.gradient)
        yield f"{'product' if one else 'norm':>10}  path, from x to the output"
        for path in self.paths:
            head = f"{number(size_of(path.product)):>10}  "
            yield from _filled(head, self._way(path))
        hidden = self.count - len(self.paths)
        if hidden:
            size = 0.0 if self.rest is None else size_of(self.rest)
            yield f"{number(size):>10}  {counted(hidden, 'other path')}, together"
        if self.count > 1:
            yield f"{number(size_of(self.gradient)):>10}  the sum of all"

    def _way(self, path: Path) -> list[str]:
        """The operations of a path, alike ones together, and only its ends if long."""
        n, near = len(path.steps), LOOKED_AT // 2
        if n > LOOKED_AT:
            first, last = self._groups(path, 0, near), self._groups(path, n - near, n)
        else:
            first = last = self._groups(path, 0, n)
            if len(first) <= 2 * ENDS + 1:
                return [*map(_times, first)] or ["x is the output"]
        first, last = first[:ENDS], last[-ENDS:]
        hidden = n - sum(times for _, times in first + last)
        return [*map(_times, first), f"… {hidden:,} more …", *map(_times, last)]

    def _groups(self, path: Path, start: int, stop: int) -> list[tuple[str, int]]:
        """Operations of a path, and how often each follows itself."""
        words = [self._step(path, at) for at in range(start, stop)]
        return [(word, len([*alike])) for word, alike in groupby(words)]

    def _step(self, path: Path, at: int) -> str:
        """An operation and its slope; of arrays, the norm that goes back from there."""
        node, operand, size = path.steps[at]
        name = self._names.operation(node)
        x = node.inputs[operand]
        if _is_number(x) and _is_number(node):
            slope = self._flow.passed(node, operand, node.space.ones(node))
            return name if slope is None else f"{name} × {number(size_of(slope))}"
        return f"{name} ‖{number(abs(size))}‖"


def explain(x: Node, loss: Any = None, *, paths: int = 10) -> Explanation:
    """Where the gradient of ``x`` comes from: a table of paths, and reasons in words.

    A path is one way from ``x`` to the loss. Its product is what it contributes: of
    the local derivatives along it, if all are numbers; of an array, what its transposed
    Jacobians make of 1, shown by its norm. They add up to the gradient. Where it is 0
    the operations are named that let nothing through; where it is None, where the graph
    was left; where it is NaN or infinite, the first operation that made it so, in
    either pass; where it vanishes or explodes, how, by depth.

    Args:
        x: a Tensor or a Value.
        loss: a node of one element; or a function without arguments that returns one,
            which is run with everything recorded: then it is also known what left the
            graph, and at which line. If None, the node whose ``backward()`` was called
            last, in this thread, as long as it lives and its graph is not freed.
        paths: how many are shown one by one, the largest first.

    Nothing is changed: no ``.grad``, no graph. Hooks are not called; what they change
    is not in the table.

    Raises:
        TypeError: ``x`` or ``loss`` is no node, or they are of two kinds.
        ValueError: the loss is not known, or has more than one element.

    >>> import autograd as ag
    >>> x, w = ag.Value(2.0, label="x"), ag.Value(-0.5, label="w")
    >>> loss = (x * w).relu() + 3 * x
    >>> loss.backward()
    >>> ag.explain(x)
    ∂ output / ∂ x = 3
       product  path, from x to the output
             3  multiply × 3 → add × 1
             0  multiply × -0.5 → relu × 0 → add × 1
             3  the sum of all
    >>> ag.explain(w).reasons
    ['relu: its slope is 0 at -1']
    """
    if not isinstance(x, Node):
        raise TypeError(f"explain needs a Tensor or a Value; got {told(x)}")
    if isinstance(paths, bool) or not isinstance(paths, int) or paths < 1:
        raise ValueError(f"paths is a number of 1 or more; got {paths!r}")
    output = _output(loss)
    if type(output) is not type(x):
        raise TypeError(
            f"explain needs x and a loss of one kind; got {told(x)} and {told(output)}"
        )
    if np.size(raw(output)) != 1 or np.asarray(raw(output)).dtype.kind == "c":
        raise ValueError(
            f"explain needs a loss of one real element; got {told(output)}. Sum it, "
            "times what you gave to backward(), if you did: (y * g).sum()"
        )
    return Explanation(x, output, paths, loss)


def _output(loss: Any) -> Node:
    if loss is None:
        loss = last_swept.get()()
        if loss is None:
            raise ValueError(
                "explain knows no loss: backward() was not called in this thread, or "
                "what it was called of is gone. Pass it: ag.explain(x, loss)"
            )
    if isinstance(loss, Node):
        return loss
    if not callable(loss):
        raise TypeError(
            f"loss is a node, or a function that gives one; got {told(loss)}"
        )
    with switched(gradients=True, everything=True, places=True):
        output = loss()
    if not isinstance(output, Node):
        raise TypeError(
            f"loss is a node, or a function that gives one; it gave {told(output)}"
        )
    return output


def _reasons(flow: Flow, names: Names) -> Iterator[Reason]:
    gradient = flow.gradient
    if gradient is None:
        yield from left.reasons(flow, names)
        return
    if not finite(flow.output) or not finite(gradient):
        yield from forward_reasons(flow.output, names)
        yield from backward_reasons(flow, names)
    if np.any(np.equal(gradient, 0)):
        yield from zeros.reasons(flow, names)
    yield from map(Reason, depth.reasons(flow, names))


def _notes(x: Node, gradient: Any) -> Iterator[str]:
    """Where ``x.grad`` says something else, and why."""
    if gradient is None:
        return
    if x.grad is None:
        yield left.not_kept(x)
    elif not _close(x.grad, gradient):
        yield (
            f"x.grad is {_told(x.grad)}: it was added up over several backward passes, "
            "changed by a hook or by hand, or is that of another loss"
        )


def _times(group: tuple[str, int]) -> str:
    word, times = group
    return f"{word} ({times} times)" if times > 1 else word


def _is_number(x: Any) -> bool:
    """Whether one real number is held, not several outputs."""
    data = raw(x)
    return not isinstance(data, tuple) and np.size(data) == 1 and np.isrealobj(data)


def _filled(head: str, words: list[str]) -> Iterator[str]:
    """Lines after a head, as full as they may be, broken between the words alone."""
    line = head
    for at, word in enumerate(words):
        word += " →" if at + 1 < len(words) else ""
        if len(line) + len(word) > WIDTH and line.strip() and at:
            yield line.rstrip()
            line = " " * len(head)
        line += f"{word} "
    yield line.rstrip()


def _close(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    with np.errstate(all="ignore"):
        far = CLOSE * np.max(np.abs(b), initial=0)
        return a.shape == b.shape and np.allclose(a, b, CLOSE, far, equal_nan=True)


def _outside(g: Any) -> Any:
    return None if g is None else conjugated(g)


def _told(g: Any) -> str:
    if np.size(g) == 1:
        return number(np.asarray(g).reshape(())[()])
    zero = int(np.sum(np.equal(g, 0)))
    some = f", {zero:,} of them 0" if 0 < zero < np.size(g) else ""
    if zero == np.size(g):
        return f"0 everywhere, shape {np.shape(g)}"
    if not finite(g):
        return told_in_short(g)
    size = counted(np.size(g), "element")
    return f"an array of norm {number(size_of(g))}: {size}{some}, shape {np.shape(g)}"
