"""A recorded computation for many examples at once: a leading axis, in the program."""

from . import axes, elements, indices, layers, products, shapes
from .program import Recorded, batched, younger

RULES = (elements, axes, shapes, products, indices, layers)  # in order of complexity

__all__ = ["RULES", "Recorded", "batched", "younger"]
