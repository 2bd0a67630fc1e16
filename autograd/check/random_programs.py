"""Random programs over the whole registry: whole graphs, as hypothesis draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, cast

import numpy as np

from ..core.call import ITEM
from ..core.primitive import Interval, Primitive, registry
from ..core.program import Program, Ref, Step
from . import arrays
from .arrays import DrawFn, Shape, st
from .context import Call, Context, call
from .sampling import differentiable, domain_of, sample_of, samples_of

LARGEST = 1e3  # results beyond this are not built upon
MOST_ELEMENTS = 64
OFTEN = ("add", "multiply", "getitem", "sum", "matmul", "split")  # of which graphs are
MORE = 5  # times as often as others
LEFT_OUT = {
    "astype",  # its single precision would lower that of the whole check
    "eig",  # complex numbers, which not all of the others take
    "fft",
    "ifft",
    "roots",
}


def suitable() -> list[Primitive]:
    """All with a rule of their own that say how they are sampled."""
    ruled = [op for op in differentiable() if op.kind != "composite"]
    return [op for op in ruled if op.name not in LEFT_OUT]


@st.composite
def programs(
    draw: DrawFn, ops: Sequence[Primitive] | None = None, max_nodes: int = 8
) -> Program:
    """A program of 1 to ``max_nodes`` operations: elementwise, reductions, indexing …

    Each operation is drawn by itself, with operands counted back from the newest value,
    so that leaving one out leaves the others as they were.

    Args:
        ops: the primitives to choose from; if left out, all that are registered, have
            a derivative and say how they are sampled, your own included.
        max_nodes: how many operations at most, besides sums of what else was unused.

    >>> import autograd as ag
    >>> from hypothesis import find
    >>> program = find(programs([ag.exp, ag.multiply]), lambda p: len(p.steps) == 1)
    >>> print(str(program).splitlines()[-1])
    x1 = ag.exp(x0)
    """
    choice = suitable() if ops is None else list(ops)
    if not choice or not all(isinstance(op, Primitive) for op in choice):
        raise TypeError(f"ops= is a list of primitives, such as [ag.exp]; got {ops!r}")
    if ops is None:
        choice += (MORE - 1) * [registry[name] for name in OFTEN]
    for op in choice:
        samples_of(op)  # raises where an operation cannot be drawn
    bench = Bench()
    for _ in range(max_nodes):
        if not draw(_one_more(choice, bench)):
            break
    if not bench.steps:
        bench.add(*draw(_call(choice[0], bench)))
    return bench.program()


@st.composite
def _one_more(draw: DrawFn, ops: Sequence[Primitive], bench: Bench) -> bool:
    """Add an operation, unless this is the end; in one draw, to be shrunk as one."""
    if bench.steps and draw(st.integers(0, 9)) == 0:
        return False
    bench.add(*draw(_call(draw(st.sampled_from(ops)), bench)))
    return True


@st.composite
def _call(
    draw: DrawFn, op: Primitive, bench: Bench
) -> tuple[Primitive, Sequence[Any], dict[str, Any]]:
    context = Reuse(draw, np.dtype(float), domain_of(op), bench=bench)
    operands, params = (sample_of(op) or partial(_broadcasting, op))(context)
    return op, operands, {**op.signature.defaults, **params}


def _broadcasting(op: Primitive, c: Context) -> Call:
    domains = cast(list[Interval], op.domain)
    return call(*[c.array(c.narrower(), domain=domain) for domain in domains])


class Bench:
    """The values a program has so far, newest last, and how each was made."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.values: list[Any] = []  # leaves and results, in the order they were made
        self.made: list[int | None] = []  # by which step; None: a leaf

    def leaf(self, array: np.ndarray) -> np.ndarray:
        self.values.append(array)
        self.made.append(None)
        return array

    def add(self, op: Primitive, operands: Sequence[Any], params: dict) -> None:
        """One more step, unless its result would be of no use to others."""
        with np.errstate(all="ignore"):
            out = op.forward(*operands, **params)
        several = isinstance(out, (tuple, list))
        results = [np.asarray(each) for each in (out if several else [out])]
        if not results or not all(map(_useful, results)):
            return
        refs = tuple([self._ref(x) for x in operands])
        if not any(isinstance(x, Ref) for x in refs):  # a sample of its own making
            for x in filter(_is_float, operands):
                self.leaf(x)
            refs = tuple([self._ref(x) for x in operands])
        self._append(Step(op, refs, params), tuple(results) if several else results[0])
        if several:
            whole = Ref(len(self.values) - 1)
            for i, result in enumerate(results):
                params = {"index": i, "count": len(results)}
                self._append(Step(ITEM, (whole,), params), result)

    def _append(self, step: Step, result: Any) -> None:
        self.made.append(len(self.steps))
        self.steps.append(step)
        self.values.append(result)

    def _ref(self, operand: Any) -> Any:
        for i, value in enumerate(self.values):
            if value is operand:
                return Ref(i)
        return operand

    def program(self) -> Program:
        """Leaves first, then steps; what nothing else is made of is added up."""
        used = {
            x.position
            for step in self.steps
            for x in step.operands
            if isinstance(x, Ref)
        }
        results = [i for i, step in enumerate(self.made) if step is not None]
        ends = [i for i in results if i not in used]
        # Of several outputs some may remain unread, if there is anything else.
        ends = [i for i in ends if not self._is_item(i)] or ends[-1:]
        if len(ends) > 1:
            self._add_up([self.values[i] for i in ends])
        leaves = [i for i, step in enumerate(self.made) if step is None]
        results = [i for i, step in enumerate(self.made) if step is not None]
        place = {old: new for new, old in enumerate([*leaves, *results])}
        steps = [step.renumbered(place) for step in self.steps]
        whole = Program([self.values[i] for i in leaves], steps)
        return whole.upto(place[ends[-1]] if len(ends) == 1 else whole.output)

    def _is_item(self, i: int) -> bool:
        made = self.made[i]
        return made is not None and self.steps[made].op.name == "item"

    def _add_up(self, ends: Sequence[np.ndarray]) -> None:
        """Sums of the ends, and the sum of these."""
        sums = []
        for end in ends:
            params = registry["sum"].signature.defaults
            self._append(Step(registry["sum"], (self._ref(end),), params), np.sum(end))
            sums.append(Ref(len(self.values) - 1))
        total = sums[0]
        for each in sums[1:]:
            result = self.values[total.position] + self.values[each.position]
            self._append(Step(registry["add"], (total, each), {}), result)
            total = Ref(len(self.values) - 1)


