"""Feeding a network: batches of data."""

from .data import DataLoader

__all__ = ["DataLoader"]


def __dir__() -> list[str]:
    return __all__
