"""A step of an optimizer within a function that is compiled: its rule, on nodes.

The rule is the same, and is called for one parameter at a time, with stand-ins for its
arrays that remember what would be written into them. What it reads and writes lives on
in the optimizer: settings and counts are read at each call, arrays written in place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

import autograd as ag
from autograd import Node, Tensor, Value
from autograd.compiler.numbers import Number
from autograd.compiler.tracing import TraceError, Tracing, here, raw_of
from autograd.core.context import switched

from .cells import State
from .flat import Flat, FlatTensors, working_dtype


class Fresh(Exception):
    """A rule began to keep something."""


class Cell(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array that a rule writes in place: the node of its latest value.

    One of a ``weak`` number takes the dtype of what it meets, as Python's floats do.
    """

    def __init__(self, tracing: Tracing, node: Any, weak: bool = False) -> None:
        self.tracing, self.node, self.weak = tracing, node, weak

    shape = property(lambda self: self.node.shape)
    ndim = property(lambda self: self.node.ndim)
    size = property(lambda self: self.node.size)
    dtype = property(lambda self: self.node.dtype)

    @property
    def real(self) -> Cell:
        """Its real part."""
        return Cell(self.tracing, self.node.real)

    def astype(self, dtype: Any) -> Cell:
        """In another dtype: of floats, a number that adapts itself to what it meets."""
        return Cell(self.tracing, self.node.astype(dtype), weak=True)

    @property
    def T(self) -> Cell:
        """Its transpose, as a new one."""
        return Cell(self.tracing, self.node.T)

    def __setitem__(self, index: Any, value: Any) -> None:
        if index is not ...:
            raise TypeError("a rule that is compiled writes whole arrays: x[...] = y")
        self._become(np.broadcast_to(self._called(np.positive, (value,)), self.shape))

    def __array_ufunc__(
        self, ufunc: Any, method: str, *args: Any, out: Any = None, **kwargs: Any
    ) -> Any:
        result = self._called(getattr(ufunc, method), args, kwargs)
        return self._left(args, out[0] if isinstance(out, tuple) else out, result)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.empty_like:
            return Cell(self.tracing, Tensor.leaf(np.zeros_like(args[0].node._raw)))
        out = kwargs.pop("out", None)
        return self._left(args, out, self._called(func, args, kwargs))

    def _called(self, function: Any, args: Any, kwargs: Any = None) -> Any:
        """Of nodes, with numbers in the dtype of the arrays they meet."""
        cells = [x for x in args if isinstance(x, Cell)]
        dtypes = [x.dtype for x in cells if not x.weak and x.dtype != bool]
        dtype = np.result_type(*dtypes) if dtypes else np.dtype(float)

        def bare(x: Any) -> Any:
            if isinstance(x, Number):
                return self.tracing.scalar(x, dtype)
            if isinstance(x, Cell):
                return ag.astype(x.node, dtype, copy=False) if x.weak else x.node
            return x

        return function(*map(bare, args), **(kwargs or {}))

    def _left(self, args: Any, out: Any, result: Any) -> Any:
        if out is not None:
            return out._become(result)
        cells = [x for x in args if isinstance(x, Cell)]
        weak = bool(cells) and all(x.weak for x in cells)
        return Cell(self.tracing, result, weak)

    def _become(self, node: Any) -> Cell:
        same = node.dtype == self.dtype
        self.node = node if same else ag.astype(node, self.dtype)
        return self


class Kept(dict[str, Any]):
    """What a rule keeps of a parameter: it may change, and not become more."""

    def __setitem__(self, name: str, x: Any) -> None:
        if name not in self or not isinstance(x, (Number, Cell, int, float)):
            raise Fresh(name)
        super().__setitem__(name, x)


class Layout:
    """Where the state of an optimizer is, end to end for each flat array of parameters.

    The arrays of its cells become views into one, of which each parameter has a part.
    """

    def __init__(self) -> None:
        self._joined: dict[Any, np.ndarray] = {}
        self._views: dict[Any, np.ndarray] = {}

    def settle(self, flat: Flat) -> None:
        """Make views of what is not one, as after a state was loaded."""
        names = {name: x for cell in flat.cells for name, x in cell.state.items()}
        for name, x in names.items():
            if not isinstance(x, np.ndarray):
                continue
            whole = self._joined.get((flat, name))
            cells = [cell for cell in flat.cells if name in cell.state]
            if whole is not None and all(c.state[name].base is whole for c in cells):
                continue
            whole = self._joined[flat, name] = np.zeros(flat.ends[-1], x.dtype)
            for start, stop, state in cells:
                whole[start:stop] = state[name]
                state[name] = whole[start:stop]

    def array(self, flat: Flat, i: int, name: str) -> np.ndarray:
        """The part of parameter ``i`` in what is kept under a name."""
        if not flat.elementwise:
            return flat.cells[i].state[name]
        one = len(flat.cells) == 1
        whole = flat.cells[0].state[name] if one else self._joined[flat, name]
        view = self._views.get((flat, i, name))
        if view is None or view.base is not whole:
            start, stop = flat.ends[i : i + 2]
            view = whole[start:stop].reshape(flat.parameters[i].shape)
            self._views[flat, i, name] = view
        return view


