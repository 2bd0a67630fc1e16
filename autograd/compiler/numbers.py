"""Numbers that Python computes at each call: settings, counts, what follows of them.

An update rule computes with them as it does with floats. What it computed is done again
before each run of a program, in Python, and the result is an input of that; what it
decided by one must be decided alike, or the program is another one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any


class Numbers:
    """The numbers of a program, in order: how each is read, or computed of others."""

    def __init__(self) -> None:
        self.plan: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.values: list[Any] = []  # of the run that is recorded
        self.decided: dict[int, Any] = {}  # by number: what a decision was made by
        self._known: dict[Any, Number] = {}

    def made(
        self, function: Callable[..., Any], *operands: Any, key: Any = None
    ) -> Any:
        """``function`` of numbers and constants; it is computed once for all."""
        key = key or (function, *[_key(x) for x in operands])
        if key not in self._known:
            given = [self.values[x.index] if _is(x) else x for x in operands]
            self.values.append(function(*given))
            self.plan.append((function, operands))
            self._known[key] = Number(self, len(self.plan) - 1)
        return self._known[key]

    def decide_alike(self, values: list[Any]) -> bool:
        """Whether what was decided by numbers would be decided so again."""
        return all(values[i] == value for i, value in self.decided.items())


class Number:
    """Stands for a float, an int or a truth value that is another one at each call.

    >>> numbers = Numbers()
    >>> rates = iter([0.5, 0.25])
    >>> rate = numbers.made(lambda: next(rates), key="rate")
    >>> half = rate / 2
    >>> half, bool(half > 0.2), numbers.decided
    (Number(0.25), True, {2: True})
    """

    __slots__ = ("index", "numbers")

    def __init__(self, numbers: Numbers, index: int) -> None:
        self.numbers, self.index = numbers, index

    @property
    def value(self) -> Any:
        """What it is in the run that is recorded."""
        return self.numbers.values[self.index]

    def _of(self, function: Callable[..., Any], *operands: Any) -> Any:
        if any(not isinstance(x, (Number, int, float)) for x in operands):
            return NotImplemented
        return self.numbers.made(function, *operands)

    def applied(self, function: Callable[..., Any]) -> Any:
        """A function of Python's, of it."""
        return self._of(function, self)

    def _decided(self) -> Any:
        self.numbers.decided[self.index] = self.value
        return self.value

    # fmt: off
    def __add__(self, y: Any) -> Any: return self._of(operator.add, self, y)
    def __radd__(self, x: Any) -> Any: return self._of(operator.add, x, self)
    def __sub__(self, y: Any) -> Any: return self._of(operator.sub, self, y)
    def __rsub__(self, x: Any) -> Any: return self._of(operator.sub, x, self)
    def __mul__(self, y: Any) -> Any: return self._of(operator.mul, self, y)
    def __rmul__(self, x: Any) -> Any: return self._of(operator.mul, x, self)
    def __truediv__(self, y: Any) -> Any: return self._of(operator.truediv, self, y)
    def __rtruediv__(self, x: Any) -> Any: return self._of(operator.truediv, x, self)
    def __floordiv__(self, y: Any) -> Any: return self._of(operator.floordiv, self, y)
    def __mod__(self, y: Any) -> Any: return self._of(operator.mod, self, y)
    def __pow__(self, y: Any) -> Any: return self._of(operator.pow, self, y)
    def __rpow__(self, x: Any) -> Any: return self._of(operator.pow, x, self)
    def __neg__(self) -> Any: return self._of(operator.neg, self)
    def __abs__(self) -> Any: return self._of(operator.abs, self)

    # What Python decides by
    def __bool__(self) -> bool: return bool(self._of(bool, self)._decided())
    def __lt__(self, y: Any) -> Any: return self._compared(operator.lt, y)
    def __le__(self, y: Any) -> Any: return self._compared(operator.le, y)
    def __gt__(self, y: Any) -> Any: return self._compared(operator.gt, y)
    def __ge__(self, y: Any) -> Any: return self._compared(operator.ge, y)
    def __eq__(self, y: Any) -> Any: return self._compared(operator.eq, y)
    def __ne__(self, y: Any) -> Any: return self._compared(operator.ne, y)
    # fmt: on

    __hash__ = object.__hash__

    def _compared(self, function: Callable[..., Any], y: Any) -> Any:
        found = self._of(function, self, y)
        return found if found is NotImplemented else found._decided()

    def __index__(self) -> int:
        if type(self.value) is not int:
            raise TypeError(f"an index is a whole number; got {self.value!r}")
        return self._decided()

    def __float__(self) -> float:
        raise TypeError(
            "float() of a number that changes from call to call would make it a "
            "constant of the program; compute with it: x ** 0.5, not math.sqrt(x)"
        )

    def __repr__(self) -> str:
        return f"Number({self.value!r})"


def _is(x: Any) -> bool:
    return type(x) is Number


def _key(x: Any) -> Any:
    return ("number", x.index) if _is(x) else (type(x), x, str(x))
