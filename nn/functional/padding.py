"""Padding, with PyTorch's order of the widths: from the last axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag

MODES = {
    "constant": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


def pad(
    input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Any:
    """More elements before and after the last axis, then the one before it, and so on.

    ``pad`` is (before, after) of the last axis, then of the one before it …; what is
    negative is cut off instead. Modes: "constant", of a ``value``, or 0; "reflect",
    about the edge element; "replicate", the edge element; "circular", what is at the
    other end, of what is not cut off.

    Raises:
        ValueError: the widths do not fit the axes, or reflect or go round more than
            there is.

    >>> import autograd as ag
    >>> pad(ag.tensor([[1.0, 2.0, 3.0]]), (2, 1), mode="reflect")
    Tensor([[3., 2., 1., 2., 3., 2.]])
    >>> pad(ag.tensor([[1.0, 2.0]]), (0, 1, 1, 0), value=9.0)
    Tensor([[9., 9., 9.],
            [1., 2., 9.]])
    """
    widths = _widths(np.shape(input), pad)
    if mode not in tuple(MODES):
        raise ValueError(f"mode is one of {tuple(MODES)}; got {mode!r}")
    if mode != "constant" and value:
        raise ValueError(f'value={value} is for mode="constant"; got {mode!r}')
    around = tuple((max(before, 0), max(after, 0)) for before, after in widths)
    if mode in ("constant", "circular"):  # what is left goes round
        x = _cut(input, widths)
        _check_reach(np.shape(x), around, mode)
        if mode == "constant":
            return ag.pad(x, around, constant_values=0 if value is None else value)
        return ag.pad(x, around, mode=MODES[mode])
    _check_reach(np.shape(input), around, mode)
    return _cut(ag.pad(input, around, mode=MODES[mode]), widths)


def _cut(x: Any, widths: list[tuple[int, int]]) -> Any:
    """Without as many elements before and after each axis as a negative width says."""
    if all(min(pair) >= 0 for pair in widths):
        return x
    lengths = zip(np.shape(x), widths, strict=True)
    return x[tuple(slice(max(-b, 0), n - max(-a, 0)) for n, (b, a) in lengths)]


def _widths(shape: tuple[int, ...], pad: Any) -> list[tuple[int, int]]:
    """(before, after) of every axis, in the order of the axes."""
    numbers = list(pad) if isinstance(pad, (tuple, list, np.ndarray)) else [pad]
    whole = all(isinstance(n, (int, np.integer)) for n in numbers)
    whole = whole and not any(isinstance(n, bool) for n in numbers)
    if not whole or len(numbers) % 2 or len(numbers) > 2 * len(shape):
        raise ValueError(
            f"pad needs a pair of whole numbers for each of the last axes of {shape}, "
            f"(before, after) of the last one first; got {pad}"
        )
    pairs = [(int(b), int(a)) for b, a in zip(numbers[::2], numbers[1::2])][::-1]
    widths = [(0, 0)] * (len(shape) - len(pairs)) + pairs
    for axis, (n, pair) in enumerate(zip(shape, widths, strict=True)):
        if max(-pair[0], 0) + max(-pair[1], 0) > n:
            raise ValueError(
                f"pad cuts {pair} off axis {axis} of the shape {shape}, which is "
                f"{n} long"
            )
    return widths


def _check_reach(
    shape: tuple[int, ...], widths: tuple[tuple[int, int], ...], mode: str
) -> None:
    if mode == "constant":
        return
    for axis, (n, pair) in enumerate(zip(shape, widths, strict=True)):
        most = {"reflect": n - 1, "circular": n}.get(mode, n and max(pair))
        if max(pair) > max(most, 0):
            raise ValueError(
                f'mode="{mode}" has {max(most, 0)} elements at most for each side of '
                f"axis {axis} of the shape {shape}; pad asks for {pair}"
            )
