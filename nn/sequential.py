"""Sequential: one module after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .module import Module


class Sequential(Module):
    """x ↦ modules[-1](… modules[0](x)): each takes what the one before returned.

    Any function will do as a step. The steps are the attributes named "0", "1", …, so
    parameters are named as in PyTorch: ``0.weight``.

    >>> import numpy as np
    >>> import nn
    >>> model = Sequential(nn.Linear(2, 3), np.tanh, nn.Linear(3, 1))
    >>> model(np.ones((5, 2))).shape
    (5, 1)
    >>> list(model.state_dict())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """

    def __init__(self, *modules: Callable[..., Any]) -> None:
        for i, module in enumerate(modules):
            setattr(self, str(i), module)

    def forward(self, x: Any) -> Any:
        """Through every step, in order."""
        for module in self:
            x = module(x)
        return x

    def __len__(self) -> int:
        return sum(name.isdigit() for name in vars(self))

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return (getattr(self, str(i)) for i in range(len(self)))

    def __getitem__(self, i: int) -> Callable[..., Any]:
        return list(self)[i]
