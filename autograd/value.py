"""Value: one Python float that remembers how it was made."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .copying import copied, reduced
from .core.backward import backward
from .core.context import leave, recording
from .core.node import numbers, switch, tick, told
from .core.space import FLOATS, as_float
from .core.writes import caller, writes
from .operators import Operators
from .ops.held import held
from .protocols.functions import call_function
from .protocols.ufuncs import call_ufunc


class Value(Operators):
    """A scalar in the graph: Python's arithmetic on it is recorded and differentiable.

    It computes what a 0-d float64 Tensor would, in Python floats.
    Tracked by default, and after ``backward()`` every node of the graph has its
    ``grad``, inner ones included.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b + 1).tanh()
    >>> loss.backward()
    >>> round(a.grad, 6)
    -0.000545
    """

    __slots__ = ()

    def __init__(self, data: Any, label: str = "", requires_grad: bool = True) -> None:
        self._become_leaf(as_float(data), requires_grad)
        if not isinstance(label, str) or label:
            self.label = label

    @property
    def data(self) -> float:
        """The number itself. Assigning to it is noticed by graphs that used the old."""
        tracing = recording.get().tracing
        if tracing is not None:
            return tracing.read(self)
        if self.tracked:
            leave()
        return self._raw

    @data.setter
    def data(self, data: Any) -> None:
        tracing = recording.get().tracing
        if tracing is not None:
            tracing.write(self, data)
            return
        self._raw = as_float(data)
        self._written = writes.tick(), caller()

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to and through this node."""
        return self.tracked

    @requires_grad.setter
    def requires_grad(self, tracked: bool) -> None:
        track_leaf(self, tracked)

    def backward(self, gradient: float = 1.0, *, free: bool = False) -> None:
        """Reverse-mode backpropagation from here: fills ``.grad`` on every node.

        Leaves accumulate over calls, inner nodes hold the latest. With ``free`` the
        graph is released afterwards, and cannot be swept or drawn again.
        """
        tracing = recording.get().tracing
        if tracing is not None:
            tracing.backward(self, None if gradient == 1.0 else gradient)
            return
        backward(self, as_float(gradient), free)

    def detach(self) -> Value:
        """The same number, as an untracked leaf."""
        return held(self) if recording.get().everything else Value.leaf(self._raw)

    def item(self) -> float:
        """The number itself."""
        if self.tracked:
            leave()
        return numbers(self, ".item()")

    def __repr__(self) -> str:
        label = f"{self.label!r}, " if self.label else ""
        grad = "None" if self.grad is None else f"{self.grad:.6g}"
        return f"Value({label}data={self._raw:.6g}, grad={grad})"

    def __format__(self, spec: str) -> str:
        return format(self._raw, spec) if spec else repr(self)

    def __float__(self) -> float:
        if self.tracked:
            raise TypeError(
                "float() of a tracked Value would lose its history. Compute with "
                "np.sin(x) or x.sin(), not math.sin(x), and keep Values in lists, not "
                "in arrays. Numbers without a gradient are .data or .detach()"
            )
        return numbers(self, "float()")

    def __int__(self) -> int:
        return int(float(self))

    def __bool__(self) -> bool:
        return numbers(self, "bool()") != 0

    def __round__(self, digits: int | None = None) -> float:
        return round(numbers(self, "round()"), digits)

    def __floor__(self) -> int:
        return math.floor(numbers(self, "floor()"))

    def __ceil__(self) -> int:
        return math.ceil(numbers(self, "ceil()"))

    def __trunc__(self) -> int:
        return int(numbers(self, "int()"))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError(
            "an array cannot hold a Value and its history. Use Tensors from the start, "
            "or keep Values in lists: sum([x, y]) / 2. The gradient ends at .data"
        )

    __array_ufunc__ = call_ufunc
    __array_function__ = call_function
    __deepcopy__ = copied
    __reduce__ = reduced

    space = FLOATS


def track_leaf(node: Any, tracked: bool) -> None:
    """Switch tracking of a leaf, and remember when it was off.

    What was computed with it meanwhile took it for a constant, and recorded nothing or
    only a part: no gradient flows back from there when tracking is on again.
    """
    if not isinstance(tracked, (bool, np.bool_)):
        raise TypeError(f"requires_grad is True or False; got {told(tracked)}")
    if node.op is not None:
        raise ValueError(
            f"requires_grad can be set on leaves only; this is the result of "
            f"{node.op.name}. Use detach() for a leaf with the same data"
        )
    tracing = recording.get().tracing
    if tracing is not None and node.age < tracing.since:
        raise tracing.refused("requires_grad is set", "set it outside")
    if bool(tracked) != node.tracked:
        age = writes.tick() if tracked else tick()
        switch(node, bool(tracked), age)
        if tracked:
            writes.thawed = age
