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
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograd import Tensor, Value
from autograd.core.space import unmasked
from autograd.core.writes import PAGE, writes

from .cells import Cell, State, joined, stretches, together

Part = tuple[np.ndarray, np.ndarray, State]  # what a rule gets: parameter, gradient, …


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
        self.cells = [Cell(*span, {"step": 0}) for span in self._spans()]
        self.moved: list[int] = []  # whose memory was replaced since the last step

    def _spans(self) -> Iterable[tuple[int, int]]:
        """Where cells begin and end, as long as all parameters have gradients."""
        return stretches(self.ends) if self.elementwise else pairwise(self.ends)

    def gather(self) -> Sequence[int]:
        """Look at the gradients, and say who has one; raise if one does not fit.

        One whose ``.grad`` is None is left out, and does not count the step.
        """
        raise NotImplementedError

    def begin(self, present: Sequence[int]) -> None:
        """Fill ``data`` from the parameters that have gradients."""

    def parts(self, present: Sequence[int]) -> Iterator[Part]:
        """All that is to be updated, after ``begin``."""
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

    # The state of each parameter ------------------------------------------------------

    def states(self) -> list[State]:
        """A copy of what is kept of each parameter, arrays in its own shape."""
        if not self.elementwise:
            return [deepcopy(cell.state) for cell in self.cells]
        found = []
        for start, stop in pairwise(self.ends):
            first = bisect_right(self.cells, start, key=lambda cell: cell.start) - 1
            last = bisect_left(self.cells, stop, key=lambda cell: cell.start)
            cells = self.cells[first:last] if start < stop else []
            pieces = [
                cell.part(max(start, cell.start), min(stop, cell.stop))
                for cell in cells
            ]
            found.append(together(pieces) if pieces else {"step": 0})
        return [_shaped(state, p) for state, p in zip(found, self.parameters)]

    def load_states(self, states: Sequence[State]) -> None:
        """Take up copies of such states; where they agree, they are joined to cells."""
        if not self.elementwise:
            self.cells = [
                Cell(start, stop, deepcopy(state))
                for (start, stop), state in zip(pairwise(self.ends), states)
            ]
            return
        lines = [{name: _line(x) for name, x in state.items()} for state in states]
        self.cells = []
        for start, stop in self._spans():
            first, last = self._owner(start), bisect_left(self.ends, stop)
            bounds = self.ends[first : last + 1]
            if last - first == 1:  # a part of one, or one
                whole = Cell(bounds[0], bounds[1], lines[first])
                self.cells.append(Cell(start, stop, whole.part(start, stop)))
            else:
                self.cells += joined(bounds, lines[first:last])


