"""Files of weights, and of whole trainings: written at once or not at all."""

from .checkpoint import load, save

__all__ = ["load", "save"]


def __dir__() -> list[str]:
    return __all__
