"""What figures share: colours, a new one, headings, numbers to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core.node import raw, told

from ..neurons.ink import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED = LIGHT["text"], LIGHT["muted"]
PLUS, MINUS = LIGHT["plus"], LIGHT["minus"]
OUTER = 0.995  # of the numbers lie within a scale: outliers would pale the others


def new_figure(width: float, height: float, constrained: bool = False) -> Figure:
    """An empty figure, in inches; an ImportError where there is no matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ImportError(
            f"{error}: figures are drawn by matplotlib; run "
            'pip install "glassgrad[plot]"'
        ) from None
    layout: Any = "constrained" if constrained else None
    return Figure(figsize=(width, height), layout=layout)


def signed() -> Any:
    """Orange below 0, white at 0, blue above."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", [MINUS, "#FFFFFF", PLUS])


def whole() -> Any:
    """Ticks at whole numbers: of steps, and of epochs."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def heading(axes: Axes, text: str) -> None:
    """A title above the left corner."""
    axes.set_title(
        literal(text), loc="left", color=INK, fontweight="bold", fontsize=11, pad=8
    )


def literal(text: Any) -> str:
    """Text as it is, where matplotlib would take what stands between $ for TeX."""
    return str(text).replace("$", r"\$")


def numbers(x: Any, what: str) -> np.ndarray:
    """An array of floats, of an array or a node."""
    array = np.asarray(raw(x))
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{what} needs an array of real numbers; got {told(x)}")
    return array.astype(float)
