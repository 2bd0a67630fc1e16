"""A program as the text of a NumPy function: a derivative as source, to read and run.

A comment above steps says which line of the recorded function they come from, ∇ of
which line those of a derivative; one behind each step what it gives. What NumPy does
not have is called by our names.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..core.node import Gradient
from ..core.program import Origin, Program, Ref, Step
from ..ops.indexing import put_together
from ..source import LARGEST, called, index_text, recipe

Params = dict[str, Any]
Text = Callable[[Sequence[str], Params], str]
Lines = Callable[[str, Sequence[str], Params], list[str]]

COLUMN = 44  # of the comments on results, at least
UNCHANGED = ("argument", "detach")  # steps that give what they are given
OPERATORS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "matmul": "@",
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
# Functions of NumPy's that have the name, the operands and the parameters of ours.
ALIKE = {
    *("all", "any", "argmax", "argmin", "broadcast_to", "count_nonzero", "expand_dims"),
    *("flip", "imag", "max", "mean", "min", "moveaxis", "prod", "real", "reshape"),
    *("roll", "split", "squeeze", "sum", "swapaxes", "transpose", "var", "where"),
}


def _of_list(name: str) -> Text:
    """A function of all operands in a list."""
    return lambda xs, params: f"np.{name}([{', '.join(xs)}], axis={params['axis']})"


def _converted(xs: Sequence[str], params: Params) -> str:
    return f"np.asarray({xs[0]}).astype({recipe(np.dtype(params['dtype']))})"


def _affine(xs: Sequence[str], params: Params) -> str:
    return f"{xs[0]} @ {xs[1]}.T + {xs[2]}"


TEXTS: dict[str, Text] = {
    "affine": _affine,
    "as integers": _converted,
    "astype": _converted,
    "concatenate": _of_list("concatenate"),
    "negative": lambda xs, params: f"-{xs[0]}",
    "stack": _of_list("stack"),
}


# Steps of several lines ---------------------------------------------------------------


def _index(template: Any, arrays: Sequence[str]) -> str:
    return index_text(put_together(template, arrays))


def _scattered(x: str, xs: Sequence[str], params: Params) -> list[str]:
    part, *arrays = xs
    index = _index(params["template"], arrays)
    add = f"np.add.at({x}, np.s_[{index}], {part})" if arrays else ""
    return [
        f"{x} = np.zeros({recipe(params['shape'])}, {part}.dtype)",
        add or f"{x}[{index}] += {part}",
    ]


def _all_scattered(x: str, xs: Sequence[str], params: Params) -> list[str]:
    types = ", ".join(xs)
    lines = [f"{x} = np.zeros({recipe(params['shape'])}, np.result_type({types}))"]
    pairs = zip(xs, params["templates"], strict=True)
    return lines + [f"{x}[{_index(each, ())}] += {part}" for part, each in pairs]


def _updated(ufunc: str) -> Lines:
    """A copy, and what is written into elements of it."""

    def lines(x: str, xs: Sequence[str], params: Params) -> list[str]:
        whole, part, *arrays = xs
        index = _index(params["template"], arrays)
        write = f"np.{ufunc}.at({x}, np.s_[{index}], {part})" if ufunc else ""
        return [f"{x} = np.array({whole})", write or f"{x}[{index}] = {part}"]

    return lines


SEVERAL: dict[str, Lines] = {
    "add items": _updated("add"),
    "max items": _updated("maximum"),
    "min items": _updated("minimum"),
    "multiply items": _updated("multiply"),
    "scatter": _scattered,
    "scatter_all": _all_scattered,
    "set items": _updated(""),
}


# The whole ----------------------------------------------------------------------------


class Writing:
    """The names of values, and what is too large for the text, line by line."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names = [f"x{i}" for i in range(len(program.leaves))]
        self.constants: list[np.ndarray] = []

    def lines(self) -> Iterator[str]:
        """What each step computes, with a comment where their origin changes."""
        before = ""
        for i, step in enumerate(self.program.steps, len(self.program.leaves)):
            xs = [self.operand(x) for x in step.operands]
            if step.op.is_declared and step.op.name in UNCHANGED:
                self.names.append(xs[0])
                continue
            self.names.append(f"x{i}")
            line = self.line(step.origin)
            if line and line != before:
                before = line
                yield f"# {line}"
            *first, last = self.texts(f"x{i}", step, xs)
            yield from first
            yield f"{last:<{COLUMN}}  # {_told(step.origin)}" if step.origin else last

    def operand(self, x: Any) -> str:
        """The text of an operand; large arrays are members of ``constants``."""
        if isinstance(x, Ref):
            return self.names[x.position]
        if isinstance(x, np.ndarray) and x.size > LARGEST:
            self.constants.append(x)
            return f"constants[{len(self.constants) - 1}]"
        text = recipe(x)
        return f"({text})" if text.startswith("-") else text

    def line(self, origin: Origin | None) -> str:
        """The line that a step comes from, if it is known; ∇ for derivatives."""
        sign, place, scope = "", origin and origin.place, origin and origin.scope
        while isinstance(scope, tuple) and isinstance(scope[-1], Gradient):
            sign, place, scope = f"∇{sign}", scope[-1].place, scope[0]
        if not place:
            return sign
        file, number = place
        text = linecache.getline(file, number).strip()
        return f"{sign}{' of ' * bool(sign)}line {number}: {text}".rstrip(": ")

    def texts(self, x: str, step: Step, xs: Sequence[str]) -> list[str]:
        """The statements of a step whose result is called ``x``."""
        op = step.op
        if op.is_declared and op.name in SEVERAL:
            return SEVERAL[op.name](x, xs, step.params)
        return [f"{x} = {self.text(step, xs)}"]

    def text(self, step: Step, xs: Sequence[str]) -> str:
        op = step.op
        if not op.is_declared:
            return called(step, xs)
        if op.name in OPERATORS:
            return f" {OPERATORS[op.name]} ".join(xs)
        if op.name in TEXTS:
            return TEXTS[op.name](xs, step.params)
        theirs = getattr(op.forward, "__name__", "")
        if getattr(np, theirs, None) is op.forward:
            return called(step, xs, f"np.{theirs}")
        return called(step, xs, f"np.{op.name}" if op.name in ALIKE else "")


