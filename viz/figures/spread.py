"""How numbers are spread, as training goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .shared import INK, MINUS, MUTED, OUTER, literal, new_figure, numbers, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 40


def histograms(history: Any, *, title: str = "", xlabel: str = "step") -> Figure:
    """How activations, gradients or weights are spread, as training goes on.

    A row of panels, one for each name; upwards the numbers, to the right the steps,
    the darker the more of them. The share that is exactly 0 is told at the end, and
    what is not finite.

    Args:
        history: a list of dictionaries, name → array, one for each step: of a
            ``viz.Recorder``, its ``activations``, ``gradients`` or ``weights``. Or a
            dictionary, name → list of arrays.
        title, xlabel: what is written.

    >>> import numpy as np, viz
    >>> steps = [{"layer": np.arange(9.0) * step} for step in range(4)]
    >>> viz.histograms(steps).axes[0].get_title(loc="left")
    'layer · 11% are 0 at the end'
    """
    columns = _columns(history)
    across = min(len(columns), 3)
    down = -(-len(columns) // across)
    figure = new_figure(3.6 * across + 0.6, 2.5 * down + 0.5, constrained=True)
    if title:
        figure.suptitle(literal(title), x=0.01, ha="left", color=INK, weight="bold")
    axes = figure.subplots(down, across, squeeze=False).ravel()
    for each, (name, arrays) in zip(axes, columns.items()):
        _spread(each, name, arrays)
        each.set_xlabel(xlabel, color=MUTED)
    axes[0].legend(
        frameon=False, fontsize=8, title="the darker, the more", title_fontsize=8
    )
    for each in axes[len(columns) :]:
        each.set_axis_off()
    return figure


def _spread(axes: Axes, name: str, arrays: Sequence[np.ndarray]) -> None:
    """One panel of histograms over time."""
    finite = [a[np.isfinite(a)].astype(float) for a in arrays]
    every = np.concatenate(finite)
    low, high = (
        np.quantile(every, [1 - OUTER, OUTER]) if every.size else np.array([0.0, 1.0])
    )
    if low == high:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    bounds = np.linspace(low, high, BINS + 1)
    counts = np.stack(
        [
            np.histogram(np.clip(a, low, high), bounds)[0] / max(a.size, 1)
            for a in finite
        ]
    )
    steps = np.arange(len(arrays) + 1) - 0.5
    axes.pcolormesh(steps, bounds, np.sqrt(counts.T), cmap="Blues", vmin=0)
    axes.axhline(0, color=MUTED, linewidth=0.8, linestyle=":")
    medians = [np.median(a) if a.size else np.nan for a in finite]
    axes.plot(
        np.arange(len(arrays)), medians, color=MINUS, linewidth=1.4, label="median"
    )
    axes.set_ylim(low, high)
    axes.xaxis.set_major_locator(whole())
    last = arrays[-1]
    told = f"{name} · {np.mean(last == 0):.0%} are 0 at the end" if last.size else name
    lost = int(sum(a.size - f.size for a, f in zip(arrays, finite)))
    if lost:
        told += f" · {lost:,} not finite"
    axes.set_title(literal(told), loc="left", fontsize=9, color=INK)
    axes.tick_params(labelsize=8)
    axes.ticklabel_format(axis="y", scilimits=(-2, 3))


def _columns(history: Any) -> dict[str, list[np.ndarray]]:
    """The arrays of each name, step by step."""
    if not isinstance(history, Mapping):
        steps = [*history]
        if not all(isinstance(step, Mapping) for step in steps):
            raise TypeError(
                "histograms needs a dictionary, name → array, for each step; got a "
                f"{type(history).__name__} of something else"
            )
        names = dict.fromkeys(name for step in steps for name in step)
        empty = np.empty(0)
        history = {name: [step.get(name, empty) for step in steps] for name in names}
    found = {
        str(name): [numbers(a, "histograms").ravel() for a in arrays]
        for name, arrays in history.items()
    }
    if not found or not all(found.values()):
        raise ValueError("histograms needs one step or more; the history is empty")
    return found
