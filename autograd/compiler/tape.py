"""Programs of single numbers, run as long vectors: all additions of one depth at once.

The numbers lie in one array, sorted by depth and operation, so that what one operation
makes lies side by side: ``v[start:stop] = op(v[a], v[b])``. A graph of 200,000 Values
becomes some fifty calls of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from ..core.call import ITEM
from ..core.program import Ref, Step
from ..core.zeros import weigh
from ..ops import elementwise as ew
from .flat import Flat

SAME = {"argument", "positive"}  # whose result is their operand
SUM = "sum"  # stands for the operation of a sum of several terms


class Run(NamedTuple):
    """All numbers of a depth that one operation makes: called with the numbers."""

    op: Any  # (primitive, params, which output), or SUM
    function: Callable[..., Any]
    start: int
    stop: int
    operands: list[Any]  # where each operand lies: a slice, or an array of places

    def __call__(self, v: Any) -> None:
        function, operands = self.function, self.operands
        if self.op is SUM:
            terms, ends = operands
            function(v[terms], ends, out=v[self.start : self.stop])
        else:
            v[self.start : self.stop] = function(*[v[where] for where in operands])

    def __str__(self) -> str:
        told = [*map(_told, self.operands)]
        name = "np.add.reduceat" if self.op is SUM else self.op[0].name
        return f"v[{self.start}:{self.stop}] = {name}({', '.join(told)})"


def built(flat: Flat) -> Tape:
    """A function of the leaves' numbers that gives the results', as Python floats.

    Numbers cannot be written in place: a result that has a target is given, too.
    Additions of one chain are one sum; the last digit may differ from theirs.

    >>> import autograd as ag
    >>> from autograd.compiler.flat import Flat
    >>> x = ag.Value(2.0)
    >>> run = built(Flat.of(x * x + 1, leaves=[x]))
    >>> run(3.0)
    (10.0,)
    """
    return Tape(flat)


class Tape:
    """Sources (leaves, then constants), then what the runs make, in one array.

    ``calls`` are the runs in order, as functions of that array.
    """

    def __init__(self, flat: Flat) -> None:
        steps = _Steps(flat)
        order = sorted(steps.live(), key=lambda i: (steps.depth[i], steps.kinds[i], i))
        base = len(steps.sources)
        place = dict(zip(order, range(base, base + len(order))))

        def at(number: int) -> int:
            return -1 - number if number < 0 else place[number]

        self.leaves = len(flat.leaves)
        self.runs: list[Run] = []
        start = base
        for (_, kind), group in groupby(
            order, key=lambda i: (steps.depth[i], steps.kinds[i])
        ):
            members = [steps.operands[i] for i in group]
            stop = start + len(members)
            self.runs.append(self._run(steps.ops[kind], members, at, start, stop))
            start = stop
        self.numbers = np.zeros(start)
        self.numbers[self.leaves : base] = steps.sources[self.leaves :]
        self.outputs = np.array([at(x) for x in steps.outputs], np.intp)
        self.calls: list[Any] = [*self.runs]
        self.source = self._text()

    def _run(self, op: Any, members: list[Any], at: Any, start: int, stop: int) -> Run:
        if op == SUM:
            ends = np.cumsum([0, *map(len, members)])[:-1]
            terms = _places([at(x) for terms in members for x in terms])
            return Run(SUM, np.add.reduceat, start, stop, [terms, ends])
        columns = [_places([at(x) for x in column]) for column in zip(*members)]
        return Run(op, _vectorised(*op), start, stop, columns)

    def __call__(self, *leaves: Any) -> tuple[Any, ...]:
        """Every run once, from these numbers in the leaves' places."""
        v = self.numbers
        v[: self.leaves] = leaves
        with np.errstate(all="ignore"):
            for call in self.calls:
                call(v)
        return tuple(v[self.outputs].tolist())

    def _text(self) -> str:
        """The runs as commented text: what each makes of what."""
        head = (
            f"# {len(self.numbers)} numbers in v: {self.leaves} leaves, "
            "then constants, then what each line makes"
        )
        returned = f"return v{self.outputs.tolist()}"[:88]
        return "\n".join([head, *map(str, self.runs), returned])


