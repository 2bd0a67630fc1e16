"""A whole autograd engine for single numbers, to be read at one sitting.

The real one does the same on the same graph, for arrays as well, forwards and backwards
and as often as one likes; tests/examples compares the two.
"""

from __future__ import annotations

import math


class Number:
    """A number which remembers what it was made of.

    ``parents`` are the numbers it was computed from, and ``slopes`` how fast it changes
    with each of them: the local derivatives, which are known as soon as it is.
    """

    def __init__(
        self,
        data: float,
        parents: tuple[Number, ...] = (),
        slopes: tuple[float, ...] = (),
    ) -> None:
        self.data = data
        self.parents = parents
        self.slopes = slopes
        self.grad = 0.0

    def __repr__(self) -> str:
        return f"Number({self.data:.6g}, grad={self.grad:.6g})"

    # What can be computed: each line is a value and its local derivatives. -----------

    def __add__(self, other: Number | float) -> Number:
        other = number(other)
        return Number(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Number | float) -> Number:
        other = number(other)
        return Number(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power: float) -> Number:
        slope = power * self.data ** (power - 1)
        return Number(self.data**power, (self,), (slope,))

    def exp(self) -> Number:
        out = math.exp(self.data)
        return Number(out, (self,), (out,))

    def log(self) -> Number:
        return Number(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self) -> Number:
        out = math.tanh(self.data)
        return Number(out, (self,), (1 - out**2,))

    def relu(self) -> Number:
        return Number(max(self.data, 0.0), (self,), (float(self.data > 0),))

    # What follows from these. ---------------------------------------------------------

    def __neg__(self) -> Number:
        return self * -1

    def __sub__(self, other: Number | float) -> Number:
        return self + -number(other)

    def __truediv__(self, other: Number | float) -> Number:
        return self * number(other) ** -1

    def __rsub__(self, other: float) -> Number:
        return number(other) - self

    def __rtruediv__(self, other: float) -> Number:
        return number(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    # Backpropagation. -----------------------------------------------------------------

    def backward(self) -> None:
        """Add to the ``grad`` of every number how fast this one changes with it.

        The chain rule, from the end to the beginning: when the turn of a number comes,
        all that was computed from it has had its turn, and so its sum is whole.
        """
        order = history(self)
        arrived = dict.fromkeys(order, 0.0)
        arrived[self] = 1.0
        for each in reversed(order):
            each.grad += arrived[each]
            for parent, slope in zip(each.parents, each.slopes):
                arrived[parent] += arrived[each] * slope


def number(x: Number | float) -> Number:
    """A plain number as a Number without a past."""
    return x if isinstance(x, Number) else Number(float(x))


def history(output: Number) -> list[Number]:
    """All that ``output`` was made of, parents before what was made of them."""
    order: list[Number] = []
    seen: set[Number] = set()
    stack = [(output, False)]
    while stack:
        each, parents_are_done = stack.pop()
        if parents_are_done:
            order.append(each)
        elif each not in seen:
            seen.add(each)
            stack.append((each, True))
            stack += [(parent, False) for parent in each.parents]
    return order
