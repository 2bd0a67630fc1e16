"""Text as numbers: its characters, or its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .sets import checked_numbers


class Characters:
    """The distinct characters of a text, numbered in their order.

    ``encode`` gives numbers (n,), ``decode`` the text again; ``alphabet`` has all
    characters, and makes the same again: ``Characters(old.alphabet)``.

    Raises:
        ValueError: a text to be encoded has a character that is not in the alphabet.
        IndexError: a number to be decoded is none of a character.

    >>> characters = Characters("hello")
    >>> characters.alphabet, characters.encode("hole")
    ('ehlo', array([1, 3, 2, 0]))
    >>> characters.decode([1, 0])
    'he'
    """

    def __init__(self, text: str) -> None:
        self._codes = np.unique(_codes(text))

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def alphabet(self) -> str:
        """All characters, in the order of their numbers."""
        return _text(self._codes)

    def encode(self, text: str) -> np.ndarray:
        """The number of each character: (n,)."""
        codes = _codes(text)
        numbers = np.searchsorted(self._codes, codes)
        known = np.isin(codes, self._codes)
        if not known.all():
            place = int(np.argmin(known))
            raise ValueError(
                f"{text[place]!r} at position {place} is not among the {len(self)} "
                f"characters of the alphabet, {self.alphabet[:40]!r}"
            )
        return numbers

    def decode(self, numbers: Any) -> str:
        """The text of these numbers."""
        return _text(self._codes[checked_numbers("decode", numbers, len(self))])


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _text(codes: np.ndarray) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def words_of(text: str) -> list[str]:
    """The words of a text and its marks, in lower case.

    >>> words_of("It isn't far, is it?")
    ['it', "isn't", 'far', ',', 'is', 'it', '?']
    """
    return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text.lower())


class Words:
    """Words, numbered; number 0 stands for all others.

    ``Words.learn(texts)`` takes the words from texts, the most frequent first. Words
    are what ``words_of`` finds; spaces and capitals are lost.

    >>> words = Words.learn(["to be or not to be"], most=3)
    >>> words.words
    ['<other>', 'be', 'to', 'not']
    >>> words.encode("be, or not be"), words.decode([1, 0])
    (array([1, 0, 0, 3, 1]), 'be <other>')
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self._numbers = {word: i for i, word in enumerate(self.words)}
        if not self.words or len(self._numbers) < len(self.words):
            raise ValueError(
                "Words needs distinct words, the first to stand for all others; got "
                f"{len(self.words)}, of which {len(self._numbers)} differ"
            )

    @classmethod
    def learn(
        cls, texts: Iterable[str], most: int | None = None, least: int = 1
    ) -> Words:
        """The ``most`` frequent words of texts, of those that occur ``least`` times.

        Among words as frequent, the alphabet decides.

        Raises:
            TypeError: it is given one text, not several.

        >>> len(Words.learn(["one two two", "two three"], least=2))
        2
        """
        if isinstance(texts, str):
            raise TypeError("Words.learn takes several texts; of one: [text]")
        counts = Counter(word for text in texts for word in words_of(text))
        found = [word for word, count in counts.items() if count >= least]
        found.sort(key=lambda word: (-counts[word], word))
        return cls(["<other>", *found[:most]])

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, text: str) -> np.ndarray:
        """The number of each word: (n,)."""
        numbers = [self._numbers.get(word, 0) for word in words_of(text)]
        return np.array(numbers, np.int64)

    def decode(self, numbers: Any) -> str:
        """The words of these numbers, a space between any two."""
        chosen = checked_numbers("decode", numbers, len(self))
        return " ".join(self.words[i] for i in chosen)
