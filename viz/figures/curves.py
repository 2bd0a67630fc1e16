"""Losses as they fell."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core.node import Node, raw

from .shared import MINUS, PLUS, heading, literal, new_figure, numbers, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES = ("-", "--", ":", "-.")
COLOURS = (PLUS, MINUS, "#2F7D6B", "#6B4FA0")


def loss_curves(
    history: Any, *, log: bool = True, title: str = "loss", xlabel: str = "epoch"
) -> Figure:
    """Losses as they fell: a line for each name, which ends in its number.

    Args:
        history: name → numbers, as ``nn.fit`` returns it, where "epoch" counts them; or
            numbers alone; or an array (epochs, lines). They are counted from 1.
        log: a logarithmic scale, if all numbers are above 0.

    >>> import viz
    >>> figure = viz.loss_curves({"training": [1.0, 0.5], "held out": [1.1, 0.7]})
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['training: 0.5 at the end', 'held out: 0.7 at the end']
    """
    lines, steps = _lines(history)
    figure = new_figure(7, 4.2, constrained=True)
    axes = figure.add_subplot()
    styles = zip(cycle(COLOURS), cycle(DASHES))
    for (name, values), (colour, dash) in zip(lines.items(), styles):
        label = f"{name}: {values[-1]:.4g} at the end".lstrip(": ")
        at = np.arange(1, len(values) + 1) if steps is None else steps
        shown = "\u200b" * label.startswith("_") + literal(label)  # which hides it
        marker = "o" if len(values) == 1 else ""
        axes.plot(
            at, values, dash, color=colour, linewidth=2, label=shown, marker=marker
        )
    every = np.concatenate([*lines.values()])
    if log and np.all(every[np.isfinite(every)] > 0):
        _decades(axes)
    axes.xaxis.set_major_locator(whole())
    axes.set_xlabel(xlabel)
    heading(axes, title)
    axes.grid(axis="y", color="#E4E7EB", linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def _decades(axes: Axes) -> None:
    """A logarithmic axis: ticks at powers of 10, and between them if these are few."""
    from matplotlib.ticker import LogLocator, NullLocator

    axes.set_yscale("log")
    low, high = axes.get_ylim()
    subs = (1, 2, 5) if high < 100 * low else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:g}")


def _lines(history: Any) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """Numbers by name, and what counts them, if something does."""
    if isinstance(history, Mapping):
        lines = {str(name): numbers(v, "loss_curves") for name, v in history.items()}
    else:
        array = numbers(
            history
            if isinstance(history, (Node, np.ndarray))
            else [raw(x) for x in history],
            "loss_curves",
        )
        if array.ndim == 2:
            lines = {f"line {i}": column for i, column in enumerate(array.T)}
        else:
            lines = {"": array}
    steps = lines.pop("epoch", None) if len(lines) > 1 else None
    if not lines or not all(v.ndim == 1 and v.size for v in lines.values()):
        raise ValueError(
            "loss_curves needs one number or more, name → numbers, or an array "
            "(epochs, lines); got none, or something else"
        )
    if steps is not None and any(len(v) != len(steps) for v in lines.values()):
        raise ValueError("loss_curves needs as many numbers of each name as epochs")
    return lines, steps
