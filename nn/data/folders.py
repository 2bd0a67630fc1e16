"""Real data in a folder of the user's: MNIST and its kin, names, texts, tables.

The folder is an argument, or named by the environment variable GLASSGRAD_DATA. It has
a folder for each set, of the set's own files as their authors give them out. A file
that is missing is an error which says where to get it, and what to type.
"""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .embedded import Examples
from .idx import read_idx
from .tables import Table, table

VARIABLE = "GLASSGRAD_DATA"
Folder = str | PathLike[str] | None


class Source(NamedTuple):
    """Where a set's files are to be had."""

    folder: str  # within the user's
    url: str  # of a file, after it the file's name; or of an archive of all

    def command(self, folder: Path, name: str) -> str:
        """What to type in a shell to have a file where it is looked for."""
        if self.url.endswith(".zip"):
            archive = folder / "archive.zip"
            get = f"curl -fL -o '{archive}' '{self.url}'"
            return f"mkdir -p '{folder}' && {get} && unzip -j '{archive}' -d '{folder}'"
        get = f"curl -fL -o '{folder / name}' '{self.url}{name}'"
        return f"mkdir -p '{folder}' && {get}"


KARPATHY = "https://raw.githubusercontent.com/karpathy/"
UCI = "https://archive.ics.uci.edu/static/public/"
MNIST = Source("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist/")
FASHION = Source(
    "fashion-mnist",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
NAMES = Source("names", f"{KARPATHY}makemore/master/")
SHAKESPEARE = Source(
    "tinyshakespeare", f"{KARPATHY}char-rnn/master/data/tinyshakespeare/"
)
SMS = Source("sms-spam", f"{UCI}228/sms+spam+collection.zip")
GERMAN = Source("german-credit", f"{UCI}144/statlog+german+credit+data.zip")
SENTIMENT = Source("sentiment", f"{UCI}331/sentiment+labelled+sentences.zip")

ATTRIBUTES = (
    "checking duration history purpose amount savings employment rate status debtors "
    "residence property age plans housing credits job dependants telephone foreign"
)


def mnist(folder: Folder = None) -> tuple[Examples, Examples]:
    """MNIST: 60,000 handwritten digits to train on, 10,000 others to test.

    Each part is (images, labels): float32 from 0 to 1, (n, 28, 28), and int64. LeCun,
    Cortes, Burges (1998); CC BY-SA 3.0.

    Raises:
        FileNotFoundError: a file is missing; the error says where to get it.
        ValueError: a file is cut short or altered.

    >>> mnist("/no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no mnist/train-images-idx3-ubyte.gz in ...
    """
    return _digits(MNIST, folder)


def fashion_mnist(folder: Folder = None) -> tuple[Examples, Examples]:
    """Fashion-MNIST: pictures of clothes of ten kinds, in MNIST's numbers and form.

    T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.
    Xiao, Rasul, Vollgraf (2017), arXiv:1708.07747; MIT licence.

    >>> fashion_mnist("/no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no fashion-mnist/train-images-idx3-ubyte.gz in ...
    """
    return _digits(FASHION, folder)


def names(folder: Folder = None) -> list[str]:
    """32,033 first names in small letters, for a model that makes up others.

    Some occur twice, as given to both sexes. US Social Security Administration; as in
    Karpathy's makemore.

    >>> names("/no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no names/names.txt in ...
    """
    return _text(NAMES, "names.txt", folder).split()


def tiny_shakespeare(folder: Folder = None) -> str:
    """1,115,394 characters of Shakespeare's plays, as in Karpathy's char-rnn.

    >>> tiny_shakespeare("/no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no tinyshakespeare/input.txt in ...
    """
    return _text(SHAKESPEARE, "input.txt", folder)


def sms_spam(folder: Folder = None) -> tuple[list[str], np.ndarray]:
    """5,574 text messages, and 1 for those that are spam, int64.

    Some occur several times: cut the distinct ones. Almeida, Gómez Hidalgo, Yamakami,
    "Contributions to the study of SMS spam filtering" (2011); UCI, CC BY 4.0.

    >>> sms_spam("/no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no sms-spam/SMSSpamCollection in ...
    """
    name = "SMSSpamCollection"
    rows = _rows(SMS, name, folder, 2)
    return [text for _, text in rows], _labels(name, [kind for kind, _ in rows], SPAM)


SPAM = {"ham": 0, "spam": 1}


def german_credit(folder: Folder = None) -> Table:
    """1,000 applicants for a credit, their words as columns; 1 where it went bad.

    ``names`` tell the columns: "duration", "checking=A11"; the codes are explained in
    german.names. Sex ("status"), age and "foreign" are among them: what a model makes
    of these is to be looked at. Hofmann (1994), UCI, CC BY 4.0.

    >>> german_credit("/no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no german-credit/german.data in ...
    """
    name = "german.data"
    rows = _rows(GERMAN, name, folder, 21, " ")
    *columns, kinds = zip(*rows)
    numbers = {
        attribute: np.array(x, float if x[0].isdecimal() else str)
        for attribute, x in zip(ATTRIBUTES.split(), columns)
    }
    y = _labels(name, kinds, {"1": 0, "2": 1})
    return table(numbers)._replace(y=y, classes=["good", "bad"])


def sentiment(
    folder: Folder = None, of: tuple[str, ...] = ("imdb", "amazon_cells", "yelp")
) -> tuple[list[str], np.ndarray]:
    """1,000 sentences from reviews of each of three sites, and 1 for praise, int64.

    Kotzias, Denil, de Freitas, Smyth, "From group to individual labels using deep
    features" (2015); UCI, CC BY 4.0.

    >>> sentiment("/no/such/folder", of=("yelp",))
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no sentiment/yelp_labelled.txt in ...
    """
    texts, kinds = [], []
    for site in of:
        for text, kind in _rows(SENTIMENT, f"{site}_labelled.txt", folder, 2):
            texts.append(text.strip())
            kinds.append(kind)
    return texts, _labels("sentiment", kinds, {"0": 0, "1": 1})


def _digits(source: Source, folder: Folder) -> tuple[Examples, Examples]:
    parts = []
    for part in ("train", "t10k"):
        file = _file(source, f"{part}-images-idx3-ubyte.gz", folder)
        images = read_idx(file)
        labels = read_idx(_file(source, f"{part}-labels-idx1-ubyte.gz", folder))
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise ValueError(
                f"{file.parent} has images of shape {images.shape} and labels of "
                f"{labels.shape}; they do not belong together"
            )
        scaled = images.astype(np.float32)
        scaled /= 255
        parts.append((scaled, labels.astype(np.int64)))
    return parts[0], parts[1]


def _rows(
    source: Source, name: str, folder: Folder, fields: int, between: str = "\t"
) -> list[list[str]]:
    """The lines of a file in their fields; by "\\n" alone, which texts have not."""
    text = _text(source, name, folder)
    rows = [line.split(between) for line in text.split("\n") if line.strip()]
    for i, row in enumerate(rows):
        if len(row) != fields:
            raise ValueError(
                f"{name} has {len(row)} fields in line {i + 1}, not {fields}: it is "
                "cut short or altered"
            )
    return rows


def _labels(name: str, kinds: list[str], known: dict[str, int]) -> np.ndarray:
    wrong = sorted(set(kinds) - set(known))
    if wrong or not kinds:
        raise ValueError(
            f"{name} has labels {wrong or 'of no line'}, not {list(known)}: it is cut "
            "short or altered"
        )
    return np.array([known[kind] for kind in kinds], np.int64)


def _text(source: Source, name: str, folder: Folder) -> str:
    path = _file(source, name, folder)
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not in UTF-8: {error}") from error
    return text.replace("\r\n", "\n")


def _file(source: Source, name: str, folder: Folder) -> Path:
    """Where a file of a set is, packed or not."""
    top = Path(os.environ.get(VARIABLE, "data") if folder is None else folder)
    plain = name.removesuffix(".gz")
    for place in (top / source.folder, top):
        for each in (place / name, place / plain):
            if each.is_file():
                return each
    said = "" if folder is not None or VARIABLE in os.environ else " (the default)"
    raise FileNotFoundError(
        f"there is no {source.folder}/{name} in {top}{said}. If you have it elsewhere, "
        f"name that folder as an argument, or type: export {VARIABLE}=/the/folder\n"
        f"To get it, type:\n    {source.command(top / source.folder, name)}"
    )
