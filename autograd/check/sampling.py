"""Calls of any registered primitive, drawn from what its declaration says of it."""

from __future__ import annotations

from typing import Any, cast

from ..core.primitive import REALS, Interval, Primitive, registry
from . import drawing
from .drawing import DrawFn, SearchStrategy, st
from .samplers import SAMPLERS, Context

Call = tuple[tuple[Any, ...], dict[str, Any]]

# Internal primitives that no one calls, and what reaches them instead.
REACHED_THROUGH = {
    "item": "each of several outputs, as those of split, is an item node",
    "argument": "a derivative of a derivative links its private leaves by it",
    "freed": "it stands in for an op after backward(free=True), and always raises",
}

INTEGERS = (2, 3, 1, 0, -1, -2)  # as operands: x**2 has a rule of its own


def samples_of(op: Primitive, dtype: Any = None) -> SearchStrategy[Call]:
    """A strategy of (operands, parameters) for one primitive.

    Drawn from its declaration: ``sample`` names a strategy for each argument,
    ``domain`` the interval of each operand. Elementwise primitives need no ``sample``:
    their operands are arrays that broadcast. ``dtype`` fixes that of the arrays.

    Raises ValueError if the declaration does not say enough.

    >>> import autograd as ag
    >>> from autograd.check import samples_of
    >>> strategy = samples_of(ag.registry["sum"])
    >>> (x,), params = strategy.example()  # doctest: +SKIP
    """
    if op.name in REACHED_THROUGH:
        reason = REACHED_THROUGH[op.name]
        raise ValueError(f"{op.name} is not called directly: {reason}")
    if op.sample is not None:
        _check_sample(op, op.sample)
        return _declared(op, op.sample, dtype)
    if op.kind in ("elementwise", "constant") and not op.signature.rest:
        return _elementwise(op, dtype)
    first = (op.signature.operands or [op.signature.rest])[0]
    raise ValueError(
        f"{op.name}{op.signature} cannot be sampled: declare it with "
        f'sample={{"{first}": "array", …}}, a strategy for every argument, among '
        f"{', '.join(sorted(SAMPLERS))}"
    )


def can_be_sampled(op: Primitive) -> bool:
    """Whether its declaration says enough for ``samples_of``."""
    try:
        samples_of(op)
    except ValueError:
        return False
    return True


def differentiable() -> list[Primitive]:
    """All registered functions that have a derivative and say how they are sampled."""
    ops = [op for name, op in sorted(registry.items()) if name not in REACHED_THROUGH]
    return [op for op in ops if op.tracks and can_be_sampled(op)]


def _check_sample(op: Primitive, sample: dict[str, Any]) -> None:
    signature = op.signature
    needed = [*signature.operands, *([signature.rest] if signature.rest else [])]
    for name in needed:
        if name not in sample:
            raise ValueError(
                f"sample= of {op.name}{signature} says nothing of {name!r}"
            )
    for name, strategy in sample.items():
        if name not in needed and name not in signature.defaults:
            raise ValueError(
                f"{op.name}{signature} has no {name!r}, which sample= names"
            )
        if isinstance(strategy, str) and strategy not in SAMPLERS:
            raise ValueError(
                f"sample= of {op.name} asks for {strategy!r} for {name!r}; there is "
                f"{', '.join(sorted(SAMPLERS))}"
            )


@st.composite
def _elementwise(draw: DrawFn, op: Primitive, dtype: Any) -> Call:
    shapes = draw(drawing.broadcastable(op.arity))
    domains = cast(list[Interval], op.domain)
    operands: list[Any] = [
        draw(drawing.arrays(shape, domain, dtype))
        for shape, domain in zip(shapes, domains)
    ]
    if op.arity > 1 and draw(st.integers(0, 3)) == 3:
        place = draw(st.integers(0, op.arity - 1))
        low, high = domains[place]
        inside = [n for n in INTEGERS if low < n < high]
        operands[place] = draw(st.sampled_from(inside)) if inside else operands[place]
    return tuple(operands), {}


@st.composite
def _declared(draw: DrawFn, op: Primitive, sample: dict[str, Any], dtype: Any) -> Call:
    return call_from(op, sample, Context(draw, dtype))


def _drawn(strategy: Any, context: Context) -> Any:
    """By a sampler or its name, or one of a tuple of choices."""
    if isinstance(strategy, tuple):
        return context.choice(*strategy)
    return (SAMPLERS[strategy] if isinstance(strategy, str) else strategy)(context)


def call_from(op: Primitive, sample: dict[str, Any], context: Context) -> Call:
    """The operands and the parameters that ``sample`` names, drawn in that context."""
    signature = op.signature
    domains = dict(zip(signature.operands, cast(list[Interval], op.domain)))
    for name, strategy in sample.items():
        if name not in context.early:
            context.domain = domains.get(name, REALS)
            context.drawn[name] = _drawn(strategy, context)
    drawn = context.drawn | context.early
    operands = [drawn.pop(name) for name in signature.operands]
    if signature.rest:
        operands += drawn.pop(signature.rest)
    return tuple(operands), drawn
