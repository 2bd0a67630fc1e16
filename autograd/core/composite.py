"""Functions made of primitives: they need no rule, and are drawn and checked alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

from .call import raised_again
from .node import raw
from .primitive import REALS, Interval, Primitive
from .rules import FAILURES


class Composite(Primitive):
    """A function of NumPy calls, which record where there are Tensors among them.

    It never is the ``op`` of a node: its derivative is that of what it is made of.
    Declared for its facts: what the tests draw, conventions, NumPy's name.

    >>> import numpy as np
    >>> import autograd as ag
    >>> @ag.composed(sample={"x": "array"})
    ... def versine(x):
    ...     return 1 - np.cos(x)
    >>> ag.grad(versine)(np.pi / 2)
    1.0
    """

    kind = "composite"

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str = "",
        domain: Interval | Sequence[Interval] = REALS,
        kinks: str = "",
        analytic: bool = True,
        sample: dict[str, Any] | None = None,
    ) -> None:
        self._describe(function, name, domain, kinks, analytic, sample)
        self.symbol = self.name
        update_wrapper(self, function)

    def __call__(self, /, *operands: Any, **params: Any) -> Any:
        try:
            return self.forward(*operands, **params)
        except FAILURES as error:
            return raised_again(self.name, error, [*map(raw, operands)])


def composed(**facts: Any) -> Callable[[Callable[..., Any]], Composite]:
    """The decorator that makes a function a ``Composite`` with these facts."""
    return lambda function: Composite(function, **facts)
