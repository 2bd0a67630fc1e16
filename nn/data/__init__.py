"""Data: sets of examples, batches of them, and what is done to them before.

``nn.data.DataLoader`` is ``nn.DataLoader``. The guide is docs/data.md.
"""

from ..elsewhere import telling
from .augmentation import affine, crop, cutout, flip, noise, rotate, shift
from .byte_pairs import BytePairs
from .embedded import breast_cancer, diabetes, digits, faces, iris, mnist_5000, wine
from .folders import (
    fashion_mnist,
    german_credit,
    mnist,
    names,
    sentiment,
    sms_spam,
    tiny_shakespeare,
)
from .idx import read_idx
from .loader import DataLoader
from .pictures import ImageFolder, read_image
from .preparation import Standardize, one_hot
from .sequences import (
    Windows,
    pack_sequences,
    pad_sequences,
    padding_mask,
    unpad_sequences,
)
from .sets import Dataset, Subset, TensorDataset
from .splitting import random_split
from .tables import Table, read_csv, table
from .text import Characters, Words, words_of

__all__ = [
    # Sets, and batches of them
    "DataLoader",
    "Dataset",
    "Subset",
    "TensorDataset",
    "random_split",
    # Numbers
    "Standardize",
    "Table",
    "one_hot",
    "table",
    # Images at random
    "affine",
    "crop",
    "cutout",
    "flip",
    "noise",
    "rotate",
    "shift",
    # Text and other sequences
    "BytePairs",
    "Characters",
    "Windows",
    "Words",
    "pack_sequences",
    "pad_sequences",
    "padding_mask",
    "unpad_sequences",
    "words_of",
    # Files
    "ImageFolder",
    "read_csv",
    "read_idx",
    "read_image",
    # Real data: in packages, then in a folder
    "breast_cancer",
    "diabetes",
    "digits",
    "faces",
    "iris",
    "mnist_5000",
    "wine",
    "fashion_mnist",
    "german_credit",
    "mnist",
    "names",
    "sentiment",
    "sms_spam",
    "tiny_shakespeare",
]


def __dir__() -> list[str]:
    return __all__


__getattr__ = telling(__name__)
