"""Averaging what a network learned."""

from .averaging import AveragedModel, ema

__all__ = ["AveragedModel", "ema"]


def __dir__() -> list[str]:
    return __all__
