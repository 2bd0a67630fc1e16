"""Hooks: functions that see the gradient of one node in a sweep, and may change it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import ref

import numpy as np

from .core.context import clock, switched
from .core.node import Node, hooked, raw, told
from .core.space import conjugated


class Hook:
    """What ``register_hook`` gives: ``remove()`` ends it, as does the end of a block.

    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> with x.register_hook(lambda g: 10 * g):
    ...     (x * x).sum().backward()
    >>> (x * x).sum().backward()
    >>> x.grad
    array([22., 44.])
    """

    def __init__(self, node: Node, function: Callable[[Any], Any]) -> None:
        self._node, self._number = node, next(clock)
        if not hasattr(node, "_hooks"):
            node._hooks = {}
        node._hooks[self._number] = partial(_through, function)
        key = id(node)
        hooked[key] = ref(node, lambda _: hooked.pop(key, None))

    def remove(self) -> None:
        """Call the function no more; to say so twice does no harm."""
        self._node._hooks.pop(self._number, None)
        if not self._node._hooks:
            hooked.pop(id(self._node), None)

    def __enter__(self) -> Hook:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def register_hook(self: Node, hook: Callable[[Any], Any]) -> Hook:
    """Call ``hook(g)`` in every reverse sweep with the gradient that arrives here.

    It observes, and returns None; or it returns another gradient of this shape, which
    goes on in its place, to the operands and into ``.grad``. Several are called in
    turn. ``backward()`` passes a read-only array (a Value's hook gets a float),
    transforms a Tensor, so that what the hook computes is differentiated again.
    Copies have no hooks.

    Raises:
        ValueError: nothing is tracked here, so that no gradient arrives.

    >>> import numpy as np
    >>> import autograd as ag
    >>> x = ag.tensor([3.0, -4.0], requires_grad=True)
    >>> y = x * 100
    >>> handle = y.register_hook(lambda g: np.clip(g, -1, 1))
    >>> (y * y).sum().backward()
    >>> x.grad
    array([ 100., -100.])
    >>> handle.remove()
    """
    if not callable(hook):
        raise TypeError(
            f"register_hook needs a function of a gradient; got {told(hook)}"
        )
    if not self.tracked:
        raise ValueError(
            f"no gradient arrives at this {type(self).__name__}, which is not tracked. "
            "Set requires_grad=True on a leaf before computing with it"
        )
    return Hook(self, hook)


def _shown(g: Any) -> Any:
    """A gradient as a person sees it, who cannot write into what others hold."""
    g = conjugated(g)
    if isinstance(g, np.ndarray):
        g = g.copy()
        g.flags.writeable = False
    return g


def _through(function: Callable[[Any], Any], node: Node, g: Any, lift: bool) -> Any:
    """The cotangent that goes on: what the function returned, or what arrived."""
    try:
        with switched(gradients=lift):
            new = function(_shown(g))
            if new is None:
                return g
            new = node.space.cotangent(new if lift else raw(new), node)
            return node.space.fitted(new, node, lift)
    except Exception as error:
        error.add_note(f"in a hook on the gradient of {told(node)}")
        raise
