"""Packages that some data need, imported when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def needed(package: str, for_what: str) -> Any:
    """A package of the extra ``data``.

    Raises:
        ImportError: it is not installed; the error tells how to.

    >>> needed("no_such_package", "reading minds")
    Traceback (most recent call last):
        ...
    ImportError: reading minds needs no_such_package; install it with pip install \
"glassgrad[data]"
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise ImportError(
            f"{for_what} needs {package.partition('.')[0]}; install it with "
            'pip install "glassgrad[data]"'
        ) from error
