"""Attention: how much each query attends to each key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core.node import raw

from .shared import INK, literal, new_figure, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def attention_maps(
    weights: Any,
    *,
    queries: Sequence[str] = (),
    keys: Sequence[str] = (),
    title: str = "",
) -> Figure:
    """How much each query attends to each key, a picture for each head.

    Args:
        weights: (queries, keys), (heads, queries, keys) or (1, heads, queries, keys):
            rows of shares of 1.
        queries, keys: their names, such as words; queries alone name both.

    >>> import numpy as np, viz
    >>> figure = viz.attention_maps(np.full((2, 3, 3), 1 / 3), queries=["a", "b", "c"])
    >>> [axes.get_title() for axes in figure.axes[:2]]
    ['head 0', 'head 1']
    """
    array = numbers(weights, "attention_maps")
    if array.ndim == 4 and len(array) == 1:
        array = array[0]
    array = array[None] if array.ndim == 2 else array
    if array.ndim != 3 or not array.size:
        raise ValueError(
            "attention_maps needs weights of one sample, (heads, queries, keys); got "
            f"shape {np.shape(raw(weights))}"
        )
    heads, rows, columns = array.shape
    keys = keys or (queries if rows == columns else ())
    for names, count, what in ((queries, rows, "queries"), (keys, columns, "keys")):
        if len(names) not in (0, count):
            raise ValueError(f"there are {count} {what}; got {len(names)} names")
    across = min(heads, 4)
    down = -(-heads // across)
    side = min(max(0.22 * max(rows, columns) + 1.2, 2.2), 4.0)
    figure = new_figure(side * across + 1, side * down + 0.6, constrained=True)
    figure.suptitle(
        literal(title or "attention"), x=0.01, ha="left", color=INK, weight="bold"
    )
    axes = figure.subplots(down, across, squeeze=False).ravel()
    for number, each in enumerate(axes[:heads]):
        shown = each.imshow(array[number], "Blues", vmin=0, vmax=1, aspect="equal")
        each.set_title(f"head {number}", fontsize=10, color=INK)
        each.set(xlabel="key", ylabel="query")
        each.set_xticks(*_ticks(keys, columns), rotation=90 if keys else 0, fontsize=8)
        each.set_yticks(*_ticks(queries, rows), fontsize=8)
    for each in axes[heads:]:
        each.set_axis_off()
    bar = figure.colorbar(shown, ax=list(axes), shrink=0.8, label="share")
    bar.outline.set_visible(False)
    return figure


def _ticks(names: Sequence[str], count: int) -> tuple[Any, Any]:
    """Where ticks are, and what they say."""
    if names:
        return range(count), [literal(name) for name in names]
    step = max(1, -(-count // 8))
    return range(0, count, step), [str(i) for i in range(0, count, step)]
