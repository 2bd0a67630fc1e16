"""Many parameters as one array: an update is a few ufuncs, however many there are.

Tensors of one dtype: each ``p.data`` becomes a view into the array, and again if it was
replaced since. Where others look at its memory, which then is shared on purpose, and
for Values, the numbers are gathered before the update and handed back after it.

A rule that works on each element by itself is called with *cells*, stretches of the
array with one state for all that is in them. Other rules are called with one parameter
at a time, and its own state.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from sys import getrefcount
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograd import Tensor, Value, asarray
from autograd.core.writes import writes

State = dict[str, Any]  # "step" counts the updates; the rest is what a rule keeps
Part = tuple[np.ndarray, np.ndarray, State]  # what a rule gets: parameter, gradient, …

BLOCK = 1 << 17  # numbers in a cell at most: what a rule reads then stays in the cache


class Cell(NamedTuple):
    """The numbers from ``start`` to ``stop``, which have been updated together."""

    start: int
    stop: int
    state: State

    def split(self, at: int) -> tuple[Cell, Cell]:
        """Two cells that meet at ``at``, each with its part of the state.

        >>> Cell(0, 3, {"step": 7, "mean": np.array([1.0, 2.0, 3.0])}).split(1)[0]
        Cell(start=0, stop=1, state={'step': 7, 'mean': array([1.])})
        """
        cut, size = at - self.start, self.stop - self.start

        def part(x: Any, which: slice) -> Any:
            return deepcopy(x[which] if np.shape(x) == (size,) else x)

        first = {name: part(x, slice(cut)) for name, x in self.state.items()}
        second = {name: part(x, slice(cut, None)) for name, x in self.state.items()}
        return Cell(self.start, at, first), Cell(at, self.stop, second)


class Flat:
    """Parameters end to end in the array ``data``, of reals: complex ones as pairs."""

    def __init__(
        self,
        parameters: Sequence[Any],
        sizes: Iterable[int],
        dtype: Any,
        elementwise: bool,
    ) -> None:
        self.parameters = parameters
        self.elementwise = elementwise
        self.ends = [0, *np.cumsum(list(sizes)).tolist()]
        self.data = np.empty(self.ends[-1], dtype)
        spans = _stretches(self.ends) if elementwise else pairwise(self.ends)
        self.cells = [Cell(start, stop, {"step": 0}) for start, stop in spans]

    def gather(self) -> Sequence[int]:
        """Fill ``data`` from the parameters that have gradients; say which those are.

        One whose ``.grad`` is None is left out, and does not count the step.
        """
        raise NotImplementedError

    def parts(self, present: Sequence[int]) -> Iterator[Part]:
        """All that is to be updated, after ``gather`` said what is present."""
        if not self.elementwise:
            for i in present:
                yield (*self.of_parameter(i), self.cells[i].state)
            return
        cells = self.cells
        if len(present) < len(self.parameters):
            cells = self._cells_of(set(present))
        for start, stop, state in cells:
            yield self.data[start:stop], self.gradient(start, stop), state

    def _cells_of(self, present: set[int]) -> list[Cell]:
        """The cells of these parameters, from which the others part, and for good."""
        for i in range(len(self.parameters)):
            if i not in present:
                self._cut(self.ends[i])
                self._cut(self.ends[i + 1])
        return [cell for cell in self.cells if self._owner(cell.start) in present]

    def _cut(self, at: int) -> None:
        i = bisect_right(self.cells, at, key=lambda cell: cell.start) - 1
        if i >= 0 and self.cells[i].start < at < self.cells[i].stop:
            self.cells[i : i + 1] = self.cells[i].split(at)

    def _owner(self, position: int) -> int:
        """Whose number this is."""
        return bisect_right(self.ends, position) - 1

    def of_parameter(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        """Parameter ``i`` and its gradient, in their own shape."""
        raise NotImplementedError

    def gradient(self, start: int, stop: int) -> np.ndarray:
        """The gradients of a cell, not to be written."""
        raise NotImplementedError

    def hand_back(self, present: Sequence[int]) -> None:
        """End the step that ``gather`` began."""


class FlatTensors(Flat):
    """Tensors of one dtype, as views into one array.

    >>> import nn
    >>> p = nn.Parameter([1.0, 2.0])
    >>> p.grad = p.data * 10
    >>> flat = FlatTensors([p], elementwise=True)
    >>> for data, gradient, state in flat.parts(flat.gather()):
    ...     data -= gradient
    >>> p.data
    array([ -9., -18.], dtype=float32)
    """

    def __init__(self, parameters: Sequence[Tensor], elementwise: bool) -> None:
        dtype = parameters[0].data.real.dtype
        sizes = (p.data.nbytes // dtype.itemsize for p in parameters)
        super().__init__(parameters, sizes, dtype, elementwise)
        self._make_views()
        for p, view in zip(parameters, self._views):
            unwritten = writes.after(p._raw, p.age) is None  # a stamp stays behind
            if unwritten and _is_alone(p):  # before graphs look at it
                np.copyto(view, p._raw)
                p._raw = view

    def _make_views(self) -> None:
        stretches = np.split(self.data, self.ends[1:-1])
        pairs = zip(self.parameters, stretches, strict=True)
        self._views = [part.view(p.dtype).reshape(p.shape) for p, part in pairs]
        self._whole = asarray(self.data)
        self._grads: dict[int, np.ndarray] = {}  # by position; during a step
        self._guests: list[int] = []  # who keep their memory, as others look at it

    def gather(self) -> Sequence[int]:
        grads = self._grads = {
            i: _fitting(p.grad, view)
            for i, (p, view) in enumerate(zip(self.parameters, self._views))
            if p.grad is not None
        }
        moved = [i for i in grads if self.parameters[i].data is not self._views[i]]
        self._check_apart(moved)
        self._guests = []
        for i in moved:
            p, view = self.parameters[i], self._views[i]
            np.copyto(view, p.data)
            if _is_alone(p):
                p.data = view
            else:
                self._guests.append(i)
                p.written()
        # Stamp what will be written: before it, lest Ctrl-C come between.
        if len(grads) == len(self.parameters):
            self._whole.written()
        else:
            for i in grads:
                self.parameters[i].written()
        return list(grads)

    def of_parameter(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        return self._views[i], self._grads[i]

    def gradient(self, start: int, stop: int) -> np.ndarray:
        pieces = []
        for i in range(self._owner(start), bisect_left(self.ends, stop)):
            first, last = max(start, self.ends[i]), min(stop, self.ends[i + 1])
            whole = self._grads[i].reshape(-1).view(self.data.dtype)
            pieces.append(whole[first - self.ends[i] : last - self.ends[i]])
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def hand_back(self, present: Sequence[int]) -> None:
        for i in self._guests:
            np.copyto(self.parameters[i].data, self._views[i])
        self._grads = {}

    def _check_apart(self, moved: Sequence[int]) -> None:
        """Refuse two gradients for one piece of memory: the second would win."""
        arrays = [self.parameters[i].data for i in moved]
        bounds = sorted(map(byte_bounds, (self.data, *arrays)))
        for (_, stop), (start, _) in pairwise(bounds):
            if start < stop:
                raise ValueError(
                    "two parameters of this optimizer share memory, as by b.data = "
                    "a.data, and both have a gradient; use one Tensor in both places "
                    "(b = a), whose gradients add up"
                )

    def __getstate__(self) -> dict[str, Any]:
        views = ("_views", "_whole", "_grads", "_guests")
        return {name: x for name, x in vars(self).items() if name not in views}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Copies of the views would be arrays of their own: make them anew."""
        vars(self).update(state)
        self._make_views()


