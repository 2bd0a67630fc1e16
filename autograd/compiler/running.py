"""A program runs: arrays are gathered, results handed out, effects take place."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Iterator
from itertools import islice, pairwise, repeat
from operator import is_
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from ..core import tree
from ..core.node import Node, raw, tick
from ..core.writes import caller, writes
from ..ops.held import Presumed
from ..tensor import Tensor
from ..value import Value
from .asked import gathered
from .inputs import Call, Captured, Drawn
from .recorded import Recorded, Result


class Running:
    """A recording, as a backend runs it."""

    def __init__(self, recorded: Recorded, backends: list[Any]) -> None:
        self.recorded = recorded
        self.run = built_by(backends, recorded.flat)
        self.source: str = self.run.source
        self._sources = recorded.sources
        self._gathered = gathered(recorded.sources)
        self._written = recorded.written
        self._arrays: list[np.ndarray] = []  # that are written in place
        self._places: list[Any] = []  # where their memory lies
        self._before: list[np.ndarray] = []  # all that was captured
        self._captured = [
            i for i, x in enumerate(recorded.sources) if type(x) is Captured
        ]
        self._owners: set[int] = set()  # of that memory, by identity
        self._drawn = [x for x in recorded.sources if type(x) is Drawn]

    def __call__(self, arrays: list[Any], numbers: list[Any]) -> Any:
        """What the function returns, after its effects."""
        recorded, call = self.recorded, Call(arrays, numbers)
        bits = [x.find().bit_generator for x in self._drawn]
        states = [each.state for each in bits]
        leaves = self._gathered(call)
        self._check_apart(arrays, leaves)
        age = tick()
        try:
            results = self.run(*leaves)
        except Exception:  # before anything was written
            for each, state in zip(reversed(bits), reversed(states)):
                each.state = state
            raise
        finally:
            if self._written:
                writes.stamp(self._arrays[0], places=self._places)
        returned = len(recorded.tracked)
        last = iter(results[returned:])
        if recorded.rebound:
            written = writes.tick(), caller()
            _set("_raw", recorded.rebound, last)
            _set("_written", recorded.rebound, repeat(written))
        _set("grad", recorded.grads, last)
        for leaf in recorded.cleared:
            leaf.grad = None
        for act in recorded.afterwards:
            act(numbers)
        given = dict(zip(self._sources, leaves)) if recorded.derivative else {}
        return handed(recorded, list(results[:returned]), given, age)

    def _check_apart(self, arguments: list[Any], leaves: list[Any]) -> None:
        """Refuse to write in place into memory that another leaf has, too."""
        if not self._written:
            return
        captured = [leaves[i] for i in self._captured]
        if not self._arrays or not all(map(is_, captured, self._before)):
            self._arrays, arrays = [], [leaf._raw for leaf in self._written]
            bounds = sorted((*byte_bounds(x), id(x)) for x in leaves if x.size)
            written = {*map(id, arrays)}
            for (_, stop, one), (start, _, two) in pairwise(bounds):
                if start < stop and (one in written or two in written):
                    raise Presumed("no two Tensors shared memory")
            self._arrays, self._before = arrays, captured
            self._places = [place for x in _whole(arrays) for place in writes.places(x)]
            self._owners = {id(_owner(x)) for x in arrays}
        for x in arguments:
            if id(_owner(raw(x))) in self._owners:
                raise Presumed("no argument shared memory with what is written")


def _set(slot: str, leaves: list[Any], data: Iterator[Any]) -> None:
    """Put the next of ``data`` into a slot of each leaf: hundreds of Values, in C."""
    each = islice(data, len(leaves))
    deque(map(vars(Node)[slot].__set__, leaves, each), maxlen=0)


def built_by(backends: list[Any], flat: Any) -> Any:
    """The program by the first backend that can; where there is no compiler, another.

    >>> from autograd.compiler.stepwise import built
    >>> from autograd.compiler.tracing import traced
    >>> built_by([built], traced(lambda x: x + 1, (np.zeros(1),))[0])(np.ones(1))
    (array([2.]),)
    """
    *others, last = backends
    for built in others:
        try:
            return built(flat)
        except RuntimeError as error:
            warnings.warn(f"a program runs without C: {error}", stacklevel=5)
    return last(flat)


def _owner(x: Any) -> Any:
    """Whose memory an array is a view of."""
    base = getattr(x, "base", None)
    return x if base is None else base


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
        leaves = [  # copied: a batch may be written before the gradient is asked for
            x.leaf if type(x) is Captured else _kept(given[x])
            for x in derivative.sources
        ]
        tracked = [x for x, it in zip(results, recorded.tracked) if it]
        nodes = iter(derivative.results(leaves, tracked, age))
        results = [next(nodes) if it else x for x, it in zip(results, recorded.tracked)]
    each = iter(results)

    def hand(x: Any) -> Any:
        if not isinstance(x, Result):
            return x.copy() if hasattr(x, "copy") else x
        array = next(each)
        if isinstance(array, Node):
            return array
        if type(array) is float:
            return Value.leaf(array)
        return Tensor.leaf(array) if x.is_tensor else array if array.ndim else array[()]

    return tree.mapped(hand, recorded.out)


def _kept(x: Any) -> Any:
    return x.copy() if isinstance(x, np.ndarray) else x
