"""How a wrong rule or engine step is planted, from outside, in a process of its own.

A rule is planted by making its primitive anew, in place, so that whoever holds it is
affected; an engine step by putting another callable in the place of one of the engine's:
wherever it was imported, if the path is where it was defined, else in that module alone.
A place that is gone is an error, so that no plant can rot.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from autograd import registry
from autograd.core.call import complete
from autograd.core.primitive import REALS, Primitive
from autograd.core.rules import flow_of, pull_of

PROGRAMS = "programs"
Where = str | Primitive | tuple[str, ...]

# What makes the pull of a primitive, and the pushes: all of these are one step.
PUSHES = tuple(
    [
        f"core.primitive.{kind}.push"
        for kind in ("Elementwise", "Linear", "Multilinear", "General")
    ]
)


class Plant(NamedTuple):
    """One change: what is wrong with it, its kind, where it is looked for, and how.

    ``where`` is the primitive whose samples are drawn, or its name; PROGRAMS; or the
    names of those of which programs are drawn. ``twin`` is the bug of another project
    that it repeats.
    """

    name: str
    kind: str
    where: Where
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
    where: Where = "",
    **facts: Any,
) -> Plant:
    """A primitive with other rules; ``...`` keeps the one that is there."""
    plant = partial(redeclare, op, *rules, **facts)
    return Plant(name, kind, where or op, plant, twin, is_complex)


def step(
    name: str,
    kind: str,
    path: str | tuple[str, ...],
    wrong: Callable[..., Any],
    where: Where = PROGRAMS,
    twin: str = "",
    is_complex: bool = False,
) -> Plant:
    """Where the engine calls ``right(...)``, it calls ``wrong(right, ...)``."""
    return Plant(name, kind, where, partial(replace, path, wrong), twin, is_complex)


def pulls(
    name: str, kind: str, wrong: Callable[..., Any], where: Where = PROGRAMS
) -> Plant:
    """As a step: where ``right`` pulls at a node, ``wrong(right, node, …)`` does."""

    return Plant(name, kind, where, partial(replace_pulls, wrong), "", False)


# How to plant ---------------------------------------------------------------------------


def redeclare(name: str, *rules: Any, **facts: Any) -> None:
    """The registered primitive with other rules, and all else that it declares."""
    op = registry[name]
    kept = ("name", "symbol", "on_floats", "kinks", "analytic", "sample")
    declared = {fact: getattr(op, fact) for fact in kept}
    declared["domain"] = op.domain or REALS
    declared |= {"joint": op.joint_written, "push": op.push_written}
    forward, text = facts.pop("forward", op.forward), op.text
    written = [old if new is ... else new for old, new in zip(op.written, rules)]
    type(op).__init__(op, forward, *(written or op.written), **declared | facts)
    complete(op).text = text


def replace(path: str | tuple[str, ...], wrong: Callable[..., Any]) -> None:
    """Functions and methods of the engine, each with ``wrong`` around it."""
    for each in (path,) if isinstance(path, str) else path:
        owner, name = found(each)
        right = getattr(owner, name)
        planted = around(wrong, right)
        if isinstance(owner, type) or owner.__name__ != right.__module__:
            setattr(owner, name, planted)
        else:
            _put_in_place(right, planted)
    for op in pulling():
        op.pull = pull_of(op)
        op.flow, op.flow_of_floats = flow_of(op, False), flow_of(op, True)


def replace_pulls(wrong: Callable[..., Any]) -> None:
    """The pull of every primitive, in plain sweeps too, with ``wrong`` around it."""
    for op in pulling():
        op.pull = wrongly_pulled(op, wrong)
        op.flow = op.flow_of_floats = by_pull(op)


def pulling() -> list[Any]:
    """``freed`` and what is fused have a pull of their own; composites have none."""
    kinds = ("composite", "fused")
    return [
        op for op in registry.values() if op.name != "freed" and op.kind not in kinds
    ]


def wrongly_pulled(op: Any, wrong: Callable[..., Any]) -> Callable[..., Any]:
    first = pull_of(op)

    def right(*args: Any) -> Any:
        try:
            return first(*args)
        finally:
            op.pull = planted  # which the first call has replaced

    planted = around(wrong, right)
    return planted


def by_pull(op: Any) -> Callable[..., None]:
    def flow(node: Any, g: Any, sums: Any, add: Callable[..., Any], floor: int) -> None:
        for x, part in zip(node.inputs, op.pull(node, g, floor, False)):
            if part is not None:
                add(x, part)

    return flow


def around(wrong: Callable[..., Any], right: Callable[..., Any]) -> Callable[..., Any]:
    """The function that runs in the place of ``right``."""

    def planted(*args: Any, **kwargs: Any) -> Any:
        return wrong(right, *args, **kwargs)

    return planted


def found(path: str) -> tuple[Any, str]:
    """What has the callable at ``path``, a module or a class, and under what name."""
    owner, _, name = path.rpartition(".")
    modules = [owner, owner.rpartition(".")[0]]  # that of a function, or of a class
    module = next(m for m in modules if f"autograd.{m}" in sys.modules)
    place = sys.modules[f"autograd.{module}"]
    return (
        place if module == owner else getattr(place, owner[len(module) + 1 :])
    ), name


def _put_in_place(right: Any, planted: Any) -> None:
    """Wherever the package has imported it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "autograd":
            for key, value in list(vars(module).items()):
                if value is right:
                    setattr(module, key, planted)
