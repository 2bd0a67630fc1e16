"""What a primitive's functions are called with: operands, parameters, rules by name.

In ``def sum(x, axis=None, keepdims=False)`` the arguments without a default are the
operands (data), those with one are parameters (static).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np


class Signature:
    """The operands and the parameters of a forward function, by name and in order."""

    def __init__(
        self, operands: list[str], defaults: dict[str, Any], rest: str = ""
    ) -> None:
        self.operands = operands
        self.defaults = defaults
        self.rest = rest  # the name of any number of further operands, if it takes them

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
            elif parameter.kind is not parameter.KEYWORD_ONLY:
                operands.append(parameter.name)
            else:
                raise TypeError(
                    f"{forward.__name__}: parameter {parameter.name} needs a default, "
                    "since whatever has none is an operand"
                )
        return cls(operands, defaults, rest)

    def __str__(self) -> str:
        rest = [f"*{self.rest}"] if self.rest else []
        params = [f"{name}={value!r}" for name, value in self.defaults.items()]
        return f"({', '.join(self.operands + rest + params)})"

    def public(self) -> inspect.Signature:
        """What ``inspect.signature`` says: operands by position, parameters by name."""
        operand, rest = inspect.Parameter.POSITIONAL_ONLY, []
        if self.rest:
            rest = [inspect.Parameter(self.rest, inspect.Parameter.VAR_POSITIONAL)]
        named = (
            inspect.Parameter.KEYWORD_ONLY
            if rest
            else (inspect.Parameter.POSITIONAL_OR_KEYWORD)
        )
        return inspect.Signature(
            [
                *[inspect.Parameter(name, operand) for name in self.operands],
                *rest,
                *[
                    inspect.Parameter(name, named, default=value)
                    for name, value in self.defaults.items()
                ],
            ]
        )

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
        if not kwargs:
            return args, self.defaults  # one for all such nodes
        params = dict(self.defaults)
        for key, value in kwargs.items():
            if key not in params:
                raise TypeError(f"{name}{self} has no argument {key!r}")
            params[key] = tuple(value) if isinstance(value, list) else value
        return args, params

    def called(self, rule: Callable[..., Any], form: str, name: str = "rule") -> str:
        """The text of a call of ``rule`` with what it asks for, by name.

        It is to stand where ``g, out, params``, the operands ``x0, x1 …`` and further
        ones ``*rest`` are known. ``form`` says what is made of the rule's result:
        ``g * {rule}`` for a partial.
        """
        where = {key: f"params[{key!r}]" for key in self.defaults}
        where |= {"g": "g", "out": "out"}
        where["t"] = "g"  # a push takes the tangents where a pull takes the cotangent
        for i, operand in enumerate(self.operands):
            where |= {operand: f"x{i}", f"{operand}_shape": f"shape(x{i})"}
        where |= {self.rest: "rest", f"{self.rest}_shape": "[*map(shape, rest)]"}
        names = names_of(rule)
        unknown = [key for key in names if key not in where]
        if unknown:
            known = ", ".join(key for key in where if key.strip("_"))
            raise TypeError(f"a rule reads {unknown[0]!r}, which is none of {known}")
        return form.format(rule=f"{name}({', '.join([where[key] for key in names])})")

    def compiled(self, rule: Callable[..., Any], form: str = "{rule}") -> Callable:
        """``rule`` as a function of (g, out, params, *operands).

        Generated once, as text, because its call is among the hottest in the sweeps.
        """
        header = ["g", "out", "params", *[f"x{i}" for i in range(len(self.operands))]]
        text = f"lambda {', '.join(header)}, *rest: {self.called(rule, form)}"
        return eval(
            text if self.rest else text.replace(", *rest", "", 1),
            {"rule": rule, "shape": np.shape},
        )


def names_of(rule: Callable[..., Any]) -> list[str]:
    """The names a rule asks for."""
    return list(inspect.signature(rule).parameters)
