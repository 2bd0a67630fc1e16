"""What is told of an error that is raised within a module."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from .walking import Part, named, walk

NOTE = "in the module "


def check_sizes(module: Part, least: int = 1, **sizes: Any) -> None:
    """Raise if what a layer is to be made by is no whole number, or one too small.

    >>> import numpy as np
    >>> check_sizes(Part(), in_features=np.int64(3), out_features=1)
    >>> check_sizes(Part(), in_features=2.5)
    Traceback (most recent call last):
        ...
    TypeError: Part needs a whole number of at least 1 as in_features; got 2.5
    """
    for name, size in sizes.items():
        told = (
            f"{type(module).__name__} needs a whole number of at least {least} as "
            f"{name}; got {size!r}"
        )
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
            raise TypeError(told)
        if size < least:
            raise ValueError(told)


def check_each(
    module: Part, ndim: int | None, least: int = 1, none: bool = False, **sizes: Any
) -> None:
    """The same of sizes that are one, or one for each of so many axes.

    ``none`` is whether None is one, too. Padding by words or pairs is left to who
    knows of it.

    >>> check_each(Part(), 2, kernel_size=(3, 2), padding="same")
    >>> check_each(Part(), 2, kernel_size=(3, 0))
    Traceback (most recent call last):
        ...
    ValueError: Part needs a whole number of at least 1 as kernel_size; got 0
    """
    for name, given in sizes.items():
        each = given if isinstance(given, (tuple, list)) else (given,) * (ndim or 1)
        if len(each) != (ndim or len(each)):
            raise ValueError(
                f"{type(module).__name__} needs one number as {name}, or one for each "
                f"of {ndim} axes; got {given!r}"
            )
        others = (str, tuple) if name == "padding" else ()
        for size in each:
            if not (isinstance(size, others) or (none and size is None)):
                check_sizes(module, least, **{name: size})


def note(error: Exception, module: Part, scope: Any) -> None:
    """Tell, once, where in the outermost running module an error was raised."""
    where = place(module, scope)
    if where and not any(x.startswith(NOTE) for x in getattr(error, "__notes__", ())):
        error.add_note(NOTE + where)


def place(module: Part, scope: Any) -> str:
    """Where in the outermost module of a scope this one is, in words; "" for itself."""
    root = module
    while scope is not None:
        scope, outer = scope[:2]
        root = outer if isinstance(outer, Part) else root
    if root is module:
        return ""
    name = next(iter(named(walk(root), lambda x: x is module)), "of no name")
    text = repr(module)
    text = type(module).__name__ if "\n" in text else text
    return f"{name} ({text}) of this {type(root).__name__}"


def check_arrays(module: Part, error: AttributeError, args: list[Any]) -> None:
    """Say what is wanted where an argument without a shape or a dtype was passed on."""
    given = error.obj
    passed = args == [None] if given is None else any(given is x for x in args)
    wanted = hasattr(np.ndarray, str(error.name))
    if passed and wanted and not isinstance(given, (np.ndarray, Tensor)):
        raise TypeError(
            f"{type(module).__name__} got {type(given).__name__} {given!r}"[:80]
            + f", and reads its .{error.name}: it takes a Tensor or an array. Wrap it, "
            "as by ag.tensor([[1.0, 2.0]])"
        ) from error