layouts: WeakKeyDictionary[Any, Layout] = WeakKeyDictionary()


class Plan:
    """What a program asks of an optimizer at each call, before it runs.

    Attributes:
        settings: those of each step, by group.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.layout = layouts.setdefault(optimizer, Layout())
        self.count = 0  # steps in one call
        self.settings: list[list[dict[str, Any]]] = []
        self._settings: list[dict[str, Any]] = []
        self._structure: list[Any] = []

    def begin(self) -> Any:
        """Look at the settings, and at the state; say how these are made up."""
        optimizer = self.optimizer
        before = optimizer.steps
        try:
            self.settings = []
            for k in range(self.count):
                vars(optimizer)["steps"] = before + k
                self.settings.append(optimizer._settings_now())
        finally:
            vars(optimizer)["steps"] = before
        if self.settings[0] != self._settings:
            self._settings = self.settings[0]
            self._structure = [_structure(tuple(x.values())) for x in self._settings]
        cells = []
        for flats in optimizer._flats:
            for flat in flats:
                if flat.elementwise and len(flat.cells) > 1:
                    self.layout.settle(flat)
                cells += [(start, len(state)) for start, _, state in flat.cells]
        return (self._structure, cells)

    def setting(self, *path: Any) -> Any:
        """One of the settings, for now."""
        found: Any = self.settings
        for each in path:
            found = found[each]
        return found


def step(optimizer: Any, tracing: Tracing) -> None:
    """Update every parameter that has a gradient, on nodes."""
    plan = next((p for p in tracing.providers if p.optimizer is optimizer), None)
    plan = plan or Plan(optimizer)
    flats = [(j, flat) for j, each in enumerate(optimizer._flats) for flat in each]
    for _, flat in flats:
        if not isinstance(flat, FlatTensors):
            tracing.as_it_is = "it updates Values"
        elif flat.parameters[0].dtype.kind == "c":
            tracing.as_it_is = "it updates complex parameters"
    present = {
        flat: [i for i, p in enumerate(flat.parameters) if _gradient(tracing, p)]
        for _, flat in flats
    }
    fresh = any(
        cell.state["step"] == 0
        for flat, which in present.items()
        for cell in _cells(flat, which)
    )
    if fresh or tracing.as_it_is or tracing.unsettled:
        _step_for_real(optimizer, tracing, "the optimizer begins to keep something")
        return
    plan.count += 1
    tracing.providers[plan] = plan.begin()
    updates = []
    try:
        for group, flat in flats:
            updates.append(_updated(plan, tracing, group, flat, present[flat]))
    except Fresh:
        plan.count -= 1
        _step_for_real(optimizer, tracing, "the optimizer begins to keep something")
        return
    for each in updates:
        each()

    def count(numbers: list[Any]) -> None:
        vars(optimizer)["steps"] += 1

    tracing.afterwards.append(count)


def _gradient(tracing: Tracing, p: Any) -> bool:
    return tracing.gradient(p) is not None


def _cells(flat: Flat, present: list[int]) -> list[Any]:
    if not flat.elementwise:
        return [flat.cells[i] for i in present]
    whole = len(present) == len(flat.parameters)
    return flat.cells if whole else flat._cells_of(set(present))


def _updated(
    plan: Plan, tracing: Tracing, group: int, flat: Flat, present: list[int]
) -> Callable[[], None]:
    """Call the rule for each; what it leaves is written by what is returned."""
    optimizer, k = plan.optimizer, plan.count - 1
    settings = {
        name: _setting(plan, tracing, x, k, group, name)
        for name, x in plan.settings[k][group].items()
    }
    done: list[tuple[Any, Any, Kept, Kept]] = []
    scalars: dict[int, dict[str, Any]] = {}
    for i in present:
        p, state = flat.parameters[i], _state_of(plan, tracing, flat, i)
        g = tracing.gradient(p)
        if g.shape != p.shape:
            raise ValueError(
                f"a parameter of shape {p.shape} has a .grad of shape {g.shape}; set "
                "it to None, or to an array of that shape"
            )
        g = ag.astype(g, working_dtype(p.dtype), copy=False)
        before = Kept(state)
        state["step"] = state["step"] + 1
        cell = Cell(tracing, tracing.read(p))
        optimizer.update(cell, Cell(tracing, g), state, **settings)
        done.append((p, cell, before, state))
        scalars[i] = {n: x for n, x in state.items() if not isinstance(x, Cell)}
    kept = _kept(plan, flat)

    def write() -> None:
        for p, cell, _, state in done:
            tracing.write(p, tracing.updated(cell.node))
            for x in state.values():
                if isinstance(x, Cell):
                    tracing.store(x.leaf, x.node)  # type: ignore[attr-defined]
        for i, each in scalars.items():
            kept[i] |= each
        tracing.afterwards.append(count)

    def count(numbers: list[Any]) -> None:
        for position, cell in enumerate(flat.cells):
            i = flat._owner(cell.start) if flat.elementwise else position
            for name, x in scalars.get(i, {}).items():
                value = numbers[x.index] if isinstance(x, Number) else x
                cell.state[name] = value

    return write


def _kept(plan: Plan, flat: Flat) -> dict[int, dict[str, Any]]:
    """What the steps of this run left of what is kept, by parameter."""
    found: Any = vars(plan).setdefault("kept", {})
    return found.setdefault(flat, {i: {} for i in range(len(flat.parameters))})


def _state_of(plan: Plan, tracing: Tracing, flat: Flat, i: int) -> Kept:
    """Stand-ins for what is kept of a parameter."""
    earlier = _kept(plan, flat)[i]
    if earlier:
        return Kept(earlier)
    at = _cell_of(flat, i)
    owner = flat._owner(flat.cells[at].start) if flat.elementwise else i
    state: State = {}
    for name, x in flat.cells[at].state.items():
        if isinstance(x, np.ndarray):
            leaf = tracing.array(_finding(plan.layout, flat, i, name))
            state[name] = Cell(tracing, leaf)
            state[name].leaf = leaf
        elif isinstance(x, (int, float)) and not isinstance(x, bool):
            read = _reading(flat, owner, name)
            state[name] = tracing.numbers.made(read, key=(id(flat), owner, name))
        else:
            state[name] = x
    return Kept(state)


def _cell_of(flat: Flat, i: int) -> int:
    if not flat.elementwise:
        return i
    return bisect_right(flat.cells, flat.ends[i], key=lambda cell: cell.start) - 1


def _finding(layout: Layout, flat: Flat, i: int, name: str) -> Callable[[], Any]:
    return lambda: layout.array(flat, i, name)


def _reading(flat: Flat, i: int, name: str) -> Callable[[], Any]:
    return lambda: flat.cells[_cell_of(flat, i)].state[name]


def _setting(plan: Plan, tracing: Tracing, x: Any, *path: Any) -> Any:
    """A setting as a rule gets it: numbers as such that are read at each call."""
    if isinstance(x, tuple):
        return tuple(_setting(plan, tracing, y, *path, i) for i, y in enumerate(x))
    if not isinstance(x, (int, float)) or isinstance(x, bool):
        return x
    key = ("setting", id(plan), *path)
    return tracing.numbers.made(lambda: plan.setting(*path), key=key)


def _structure(x: Any) -> Any:
    """What of a setting is part of the program: all but the value of a number."""
    if isinstance(x, tuple):
        return tuple(map(_structure, x))
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return type(x)
    return x


def _step_for_real(optimizer: Any, tracing: Tracing, why: str) -> None:
    """A step that no program will be made of: the next run may record another."""
    tracing.unsettled = why
    tracing.done.append(_undoing(optimizer))
    before = {p: p.grad for p in optimizer.parameters if isinstance(p.grad, Node)}
    for p, g in before.items():
        p.grad = raw_of(g)
    with switched(tracing=None, everything=False, gradients=False):
        optimizer.step()
    for p, g in before.items():
        p.grad = g


def _undoing(optimizer: Any) -> Callable[[], None]:
    """What puts back the parameters and the state, if the function fails later."""
    data = [(p, p._raw, raw_of(p)) for p in optimizer.parameters]
    flats = [flat for each in optimizer._flats for flat in each]
    cells, steps = [deepcopy(flat.cells) for flat in flats], optimizer.steps

    def back() -> None:
        for p, array, numbers in data:
            if type(p) is not Value:
                np.copyto(array, numbers)
            p._raw = array
        for flat, before in zip(flats, cells):
            flat.cells = before
        vars(optimizer)["steps"] = steps

    return back


def refused(name: str, why: str) -> TraceError:
    """The error for a ``step`` that no program can take."""
    return TraceError(f"{name} {why}, {here()}: call its step() after what is compiled")
