"""What windows see of images whose channels lie last, as rows of matrices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .windows import Windows

CACHE = 1 << 20  # bytes of what windows see, at a time
LONG = 32  # elements along a line that a window sees, from which these make a product


class Patches:
    """What windows see of images (n, …, channels), as rows, for so many groups.

    A product is of rows (groups, windows, taps · channels of a group), whose taps were
    copied side by side. Where those along a line are many already, only these are, and
    what windows see on the next lines are rows further on: for each of them a product.

    As many images are taken at a time as the cache holds, or lines of one image. Where
    there are several products the images are within the lines, so that lines further
    on are one matrix, of all images.
    """

    def __init__(self, w: Windows, n: int, channels: int, groups: int) -> None:
        self.windows, self.n, self.groups = w, n, groups
        self.channels = channels // groups
        along = w.kernel[-1] * self.channels
        shifts = len(w.kernel) == 2 and w.kernel[0] > 1 and w.stride[0] == 1
        self.apart = w.kernel[:1] if shifts and along >= LONG else ()
        self.beside = w.kernel[len(self.apart) :]
        self.width = math.prod(self.beside) * self.channels
        self.by_tap = not self.apart and w.count[-1] > 2 * along
        line = 4 * max(1, math.prod(w.count[1:]) * self.width * groups)  # bytes
        fit = CACHE // line
        self.lines = even_share(w.count[0], fit)
        self.images = even_share(n, fit // w.count[0])
        self.by_lines = _slices(w.count[0], self.lines)
        self.blocks = list(product(_slices(n, self.images), self.by_lines))

    def room(
        self, x: np.ndarray, images: slice, lines: slice, dtype: Any
    ) -> np.ndarray:
        """What windows of these lines see of images (n, …, channels), with padding."""
        w = self.windows
        before = w.padding[0][0]
        first = lines.start * w.stride[0]
        last = first + self.high(lines)
        top, end = max(first - before, 0), min(last - before, w.shape[0])
        x = x[images, top : max(end, top)]
        if w.padded == w.shape and x.dtype == dtype:
            return x
        room = np.zeros((len(x), last - first, *w.padded[1:], x.shape[-1]), dtype)
        at = top + before - first
        room[:, at : at + x.shape[1]][(..., *w.inside[2:], slice(None))] = x
        return room

    def high(self, lines: slice) -> int:
        """How many lines are seen by so many lines of windows."""
        w = self.windows
        steps = lines.stop - lines.start - 1
        return w.stride[0] * steps + w.dilation[0] * (w.kernel[0] - 1) + 1

    def seen(self, room: np.ndarray, lines: slice) -> np.ndarray:
        """A view of a room, which begins with what the first of so many lines of
        windows see: (groups, n, windows …, taps …, channels of a group).
        """
        w = self.windows
        image, *steps, size = room.strides
        begins = [s * step for s, step in zip(w.stride, steps)]
        taps = [d * step for d, step in zip(w.dilation, steps)]
        count = (lines.stop - lines.start, *w.count[1:])
        return as_strided(
            room,
            (self.groups, len(room), *count, *w.kernel, self.channels),
            (self.channels * size, image, *begins, *taps, size),
        )

    def ordered(self, x: np.ndarray) -> np.ndarray:
        """(groups, n, …, channels of a group) with axes in the order of rows."""
        return np.moveaxis(x, 1, -3) if self.apart else x

    def factors(self, room: np.ndarray, lines: slice) -> Iterator[np.ndarray]:
        """The rows of each product, copied unless windows are one element."""
        if self.apart:
            yield from self._lines_further_on(room)
        else:
            yield self._rows(self.seen(room, lines))

    def _rows(self, seen: np.ndarray) -> np.ndarray:
        """What is copied at once is what a window sees of a line; or where lines are
        much longer, what all windows of a line see at one tap.
        """
        axes = len(self.windows.count) + 2
        shape = (self.groups, math.prod(seen.shape[1:axes]), self.width)
        if not self.by_tap:
            return np.reshape(seen, shape)
        by_tap = np.transpose(seen, (0, *range(axes, seen.ndim), *range(1, axes)))
        rows = np.reshape(by_tap, (shape[0], shape[2], shape[1]))
        return np.swapaxes(rows, 1, 2)

    def _lines_further_on(self, room: np.ndarray) -> Iterator[np.ndarray]:
        """What windows see along each line of a room, copied once for all products."""
        w = self.windows
        image, down, along, size = room.strides
        n, high, apart = len(room), room.shape[1], w.dilation[0]
        every = as_strided(
            room,
            (self.groups, high, n, w.count[1], w.kernel[1], self.channels),
            (
                self.channels * size,
                down,
                image,
                w.stride[1] * along,
                w.dilation[1] * along,
                size,
            ),
        )
        every = np.ascontiguousarray(every)
        count = high - apart * (w.kernel[0] - 1)
        for first in range(0, apart * w.kernel[0], apart):
            part = every[:, first : first + count]
            yield np.reshape(part, (self.groups, count * n * w.count[1], self.width))


def even_share(n: int, most: int) -> int:
    """How many of ``n`` are taken at a time, at most, so that two threads end together.

    >>> even_share(64, 100), even_share(64, 40), even_share(64, 13), even_share(3, 0)
    (64, 32, 11, 1)
    """
    parts = -(-n // max(most, 1))
    return max(1, -(-n // (parts + parts % 2 if parts > 1 else 1)))


def _slices(size: int, step: int) -> list[slice]:
    return [slice(i, min(i + step, size)) for i in range(0, size, step)]
