"""Gradient checking by properties: ``check_grads``, and what draws its samples.

``check_grads`` needs NumPy only. The strategies need hypothesis, and are imported when
they are asked for: ``pip install "glassgrad[check]"``.
"""

from importlib import import_module
from typing import Any

from ..core.program import Program
from .checker import check_grads
from .localise import check_graph, check_program
from .report import GradientError, GradientReport

__all__ = [
    "GradientError",
    "GradientReport",
    "Program",
    "check_grads",
    "check_graph",
    "check_program",
    "gradient_property",
    "samples_of",
    "strategies",
]

DRAWN = {  # what needs hypothesis, and where it is
    "gradient_property": "properties",
    "samples_of": "sampling",
    "strategies": "strategies",
}


def __getattr__(name: str) -> Any:
    if name not in DRAWN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f".{DRAWN[name]}", __name__)
    return module if name == "strategies" else getattr(module, name)
