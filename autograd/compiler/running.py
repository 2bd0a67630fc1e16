"""A program runs: arrays are gathered, results handed out, effects take place."""

from __future__ import annotations

from operator import is_
from typing import Any

import numpy as np

from ..core import tree
from ..core.node import tick
from ..core.writes import caller, writes
from ..tensor import Tensor
from .asked import gathered
from .inputs import Call, Captured
from .recorded import Recorded, Result


class Running:
    """A recording, as a backend runs it."""

    def __init__(self, recorded: Recorded, backends: list[Any]) -> None:
        self.recorded = recorded
        self.run = next(run for run in (built(recorded.flat) for built in backends))
        self.source: str = self.run.source
        self._sources = recorded.sources
        self._gathered = gathered(recorded.sources)
        self._written = recorded.written
        self._arrays: list[np.ndarray] = []  # that are written in place
        self._places: list[Any] = []  # where their memory lies

    def __call__(self, arrays: list[Any], numbers: list[Any]) -> Any:
        """What the function returns, after its effects."""
        recorded, call = self.recorded, Call(arrays, numbers)
        leaves = self._gathered(call)
        age = tick()
        self._stamp()
        results = self.run(*leaves)
        returned = len(recorded.tracked)
        last = iter(results[returned:])
        for leaf, array in zip(recorded.rebound, last):
            leaf._raw = array
            leaf._written = writes.tick(), caller()
        for leaf in recorded.grads:
            leaf.grad = next(last)
        for leaf in recorded.cleared:
            leaf.grad = None
        for act in recorded.afterwards:
            act(numbers)
        given = dict(zip(self._sources, leaves)) if recorded.derivative else {}
        return handed(recorded, list(results[:returned]), given, age)

    def _stamp(self) -> None:
        """Say what will be written: before it, lest Ctrl-C come between."""
        if not self._written:
            return
        arrays = [leaf._raw for leaf in self._written]
        if not self._arrays or not all(map(is_, arrays, self._arrays)):
            self._arrays = arrays
            self._places = [place for x in _whole(arrays) for place in writes.places(x)]
        writes.stamp(arrays[0], places=self._places)


def _whole(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The array whose parts these are, if they are all of it: it has fewer places."""
    bases = {id(x.base): x.base for x in arrays}
    (base, *others) = bases.values()
    size = sum(x.size for x in arrays)
    return arrays if others or base is None or base.size != size else [base]


def handed(
    recorded: Recorded, results: list[Any], given: dict[Any, Any], age: int
) -> Any:
    """Results in the place where the function returned them.

    Those that depend on something tracked do so, of what was ``given`` at that age.
    """
    derivative = recorded.derivative
    if derivative is not None:
        leaves = [
            x.leaf if type(x) is Captured else given[x] for x in derivative.sources
        ]
        tracked = [x for x, it in zip(results, recorded.tracked) if it]
        nodes = iter(derivative.results(leaves, tracked, age))
        results = [next(nodes) if it else x for x, it in zip(results, recorded.tracked)]
    each = iter(results)

    def hand(x: Any) -> Any:
        if not isinstance(x, Result):
            return x.copy() if hasattr(x, "copy") else x
        array = next(each)
        if isinstance(array, Tensor):
            return array
        return Tensor.leaf(array) if x.is_tensor else array if array.ndim else array[()]

    return tree.mapped(hand, recorded.out)
