"""``diff``: in what two graphs, or two runs, differ, and where that begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd.core.node import Node

from .drawing import Drawing
from .read.build import Wanted, build
from .read.naming import name_of, place_of, value_of
from .read.nodes import data_of
from .read.pairing import Tolerance, difference, ordered, paired, structure
from .read.passes import about_hooks, gradients
from .read.scopes import Scopes
from .read.words import count
from .starts import Names, kept, starts

MOST_TOLD = 12  # changes that are written out
COUNTED = ("value", "gradient")  # kinds of changes that have a plural
MOST_MARKED = 30  # changes that a drawing shows


class Change(NamedTuple):
    """One difference: at node ``a`` of the first graph, ``b`` of the second.

    ``kind`` is ``"added"`` (``a`` is None), ``"removed"`` (``b`` is None),
    ``"structure"``, ``"value"`` or ``"gradient"``; ``text`` says what it was and is.
    """

    kind: str
    a: Node | None
    b: Node | None
    text: str


def diff(a: Any, b: Any, *args: Any, rtol: float = 0.0, atol: float = 0.0) -> Diff:
    """Compare how ``a`` and ``b`` were computed: structure, values, gradients.

    Each is what ``draw`` takes: a Value, a Tensor, several of them, a Graph; or a
    function or module that is called with ``args``, and then its source lines are
    known (as they are within ``ag.record_places()``). A module is left as it was, so
    that the second call meets what the first one met: dropout leaves out the same.

    Nodes are paired by operation and module, leaves by name. Two numbers are the same
    within ``atol + rtol · max(|a|, |b|)``; NaN is the same as NaN. Gradients are those
    of the outputs' sum, by a sweep for each that changes no ``.grad``. Where no sweep
    is possible in either (freed graphs) the text says so.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> difference = viz.diff(x * x + 1, (x * x).tanh() + 1)
    >>> [change.kind for change in difference.changes]
    ['added', 'structure', 'value', 'gradient', 'gradient']
    >>> print(str(difference).splitlines()[1])
    first: added tanh, 1
    >>> viz.diff(x * x, x * x).same
    True
    """
    for name, bound in ("rtol", rtol), ("atol", atol):
        if not isinstance(bound, int | float) or not 0 <= bound < np.inf:
            raise ValueError(f"{name} is a number, at least 0; got {bound!r}")
    with kept(a):
        one = starts(a, args, by="diff")
    with kept(b):
        return Diff(one, starts(b, args, by="diff"), Tolerance(rtol, atol))


def assert_same(
    a: Any, b: Any, *args: Any, rtol: float = 0.0, atol: float = 0.0
) -> None:
    """Raise AssertionError unless ``diff(a, b, …)`` finds nothing.

    The error names the first node that diverges, with its source line where that is
    known; its ``diff`` is the whole of it, with a drawing.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> viz.assert_same(x * 2, x + x, rtol=1e-6)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: 2 graphs differ: ...
    first: removed multiply, 6
    ...
    """
    found = diff(a, b, *args, rtol=rtol, atol=atol)
    if not found.same:
        error = AssertionError(str(found))
        error.diff = found  # type: ignore[attr-defined]
        raise error


class Diff:
    """The changes from one graph to another, in the order of the computation.

    Those of gradients come last, in the order of the backward pass. Prints as a text;
    notebooks show the drawing, too.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> difference = viz.diff(x * x, x * x * 2)
    >>> difference.same, isinstance(difference, viz.Diff)
    (False, True)
    """

    def __init__(
        self,
        a: tuple[list[Node], Names],
        b: tuple[list[Node], Names],
        tolerance: Tolerance,
    ) -> None:
        self.outputs = a[0], b[0]
        self._given = a[1], b[1]
        orders = ordered(a[0]), ordered(b[0])
        self.scopes = Scopes(_by_age(orders[0]), a[1]), Scopes(_by_age(orders[1]), b[1])
        self.pairs = paired(*orders, self.scopes)
        self.notes: list[str] = []
        self.changes = [*self._forward(tolerance), *self._gradients(tolerance)]

    @property
    def same(self) -> bool:
        """Whether there is no difference."""
        return not self.changes

    @property
    def first(self) -> Change | None:
        """The change that no other one lies before."""
        return self.changes[0] if self.changes else None

    def _forward(self, tolerance: Tolerance) -> Iterator[Change]:
        mates = {p: q for p, q in self.pairs if p is not None and q is not None}
        for p, q in self.pairs:
            if p is None or q is None:
                kind = "added" if p is None else "removed"
                yield Change(kind, p, q, value_of(q if p is None else p))
                continue
            for kind, text in structure(p, q, mates, self._name, tolerance):
                yield Change(kind, p, q, text)
            x, y = data_of(p), data_of(q)
            if isinstance(x, tuple) or isinstance(y, tuple):
                continue  # of several outputs each is compared by itself
            if np.shape(x) == np.shape(y):
                gap = difference(x, y, tolerance)
                if gap is not None:
                    yield Change("value", p, q, gap)
        one, other = self.outputs
        if [id(mates.get(node, node)) for node in one] != [*map(id, other)]:
            names = [", ".join(self._name(0, node) for node in one)]
            names.append(", ".join(self._name(1, node) for node in other))
            yield Change("structure", one[0], other[0], f"outputs: {' → '.join(names)}")

    def _gradients(self, tolerance: Tolerance) -> Iterator[Change]:
        found = [self._swept(side) for side in (0, 1)]
        one, other = found
        if one is None or other is None:
            return
        for p, q in reversed(self.pairs):
            if p is None or q is None:
                continue
            if p not in one and q not in other:
                continue
            if p not in one or q not in other:
                which = "no gradient → a gradient", "a gradient → no gradient"
                yield Change("gradient", p, q, which[p in one])
            elif (gap := difference(one[p], other[q], tolerance)) is not None:
                yield Change("gradient", p, q, gap)

    def _swept(self, side: int) -> dict[Node, Any] | None:
        which = "ab"[side]
        tracked = [node for node in self.outputs[side] if node.tracked]
        if not tracked:
            return {}
        of = [node for pair in self.pairs if (node := pair[side]) is not None]
        self.notes += [f"gradients of {which}: {line}" for line in about_hooks(of)]
        single = {node for node in of if not isinstance(data_of(node), tuple)}
        try:
            with np.errstate(all="ignore"):
                return gradients(tracked, single)
        except (ValueError, ArithmeticError, RuntimeError) as error:
            self.notes.append(f"gradients were not compared: of {which}, {error}")
            return None

    # As text ------------------------------------------------------------------------

    def __str__(self) -> str:
        nodes = count(len(self.pairs), "node")
        if self.same:
            return "\n".join([f"2 graphs are the same: {nodes}", *self.notes])
        kinds = Counter(change.kind for change in self.changes)
        counts = ", ".join(
            count(n, kind) if kind in COUNTED else f"{n:,} {kind}"
            for kind, n in kinds.items()
        )
        lines = [f"2 graphs differ: {counts}; {nodes} in all"]
        told = [self.told(change) for change in self.changes[:MOST_TOLD]]
        lines += [f"first: {told[0]}", *(f"  {line}" for line in told[1:])]
        if len(self.changes) > MOST_TOLD:
            lines.append(f"  and {len(self.changes) - MOST_TOLD:,} more")
        return "\n".join([*lines, *self.notes])

    def __repr__(self) -> str:
        return f"Diff({count(len(self.changes), 'change')})"

    def told(self, change: Change) -> str:
        """A change in a line: what, at which node, where in the source."""
        node, side = (change.a, 0) if change.b is None else (change.b, 1)
        line = f"{change.kind} {'' if _is_alone(change) else 'of '}"
        return f"{line}{self._name(side, node)}{place_of(node)}, {change.text}"

    def _name(self, side: int, x: Any) -> str:
        return name_of(x, self.scopes[side])

    # As a drawing -------------------------------------------------------------------

    @cached_property
    def drawing(self) -> Drawing:
        """The second graph with all that changed in red, and in words.

        Where something was removed, the first graph stands beside it.
        """
        rows: dict[Node, list[tuple[str, str]]] = {}
        for change in self.changes[:MOST_MARKED]:
            node = change.a if change.b is None else change.b
            line = ("", change.kind) if _is_alone(change) else change[::3]
            rows.setdefault(node, []).append(line)  # type: ignore[arg-type]
        names = {**self._given[0], **self._given[1]}
        outputs = self.outputs[1]
        if any(change.kind == "removed" for change in self.changes):
            outputs = list(dict.fromkeys([*self.outputs[0], *outputs]))
            for which, side in (("first graph", 0), ("second graph", 1)):
                for node in self.outputs[side]:
                    names.setdefault(node, which)
        drawing = Drawing(build(outputs, Wanted(marks=rows, names=names, stored=False)))
        lines = str(self).splitlines()
        told = lines[:2] if self.changes else lines[:1]
        if len(self.changes) > MOST_MARKED:
            told.append(f"the first {MOST_MARKED} changes are marked")
        drawing.view.caption = (*told, *drawing.view.caption)
        return drawing

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        picture = self.drawing._repr_svg_()
        return {"image/svg+xml": picture, "text/plain": str(self)}


def _by_age(nodes: Sequence[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: node.age)


def _is_alone(change: Change) -> bool:
    return change.kind in ("added", "removed")