class FlatTensors(Flat):
    """Tensors of one dtype, as views into one array.

    >>> import nn
    >>> p = nn.Parameter([1.0, 2.0])
    >>> p.grad = p.data * 10
    >>> flat = FlatTensors([p], elementwise=True)
    >>> present = flat.gather()
    >>> flat.begin(present)
    >>> for data, gradient, state in flat.parts(present):
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
        whole = _whole_pages(self.data)
        self._places = writes.places(whole)  # pages are stamped sooner than parts
        self.data = whole[: self.ends[-1]]
        stretches = np.split(self.data, self.ends[1:-1])
        pairs = zip(self.parameters, stretches, strict=True)
        self._views = [part.view(p.dtype).reshape(p.shape) for p, part in pairs]
        self._expected = [(view, view.dtype, view.shape) for view in self._views]
        self._grads: list[Any] = []  # by position; during a step
        self._guests: list[int] = []  # who keep their memory, as others look at it

    def gather(self) -> Sequence[int]:
        self.moved = []
        grads: list[Any] = []
        present = []
        half = self.data.dtype == np.float16
        pairs = zip(self.parameters, self._expected)
        for i, (p, (view, dtype, shape)) in enumerate(pairs):
            grad = p.grad
            if grad is not None:
                present.append(i)
                if p._raw is not view:
                    if p._raw.dtype != dtype:
                        raise ValueError(
                            f"a parameter of {dtype} became {p._raw.dtype} since "
                            "this optimizer was made; make a new one, which may "
                            "load_state_dict() of this"
                        )
                    self.moved.append(i)
                if (
                    half
                    or type(grad) is not np.ndarray
                    or grad.dtype is not dtype
                    or grad.shape != shape
                    or not grad.flags.c_contiguous
                ):
                    grad = _fitting(grad, p)
            grads.append(grad)
        self._grads = grads
        return present

    def begin(self, present: Sequence[int]) -> None:
        self._guests = []
        for i in self.moved:
            p, view = self.parameters[i], self._views[i]
            np.copyto(view, p.data)
            if _is_alone(p):
                p.data = view
            else:
                self._guests.append(i)
                p.written()
        # Stamp what will be written: before it, lest Ctrl-C come between.
        if len(present) == len(self.parameters):
            writes.stamp(self.data, places=self._places)
        else:
            for i in present:
                self.parameters[i].written()

    def of_parameter(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        return self._views[i], _guarded(self._grads[i])

    def gradient(self, start: int, stop: int) -> np.ndarray:
        first, last = self._owner(start), bisect_left(self.ends, stop)
        grads = [grad for grad in self._grads[first:last] if grad is not None]
        if grads[0].dtype != self.data.dtype and grads[0].dtype.kind == "c":
            grads = [grad.reshape(-1).view(self.data.dtype) for grad in grads]
        if len(grads) > 1:
            return np.concatenate(grads, axis=None)
        before = self.ends[self._owner(start)]
        return _guarded(grads[0].reshape(-1)[start - before : stop - before])

    def hand_back(self, present: Sequence[int]) -> None:
        for i in self._guests:
            np.copyto(self.parameters[i].data, self._views[i])
        self._grads = []

    def __getstate__(self) -> dict[str, Any]:
        views = ("_views", "_expected", "_places", "_grads", "_guests")
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
    >>> flat.begin(present)
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
        self._grads[self._of(present)] = [self.parameters[i].grad for i in present]
        return present

    def begin(self, present: Sequence[int]) -> None:
        self.data[self._of(present)] = [self.parameters[i].data for i in present]

    def _of(self, present: Sequence[int]) -> Any:
        """Those, as an index: a slice is taken faster than a list."""
        return slice(None) if len(present) == len(self.parameters) else present

    def of_parameter(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        return self.data[i : i + 1].reshape(()), self._grads[i : i + 1].reshape(())

    def gradient(self, start: int, stop: int) -> np.ndarray:
        return self._grads[start:stop]

    def hand_back(self, present: Sequence[int]) -> None:
        numbers = self.data.tolist()
        for i in present:
            self.parameters[i].data = numbers[i]


def gather(groups: Sequence[Sequence[Flat]]) -> list[list[Sequence[int]]]:
    """Begin a step of all: who has a gradient, in each; or raise, and none is changed.

    >>> gather([[FlatValues([Value(1.0)], elementwise=True)]])
    [[[]]]
    """
    found, moved = [], False
    for flats in groups:
        presents = []
        for flat in flats:
            presents.append(flat.gather())
            moved = moved or bool(flat.moved)
        found.append(presents)
    if moved:
        _check_apart(groups, found)
    for flats, presents in zip(groups, found):
        for flat, present in zip(flats, presents):
            flat.begin(present)
    return found


def _check_apart(groups: Any, found: Any) -> None:
    """Refuse two gradients for one piece of memory: the second would win."""
    arrays = [
        flat.parameters[i]._raw
        for flats, presents in zip(groups, found)
        for flat, present in zip(flats, presents)
        if isinstance(flat, FlatTensors)
        for i in present
    ]
    bounds = sorted(byte_bounds(array) for array in arrays if array.size)
    for (_, stop), (start, _) in pairwise(bounds):
        if start < stop:
            raise ValueError(
                "two parameters of this optimizer share memory, as by b.data = "
                "a.data, and both have a gradient; use one Tensor in both places "
                "(b = a), whose gradients add up"
            )


def _whole_pages(data: np.ndarray) -> np.ndarray:
    """A copy at the start of pages of memory that no other array shares."""
    count = -(-data.nbytes // PAGE)
    room = np.empty((count + 1) * PAGE, np.uint8)
    start = -room.__array_interface__["data"][0] % PAGE
    whole = room[start : start + count * PAGE].view(data.dtype)
    whole[: len(data)] = data
    return whole


def _is_alone(p: Tensor) -> bool:
    """Whether nothing but ``p`` looks at its memory, which then may be elsewhere."""
    return p._raw.base is None and getrefcount(p._raw) == 2


def _fitting(grad: Any, p: Tensor) -> np.ndarray:
    """A gradient as an array of the dtype and layout of ``p``; wider, if that is half.

    Half precision has neither the range nor the digits for sums of squares, or for what
    a rule adds up over many steps.
    """
    array, data = np.asarray(unmasked(grad, "an optimizer")), p._raw
    if array.shape != data.shape:
        raise ValueError(
            f"a parameter of shape {data.shape} has a .grad of shape {array.shape}; "
            "set it to None, or to an array of that shape"
        )
    dtype = working_dtype(data.dtype)
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise ValueError(
            f"a parameter of {data.dtype} has a .grad of {array.dtype}; set it to "
            "None, or to an array of real numbers"
        )
    return array.astype(dtype, order="C", copy=False)


def working_dtype(dtype: Any) -> Any:
    """In what gradients and states of a parameter are computed.

    >>> working_dtype(np.dtype(np.float16)), working_dtype(np.dtype(np.float64))
    (dtype('float32'), dtype('float64'))
    """
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def _guarded(array: np.ndarray) -> np.ndarray:
    """The same numbers, not to be written."""
    view = array.view()
    view.flags.writeable = False
    return view


def _line(x: Any) -> Any:
    """A part of a loaded state: an array in a row, of reals; or a number."""
    if not isinstance(x, np.ndarray):
        return x
    return np.array(x).reshape(-1).view(x.real.dtype)


def _shaped(state: State, p: Any) -> State:
    """A state whose arrays have the shape of ``p``, and are complex where it is."""
    data = np.asarray(p.data)

    def shaped(array: np.ndarray) -> np.ndarray:
        dtype = data.dtype if array.dtype == data.real.dtype else array.dtype
        return array.view(dtype).reshape(data.shape)

    return {n: shaped(x) if isinstance(x, np.ndarray) else x for n, x in state.items()}
