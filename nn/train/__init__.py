"""Training a network, looking at it, and averaging what it learned."""

from .averaging import AveragedModel, ema
from .evaluation import evaluate
from .finder import lr_finder
from .fit import fit
from .history import History
from .training import Training

__all__ = [
    "AveragedModel",
    "History",
    "Training",
    "ema",
    "evaluate",
    "fit",
    "lr_finder",
]


def __dir__() -> list[str]:
    return __all__
