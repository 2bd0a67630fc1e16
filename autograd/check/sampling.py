"""Calls of any registered primitive, drawn by its sample or its declaration."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any, cast

from ..core.primitive import REALS, Interval, Primitive, registry
from ..facts import INTERNAL
from . import arrays
from .arrays import DrawFn, SearchStrategy, st
from .context import Call, Context, Sample
from .named_strategies import STRATEGIES
from .samples import SAMPLES

INTEGERS = (2, 3, 1, 0, -1, -2)  # as operands: x**2 has a rule of its own


def samples_of(op: Primitive, dtype: Any = None) -> SearchStrategy[Call]:
    """A strategy of (operands, parameters) for one primitive.

    Those of ``autograd.ops`` have a sample in ``autograd.check.samples``. Another one
    says in its declaration how it is drawn: ``sample`` names a strategy for each
    argument, ``domain`` the interval of each operand. Elementwise primitives need no
    ``sample``: their operands are arrays that broadcast. ``dtype`` fixes that of the
    arrays.

    Raises ValueError if the declaration does not say enough.

    >>> import autograd as ag
    >>> from autograd.check import samples_of
    >>> strategy = samples_of(ag.registry["sum"])
    >>> (x,), params = strategy.example()  # doctest: +SKIP
    """
    if op.name in INTERNAL:
        raise ValueError(f"{op.name} is not called directly: {INTERNAL[op.name]}")
    sample = sample_of(op)
    return _elementwise(op, dtype) if sample is None else _drawn(op, sample, dtype)


def sample_of(op: Primitive) -> Sample | None:
    """The function that draws calls of ``op``; None where the domain says enough."""
    if op.sample is not None:
        _check_sample(op, op.sample)
        return partial(_declared, op, op.sample)
    if op.name in SAMPLES and op.is_declared:
        return SAMPLES[op.name]
    if op.kind in ("elementwise", "constant") and not op.signature.rest:
        return None
    first = (op.signature.operands or [op.signature.rest])[0]
    raise ValueError(
        f"{op.name}{op.signature} cannot be sampled: declare it with "
        f'sample={{"{first}": "array", …}}, a strategy for every argument, among '
        f"{', '.join(sorted(STRATEGIES))}"
    )


def differentiable(ops: Iterable[Primitive] = registry.values()) -> list[Primitive]:
    """Those that have a derivative and can be sampled, of the engine's or others."""
    found = []
    for op in sorted(ops, key=lambda op: op.name):
        with suppress(ValueError):  # of which not enough is known
            samples_of(op)
            found += [op] if op.tracks else []
    return found


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
        if isinstance(strategy, str) and strategy not in STRATEGIES:
            raise ValueError(
                f"sample= of {op.name} asks for {strategy!r} for {name!r}; there is "
                f"{', '.join(sorted(STRATEGIES))}"
            )


@st.composite
def _elementwise(draw: DrawFn, op: Primitive, dtype: Any) -> Call:
    shapes = draw(arrays.broadcastable(op.arity))
    domains = cast(list[Interval], op.domain)
    operands: list[Any] = [
        draw(arrays.arrays(shape, domain, dtype))
        for shape, domain in zip(shapes, domains)
    ]
    if op.arity > 1 and draw(st.integers(0, 3)) == 3:
        place = draw(st.integers(0, op.arity - 1))
        low, high = domains[place]
        inside = [n for n in INTEGERS if low < n < high]
        operands[place] = draw(st.sampled_from(inside)) if inside else operands[place]
    return tuple(operands), {}


@st.composite
def _drawn(draw: DrawFn, op: Primitive, sample: Sample, dtype: Any) -> Call:
    return sample(Context(draw, dtype, domain_of(op)))


def domain_of(op: Primitive) -> Interval:
    """The interval that all its operands have in common."""
    domains = {*cast(list[Interval], op.domain)}
    return domains.pop() if len(domains) == 1 else REALS


def _declared(op: Primitive, sample: dict[str, Any], c: Context) -> Call:
    """What the names, the choices or the functions of a ``sample=`` draw, in order."""
    signature = op.signature
    domains = dict(zip(signature.operands, cast(list[Interval], op.domain)))
    for name, strategy in sample.items():
        c.domain = domains.get(name, REALS)
        if isinstance(strategy, tuple):
            c.drawn[name] = c.choice(*strategy)
        else:
            named = isinstance(strategy, str)
            c.drawn[name] = (STRATEGIES[strategy] if named else strategy)(c)
    params = dict(c.drawn)
    operands = [params.pop(name) for name in signature.operands]
    rest = params.pop(signature.rest) if signature.rest else ()
    return (*operands, *rest), params
