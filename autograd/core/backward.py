"""``backward()``: a reverse sweep whose results are left in ``.grad``."""

from __future__ import annotations

from collections import deque
from contextvars import ContextVar
from threading import Lock
from typing import Any
from weakref import ref

from .call import FREED
from .context import recording
from .node import Node
from .zeros import pulled

_set_grad = vars(Node)["grad"].__set__  # the slot's own setter, in C
_committing = Lock()
last_swept: ContextVar[Any] = ContextVar("last_swept", default=lambda: None)


def backward(output: Node, cotangent: Any, free: bool) -> None:
    """Sweep from ``output`` and add what arrives at each leaf to its ``.grad``.

    Everything is computed first and committed at the end, in one step that nothing can
    interrupt: an error or Ctrl-C leaves every gradient as it was.
    """
    if not output.tracked:
        raise ValueError(
            "backward() needs something that depends on a tracked leaf; this "
            f"{type(output).__name__} does not. Set requires_grad=True on a leaf "
            "before computing with it, outside of no_grad"
        )
    context, space = recording.get(), output.space
    leaves, inner = pulled([output], [cotangent], context.private)
    if not context.private.isdisjoint([*leaves, *inner]):
        raise ValueError(
            "backward() reached an argument of a running transform, which has no .grad "
            "of its own; use autograd.grad inside the function instead"
        )
    kept = [*inner.values()] if space.keeps_all else [*map(space.kept, inner.values())]
    several = len({*map(id, leaves.values())}) < len(leaves)  # have one array, maybe
    shared = several or bool(context.listeners)
    with _committing:
        grads = [space.accumulated(leaf, g, shared) for leaf, g in leaves.items()]
        deque(map(_set_grad, [*leaves, *inner], grads + kept), maxlen=0)
    last_swept.set(ref(output))
    if free:
        release(output)


def release(output: Node) -> None:
    """Let the graph forget what it was made of: memory nobody else holds is given back.

    A sweep over it, or from a graph that shares a part of it, is an error from now on.
    """
    stack = [output]
    while stack:
        node = stack.pop()
        if node.op is not None:
            stack += [x for x in node.inputs if isinstance(x, Node) and x.tracked]
            node.op = FREED  # first: a sweep that meets it meanwhile says what it is
            node.inputs, node._slope = (), None
