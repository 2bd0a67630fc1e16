"""The default random generator, which nn draws from where it is given no other."""

from __future__ import annotations

import numpy as np

Seed = np.random.Generator | int | None

_default = np.random.default_rng()


def seed(number: int) -> None:
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
    return _default if given is None else np.random.default_rng(given)
