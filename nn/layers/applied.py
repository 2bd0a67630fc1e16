"""Applied: a module that is a function, under the name of a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ..module import Module


class Applied(Module):
    """x ↦ function(x), where a subclass names the function, in one line.

    >>> import autograd as ag
    >>> class Square(Applied, function=ag.square):
    ...     "x²."
    >>> Square()(ag.tensor([3.0]))
    Tensor([9.])
    """

    function: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, function: Callable[..., Any] | None = None) -> None:
        if function is not None:
            cls.function = staticmethod(function)

    def forward(self, *args: Any) -> Any:
        """(…) → (…)."""
        return self.function(*args)
