"""Operators and methods that Values and Tensors share, one a line."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

from . import ops
from .core.node import Node, numbers
from .core.primitive import Primitive
from .hooks import register_hook
from .ops import activations as act
from .ops import elementwise as ew


def reflected(op: Primitive) -> Callable[[Any, Any], Any]:
    """``op`` for an operator whose left side is no node: ``2 * x``."""
    call = op.call
    return lambda self, other: call(other, self)


Kind = TypeVar("Kind", bound=type)

FUNCTIONS = {
    name: getattr(family, name) for family in ops.GENERAL for name in family.__all__
}
OTHERWISE = {  # the functions of methods of another name
    "T": "transpose",
    "abs": "absolute",
    "conj": "conjugate",
    "flatten": "ravel",
    "mT": "matrix_transpose",
}


def described(kind: Kind) -> Kind:
    """Say of each method that has no docstring what its function's says."""
    for name, method in vars(kind).items():
        target = OTHERWISE.get(name, name)
        if target in FUNCTIONS and not method.__doc__:
            said = FUNCTIONS[target].__doc__.split("\n\n")
            meaning = said[1] if said[0].startswith(f"{target}(") else said[0]
            method.__doc__ = f"``ag.{target}`` of this: {meaning.strip()}"
            if isinstance(method, FunctionType):
                method.__name__ = name
                method.__qualname__ = f"{kind.__name__}.{name}"
    return kind


@described
class Operators(Node):
    """Python's arithmetic and comparisons, and the usual functions as methods."""

    __slots__ = ()

    # fmt: off
    __add__ = ew.add.call
    __radd__ = reflected(ew.add)
    __sub__ = ew.subtract.call
    __rsub__ = reflected(ew.subtract)
    __mul__ = ew.multiply.call
    __rmul__ = reflected(ew.multiply)
    __truediv__ = ew.divide.call
    __rtruediv__ = reflected(ew.divide)
    __pow__ = ew.power.call
    __rpow__ = reflected(ew.power)
    __mod__ = ew.remainder.call
    __rmod__ = reflected(ew.remainder)
    __floordiv__ = ew.floor_divide.call
    __rfloordiv__ = reflected(ew.floor_divide)
    def __divmod__(self, other: Any) -> Any: return self // other, self % other
    def __rdivmod__(self, other: Any) -> Any: return other // self, other % self
    __neg__ = ew.negative.call
    __pos__ = ew.positive.call
    __abs__ = ew.absolute.call

    __lt__ = ew.less.call
    __le__ = ew.less_equal.call
    __gt__ = ew.greater.call
    __ge__ = ew.greater_equal.call
    __eq__ = ew.equal.call
    __ne__ = ew.not_equal.call

    exp = ew.exp.call
    log = ew.log.call
    sqrt = ew.sqrt.call
    square = ew.square.call
    sin = ew.sin.call
    cos = ew.cos.call
    tan = ew.tan.call
    sinh = ew.sinh.call
    cosh = ew.cosh.call
    tanh = ew.tanh.call
    abs = ew.absolute.call
    maximum = ew.maximum.call
    minimum = ew.minimum.call
    erf = act.erf.call
    relu = act.relu.call
    sigmoid = act.sigmoid.call
    softplus = act.softplus.call
    silu = act.silu.call
    gelu = act.gelu.call
    # fmt: on

    def clip(self, min: Any = None, max: Any = None) -> Any:
        """Limited to the interval from ``min`` to ``max``; None leaves that end open."""
        return ew.clip(self, min, max)

    @property
    def _data(self) -> Any:
        """What ``np.ma`` takes from whatever has it: without a history."""
        return self._without_mask(self._raw)

    @property
    def _mask(self) -> Any:
        """What ``np.ma`` asks for beside ``_data``."""
        return self._without_mask(np.ma.nomask)

    def _without_mask(self, found: Any) -> Any:
        if self.tracked:
            raise TypeError(
                f"np.ma does not take a tracked {type(self).__name__}: a masked array "
                "keeps no history. Select by a mask: np.where(mask, 0.0, x), or "
                "np.sum(x, where=~mask)"
            )
        numbers(self, "np.ma")
        return found

    register_hook = register_hook
    __hash__ = object.__hash__  # by identity, although == is elementwise