def _told(origin: Origin) -> str:
    """What a step gives: dtypes and shapes."""
    return ", ".join(
        [f"{dtype} {shape or ''}".strip() for dtype, shape in origin.kinds]
    )


def source(program: Program, name: str = "f") -> str:
    """The text of a function of the leaves, in NumPy.

    Arrays of more than 2,000 elements are no part of it: then ``constants`` is one more
    argument, the list of those (``constants_of(program)``).

    >>> import autograd as ag
    >>> program = ag.record(ag.grad(lambda x: np.sum(x**3)), np.ones(2)).program
    >>> text = program.source("gradient")
    >>> print(text.splitlines()[2])
    def gradient(x0):
    >>> space = {}
    >>> exec(text, space)
    >>> space["gradient"](np.array([1.0, 2.0]))
    array([ 3., 12.])
    """
    writing = Writing(program)
    body = [*writing.lines()]
    arguments = [f"x{i}" for i in range(len(program.leaves))]
    arguments += ["constants"] * bool(writing.constants)
    body.append(f"return {', '.join([writing.names[i] for i in program.outputs])}")
    lines = [f"def {name}({', '.join(arguments)}):", *[f"    {each}" for each in body]]
    imports = ["import numpy as np"]
    imports += ["import autograd as ag"] * any("ag." in each for each in body)
    return "\n".join([*imports, "", *lines])


def constants_of(program: Program) -> list[np.ndarray]:
    """The arrays that are too large for the text of ``source``, in order."""
    writing = Writing(program)
    list(writing.lines())
    return writing.constants
