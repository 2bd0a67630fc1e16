"""The primitives, by family. Importing this package registers them all."""

from . import (
    activations,
    complex,
    elementwise,
    indexing,
    linalg,
    losses,
    reductions,
    shaping,
)

__all__ = [
    "activations",
    "complex",
    "elementwise",
    "indexing",
    "linalg",
    "losses",
    "reductions",
    "shaping",
]