@dataclass
class Reuse(Context):
    """Draws operands among the values there are, or new leaves where none fits."""

    bench: Bench = field(default_factory=Bench)
    reached: bool = False  # whether an operand is a value of the program already

    @cached_property
    def whole(self) -> Shape:
        shape = self.array().shape
        self.reached = False  # its shape alone was used
        return shape if self.draw(st.integers(0, 3)) or len(shape) > 2 else (2, *shape)

    def array(
        self,
        shape: Shape | None = None,
        dtype: Any = None,
        *,
        least: int = 0,
        most: int = 3,
        nonempty: bool = False,
        domain: Interval | None = None,
    ) -> np.ndarray:
        low, high = domain = domain or self.domain
        fitting = [
            x
            for x in reversed(self.bench.values)
            if not isinstance(x, tuple)
            and (x.shape == shape if shape is not None else least <= x.ndim <= most)
            and (x.size or not nonempty)
            and ((low < x) & (x < high)).all()
        ]
        # The newest most often, so that a program hangs together; at times a new leaf.
        code = self.draw(st.integers(0, 2 * len(fitting) + 1)) if fitting else 0
        if fitting and code <= 2 * len(fitting):
            self.reached = True
            return fitting[code if code < len(fitting) else 0]
        if shape is None:
            shape = self.draw(arrays.shapes(least, most, nonempty=True))
        # No lattice: inside of a graph a convention at a kink need not be a derivative
        # (of |x²| at 0, whose second derivative is 2), and each kink is checked alone.
        values = arrays.elements(shape, domain, float, pools=("normals",))
        if self.reached and self.draw(st.integers(0, 2)) == 0:
            return self.draw(values)  # a constant, beside what is differentiated
        self.reached = True
        return self.bench.leaf(self.draw(values))

    def matrix(
        self, kind: str, shape: Shape | None = None, dtype: Any = None
    ) -> np.ndarray:
        """Always a new leaf: no other value is known to be of that kind."""
        self.reached = True
        return self.bench.leaf(super().matrix(kind, shape, dtype))


def _is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind in "fc"


def _useful(x: np.ndarray) -> bool:
    """Whether a result may be built upon: floats, finite, of moderate size."""
    return (
        x.dtype.kind in "fc"
        and x.size <= MOST_ELEMENTS
        and bool((abs(x) < LARGEST).all())
    )
