"""Padding, with PyTorch's order of the widths: from the last axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag

MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(
    input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Any:
    """More elements before and after the last axis, then the one before it, and so on.

    ``pad`` is (before, after) of the last axis, then of the one before it …; what is
    negative is cut off instead. Modes: "constant", of a ``value``, or 0; "reflect",
    about the edge element; "replicate", the edge element; "circular", what is at the
    other end.

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
    if mode not in ("constant", *MODES):
        raise ValueError(f"mode is one of {('constant', *MODES)}; got {mode!r}")
    if mode != "constant":
        if value is not None:
            raise ValueError(f'value={value} is for mode="constant"; got {mode!r}')
        _check_reach(np.shape(input), widths, mode)
    cut = tuple(
        slice(max(-before, 0), n - max(-after, 0))
        for n, (before, after) in zip(np.shape(input), widths, strict=True)
    )
    x = input[cut] if any(min(pair) < 0 for pair in widths) else input
    around = tuple((max(before, 0), max(after, 0)) for before, after in widths)
    if mode != "constant":
        return ag.pad(x, around, mode=MODES[mode])
    return ag.pad(x, around, constant_values=0 if value is None else value)


def _widths(shape: tuple[int, ...], pad: Any) -> list[tuple[int, int]]:
    """(before, after) of every axis, in the order of the axes."""
    numbers = list(pad) if isinstance(pad, (tuple, list, np.ndarray)) else [pad]
    whole = all(isinstance(n, (int, np.integer)) for n in numbers)
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
    shape: tuple[int, ...], widths: list[tuple[int, int]], mode: str
) -> None:
    for axis, (n, pair) in enumerate(zip(shape, widths, strict=True)):
        most = {"reflect": n - 1, "circular": n}.get(mode, n and max(pair))
        if max(pair) > max(most, 0):
            raise ValueError(
                f'mode="{mode}" has {max(most, 0)} elements at most for each side of '
                f"axis {axis} of the shape {shape}; pad asks for {pair}"
            )
