"""A progress bar: tqdm's where it is installed, else a line that is written anew."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Any

from .training import Training


class Bar:
    """Steps done and to do, their rate, the time left, and the losses; or silence.

    ``shown`` says whether; None, if the standard error output is a terminal.
    """

    def __init__(
        self, run: Training, epochs: int, accumulate: int, shown: bool | None
    ) -> None:
        self.run, self.epochs = run, epochs
        self.bar: Any = None
        if sys.stderr.isatty() if shown is None else shown:
            loader = run.loader
            known = hasattr(loader, "__len__")
            total = epochs * -(-len(loader) // accumulate) if known else None
            self.bar = _bar(total, run.step)

    def advance(self) -> None:
        """One more step."""
        if self.bar is not None:
            seen = self.run.history.get(self.run.watch, [])
            told = f"epoch {self.run.epoch}/{self.epochs}, loss {self.run.loss:.4g}"
            if seen and self.run.watch != "loss":
                told += f", {self.run.watch} {seen[-1]:.4g}"
            self.bar.set_postfix_str(told, refresh=False)
            self.bar.update()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()


def _bar(total: int | None, done: int) -> Any:
    try:
        from tqdm import tqdm
    except ImportError:
        return Line(total, done)
    return tqdm(total=total, initial=done, unit="step", dynamic_ncols=True)


class Line:
    """What tqdm does, in one line of plain text, twice a second.

    >>> line = Line(total=4, done=1)
    >>> line.done, line.began = 2, line.began - 2.0
    >>> line.told().partition(" a")[0]
    '2/4 steps, 0.5'
    """

    def __init__(self, total: int | None, done: int) -> None:
        self.total, self.first, self.done = total, done, done
        self.began, self.written, self.postfix = monotonic(), 0.0, ""

    def set_postfix_str(self, postfix: str, refresh: bool = True) -> None:
        """What stands at the end of the line."""
        self.postfix = postfix

    def update(self) -> None:
        """One more step; written if the last time is long ago."""
        self.done += 1
        if monotonic() - self.written > 0.5:
            self._write()

    def close(self) -> None:
        """The last state, and the end of the line."""
        self._write()
        sys.stderr.write("\n")

    def told(self) -> str:
        """Steps done, their rate, and the time left at that rate, in words."""
        rate = (self.done - self.first) / max(monotonic() - self.began, 1e-9)
        told = f"{self.done}/{self.total or '?'} steps, {rate:.3g} a second"
        if self.total and rate:
            told += f", {(self.total - self.done) / rate:.0f} s left"
        return told

    def _write(self) -> None:
        self.written = monotonic()
        sys.stderr.write(f"\r{self.told()}, {self.postfix}\x1b[K")
        sys.stderr.flush()
