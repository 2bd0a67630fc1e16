"""Optimizers: they read ``.grad`` and write ``.data``, of Tensors and Values alike."""

from .optimizer import Optimizer, elementwise
from .rules import SGD, Adam

__all__ = ["SGD", "Adam", "Optimizer", "elementwise"]


def __dir__() -> list[str]:
    return __all__
