"""Gradient checking by properties: ``check_grads``, and what draws its samples.

``check_grads`` needs NumPy only. The strategies need hypothesis, and are imported when
they are asked for: ``pip install "glassgrad[check]"``.
"""

from importlib import import_module
from typing import Any

from .checker import check_grads
from .report import GradientError, GradientReport

__all__ = ["GradientError", "GradientReport", "check_grads", "samples_of", "strategies"]


def __getattr__(name: str) -> Any:
    if name == "samples_of":
        return import_module(".sampling", __name__).samples_of
    if name == "strategies":
        return import_module(".strategies", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
