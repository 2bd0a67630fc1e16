"""The collector of cycles, at rest while a drawing is worked out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_resting = RLock()


@contextmanager
def at_rest() -> Iterator[None]:
    """Without the collector: a view and its layout are many small things, no cycles.

    It would look through all of them again and again, for a fourth of the time. The
    switch is that of the whole process; afterwards it is as it was before. One thread
    draws at a time: another would take the rest of the first for how it was.
    """
    with _resting:
        was_on = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if was_on:
                gc.enable()
