"""What functions of arrays refuse before anything else."""

from __future__ import annotations

from typing import Any


def shape_of(name: str, x: Any) -> tuple[int, ...]:
    """The shape of a Tensor or an array; lists and numbers are refused, by name.

    >>> import autograd as ag
    >>> shape_of("dropout", ag.ones((2, 3)))
    (2, 3)
    >>> shape_of("dropout", [1.0])
    Traceback (most recent call last):
        ...
    TypeError: dropout takes a Tensor or an array; got list [1.0]. Wrap it: ag.tensor(…)
    """
    shape = getattr(x, "shape", None)
    if not isinstance(shape, tuple) or not hasattr(x, "dtype"):
        got = f"{type(x).__name__} {x!r}"[:60]
        raise TypeError(
            f"{name} takes a Tensor or an array; got {got}. Wrap it: ag.tensor(…)"
        )
    return shape
