"""What was seen in training: a number for each epoch, by name."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import Any


class History(dict[str, list[float]]):
    """Columns by name, an entry for each epoch; prints as a table, and plots itself.

    ``pandas.DataFrame(history)`` is that table.

    Attributes:
        stopped: why training ended before its last epoch; else "".
        best_epoch: the epoch whose watched column was best, from 1; 0 before the first.

    >>> history = History()
    >>> history.append({"epoch": 1, "loss": 0.5})
    >>> history.append({"epoch": 2, "loss": 0.25, "val_loss": 0.75})
    >>> history
    epoch  loss  val_loss
        1   0.5
        2  0.25      0.75
    """

    def __init__(self, columns: Mapping[str, list[float]] | None = None) -> None:
        super().__init__(columns or {})
        self.stopped = ""
        self.best_epoch = 0

    @property
    def epochs(self) -> int:
        """How many there are.

        >>> History({"loss": [0.5, 0.25]}).epochs
        2
        """
        return max(map(len, self.values()), default=0)

    def append(self, row: Mapping[str, float]) -> None:
        """One more epoch; what is not told of it is NaN.

        >>> history = History({"loss": [0.5]})
        >>> history.append({"loss": 0.25})
        >>> history["loss"]
        [0.5, 0.25]
        """
        before = self.epochs
        for name in row:
            self.setdefault(name, [nan] * before)
        for name, column in self.items():
            column.append(row.get(name, nan))

    def __str__(self) -> str:
        columns = [[name, *map(_told, column)] for name, column in self.items()]
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  ".join([word.rjust(n) for word, n in zip(line, widths)]).rstrip()
            for line in zip(*columns)
        ]
        return "\n".join([*lines, self.stopped] if self.stopped else lines)

    __repr__ = __str__

    def plot(self) -> Any:
        """A matplotlib figure: losses in one panel, and every metric in its own.

        ``figure.savefig("history.png")`` writes it; in a notebook it shows itself.

        Raises:
            ImportError: matplotlib is not installed.

        >>> figure = History({"epoch": [1, 2], "loss": [0.5, 0.25]}).plot()
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['loss']
        """
        panels: dict[str, list[str]] = {}
        for name in self:
            if name not in ("epoch", "seconds"):
                panels.setdefault(name.removeprefix("val_"), []).append(name)
        figure = new_figure(max(1, len(panels)))
        for axes, (panel, names) in zip(figure.axes, panels.items()):
            for name in names:
                epochs = self.get("epoch", range(1, len(self[name]) + 1))
                axes.plot(epochs, self[name], label=name, marker=".")
            if self.best_epoch:
                axes.axvline(self.best_epoch, color="0.7", label="best epoch")
            axes.set(xlabel="epoch", ylabel=panel)
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.legend(frameon=False)
        return figure


def new_figure(panels: int) -> Any:
    """A matplotlib figure with so many axes beside each other, kept by no one else."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib: pip install 'glassgrad[examples]'"
        ) from error
    figure = Figure(figsize=(4.5 * panels, 3.4), layout="constrained")
    figure.subplots(1, panels)
    return figure


def _told(number: float) -> str:
    return "" if number != number else f"{number:.5g}"
