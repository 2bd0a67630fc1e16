"""One step of a recording, of which some operands have a leading axis of examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.node import Node, TraceError, raw
from ..core.primitive import Primitive

Shape = tuple[int, ...]


class Call:
    """A primitive, its operands for all examples, and what they were for one.

    ``operands[i]`` has a leading axis of ``n`` examples where ``mapped[i]``, and is the
    same for all of them elsewhere. ``out`` is the result for one example.
    """

    def __init__(
        self, node: Node, operands: list[Any], mapped: list[bool], n: int
    ) -> None:
        self.op: Primitive = node.op
        self.params = node.params
        self.operands, self.mapped, self.n = operands, mapped, n
        self.one = [raw(x) for x in node.inputs]
        self.out = node._raw

    def shape(self, i: int) -> Shape:
        """The shape of an operand for one example."""
        return np.shape(self.one[i])

    def rank(self, i: int) -> int:
        """How many axes an operand has for one example."""
        return np.ndim(self.one[i])

    def whole(self, i: int) -> Any:
        """An operand for each example, also where it is the same for all."""
        if self.mapped[i]:
            return self.operands[i]
        return np.broadcast_to(self.operands[i], (self.n, *self.shape(i)))

    def aligned(self, i: int, rank: int) -> Any:
        """An operand that broadcasts, for each example, to so many axes."""
        x, shape = self.operands[i], self.shape(i)
        if not self.mapped[i] or len(shape) >= rank:
            return x
        return np.reshape(x, (self.n, *(1,) * (rank - len(shape)), *shape))

    def again(self, *operands: Any, **params: Any) -> Any:
        """The primitive of other operands, with some parameters changed."""
        return self.op(*operands, **{**self.params, **params})


Rule = Callable[[Call], Any]

RULES: dict[str, Rule] = {}  # by the name of a primitive of the engine's


def rule(*names: str) -> Callable[[Rule], Rule]:
    """The decorator that makes a function the batching rule of these primitives."""

    def added(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return added


def rule_of(op: Primitive) -> Rule:
    """How ``op`` is computed for many examples: by a rule, or one after another."""
    if op.is_declared and op.name in RULES:
        return RULES[op.name]
    return RULES["elementwise"] if op.by_element else one_by_one


def one_by_one(call: Call) -> Any:
    """Each example by itself, and the results stacked: right for any primitive."""
    results = [
        call.again(
            *[x[i, ...] if it else x for x, it in zip(call.operands, call.mapped)]
        )
        for i in range(call.n)
    ]
    if isinstance(call.out, tuple):
        several = [*zip(*results)] or [()] * len(call.out)
        return tuple([_stacked(call.op, *each) for each in zip(several, call.out)])
    return _stacked(call.op, results, call.out)


def _stacked(op: Primitive, results: Any, one: Any) -> Any:
    if not results:
        return np.zeros((0, *np.shape(one)), np.asarray(one).dtype)
    if any(np.shape(x) != np.shape(one) for x in results):
        raise TraceError(
            f"a result of {op} has another shape for each example, by its numbers: "
            f"{', '.join([str(np.shape(x)) for x in results[:4]])}. Choose by np.where"
            ", or go over the examples in a loop"
        )
    return np.stack(results)
