"""Byte pairs: text as numbers of frequent pieces, learned by joining two at a time."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

import numpy as np

from .sets import checked_numbers

Pair = tuple[int, int]


class BytePairs:
    """Pieces of text: the 256 bytes of UTF-8, then the pairs of pieces made one.

    Piece 256 + i is pair i of ``merges`` (n, 2), which is all there is to keep:
    ``BytePairs(old.merges)`` is the same again. ``encode`` joins within words (with the
    space before them) what was learned first, first. As every byte is a piece, every
    text has numbers, and ``decode(encode(text)) == text``. Gage (1994); Sennrich,
    Haddow, Birch (2016), arXiv:1508.07909.

    Raises:
        ValueError: a pair has a piece that is made only later.
        IndexError: a number to be decoded is none of a piece.

    >>> pairs = BytePairs.learn("low lower lowest, slow slower slowest", size=260)
    >>> pairs.pieces[256:]
    [b'lo', b'low', b'lowe', b' s']
    >>> pairs.encode("slowest ☂")
    array([115, 258, 115, 116,  32, 226, 152, 130])
    >>> pairs.decode(pairs.encode("slowest ☂"))
    'slowest ☂'
    """

    def __init__(self, merges: Any) -> None:
        array = np.asarray(merges, dtype=np.int64).reshape(-1, 2)
        self.pieces = [bytes([i]) for i in range(256)]
        self._rank: dict[Pair, int] = {}
        for i, (a, b) in enumerate(array.tolist()):
            if not 0 <= min(a, b) <= max(a, b) < 256 + i:
                raise ValueError(
                    f"pair {i} joins pieces below {256 + i}, which were there before "
                    f"it; got {a} and {b}"
                )
            self.pieces.append(self.pieces[a] + self.pieces[b])
            self._rank[a, b] = 256 + i
        self.merges = array
        self._known: dict[str, list[int]] = {}  # words as they were encoded before

    @classmethod
    def learn(cls, text: str, size: int) -> BytePairs:
        """Join the most frequent pair of neighbours, again and again, up to ``size``.

        Among pairs as frequent, the lowest numbers go first. It ends before, where no
        pair occurs twice.

        Raises:
            ValueError: the size is below 256, that of the bytes alone.
        """
        if size < 256:
            raise ValueError(
                f"there are 256 bytes, and pairs beside; got a size of {size}"
            )
        times = Counter(_words(text))
        words = [list(_bytes(word)) for word in times]
        frequencies = list(times.values())
        counts: Counter[Pair] = Counter()  # how often two pieces are neighbours
        where: defaultdict[Pair, set[int]] = defaultdict(set)  # in which words
        for i, word in enumerate(words):
            for pair in pairwise(word):
                counts[pair] += frequencies[i]
                where[pair].add(i)
        queue = [(-count, pair) for pair, count in counts.items()]
        heapify(queue)
        merges: list[Pair] = []
        while len(merges) < size - 256 and queue:
            negative, best = heappop(queue)
            if counts[best] != -negative:
                continue  # its count has changed since, and is there, too
            if counts[best] < 2:
                break
            changed: set[Pair] = set()
            for i in where[best]:
                before, after = words[i], _joined(words[i], best, 256 + len(merges))
                for pair in pairwise(before):
                    counts[pair] -= frequencies[i]
                for pair in pairwise(after):
                    counts[pair] += frequencies[i]
                    where[pair].add(i)
                changed.update(pairwise(before), pairwise(after))
                words[i] = after
            for pair in changed:
                heappush(queue, (-counts[pair], pair))
            merges.append(best)
        return cls(merges)

    def __len__(self) -> int:
        return len(self.pieces)

    def encode(self, text: str) -> np.ndarray:
        """The numbers of the pieces of a text: (n,)."""
        numbers: list[int] = []
        for word in _words(text):
            if word not in self._known:
                self._known[word] = self._pieces_of(word)
            numbers += self._known[word]
        return np.array(numbers, np.int64)

    def _pieces_of(self, word: str) -> list[int]:
        """A word's bytes, joined while two neighbours are a pair that was learned."""
        pieces = list(_bytes(word))
        while len(pieces) > 1:
            pairs = pairwise(pieces)
            first = min(pairs, key=lambda pair: self._rank.get(pair, len(self)))
            if first not in self._rank:
                break
            pieces = _joined(pieces, first, self._rank[first])
        return pieces

    def decode(self, numbers: Any) -> str:
        """The text of pieces; U+FFFD where their bytes are none, as a model may say."""
        chosen = checked_numbers("decode", numbers, len(self))
        joined = b"".join(self.pieces[i] for i in chosen)
        try:
            return joined.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return joined.decode("utf-8", "replace")


def _words(text: str) -> Iterator[str]:
    """Words and marks with the space before them: together, the whole text."""
    return (found[0] for found in re.finditer(r" ?\w+| ?[^\w\s]+|\s+(?!\S)|\s", text))


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")


def _joined(pieces: Sequence[int], pair: Pair, piece: int) -> list[int]:
    """Pieces with every such pair of neighbours, from the left, made one."""
    out: list[int] = []
    i = 0
    while i < len(pieces):
        if tuple(pieces[i : i + 2]) == pair:
            out.append(piece)
            i += 2
        else:
            out.append(pieces[i])
            i += 1
    return out
