"""Optimizers: they read ``.grad`` and write ``.data``, of Tensors and Values alike."""

from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