class FlatValues(Flat):
    """Values, whose numbers are gathered before each update and handed back after it.

    >>> p = Value(1.0)
    >>> p.grad = 10.0
    >>> flat = FlatValues([p], elementwise=True)
    >>> present = flat.gather()
    >>> for data, gradient, state in flat.parts(present):
    ...     data -= gradient
    >>> flat.hand_back(present)
    >>> p
    Value(data=-9, grad=10)
    """

    def __init__(self, parameters: Sequence[Value], elementwise: bool) -> None:
        super().__init__(parameters, [1] * len(parameters), float, elementwise)
        self._grads = np.empty_like(self.data)

    def gather(self) -> Sequence[int]:
        present = [i for i, p in enumerate(self.parameters) if p.grad is not None]
        values = [self.parameters[i] for i in present]
        self.data[present] = [value.data for value in values]
        self._grads[present] = [value.grad for value in values]
        return present

    def of_parameter(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        return self.data[i : i + 1].reshape(()), self._grads[i : i + 1].reshape(())

    def gradient(self, start: int, stop: int) -> np.ndarray:
        return self._grads[start:stop]

    def hand_back(self, present: Sequence[int]) -> None:
        numbers = self.data.tolist()
        for i in present:
            self.parameters[i].data = numbers[i]


def _stretches(ends: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Where cells begin and end: a large parameter alone, small neighbours together.

    So there are few of them, and only small gradients must be put together.

    >>> list(_stretches([0, 5, 7, 7 + BLOCK, 10 + BLOCK, 11 + BLOCK]))
    [(0, 7), (7, 131079), (131079, 131083)]
    """
    starts = [0]
    for start, stop in pairwise(ends):
        if stop - start > BLOCK // 2:
            starts += [*range(start, stop, BLOCK), stop]
        elif stop - starts[-1] > BLOCK:
            starts.append(start)
    return pairwise(sorted({*starts, ends[-1]}))


def _is_alone(p: Tensor) -> bool:
    """Whether nothing but ``p`` looks at its memory, which then may be elsewhere."""
    return p._raw.base is None and getrefcount(p._raw) == 2


def _fitting(grad: Any, data: np.ndarray) -> np.ndarray:
    """A gradient as an array of the dtype and layout of ``data``, not to be written."""
    array = np.asarray(grad)
    if array.shape != data.shape:
        raise ValueError(
            f"a parameter of shape {data.shape} has a .grad of shape {array.shape}; "
            "set it to None, or to an array of that shape"
        )
    array = array.astype(data.dtype, order="C", casting="same_kind", copy=False).view()
    array.flags.writeable = False
    return array
