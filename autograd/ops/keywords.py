"""Functions whose errors tell what a keyword of another library is called here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from ..core.signature import elsewhere


def takes_axis(function: Any) -> bool:
    """Whether this is a function in Python that has a parameter of that name."""
    if not isinstance(function, FunctionType):
        return False
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return not {"axis", "axis1", "axes"}.isdisjoint(names)


def with_keywords(
    function: Callable[..., Any], told: Callable[[str], str] = elsewhere
) -> Callable[..., Any]:
    """The same function, whose error for ``dim=`` says that it is ``axis=``.

    ``told`` gives what is to be added to the text of an error.
    """

    @wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return function(*args, **keywords)
        except TypeError as error:
            hint = told(str(error))
            if hint and hint not in str(error):
                said, *_ = str(error).split(". Did you mean")  # a guess, since 3.13
                raise TypeError(f"{said}{hint}") from None
            raise

    return call
