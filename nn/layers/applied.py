"""Modules that are functions, under the names of classes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Node

from ..functional.activations import refuse_inplace
from ..module import Module
from ..parameter import Buffer


class Applied(Module):
    """x ↦ function(x, settings), where a subclass names the function, in one line.

    Arguments of the function that have a default are settings: arguments of the class,
    by the same names and in the same order, and attributes of the module. Those without
    are what the module is called with; ``operands`` is how many, if fewer. Arrays among
    the settings are buffers.

    >>> import autograd as ag
    >>> def multiple(x, factor=2.0):
    ...     return x * factor
    >>> class Multiple(Applied, function=multiple):
    ...     "x times a factor."
    >>> Multiple(factor=3.0), Multiple(3.0)(ag.tensor([2.0]))
    (Multiple(factor=3.0), Tensor([6.]))
    """

    function: ClassVar[Callable[..., Any]]
    settings: ClassVar[inspect.Signature] = inspect.Signature()
    passed: ClassVar[Sequence[str]] = ()  # the settings that the function is given
    __signature__: ClassVar[inspect.Signature]

    def __init_subclass__(
        cls, function: Callable[..., Any] | None = None, operands: int | None = None
    ) -> None:
        if function is not None:
            cls.function = staticmethod(function)
            cls.settings = cls.__signature__ = _settings(function, operands)
            cls.passed = [name for name in cls.settings.parameters if name != "inplace"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            given = self.settings.bind(*args, **kwargs)
        except TypeError as error:
            name = type(self).__name__
            raise TypeError(f"{name}{self.settings}: {error}") from None
        given.apply_defaults()
        refuse_inplace(given.arguments.get("inplace", False))
        for name, value in given.arguments.items():
            is_array = isinstance(value, (Node, np.ndarray, list))
            setattr(self, name, Buffer(value) if is_array else value)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """(…) → (…)."""
        if not self.passed:
            return self.function(*args, **kwargs)
        settings = {name: getattr(self, name) for name in self.passed}
        return self.function(*args, **kwargs, **settings)

    def extra_repr(self) -> str:
        """The settings that are not as they are by default."""
        return ", ".join(
            f"{name}={getattr(self, name)!r}"
            for name, parameter in self.settings.parameters.items()
            if not _same(getattr(self, name), parameter.default)
        )


class Sliding(Module):
    """A module whose subclasses name a function, and over how many axes it slides.

    >>> from nn import functional
    >>> class Smallest(Sliding, function=functional.max_pool2d, ndim=2):
    ...     "No more than which axes there are."
    >>> Smallest.ndim
    2
    """

    function: ClassVar[Callable[..., Any]]
    ndim: ClassVar[int]

    def __init_subclass__(
        cls, function: Callable[..., Any] | None = None, ndim: int = 0
    ) -> None:
        if function is not None:
            cls.function, cls.ndim = staticmethod(function), ndim


def _settings(function: Callable[..., Any], operands: int | None) -> inspect.Signature:
    """The signature of a function without the operands that come first."""
    try:
        parameters = [*inspect.signature(function).parameters.values()]
    except ValueError:  # NumPy's have none, in some of its versions
        parameters = []
    if operands is None:
        operands = sum(p.default is p.empty for p in parameters)
    plain = [p.replace(annotation=p.empty) for p in parameters[operands:]]
    return inspect.Signature(plain)


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and value == default)
