"""Data: sets of examples, batches of them, and what is done to them before."""

from .augmentation import affine, crop, cutout, flip, noise, rotate, shift
from .idx import read_idx
from .loader import DataLoader

__all__ = [
    # Batches
    "DataLoader",
    # Images at random
    "affine",
    "crop",
    "cutout",
    "flip",
    "noise",
    "rotate",
    "shift",
    # Files
    "read_idx",
]


def __dir__() -> list[str]:
    return __all__
