"""The ways a program can be run, and which of them is asked for."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

BACKENDS = {"c": "native", "numpy": "replay", "steps": "stepwise"}
OF_VALUES = {"c": "native.tape", "numpy": "tape", "steps": "tape"}


def check_backend(backend: str) -> None:
    """Raise unless there is one of this name.

    >>> check_backend("numpy")
    """
    if backend not in ("auto", *BACKENDS):
        raise ValueError(
            f"backend must be 'auto', {', '.join(map(repr, BACKENDS))}; got {backend!r}"
        )


def chosen(backend: str, backends: dict[str, str] = BACKENDS) -> list[Any]:
    """The backends to try, in order.

    >>> [each.__module__.rpartition(".")[-1] for each in chosen("steps")]
    ['stepwise']
    """
    if backend == "auto":
        backend = os.environ.get("GLASSGRAD_BACKEND", "auto")
    names = [*backends] if backend == "auto" else [backend]
    found = []
    for name in names:
        try:
            found.append(import_module(f".{backends[name]}", __package__).built)
        except ModuleNotFoundError as error:
            if backend != "auto":
                raise ValueError(
                    f"the backend {name!r} is not there: {error}"
                ) from None
    return found
