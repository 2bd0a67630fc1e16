"""What a function can reach: the Tensors whose gradients it may look at or write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from ..core.tree import CONTAINERS
from ..tensor import Tensor
from ..value import Value

MOST = 20_000  # objects that are looked at
LONG = 1_000  # a container of more is one of data


def leaves_of(f: Callable[..., Any]) -> frozenset[Any]:
    """The leaves in the closure of a function, in globals it names, in their objects.

    They are found as far as attributes and containers lead, which is mostly all.

    >>> w = Tensor([1.0])
    >>> leaves_of(lambda x: {"by": [w]}) == {w}
    True
    """
    found: set[Any] = set()
    seen: dict[int, Any] = {}
    stack: list[Any] = [f]
    while stack and len(seen) < MOST:
        x = stack.pop()
        if id(x) not in seen:
            seen[id(x)] = x
            if isinstance(x, (Tensor, Value)):
                found |= {x} if x.op is None else set()
            else:
                stack.extend(_within(x))
    return frozenset(found)


def _within(x: Any) -> Iterator[Any]:
    if isinstance(x, CONTAINERS):
        if len(x) <= LONG:
            yield from x.values() if isinstance(x, dict) else x
    elif isinstance(x, FunctionType):
        yield from _within_function(x)
    elif isinstance(x, MethodType):
        yield from (x.__func__, x.__self__)
    elif isinstance(x, partial):
        yield from (x.func, x.args, x.keywords)
    elif not isinstance(x, (type, ModuleType)) and hasattr(x, "__dict__"):
        yield from vars(x).values()
        yield from (getattr(type(x), name, None) for name in ("__call__", "forward"))


def _within_function(f: FunctionType) -> Iterator[Any]:
    for cell in f.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    yield from (f.__defaults__, f.__kwdefaults__, vars(f))
    codes: list[CodeType] = [f.__code__]
    while codes:
        code = codes.pop()
        yield from (f.__globals__.get(name) for name in code.co_names)
        codes += [x for x in code.co_consts if isinstance(x, CodeType)]
