"""What two runs of a function recorded differently: the reason to refuse it."""

from __future__ import annotations

from itertools import zip_longest
from operator import is_
from typing import Any

import numpy as np

from ..core.program import Ref
from .inputs import Captured, Drawn
from .recorded import Recorded, Result


def difference(first: Recorded, other: Recorded) -> str:
    """What the programs of two runs differ in; "" if they are the same."""
    one, two = first.flat, other.flat
    for i, (step, its) in enumerate(zip_longest(one.steps, two.steps)):
        if step is None or its is None:
            count = f"{len(one.steps)} and {len(two.steps)} steps"
            return f"they have {count}; {step or its} is in one alone"
        if step.op is not its.op:
            return f"{step.op} was called in one, {_named(other, i)} in the other"
        if not _alike(step.params, its.params):
            return f"{_named(other, i)} had {step.params}, and then {its.params}"
        if not _alike(step.operands, its.operands):
            pairs = zip_longest(step.operands, its.operands)
            x, y = next(pair for pair in pairs if not _alike(*pair))
            return f"{_named(other, i)} had {_told(x)}, and then {_told(y)}"
    if [type(x) for x in first.sources] != [type(x) for x in other.sources]:
        return "they read other Tensors"
    for i, (kind, its_kind) in enumerate(zip(one.kinds, two.kinds)):
        if kind != its_kind:
            k = i - len(two.leaves)
            what = f"a result of {_named(other, k)}" if k >= 0 else "a leaf"
            return f"{what} was {_kind_told(kind)}, and then {_kind_told(its_kind)}"
    for x, y in zip(first.sources, other.sources):
        if type(x) is Captured and x.leaf is not y.leaf:
            return f"they read other Tensors, of shape {x.leaf.shape}"
        if type(x) is Drawn and x.seed is not y.seed:
            return "random numbers come from a generator that is made within"
    if one.outputs != two.outputs or one.targets != two.targets:
        return "they return or write other values"
    for mine, its in zip(first.every_written(), other.every_written()):
        if len(mine) != len(its) or not all(map(is_, mine, its)):
            return "they write other Tensors"
    if not _alike(first.out, other.out):
        return f"they returned {_told(first.out)}, and then {_told(other.out)}"
    return ""


def _named(recorded: Recorded, i: int) -> str:
    """The operation of a step, and its source line, if that is known."""
    op, place = recorded.flat.steps[i].op, recorded.places[i]
    return f"{op} (at {place[0]}:{place[1]})" if place else str(op)


def _alike(x: Any, y: Any) -> bool:
    """Whether two constants are the same, NaN and the sign of zero included."""
    if x is y:
        return True
    if type(x) is not type(y):
        return False
    if type(x) is Ref:
        return bool(x == y)
    if isinstance(x, (tuple, list)):
        return len(x) == len(y) and all(map(_alike, x, y))
    if isinstance(x, np.ndarray):
        if x.dtype == object:
            return False
        return (x.shape, x.dtype) == (y.shape, y.dtype) and x.tobytes() == y.tobytes()
    if isinstance(x, dict):
        return list(x) == list(y) and all(map(_alike, x.values(), y.values()))
    if isinstance(x, (float, complex, np.generic)):
        return repr(x) == repr(y)
    if isinstance(x, Result):
        return x.is_tensor == y.is_tensor
    return bool(x == y)


def _kind_told(kind: Any) -> str:
    several = kind if type(kind) is tuple else (kind,)
    return ", ".join([f"{each.dtype} {each.shape}" for each in several])


def _told(x: Any) -> str:
    if isinstance(x, Ref):
        return "a computed operand"
    if isinstance(x, np.ndarray) and x.size > 8:
        head = ", ".join(f"{each:.6g}" for each in x.ravel()[:4])
        return f"a constant of shape {x.shape} ({head}, …)"
    return f"the constant {x!r}"
