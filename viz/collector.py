"""The collector of cycles, at rest while a drawing or a player is worked out."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_resters = 0
_was_on = True


@contextmanager
def at_rest() -> Iterator[None]:
    """Without the collector: a view and its layout are many small things, no cycles.

    It would look through all of them again and again, for a fourth of the time. The
    switch is that of the whole process; when the last of several threads that draw is
    done, it is as it was before the first.
    """
    global _resters, _was_on
    with _lock:
        if _resters == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _resters += 1
    try:
        yield
    finally:
        with _lock:
            _resters -= 1
            if _resters == 0 and _was_on:
                gc.enable()


if hasattr(os, "register_at_fork"):  # no child finds the lock taken
    os.register_at_fork(
        before=_lock.acquire,
        after_in_parent=_lock.release,
        after_in_child=_lock.release,
    )
