"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import tree
from ..core.node import Node
from .tracing import Trace, several_arguments, traced


def grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The gradient of a scalar function: ``grad(f)(x)`` has the structure of ``x``.

    The function receives Tensors (Values where it was given Values). Arrays in, arrays
    out; Tensors in, Tensors out; where the gradient itself depends on something tracked
    it is tracked, so transforms nest to any depth and reach through closures.

    Args:
        f: a function that returns one number, real or of a real dtype.
        argnums: which arguments to differentiate; a tuple gives a tuple of gradients.
        has_aux: whether ``f`` returns a pair, (output, aux); then the result is
            (gradient, aux). What is in aux is handed back, without a derivative.

    >>> import autograd as ag
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda x: (x**3, x + 1), has_aux=True)(2.0)
    (12.0, 3.0)
    """
    both = value_and_grad(f, argnums, has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, gradients = both(*args, **kwargs)
        return (gradients, value[1]) if has_aux else gradients

    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """Like ``grad``, with the function's value beside it.

    With ``has_aux`` the function returns (output, aux), and the result is ((output,
    aux), gradient).

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with traced(f, args, kwargs, argnums, has_aux) as trace:
            output = trace.single_output("grad")
            gradients = trace.pull([output], [output.space.ones(output)])
            return trace.with_aux(trace.given_back(output), has_aux), gradients

    return value_and_gradient


def vjp(f: Callable[..., Any], *args: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """The value of ``f`` and the function cotangent ↦ one cotangent for each argument.

    With ``has_aux`` the function returns (output, aux), and aux is a third result.

    >>> import numpy as np
    >>> y, pull = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    args = tree.mapped(_kept, args)
    with traced(f, args, {}, tuple(range(len(args))), has_aux) as trace:
        value = tree.mapped(trace.given_back, trace.output)
        aux = tree.mapped(trace.given_back, trace.aux)

    def pull(cotangent: Any) -> Any:
        outputs = tree.leaves(trace.output)
        cotangents = tree.matched(trace.output, cotangent)
        pairs = [
            (output, trace.seed(output, g))
            for output, g in zip(outputs, cotangents, strict=True)
            if isinstance(output, Node)
        ]
        with trace.tracking():
            return trace.pull([output for output, _ in pairs], [g for _, g in pairs])

    return (value, pull, aux) if has_aux else (value, pull)


def jvp(
    f: Callable[..., Any],
    args: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """The value of ``f`` and its derivative along ``tangents``, in forward mode.

    With ``has_aux`` the function returns (output, aux), and aux is a third result.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    args = several_arguments(args, "jvp")
    tangents = several_arguments(tangents, "jvp")
    with traced(f, args, {}, tuple(range(len(args))), has_aux) as trace:
        pushed = trace.push(_seeds(trace, tangents))
        value = tree.mapped(trace.given_back, trace.output)
        aux = tree.mapped(trace.given_back, trace.aux)
        return (value, pushed, aux) if has_aux else (value, pushed)


def linearize(
    f: Callable[..., Any], *args: Any, has_aux: bool = False
) -> tuple[Any, ...]:
    """The value of ``f`` and the linear function tangents ↦ J · tangents.

    That function takes a tangent for each argument, and sweeps over what ``f`` recorded
    once: ``f`` does not run again. With ``has_aux`` the function returns (output, aux),
    and aux is a third result.

    >>> import numpy as np
    >>> y, push = linearize(lambda x: x * x, np.array([1.0, 2.0]))
    >>> push(np.array([1.0, 0.0])), push(np.array([0.0, 10.0]))
    (array([2., 0.]), array([ 0., 40.]))
    """
    args = tree.mapped(_kept, args)
    with traced(f, args, {}, tuple(range(len(args))), has_aux) as trace:
        value = tree.mapped(trace.given_back, trace.output)
        aux = tree.mapped(trace.given_back, trace.aux)

    def push(*tangents: Any) -> Any:
        seeds = _seeds(trace, tangents)
        with trace.tracking():
            return trace.push(seeds)

    return (value, push, aux) if has_aux else (value, push)


def _kept(x: Any) -> Any:
    """An array as it is now: whoever passed it may write before it is swept."""
    return x.copy() if type(x) is np.ndarray else x


def _seeds(trace: Trace, tangents: tuple[Any, ...]) -> list[Any]:
    matching = tree.matched(trace.private, tangents)
    return [trace.tangent(*each) for each in zip(trace.leaves, matching)]
