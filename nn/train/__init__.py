"""Feeding a network, and averaging what it learned."""

from .averaging import AveragedModel, ema
from .data import DataLoader

__all__ = ["AveragedModel", "DataLoader", "ema"]


def __dir__() -> list[str]:
    return __all__
