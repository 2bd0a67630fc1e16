"""Large work in parts, by a few threads: NumPy's loops run beside each other.

NumPy gives Python's lock away while it goes over an array. Parts are handed out one
after the other to whoever is free, the caller among them, and do not depend on how many
threads there are: so neither does a result, a sum's rounding included.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from queue import SimpleQueue

FEW = 4  # threads at most: more would wait for Python's lock

within: ContextVar[bool] = ContextVar("within a part", default=False)


def processors() -> int:
    """How many this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def threads() -> int:
    """As many as GLASSGRAD_NUM_THREADS or OMP_NUM_THREADS say, else as processors."""
    for name in ("GLASSGRAD_NUM_THREADS", "OMP_NUM_THREADS"):
        text = os.environ.get(name, "").split(",")[0].strip()
        if text.isdecimal() and int(text) > 0:
            return min(int(text), 256)
    return processors()


def in_parts(work: Callable[[slice], object], size: int, each: int) -> None:
    """Call ``work`` with slices of ``each`` elements that make up ``range(size)``.

    The last may be shorter. They come in any order and at the same time, each in a copy
    of the caller's context, so that ``np.errstate`` holds. A part below some 100 µs of
    NumPy's time is not worth a thread. All parts that began have ended when this
    returns or raises: the error of the first part that failed.

    >>> import numpy as np
    >>> x, out = np.arange(6.0), np.empty(6)
    >>> in_parts(lambda part: np.sqrt(x[part], out=out[part]), 6, 4)
    >>> out.round(1)
    array([0. , 1. , 1.4, 1.7, 2. , 2.2])
    """
    if size > each and not within.get():
        pool = _helpers or _begin()
        if pool.count:
            Job(work, size, each).run(pool)
            return
    for start in range(0, size, each):
        work(slice(start, min(start + each, size)))


def helpers() -> int:
    """How many threads help the caller."""
    return (_helpers or _begin()).count


class Helpers:
    """Threads that wait for jobs, and end with the interpreter.

    There may be fewer than asked for: all parts of a job are done without them as well.
    """

    def __init__(self, count: int) -> None:
        self.jobs: SimpleQueue[Job] = SimpleQueue()
        self.count = 0
        for i in range(count):
            name = f"glassgrad-parts-{i}"
            each = threading.Thread(target=self._help, name=name, daemon=True)
            try:
                each.start()
            except RuntimeError:  # the interpreter ends, or the system has no more
                return
            self.count += 1

    def _help(self) -> None:
        while True:
            job = self.jobs.get()
            job.context.copy().run(job.help)
            del job  # and the arrays with it


class Job:
    """Parts of one piece of work, and who is at them."""

    def __init__(self, work: Callable[[slice], object], size: int, each: int) -> None:
        self.work, self.size, self.each = work, size, each
        self.context: Context = copy_context()
        self.context.run(within.set, True)
        self.start = 0  # of the next part
        self.helping = 0
        self.errors: dict[tuple[bool, int], BaseException] = {}  # the first is raised
        # No Condition: Ctrl-C may come while it has taken its lock, and is not entered.
        self.lock = threading.Lock()
        self.ended: SimpleQueue[None] = SimpleQueue()  # one for each that helped

    def run(self, pool: Helpers) -> None:
        parts = -(-self.size // self.each)
        interrupted: BaseException | None = None
        try:
            for _ in range(min(pool.count, parts - 1)):
                pool.jobs.put(self)
            self.context.copy().run(self.take)
        finally:  # nobody may write when the result is seen, or the memory used anew
            while True:
                try:
                    self.end()
                    break
                except BaseException as error:  # Ctrl-C, while others work
                    interrupted = error
        try:
            if interrupted is not None:
                raise interrupted
            if self.errors:
                raise self.errors[min(self.errors)]
        finally:
            interrupted = None  # an error knows this frame, which would know it
            self.errors.clear()

    def take(self) -> None:
        """Do parts as long as there are any."""
        while True:
            with self.lock:
                start = self.start
                if start >= self.size:
                    return
                self.start = start + self.each
            try:
                self.work(slice(start, min(start + self.each, self.size)))
            except BaseException as error:
                with self.lock:
                    self.errors[isinstance(error, Exception), start] = error
                    self.start = self.size

    def help(self) -> None:
        with self.lock:
            self.helping += 1
        try:
            self.take()
        finally:
            with self.lock:
                self.helping -= 1
            self.ended.put(None)

    def end(self) -> None:
        """No part begins from here on, and those that began end."""
        with self.lock:
            self.start = self.size
        while self.helping:
            self.ended.get()
        self.work = _nothing  # helpers that come late need no array


def _nothing(part: slice) -> None:
    """There is no work left."""


_helpers: Helpers | None = None
_beginning = threading.Lock()


def _begin() -> Helpers:
    """The helpers of this process, made when they are first needed."""
    global _helpers
    with _beginning:
        if _helpers is None:
            _helpers = Helpers(min(threads(), FEW) - 1)
        return _helpers


def _forget() -> None:
    """In a child of fork: the threads are not there."""
    global _helpers, _beginning
    _helpers, _beginning = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
