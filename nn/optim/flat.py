"""Many parameters as one array: an update is a few ufuncs, however many there are.

Tensors of one dtype: each ``p.data`` becomes a view into the array when it is first
updated, and again if it was replaced since. Values: their numbers are gathered before
the update, and handed back after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, Value
from autograd.core.writes import writes


class Run(NamedTuple):
    """Neighbours that are updated together: those in ``span`` of the flat array."""

    span: slice
    step: int  # which update of theirs this is, from 1


BLOCK = 1 << 16  # numbers updated at a time: what a rule reads then stays in the cache


class Flat:
    """Parameters end to end in the array ``data``, of reals: complex ones as pairs."""

    def __init__(
        self, parameters: Sequence[Any], sizes: Iterable[int], dtype: Any
    ) -> None:
        self.parameters = parameters
        self.ends = [0, *np.cumsum(list(sizes)).tolist()]
        self.data = np.empty(self.ends[-1], dtype)
        self.steps = [0] * len(parameters)  # how many updates each has had

    def gathered(self) -> list[Run]:
        """Fill ``data`` where there are gradients, and say where that is.

        A parameter whose ``.grad`` is None is left out, and does not count the step.
        """
        present = [i for i, p in enumerate(self.parameters) if p.grad is not None]
        self._gather(present)
        runs = []
        for (step, _), group in groupby(enumerate(present), self._neighbours):
            members = [i for _, i in group]
            span = slice(self.ends[members[0]], self.ends[members[-1] + 1])
            runs.append(Run(span, step + 1))
        for i in present:
            self.steps[i] += 1
        return runs

    def _neighbours(self, pair: tuple[int, int]) -> tuple[int, int]:
        """Equal for parameters without a gap between them, and with equal histories."""
        position, i = pair
        return self.steps[i], i - position

    def _gather(self, present: list[int]) -> None:
        raise NotImplementedError

    def gradient(self, part: slice) -> np.ndarray:
        """The gradients in ``part``, at most a BLOCK of them, not to be written."""
        raise NotImplementedError

    def hand_back(self) -> None:
        """End the step that ``gathered`` began."""


class FlatTensors(Flat):
    """Tensors of one dtype, as views into one array.

    >>> import nn
    >>> p = nn.Parameter([1.0, 2.0])
    >>> p.grad = p.data * 10
    >>> flat = FlatTensors([p])
    >>> flat.gathered()
    [Run(span=slice(0, 2, None), step=1)]
    >>> flat.data -= flat.gradient(slice(0, 2))
    >>> p.data
    array([ -9., -18.], dtype=float32)
    """

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        dtype = parameters[0].data.real.dtype
        sizes = (p.data.nbytes // dtype.itemsize for p in parameters)
        super().__init__(parameters, sizes, dtype)
        self._grads: dict[int, np.ndarray] = {}  # by position, flat; during a step
        self._make_views()

    def _make_views(self) -> None:
        stretches = np.split(self.data, self.ends[1:-1])
        pairs = zip(self.parameters, stretches, strict=True)
        self._views = [part.view(p.dtype).reshape(p.shape) for p, part in pairs]

    def _gather(self, present: list[int]) -> None:
        self._grads.clear()
        for i in present:
            p, view = self.parameters[i], self._views[i]
            if np.shape(p.grad) != view.shape:
                raise ValueError(
                    f"a parameter of shape {view.shape} has a .grad of shape "
                    f"{np.shape(p.grad)}; set it to None, or to an array of that shape"
                )
            grad = np.asarray(p.grad).astype(p.dtype, casting="same_kind", copy=False)
            self._grads[i] = grad.reshape(-1).view(self.data.dtype)
            self._grads[i].flags.writeable = False
            if p.data is not view:
                np.copyto(view, p.data)
                p.data = view
        self._announce(present)

    def _announce(self, present: list[int]) -> None:
        """Stamp what is about to be written: before it, lest Ctrl-C come between."""
        if len(present) == len(self.parameters):
            writes.stamp(self.data)
            return
        for i in present:
            self.parameters[i].written()

    def gradient(self, part: slice) -> np.ndarray:
        i = bisect_right(self.ends, part.start) - 1  # whose stretch goes on here
        pieces, start = [], part.start
        while start < part.stop:
            first, stop = self.ends[i], min(self.ends[i + 1], part.stop)
            pieces.append(self._grads[i][start - first : stop - first])
            start, i = stop, i + 1
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def hand_back(self) -> None:
        self._grads.clear()

    def __getstate__(self) -> dict[str, Any]:
        state = vars(self).copy()
        del state["_views"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Copies of the views would be arrays of their own: make them anew."""
        vars(self).update(state)
        self._make_views()


class FlatValues(Flat):
    """Values, whose numbers are gathered before each update and handed back after it.

    >>> from autograd import Value
    >>> p = Value(1.0)
    >>> p.grad = 10.0
    >>> flat = FlatValues([p])
    >>> flat.gathered()
    [Run(span=slice(0, 1, None), step=1)]
    >>> flat.data -= flat.gradient(slice(0, 1))
    >>> flat.hand_back()
    >>> p
    Value(data=-9, grad=10)
    """

    def __init__(self, parameters: Sequence[Value]) -> None:
        super().__init__(parameters, [1] * len(parameters), float)
        self._grad = np.empty_like(self.data)

    def _gather(self, present: list[int]) -> None:
        values = [self.parameters[i] for i in present]
        self.data[present] = [value.data for value in values]
        self._grad[present] = [value.grad for value in values]
        self._present = present

    def gradient(self, part: slice) -> np.ndarray:
        return self._grad[part]

    def hand_back(self) -> None:
        numbers = self.data.tolist()
        for i in self._present:
            self.parameters[i].data = numbers[i]
