"""The default random generator, which nn draws from where it is given no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd.core.context import recording

Seed = np.random.Generator | int | None

_default = np.random.default_rng()
_inside: ContextVar[np.random.Generator | None] = ContextVar("inside", default=None)


def seed(number: int | Sequence[int]) -> None:
    """Restart the default generator: the same seed gives the same run.

    >>> import nn
    >>> nn.seed(0)
    >>> first = nn.Linear(2, 3)
    >>> nn.seed(0)
    >>> bool((nn.Linear(2, 3).weight.data == first.weight.data).all())
    True
    """
    global _default
    _default = np.random.default_rng(number)


def generator_of(given: Seed) -> np.random.Generator:
    """A generator as it is, a seed as a new one, and for None the default one.

    >>> generator_of(3).integers(10) == generator_of(3).integers(10)
    np.True_
    """
    if given is None:
        return _inside.get() or _default
    return np.random.default_rng(given)


def drawn(given: Seed, draw: Callable[[np.random.Generator], np.ndarray]) -> Any:
    """What ``draw`` takes from a generator: drawn anew by each run of a program.

    >>> drawn(3, lambda rng: rng.integers(10, size=2)).shape
    (2,)
    """
    tracing = recording.get().tracing
    if tracing is None:
        return draw(generator_of(given))
    return tracing.drawn(
        lambda: draw(generator_of(given)), given, lambda: generator_of(given)
    )


@contextmanager
def drawing_from(generator: np.random.Generator) -> Iterator[None]:
    """In a block, and in this thread, the default generator is this one.

    >>> with drawing_from(np.random.default_rng(3)):
    ...     number = generator_of(None).integers(10)
    >>> bool(number == generator_of(3).integers(10))
    True
    """
    token = _inside.set(generator)
    try:
        yield
    finally:
        _inside.reset(token)
