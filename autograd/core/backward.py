"""``backward()``: a reverse sweep whose results are left in ``.grad``."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Any

from .context import recording
from .node import Node
from .sweeps import pullback

_set_grad = vars(Node)["grad"].__set__  # the slot's own setter, in C
_committing = Lock()


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
    kind: Any = type(output)
    keeps_all = kind.keeps_all
    private = recording.get().private
    leaves: list[Any] = []
    leaf_grads: list[Any] = []
    inner: list[Any] = []
    inner_grads: list[Any] = []
    with kind.warnings():
        for node, g, _ in pullback([output], [cotangent], free=free):
            if node.op is None:
                leaves.append(node)
                leaf_grads.append(g)
            elif keeps_all or node.retains:
                inner.append(node)
                inner_grads.append(g)
            if private and node in private:
                raise ValueError(
                    "backward() reached an argument of a running transform, which has "
                    "no .grad of its own; use autograd.grad inside the function instead"
                )
    inner_grads = kind.kept(inner_grads)
    del g  # and pop(): accumulated() looks at who else holds a gradient
    leaf_grads.reverse()
    with _committing:
        grads = [kind.accumulated(leaf, leaf_grads.pop()) for leaf in leaves]
        deque(map(_set_grad, leaves + inner, grads + inner_grads), maxlen=0)
