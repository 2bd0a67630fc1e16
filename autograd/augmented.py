"""``p -= lr * p.grad``: in place where a leaf owns what it holds, else a new name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .core.call import raised_again
from .core.context import recording
from .core.node import Node
from .core.primitive import Primitive
from .core.rules import FAILURES
from .core.space import ARRAYS
from .core.writes import writes
from .ops.held import held_


def augmented(
    write: Callable[[Any, Any], Any], op: Primitive, symbol: str
) -> Callable[[Any, Any], Any]:
    """The method of ``x symbol= y``, where ``write`` does that to an array.

    What others hold, a leaf that requires a gradient, or a Parameter or Buffer, is
    written: under ``no_grad``, or where nothing tracked takes part. All else, results
    and plain Tensors, is ``x = x symbol y``: Python does that for NotImplemented.
    """

    def method(self: Any, other: Any) -> Any:
        if self.op is not None or not (self.tracked or hasattr(self, "_role")):
            tracing = recording.get().tracing if self.op is held_ else None
            if tracing is None:
                return NotImplemented
            return tracing.updated(op.call(self, other))
        context = recording.get()
        if self in context.private:
            return NotImplemented
        tracked = self.tracked or (isinstance(other, Node) and other.tracked)
        if context.everything or (context.gradients and tracked):
            raise TypeError(
                f"p {symbol}= v would write into a leaf, which no graph can record. To "
                f"update it: with ag.no_grad(): p {symbol}= v. To compute with it: "
                f"y = p {symbol} v"
            )
        is_tensor = type(other) is type(self)
        other = other._raw if is_tensor else ARRAYS.constant(other, op)
        try:
            write(self._raw, other)
        except FAILURES as error:
            raised_again(op.name, error, (self._raw, other))
        writes.stamp(self._raw)
        return self

    return method
