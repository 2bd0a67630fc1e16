"""A flat program as lines: what looks elsewhere becomes views, what is fused is opened.

Each primitive has a rule here, or is a function of each element, or has a meaning in
others (``meanings.py``); what has none of these stays as it is, for Python to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...core.program import Ref, Step
from ...ops.fused import Backwards
from ..flat import Flat, Kind
from . import picking, recurrent, rules, windows
from .elements import of_elements
from .lines import GIVEN, TYPES, Line, Lines, Number, Plain, Whole
from .meanings import meaning
from .views import View, whole

RULES = rules.RULES | picking.RULES | windows.RULES | recurrent.RULES


def lowered(flat: Flat) -> Lines:
    """The lines of a program; its leaves are the first of them."""
    lines = Lines()
    values: list[Any] = []
    kinds = [*map(_native, flat.kinds)]
    flat = Flat(flat.leaves, flat.steps, flat.outputs, kinds, flat.targets)
    for i in range(len(flat.leaves)):
        kind = flat.kinds[i]
        lines.append(Line("leaf", (), i, kind.shape, kind.dtype))
        values.append(whole(i, kind.shape))
    values = _read(lines, flat, values)
    for i in flat.outputs:
        lines.shapes.append(flat.kinds[i].shape)
        lines.outputs.append(_result(lines, values[i], flat.kinds[i], lines.outputs))
    lines.targets = dict(flat.targets)
    return lines


def _native(kind: Any) -> Any:
    """The same kind, in the byte order of this machine."""
    if not isinstance(kind, Kind):
        return tuple(map(_native, kind))
    return kind if kind.dtype.isnative else Kind(kind.shape, np.dtype(kind.dtype.type))


def _read(lines: Lines, flat: Flat, values: list[Any]) -> list[Any]:
    """The values of a program whose leaves have these."""
    count, needed = len(flat.leaves), _needed(flat)
    values = [*values, *[None] * len(flat.steps)]
    for i, step in enumerate(flat.steps, count):
        if i in needed:
            args = [
                values[x.position] if isinstance(x, Ref) else _constant(lines, x)
                for x in step.operands
            ]
            values[i] = _step(lines, step, args, flat.kinds[i])
    return values


def _needed(flat: Flat) -> set[int]:
    """The values that the results depend on."""
    count, needed, stack = len(flat.leaves), set(flat.outputs), [*flat.outputs]
    while stack:
        i = stack.pop()
        if i >= count:
            for x in flat.steps[i - count].operands:
                if isinstance(x, Ref) and x.position not in needed:
                    needed.add(x.position)
                    stack.append(x.position)
    return needed


def _constant(lines: Lines, x: Any) -> Any:
    """What stands for an operand that is no value of the program."""
    if type(x) in (bool, int, float):
        return Number(x, None)
    if isinstance(x, (np.ndarray, np.generic)) and not x.dtype.hasobject:
        array = np.asarray(x)
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.ndim == 0 and array.dtype.name in TYPES:
            return Number(array[()], array.dtype)
        return lines.constant(np.array(array, order="C"))
    return Plain(x)


def _step(lines: Lines, step: Step, args: Sequence[Any], kind: Any) -> Any:
    """The value of a step: a view, or for several outputs a list of them."""
    name, op = step.op.name, step.op
    if op.is_declared or isinstance(op, Backwards):
        rule = RULES.get(name)
        found = rule and rule(lines, args, step.params, kind)
        if found is None and isinstance(kind, Kind) and not _has_plain(args):
            found = of_elements(lines, name, args, kind.shape, kind.dtype)
        if found is None:
            found = _opened(lines, step, args, kind)
        if found is not None:
            return found
    return _python(lines, step, args, kind)


def _has_plain(args: Sequence[Any]) -> bool:
    return any(not isinstance(x, (View, Number)) for x in args)


def _opened(lines: Lines, step: Step, args: Sequence[Any], kind: Any) -> Any:
    """What a primitive means, in terms of others."""
    kinds = [
        Kind(x.shape, lines[x.of].dtype) if isinstance(x, View) else x for x in args
    ]
    if any(isinstance(x, (list, Whole)) for x in args):
        return None
    inner = meaning(step.op, kinds, step.params, kind)
    if inner is None:
        return None
    views = [x for x in args if isinstance(x, View)]
    values = _read(lines, inner, views)
    results = [values[i] for i in inner.outputs]
    return results[0] if isinstance(kind, Kind) else results


def _python(lines: Lines, step: Step, args: Sequence[Any], kind: Any) -> Any:
    """A line that Python runs; never shared, as it may draw random numbers."""
    args = [Plain(x) if isinstance(x, list) else x for x in args]
    several = not isinstance(kind, Kind)
    shape, dtype = (None, None) if several else kind
    i = lines.append(Line("python", tuple(args), (step.op, step.params), shape, dtype))
    return Whole(i) if shape is None else whole(i, shape)


def _result(lines: Lines, value: Any, kind: Any, taken: Sequence[int]) -> int:
    """The line that is a result: with memory of its own, which no other result has."""
    if isinstance(value, Number):
        value = lines.constant(np.asarray(value.value, kind.dtype))
    line = lines[value.of]
    all_of_it = value.is_dense and not value.offset and value.size == line.size
    if all_of_it and line.op not in GIVEN and value.of not in taken:
        return value.of
    return lines.append(Line("copy", (value,), line.dtype, value.shape, line.dtype))
