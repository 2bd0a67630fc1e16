"""Operators and methods that Values and Tensors share, one a line."""

from __future__ import annotations

from typing import Any

from .graph import Node
from .ops import activations as act
from .ops import elementwise as ew


class Operators(Node):
    """Python's arithmetic and comparisons, and the usual functions as methods."""

    __slots__ = ()

    # fmt: off
    def __add__(self, other: Any) -> Any: return ew.add.call(self, other)
    def __radd__(self, other: Any) -> Any: return ew.add.call(other, self)
    def __sub__(self, other: Any) -> Any: return ew.subtract.call(self, other)
    def __rsub__(self, other: Any) -> Any: return ew.subtract.call(other, self)
    def __mul__(self, other: Any) -> Any: return ew.multiply.call(self, other)
    def __rmul__(self, other: Any) -> Any: return ew.multiply.call(other, self)
    def __truediv__(self, other: Any) -> Any: return ew.divide.call(self, other)
    def __rtruediv__(self, other: Any) -> Any: return ew.divide.call(other, self)
    def __pow__(self, other: Any) -> Any: return ew.power.call(self, other)
    def __rpow__(self, other: Any) -> Any: return ew.power.call(other, self)
    def __mod__(self, other: Any) -> Any: return ew.remainder.call(self, other)
    def __rmod__(self, other: Any) -> Any: return ew.remainder.call(other, self)
    def __floordiv__(self, other: Any) -> Any: return ew.floor_divide(self, other)
    def __rfloordiv__(self, other: Any) -> Any: return ew.floor_divide(other, self)
    def __divmod__(self, other: Any) -> Any: return self // other, self % other
    def __rdivmod__(self, other: Any) -> Any: return other // self, other % self
    def __neg__(self) -> Any: return ew.negative.call(self)
    def __pos__(self) -> Any: return ew.positive.call(self)
    def __abs__(self) -> Any: return ew.absolute.call(self)

    def __lt__(self, other: Any) -> Any: return ew.less(self, other)
    def __le__(self, other: Any) -> Any: return ew.less_equal(self, other)
    def __gt__(self, other: Any) -> Any: return ew.greater(self, other)
    def __ge__(self, other: Any) -> Any: return ew.greater_equal(self, other)
    def __eq__(self, other: Any) -> Any: return ew.equal(self, other)
    def __ne__(self, other: Any) -> Any: return ew.not_equal(self, other)

    def exp(self) -> Any: return ew.exp.call(self)
    def log(self) -> Any: return ew.log.call(self)
    def sqrt(self) -> Any: return ew.sqrt.call(self)
    def square(self) -> Any: return ew.square.call(self)
    def sin(self) -> Any: return ew.sin.call(self)
    def cos(self) -> Any: return ew.cos.call(self)
    def tan(self) -> Any: return ew.tan.call(self)
    def sinh(self) -> Any: return ew.sinh.call(self)
    def cosh(self) -> Any: return ew.cosh.call(self)
    def tanh(self) -> Any: return ew.tanh.call(self)
    def abs(self) -> Any: return ew.absolute.call(self)
    def maximum(self, other: Any) -> Any: return ew.maximum.call(self, other)
    def minimum(self, other: Any) -> Any: return ew.minimum.call(self, other)
    def erf(self) -> Any: return act.erf.call(self)
    def relu(self) -> Any: return act.relu.call(self)
    def sigmoid(self) -> Any: return act.sigmoid.call(self)
    def softplus(self) -> Any: return act.softplus.call(self)
    def silu(self) -> Any: return act.silu.call(self)
    def gelu(self) -> Any: return act.gelu.call(self)
    # fmt: on

    def clip(self, min: Any = None, max: Any = None) -> Any:
        """Limited to the interval from ``min`` to ``max``; None leaves that end open."""
        return ew.clip(self, min, max)

    __hash__ = object.__hash__  # by identity, although == is elementwise
