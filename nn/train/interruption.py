"""Ctrl-C in training: it ends after the step that runs, which is never cut in half."""

from __future__ import annotations

import signal
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

from .training import CTRL_C, Training


class ControlC:
    """In this block Ctrl-C asks a training to stop; a second one breaks it off, where
    no weights are being changed.

    Only where Python's own handler would get it: another that was set is let alone. A
    KeyboardInterrupt that someone raises ends training in the same way.
    """

    def __init__(self, run: Training) -> None:
        self.run, self.pressed = run, 0
        self.before: Any = None

    def __enter__(self) -> ControlC:
        ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if ours and current_thread() is main_thread():
            self.before = signal.signal(signal.SIGINT, self._press)
        return self

    def _press(self, number: int, frame: FrameType | None) -> None:
        self.pressed += 1
        self.run.stop(CTRL_C)
        if self.pressed > 1 and not self.run.updating:
            raise KeyboardInterrupt

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
        if kind is None or not issubclass(kind, KeyboardInterrupt) or self.pressed > 1:
            return False
        self.run.stopped = self.run.stopped or CTRL_C
        return True