class _Steps:
    """The steps, numbered; a source is -1, -2, …; equal steps are one.

    Chains of additions whose inner sums nobody else reads are one sum.
    """

    def __init__(self, flat: Flat) -> None:
        count = len(flat.leaves)
        self.sources: list[Any] = [0.0] * count
        self.operands: list[Any] = []  # of each step: the numbers of its operands
        self.kinds: list[int] = []  # of each step: which of ``ops``
        self.ops: list[Any] = []  # (primitive, params, which output), or SUM
        self._numbers: dict[Any, int] = {}  # of sources and steps, by what they are
        self._kinds: dict[Any, int] = {}
        self._one = self._constant(1.0)
        known: list[Any] = [-1 - i for i in range(count)]
        for step, kind in zip(flat.steps, flat.kinds[count:]):
            known.append(self._number(step, known, type(kind) is tuple))
        self.outputs = [known[i] for i in flat.outputs]
        self._join()
        self._deepen()

    def _constant(self, x: Any) -> int:
        key = ("constant", float(x), np.signbit(x))
        if x != x or key not in self._numbers:
            self.sources.append(float(x))
            self._numbers[key] = -len(self.sources)
        return self._numbers[key]

    def _number(self, step: Step, known: list[Any], several: bool) -> Any:
        """Which number the step makes; of several outputs: what makes them."""
        op, given, params = step.op, step.operands, step.params
        if op is ITEM:
            (whole,), index = given, params["index"]
            if not isinstance(whole, Ref):
                return self._constant(whole[index])
            op, params, numbers = known[whole.position]
            return self._added((op, params, index), numbers)
        numbers = [
            known[x.position] if isinstance(x, Ref) else self._constant(x)
            for x in given
        ]
        if op.name in SAME:
            return numbers[0]
        if op in (ew.multiply, weigh) and self._one in numbers:
            return numbers[1 - numbers.index(self._one)]
        if several:
            return op, params, numbers
        return self._added((op, params, None), numbers)

    def _added(self, made: tuple[Any, dict[str, Any], Any], numbers: list[int]) -> int:
        """The number of a step, a known one if it is the same."""
        op, params, index = made
        which = (op, index, *params.items()) if params else (op, index)
        kind = self._kinds.get(which)
        if kind is None:
            kind = self._kinds[which] = len(self.ops)
            self.ops.append(made)
        key = (kind, *numbers)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.operands)
            self.operands.append(numbers)
            self.kinds.append(kind)
        return number

    def _join(self) -> None:
        """Additions into sums of many terms, where nobody reads what is between."""
        uses = [0] * len(self.operands)
        for numbers in [*self.operands, self.outputs]:
            for x in numbers:
                if x >= 0:
                    uses[x] += 1
        addition = self._kinds.get((ew.add, None))
        kinds = self.kinds
        terms: dict[int, list[int]] = {}
        for i, numbers in enumerate(self.operands):
            if kinds[i] == addition:
                x, y = numbers
                terms[i] = terms.pop(x) if x in terms and uses[x] == 1 else [x]
                terms[i].append(y)
        many = {i: each for i, each in terms.items() if len(each) > 2}
        if many:
            self.ops.append(SUM)
        for i, each in many.items():
            self.operands[i], kinds[i] = each, len(self.ops) - 1

    def _deepen(self) -> None:
        """How many steps there are below each, at most."""
        self.depth: list[int] = []
        depth = self.depth
        for numbers in self.operands:
            depth.append(1 + max([depth[x] for x in numbers if x >= 0], default=0))

    def live(self) -> list[int]:
        """The steps that a result depends on."""
        wanted = {x for x in self.outputs if x >= 0}
        stack = list(wanted)
        while stack:
            for x in self.operands[stack.pop()]:
                if x >= 0 and x not in wanted:
                    wanted.add(x)
                    stack.append(x)
        return list(wanted)


def _places(places: list[int]) -> Any:
    """Where operands lie; a slice where they lie side by side."""
    first, count = places[0], len(places)
    if places == list(range(first, first + count)):
        return slice(first, first + count)
    return np.array(places, np.intp)


def _told(where: Any) -> str:
    if isinstance(where, slice):
        return f"v[{where.start}:{where.stop}]"
    return f"v[{len(where)} places]"


def _weighed(x: Any, y: Any, either: bool) -> Any:
    """``weigh``, which differs from the product only where that is not finite."""
    product = x * y
    finite = np.isfinite(np.add.reduce(product))
    return product if finite else weigh.forward(x, y, either=either)


def _vectorised(op: Any, params: dict[str, Any], index: Any) -> Callable[..., Any]:
    """The forward function on arrays of numbers: all at once where it is by element."""
    forward = _weighed if op is weigh else op.forward
    if index is None and (
        op.by_element or isinstance(forward, np.ufunc) or op is weigh
    ):
        return (lambda *xs: forward(*xs, **params)) if params else forward
    on_floats = op.on_floats

    def one_by_one(*xs: Any) -> list[Any]:
        results = [
            on_floats(*each, **params) for each in zip(*[x.tolist() for x in xs])
        ]
        return results if index is None else [each[index] for each in results]

    return one_by_one
