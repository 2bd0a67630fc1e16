"""Sequences of unequal length in one array: padded, packed, cut to windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .sets import Columns, Dataset, Which, checked_numbers


def pad_sequences(
    sequences: Sequence[Any], value: float = 0, length: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Sequences as one array, each followed by ``value``; and their lengths.

    n of shape (steps, …) → (n, length, …), (n,). ``length`` is that of the longest, or
    more. For a layer that has the steps first: ``padded.swapaxes(0, 1)``.

    Raises:
        TypeError: ``value`` is none of the dtype of the sequences.
        ValueError: there is none, or they differ in more than their length; one is
            longer than ``length``.

    >>> pad_sequences([[1, 2, 3], [4]])
    (array([[1, 2, 3],
           [4, 0, 0]]), array([3, 1]))
    """
    arrays = _arrays("pad_sequences", sequences)
    lengths = np.array([len(each) for each in arrays])
    steps = int(lengths.max()) if length is None else length
    if lengths.max() > steps:
        raise ValueError(
            f"pad_sequences to {steps} steps; sequence {lengths.argmax()} has "
            f"{lengths.max()}. Cut it, or pass more as length="
        )
    padded = _filled((len(arrays), steps, *arrays[0].shape[1:]), value, arrays)
    for row, each in zip(padded, arrays):
        row[: len(each)] = each
    return padded, lengths


def unpad_sequences(padded: Any, lengths: Any) -> list[Any]:
    """The first ``lengths[i]`` steps of each row, as a list: what was padded.

    >>> import numpy as np
    >>> unpad_sequences(np.array([[1, 2, 3], [4, 0, 0]]), [3, 1])
    [array([1, 2, 3]), array([4])]
    """
    steps = _lengths("unpad_sequences", lengths, padded.shape[1])
    if len(steps) != len(padded):
        raise ValueError(
            f"unpad_sequences needs a length for each of {len(padded)} rows; got "
            f"{len(steps)}"
        )
    return [row[:n] for row, n in zip(padded, steps)]


def padding_mask(lengths: Any, length: int | None = None) -> np.ndarray:
    """True where a padded sequence is over: (n,) → (n, length).

    As the ``key_padding_mask`` of attention has it; ``~mask`` are the steps that count.

    >>> padding_mask([3, 1])
    array([[False, False, False],
           [False,  True,  True]])
    """
    steps = _lengths("padding_mask", lengths, length)
    return np.arange(steps.max() if length is None else length) >= steps[:, None]


def pack_sequences(
    sequences: Sequence[Any], length: int, value: float = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sequences one after another in rows of ``length``: few rows, by first fit.

    Gives the rows (m, length, …); which sequence each step is of (m, length), numbered
    as given, -1 where it is of none; and its place in that sequence (m, length). Steps
    of one row may see each other in attention where the second is equal:
    ``of[:, :, None] != of[:, None, :]`` is the mask of those that may not.

    Raises:
        ValueError: there is none, or they differ in more than their length; one is
            longer than ``length``.

    >>> rows, of, place = pack_sequences([[1, 2], [3, 4, 5], [6]], length=4)
    >>> rows
    array([[3, 4, 5, 6],
           [1, 2, 0, 0]])
    >>> of, place
    (array([[ 1,  1,  1,  2],
           [ 0,  0, -1, -1]]), array([[0, 1, 2, 0],
           [0, 1, 0, 0]]))
    """
    arrays = _arrays("pack_sequences", sequences)
    lengths = np.array([len(each) for each in arrays])
    if lengths.max() > length:
        raise ValueError(
            f"pack_sequences into rows of {length} steps; sequence {lengths.argmax()} "
            f"has {lengths.max()}"
        )
    ends: list[int] = []  # how full the rows are
    places = []
    for i in np.argsort(-lengths, kind="stable"):  # the longest first: fewer rows
        row = next(
            (r for r, end in enumerate(ends) if end + lengths[i] <= length), None
        )
        if row is None:
            row = len(ends)
            ends.append(0)
        places.append((row, slice(ends[row], ends[row] + lengths[i]), i))
        ends[row] += int(lengths[i])
    rows = _filled((len(ends), length, *arrays[0].shape[1:]), value, arrays)
    of, place = np.full((len(ends), length), -1), np.zeros((len(ends), length), int)
    for row, steps, i in places:
        rows[row, steps], of[row, steps] = arrays[i], i
        place[row, steps] = np.arange(lengths[i])
    return rows, of, place


class Windows(Dataset):
    """Stretches of one long sequence, and each a step later, which is to be said.

    Example i is (tokens[j : j + length], tokens[j + 1 : j + length + 1]) with
    j = i · stride. With a stride of 1 every stretch is one; of ``length``, they do not
    overlap.

    Raises:
        ValueError: there are not more tokens than ``length``.

    >>> import numpy as np
    >>> windows = Windows(np.arange(10), length=4, stride=3)
    >>> len(windows), windows[1]
    (2, (array([3, 4, 5, 6]), array([4, 5, 6, 7])))
    """

    def __init__(self, tokens: np.ndarray, length: int, stride: int = 1) -> None:
        if length < 1 or stride < 1:
            raise ValueError(
                f"length and stride are at least 1; got {length} and {stride}"
            )
        if len(tokens) <= length:
            raise ValueError(
                f"Windows of {length} tokens, and the next, need more than {length}; "
                f"got {len(tokens)}"
            )
        self.tokens, self.length, self.stride = np.asarray(tokens), length, stride

    def __len__(self) -> int:
        return (len(self.tokens) - self.length - 1) // self.stride + 1

    def __getitem__(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        if not -len(self) <= i < len(self):
            raise IndexError(f"there are {len(self)} windows; got number {i}")
        start = i % len(self) * self.stride
        both = self.tokens[start : start + self.length + 1]
        return both[:-1], both[1:]

    def examples(self, which: Which) -> Columns:
        """Several windows at once: two arrays (n, length)."""
        starts = np.arange(len(self))[which] * self.stride
        both = self.tokens[starts[:, None] + np.arange(self.length + 1)]
        return both[:, :-1], both[:, 1:]


def _arrays(name: str, sequences: Sequence[Any]) -> list[np.ndarray]:
    """Sequences as arrays that can stand in one."""
    arrays = [np.asarray(each) for each in sequences]
    if not arrays:
        raise ValueError(f"{name} needs a sequence at least; got none")
    for i, each in enumerate(arrays):
        if each.ndim == 0 or each.dtype.kind not in "fiubc":
            raise TypeError(
                f"{name} needs sequences of numbers, or of arrays of one shape; got "
                f"{each.dtype} of shape {each.shape} as number {i}"
            )
    full = [each for each in arrays if each.size] or arrays[:1]
    shapes = {each.shape[1:] for each in full}
    if len(shapes) > 1:
        raise ValueError(
            f"{name} needs steps of one shape; got steps of {sorted(shapes)[:4]}"
        )
    shape, kind = full[0].shape[1:], np.result_type(*full)
    return [
        each if each.size else np.empty((len(each), *shape), kind) for each in arrays
    ]


def _filled(shape: tuple[int, ...], value: float, like: list[np.ndarray]) -> np.ndarray:
    kind = np.result_type(*like)
    if not np.can_cast(np.min_scalar_type(value), kind, "same_kind"):
        raise TypeError(f"sequences of {kind} cannot be padded by {value!r}")
    return np.full(shape, value, kind)


def _lengths(name: str, lengths: Any, steps: int | None) -> np.ndarray:
    most = np.max(lengths, initial=0) if steps is None else steps
    return checked_numbers(f"{name} (lengths)", lengths, int(most) + 1)
