"""Made ahead: in a thread, while what was made before is used."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def made_ahead(
    make: Callable[[Given], Made], of: Sequence[Given], count: int
) -> Iterator[Made]:
    """``make(x)`` for each x, one after another, up to ``count`` of them in advance.

    In one thread, with the settings (``np.errstate``, ``ag.no_grad``) of the loop that
    begins it; it ends with the loop, however that is left. What fails there is raised
    in the loop where its result is due. With a ``count`` of 0 there is no thread.

    >>> list(made_ahead(abs, [-1, 2, -3], count=2))
    [1, 2, 3]
    """
    if not count:
        yield from map(make, of)
        return
    waiting: deque[Future[Made]] = deque()
    context = contextvars.copy_context()
    maker = ThreadPoolExecutor(1, "glassgrad-prefetch")
    try:
        for x in of:
            waiting.append(maker.submit(context.run, make, x))
            if len(waiting) > count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        maker.shutdown(cancel_futures=True)
