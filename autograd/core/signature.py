"""What a primitive's functions are called with: operands, parameters, rules by name.

In ``def sum(x, axis=None, *, keepdims)`` what is positional and has no default is an
operand (data); what has a default, or is keyword-only, is a parameter (static).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import NoneType
from typing import Any

import numpy as np

from .node import numbers

PLAIN = (int, bool, str, tuple, NoneType)  # which nobody writes into
ELSEWHERE: dict[str, str] = {}  # keywords of another library, and what is written here


def elsewhere(text: str) -> str:
    """What to write, where an error tells of a keyword of another library."""
    for key, here in ELSEWHERE.items():
        if f"argument {key!r}" in text:
            return f"; {here}"
    return ""


class Required:
    """Stands for the default of a parameter that has none."""

    def __repr__(self) -> str:
        return "…"


REQUIRED = Required()


class Signature:
    """The operands and the parameters of a forward function, by name and in order."""

    def __init__(
        self, operands: list[str], defaults: dict[str, Any], rest: str = ""
    ) -> None:
        self.operands = operands
        self.defaults = defaults
        self.rest = rest  # the name of any number of further operands, if it takes them
        self.required = [k for k, value in defaults.items() if value is REQUIRED]

    @classmethod
    def of(cls, forward: Callable[..., Any]) -> Signature:
        """Read from the function itself, or from a ufunc's number of inputs."""
        if isinstance(forward, np.ufunc):
            return cls(["x", "y", "z"][: forward.nin], {})
        operands: list[str] = []
        defaults: dict[str, Any] = {}
        rest = ""
        for parameter in inspect.signature(forward).parameters.values():
            if parameter.default is not parameter.empty:
                defaults[parameter.name] = parameter.default
            elif parameter.kind is parameter.VAR_POSITIONAL:
                rest = parameter.name
            elif parameter.kind is parameter.KEYWORD_ONLY:
                defaults[parameter.name] = REQUIRED
            else:
                operands.append(parameter.name)
        return cls(operands, defaults, rest)

    def __str__(self) -> str:
        rest = [f"*{self.rest}"] if self.rest else []
        params = [f"{name}={value!r}" for name, value in self.defaults.items()]
        return f"({', '.join(self.operands + rest + params)})"

    def public(self) -> inspect.Signature:
        """What ``inspect.signature`` says: operands by position, parameters by name."""
        kinds = inspect.Parameter
        rest = [kinds(self.rest, kinds.VAR_POSITIONAL)] if self.rest else []
        named = kinds.KEYWORD_ONLY if rest else kinds.POSITIONAL_OR_KEYWORD
        params: list[inspect.Parameter] = []
        for name, value in self.defaults.items():
            default = kinds.empty if value is REQUIRED else value
            if default is kinds.empty and params and params[-1].default is not default:
                named = kinds.KEYWORD_ONLY  # nothing without a default follows one
            params.append(kinds(name, named, default=default))
        operands = [kinds(name, kinds.POSITIONAL_ONLY) for name in self.operands]
        return inspect.Signature([*operands, *rest, *params])

    def bind(self, name: str, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """Split a call's arguments into operands and a full set of parameters."""
        if not self.rest:
            n = len(self.operands)
            args, extra = args[:n], args[n:]
            if extra:
                kwargs = {**dict(zip(self.defaults, extra)), **kwargs}
            for operand in self.operands[len(args) :]:
                if operand in kwargs:
                    args += (kwargs.pop(operand),)
            if len(args) != n or len(extra) > len(self.defaults):
                raise TypeError(f"{name}{self} got {len(args) + len(extra)} arguments")
        if not kwargs and not self.required:
            return args, self.defaults  # one for all such nodes
        params = dict(self.defaults)
        for key, value in kwargs.items():
            if key not in params:
                text = f"{name}{self} has no argument {key!r}"
                raise TypeError(text + elsewhere(text))
            params[key] = value if type(value) in PLAIN else _kept(value, key)
        for key in self.required:
            if params[key] is REQUIRED:
                raise TypeError(f"{name}{self} needs the argument {key!r}")
        return args, params


def _kept(value: Any, key: str) -> Any:
    """A parameter as a node can keep it: what is written later is another's."""
    numbers(value, f"{key}=")
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list):
        return tuple([_kept(each, key) for each in value])
    return value


def names_of(rule: Callable[..., Any]) -> list[str]:
    """The names a rule asks for."""
    return list(inspect.signature(rule).parameters)
