"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..core import tree
from ..core.node import Node
from .tracing import several_arguments, traced


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The gradient of a scalar function: ``grad(f)(x)`` has the structure of ``x``.

    The function receives Tensors (Values where it was given Values). Arrays in, arrays
    out; Tensors in, Tensors out; where the gradient itself depends on something tracked
    it is tracked, so transforms nest to any depth and reach through closures.

    Args:
        f: a function that returns one number, real or of a real dtype.
        argnums: which arguments to differentiate; a tuple gives a tuple of gradients.

    >>> import autograd as ag
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0
) -> Callable[..., tuple[Any, Any]]:
    """Like ``grad``, with the function's value beside it.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with traced(f, args, kwargs, argnums) as trace:
            output = trace.single_output("grad")
            gradients = trace.pull([output], [output.space.ones(output)])
            return trace.given_back(output), gradients

    return value_and_gradient


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The value of ``f`` and the function cotangent ↦ one cotangent for each argument.

    >>> import numpy as np
    >>> y, pull = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    with traced(f, args, {}, tuple(range(len(args)))) as trace:
        value = tree.mapped(trace.given_back, trace.output)

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

    return value, pull


def jvp(
    f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The value of ``f`` and its derivative along ``tangents``, in forward mode.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    args = several_arguments(args, "jvp")
    tangents = several_arguments(tangents, "jvp")
    with traced(f, args, {}, tuple(range(len(args)))) as trace:
        matching = tree.matched(trace.private, tangents)
        seeds = [trace.tangent(*each) for each in zip(trace.leaves, matching)]
        pushed = trace.push(seeds)
        return tree.mapped(trace.given_back, trace.output), pushed
