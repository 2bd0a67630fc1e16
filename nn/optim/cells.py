"""Cells: stretches of a flat array, and one state for all that is in each.

Its numbers have been updated together ever since, so that what is not an array, such as
the number of steps, is that of all of them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import autograd as ag
from autograd.compiler.numbers import Number

State = dict[str, Any]  # "step" counts the updates; the rest is what a rule keeps

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
        first, second = self.part(self.start, at), self.part(at, self.stop)
        return Cell(self.start, at, first), Cell(at, self.stop, second)

    def part(self, start: int, stop: int) -> State:
        """A copy of the state of the numbers from ``start`` to ``stop``.

        >>> Cell(0, 3, {"mean": np.array([1.0, 2.0, 3.0])}).part(1, 3)
        {'mean': array([2., 3.])}
        """
        size = self.stop - self.start
        which = slice(start - self.start, stop - self.start)
        return {
            name: deepcopy(x[which] if np.shape(x) == (size,) else x)
            for name, x in self.state.items()
        }


def sqrt(x: Any) -> Any:
    """√x of a float, or of what stands for one where a step is compiled.

    >>> sqrt(4.0)
    2.0
    """
    return x.applied(math.sqrt) if isinstance(x, Number) else math.sqrt(x)


def quotient(x: Any, y: Any) -> Any:
    """x / y; 1 where one of them is 0. Of floats, or of what stands for them.

    >>> quotient(3.0, 2.0), quotient(3.0, 0.0)
    (1.5, 1.0)
    """
    if not isinstance(x, float):
        both = np.logical_and(x > 0, y > 0)
        return np.where(both, x / np.where(both, y, 1.0), 1.0)
    return x / y if x > 0 and y > 0 else 1.0


def norm_of_nodes(items: Sequence[Any], power: float, finite: bool) -> Any:
    """(Σ |x|ⁿ)^(1/n) of nodes, or of stand-ins for arrays, in double precision.

    >>> import autograd as ag
    >>> norm_of_nodes([ag.tensor([3.0]), ag.tensor(4.0)], 2.0, finite=False)
    Tensor(5.)
    """
    if finite:
        raise TypeError(
            "error_if_nonfinite decides by the norm, which no program can: leave it "
            "out within what is compiled"
        )
    sizes = [np.abs(x).astype(float) for x in items if x.size]
    if not sizes:
        return ag.zeros(())
    top = functools.reduce(np.maximum, [np.max(x) for x in sizes])
    if power == np.inf:
        return top
    narrow = all(x.real.dtype != float for x in items if x.size)
    if not (narrow and power == 2):  # squares of doubles may leave the range
        usual = np.logical_and(np.isfinite(top), top > 0)
        scale = np.where(usual, top, 1.0)
        total = sum(np.sum((x / scale) ** power) for x in sizes)
        return np.where(usual, scale * total ** (1 / power), top)
    return np.sqrt(sum(np.sum(x * x) for x in sizes))


def stretches(ends: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Where cells begin and end: a large parameter alone, small neighbours together.

    So there are few of them, and only small gradients must be put together.

    >>> list(stretches([0, 5, 7, 7 + BLOCK, 10 + BLOCK, 11 + BLOCK]))
    [(0, 7), (7, 131079), (131079, 131083)]
    """
    starts = [0]
    for start, stop in pairwise(ends):
        if stop - start >= BLOCK // 8:  # fewer cost less to copy than a call does
            starts += [*range(start, stop, BLOCK), stop]
        elif stop - starts[-1] > BLOCK:
            starts.append(start)
    return pairwise(sorted({*starts, ends[-1]}))


def joined(bounds: Sequence[int], states: Sequence[State]) -> list[Cell]:
    """The fewest cells for neighbours of such states: one, where they agree.

    ``bounds`` are where the neighbours begin and end; those of no size are left out.

    >>> states = [{"step": 2, "mean": np.array([float(i)])} for i in range(2)]
    >>> joined([0, 1, 2], states)
    [Cell(start=0, stop=2, state={'step': 2, 'mean': array([0., 1.])})]
    """
    cells = [
        Cell(start, stop, state)
        for (start, stop), state in zip(pairwise(bounds), states)
        if start < stop
    ]
    if not cells or any(_plain(x.state) != _plain(cells[0].state) for x in cells):
        return cells
    return [Cell(bounds[0], bounds[-1], together([cell.state for cell in cells]))]


def together(states: Sequence[State]) -> State:
    """States that differ in their arrays alone as one.

    >>> together([{"mean": np.array([1.0])}, {"mean": np.array([2.0])}])
    {'mean': array([1., 2.])}
    """
    return {
        name: np.concatenate([state[name] for state in states])
        if isinstance(x, np.ndarray)
        else x
        for name, x in states[0].items()
    }


def _plain(state: State) -> State:
    return {name: None if isinstance(x, np.ndarray) else x for name, x in state.items()}
