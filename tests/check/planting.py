"""How a wrong rule or engine step is planted, from outside, in a process of its own.

A rule is planted by declaring its primitive anew, in place, so that whoever holds it is
affected; an engine step by replacing one fragment of its source, which must occur there
exactly once, so that no plant can rot.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from autograd import registry
from autograd.core import primitive
from autograd.core.call import call_of, pull_of

PROGRAMS = "programs"


class Plant(NamedTuple):
    """One change: what is wrong with it, its kind, where it is looked for, and how.

    ``where`` is the primitive whose samples are drawn, PROGRAMS, or the primitives of
    which programs are drawn. ``twin`` is the bug of another project that it repeats.
    """

    name: str
    kind: str
    where: str | tuple[str, ...]
    plant: Callable[[], None]
    twin: str = ""
    is_complex: bool = False


def rule(
    name: str,
    kind: str,
    op: str,
    *rules: Any,
    twin: str = "",
    is_complex: bool = False,
    where: str | tuple[str, ...] = "",
    **facts: Any,
) -> Plant:
    """A primitive with other rules; ``...`` keeps the one that is there."""
    plant = partial(redeclare, op, *rules, **facts)
    return Plant(name, kind, where or op, plant, twin, is_complex)


def step(
    name: str,
    kind: str,
    path: str,
    *changes: str,
    where: str = PROGRAMS,
    twin: str = "",
    is_complex: bool = False,
) -> Plant:
    """An engine step with one fragment after another replaced: old, new, old, new."""
    return Plant(name, kind, where, partial(rewrite, path, *changes), twin, is_complex)


# How to plant ---------------------------------------------------------------------------


def redeclare(name: str, *rules: Any, **facts: Any) -> None:
    """The registered primitive with other rules, and all else that it declares."""
    op = registry[name]
    kept = ("name", "symbol", "on_floats", "kinks", "analytic", "sample")
    declared = {fact: getattr(op, fact) for fact in kept}
    declared["domain"] = op.domain or primitive.REALS
    texts = [op.texts[i] if rule is ... else rule for i, rule in enumerate(rules)]
    type(op).__init__(op, op.forward, *(texts or op.texts), **declared | facts)


def rewrite(path: str, *changes: str) -> None:
    """A function, method or text of the engine with fragments of it replaced."""
    module, *owners, name = path.split(".")
    owner: Any = sys.modules[f"autograd.{module}"]
    for each in owners:
        owner = getattr(owner, each)
    old = vars(owner)[name]
    new = _rewritten(old, name, changes)
    if owners:
        setattr(owner, name, new)
    else:
        _put_in_place(old, new)
    for op in registry.values():
        # The pull of "freed" refuses, and is its own; composites have none.
        if op.name != "freed" and op.kind != "composite":
            op.call, op.pull = call_of(op), pull_of(op)


def _rewritten(old: Any, name: str, changes: tuple[str, ...]) -> Any:
    if isinstance(old, str):
        return _replaced(old, changes)
    function = getattr(old, "__func__", old)
    source = textwrap.dedent(inspect.getsource(function))
    found: dict[str, Any] = {}
    text = compile(_replaced(source, changes), f"<planted {name}>", "exec")
    exec(text, vars(sys.modules[function.__module__]), found)
    return found[name]


def _replaced(text: str, changes: tuple[str, ...]) -> str:
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    return text


def _put_in_place(old: Any, new: Any) -> None:
    """Wherever the package has imported it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "autograd":
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)
