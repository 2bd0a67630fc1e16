"""``custom_rule``: a function whose derivative is written beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.call import ITEM
from ..core.context import switched
from ..core.declare import general
from ..core.node import Node, raw
from ..core.primitive import Primitive
from ..core.signature import Signature, names_of
from ..core.sweeps import pullback
from ..ops.fused import several
from ..tensor import Tensor
from ..value import Value

Rule = Callable[..., Any]


def custom_rule(
    *, vjp: Rule | None = None, jvp: Rule | None = None, **facts: Any
) -> Callable[[Callable[..., Any]], Primitive]:
    """A decorator: the function is a primitive, with derivatives of its own.

    The function is one of arrays, in NumPy; arguments by position are data, those with
    a default are parameters. A rule asks by name for what it reads: the arguments,
    ``out``, the result, and

    - ``vjp`` for the cotangent ``g`` (a tuple, of several outputs): it returns one
      cotangent for each argument, in a tuple, or alone if there is one; None for none.
    - ``jvp`` for the tangents ``t``, a tuple of all arguments': it returns that of the
      result, and is linear in ``t``.

    Each may be left out: the other one, transposed, stands in for it. Rules run on
    nodes where more derivatives are taken, so they are written in NumPy, too; what they
    say goes to any order and mode. ``facts`` are those of ``ag.general``, among them
    ``name``, and ``sample``, by which the checker draws arguments.

    Raises:
        TypeError: neither rule is given, or one asks for what is not there.

    >>> import numpy as np
    >>> import autograd as ag
    >>> @ag.custom_rule(vjp=lambda g, x: np.clip(g, -1, 1) * np.cos(x))
    ... def sine(x):
    ...     return np.sin(x)
    >>> ag.grad(lambda x: 5 * sine(x))(0.0)
    1.0
    >>> @ag.custom_rule(jvp=lambda t, x, out: t[0] * out)
    ... def exponential(x):
    ...     return np.exp(x)
    >>> ag.grad(exponential)(0.0)
    1.0
    """
    if vjp is None and jvp is None:
        raise TypeError(
            "custom_rule needs a rule: vjp=, which makes cotangents of g, or jvp=, "
            "which makes a tangent of t"
        )

    def declared(function: Callable[..., Any]) -> Primitive:
        signature = Signature.of(function)
        name = facts.get("name", getattr(function, "__name__", "the function"))
        push = None if jvp is None else _shaped(jvp, name)
        if vjp is None and push:
            pull = _transposed(push, signature)
        else:
            pull = _for_each(vjp, name, signature)
        return general(function, joint=pull, push=push, **facts)

    return declared


def _asking(names: Sequence[str], function: Callable[..., Any]) -> Rule:
    """``function`` as a rule that asks for what has these names, in that order."""
    kind = inspect.Parameter.POSITIONAL_ONLY
    parameters = [inspect.Parameter(name, kind) for name in names]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return function


def _for_each(rule: Any, name: str, signature: Signature) -> Rule:
    """A rule for one argument may return its cotangent alone."""
    data = signature.operands

    def pull(*asked: Any) -> Any:
        parts = rule(*map(_in_parts, asked))
        parts = parts if isinstance(parts, (tuple, list)) else (parts,)
        if not signature.rest and len(parts) != len(data):
            raise TypeError(
                f"the vjp of {name} returns a tuple of one cotangent for each of "
                f"{', '.join(data)}, None for none; it returned {len(parts)}. What has "
                "no derivative may be a parameter instead, with a default or by keyword"
            )
        return parts

    return _asking(names_of(rule), pull)


def _shaped(rule: Rule, name: str) -> Rule:
    """A rule whose tangents have the shapes of the results."""
    asked = names_of(rule)
    names = [*dict.fromkeys([*asked, "out"])]

    def push(*values: Any) -> Any:
        found = rule(*map(_in_parts, values[: len(asked)]))
        out = raw(values[names.index("out")])
        tangents, results = several(found), several(out)
        if len(tangents) != len(results):
            raise TypeError(
                f"the jvp of {name} returns one tangent for each of its results, of "
                f"which there are {len(results)}; it returned {len(tangents)}"
            )
        fitted = tuple([_fitted(*each, name) for each in zip(tangents, results)])
        return fitted if isinstance(out, tuple) else fitted[0]

    return _asking(names, push)


def _in_parts(x: Any) -> Any:
    """Several results as a tuple of nodes, where they are one that holds them all."""
    if not (isinstance(x, Node) and isinstance(x._raw, tuple)):
        return x
    n = len(x._raw)
    return tuple([ITEM.call(x, i, n) for i in range(n)])


def _fitted(t: Any, out: Any, name: str) -> Any:
    """A tangent in the shape of its result."""
    shape, wanted = np.shape(t), np.shape(out)
    if shape == wanted:
        return t
    try:
        return np.broadcast_to(t, wanted)
    except ValueError:
        raise ValueError(
            f"the jvp of {name} returned a tangent of shape {shape} for a result of "
            f"shape {wanted}"
        ) from None


def _transposed(push: Rule, signature: Signature) -> Rule:
    """The pullback that belongs to a push, which is linear in the tangents."""
    asked = [name for name in names_of(push) if name != "t"]
    data = [*signature.operands, *([signature.rest] if signature.rest else [])]
    names = [*dict.fromkeys(["g", *asked, *data])]

    def pull(*values: Any) -> list[Any]:
        known = dict(zip(names, values))
        operands = [known[name] for name in signature.operands]
        operands += known[signature.rest] if signature.rest else []
        cotangents = known["g"] if isinstance(known["g"], tuple) else (known["g"],)
        lift = any(isinstance(x, Node) for x in [*cotangents, *operands])
        numbers = all(type(raw(x)) is float for x in operands)
        kind = Value if numbers else Tensor
        zeros = [
            kind.leaf(0.0 if numbers else np.zeros_like(raw(x)), tracked=True)
            for x in operands
        ]
        known["t"] = tuple(zeros)
        with switched(gradients=True, listeners=()):
            tangents = push(*[known[name] for name in names_of(push)])
            tangents = tangents if isinstance(tangents, tuple) else (tangents,)
            pairs = [
                (t, _as_seed(g, kind, lift))
                for t, g in zip(tangents, cotangents, strict=True)
                if isinstance(t, Node)
            ]
            events = pullback(
                [t for t, _ in pairs],
                [g for _, g in pairs],
                floor=zeros[0].age,
                lift=lift,
            )
            found = {node: g for node, g, _ in events}
        for zero in zeros:
            zero.tracked = False
        return [found.get(zero) for zero in zeros]

    return _asking(names, pull)


def _as_seed(g: Any, kind: Any, lift: bool) -> Any:
    return kind.leaf(g) if lift and not isinstance(g, Node) else g
