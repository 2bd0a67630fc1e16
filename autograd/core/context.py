"""The clock, and the recording switch: what is written down, thread by thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any

clock = count(1)  # one tick for every node and every write, of the whole process


class Recording:
    """What is recorded in one context: never changed, only replaced.

    ``gradients``: nodes made from tracked ones remember how. ``everything``: all nodes
    do. ``places``: the source line of each call is kept. ``fingerprints``: operands are
    hashed, so that a raw write is noticed. ``scope``: the chain of running modules.
    ``listeners``: called with every event of a sweep. ``private``: the leaves of
    running transforms, which ``backward()`` must not reach. ``left``: whether the
    number behind a node was taken out of the graph since the last of them began.

    Each is a layer over the one before, so that a block can take its own layer out from
    under others, as happens when two generators end in another order than they began.
    """

    __slots__ = (
        "gradients",
        "everything",
        "places",
        "fingerprints",
        "scope",
        "listeners",
        "private",
        "left",
        "notes",
        "outer",
        "changes",
        "block",
    )

    def __init__(
        self,
        gradients: bool = True,
        everything: bool = False,
        places: bool = False,
        fingerprints: bool = False,
        scope: Any = None,
        listeners: tuple[Callable[..., object], ...] = (),
        private: frozenset[Any] = frozenset(),
        left: bool = False,
    ) -> None:
        self.gradients = gradients
        self.everything = everything
        self.places = places
        self.fingerprints = fingerprints
        self.scope = scope
        self.listeners = listeners
        self.private = private
        self.left = left
        self.notes = places or fingerprints
        self.outer: Recording | None = None
        self.changes: dict[str, Any] = {}  # what this layer changed
        self.block: object = None  # the block that put it here

    def replace(self, block: object = None, **changes: Any) -> Recording:
        """A layer over this one, with some fields changed."""
        layer = Recording(
            self.gradients,
            self.everything,
            self.places,
            self.fingerprints,
            self.scope,
            self.listeners,
            self.private,
            self.left,
        )
        for name, value in changes.items():
            setattr(layer, name, value)
        layer.notes = layer.places or layer.fingerprints
        layer.outer, layer.changes, layer.block = self, changes, block
        return layer

    def without(self, block: object) -> Recording:
        """The same, but for the layer of ``block``, if it is among them."""
        if self.outer is None:
            return self
        if self.block is block:
            return self.outer
        rest = self.outer.without(block)
        return self if rest is self.outer else rest.replace(self.block, **self.changes)


recording: ContextVar[Recording] = ContextVar("recording", default=Recording())


def leave() -> None:
    """Remember, within a transform, that a tracked number left the graph."""
    context = recording.get()
    if context.private and not context.left:
        recording.set(context.replace(left=True))


@contextmanager
def switched(**changes: Any) -> Iterator[Recording]:
    """The recording switch with some fields changed, until the block ends."""
    block = object()
    inside = recording.get().replace(block, **changes)
    recording.set(inside)
    try:
        yield inside
    finally:
        recording.set(recording.get().without(block))


def no_grad() -> Any:
    """Record no gradients inside the block, in this thread and context only.

    >>> import autograd as ag
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """
    return switched(gradients=False)


def enable_grad() -> Any:
    """Record gradients inside the block, also within ``no_grad``."""
    return switched(gradients=True)


def record_places() -> Any:
    """Keep the source line of every recorded call: ``node.place`` is (file, line)."""
    return switched(places=True)


def detect_writes() -> Any:
    """Fingerprint every operand, so that a raw write into one is noticed in the sweep.

    Ordinary writes (``p.data -= …``) are always noticed; this finds those into arrays
    that bypass ``.data``, at the price of hashing every operand. Run the forward pass
    and the sweep inside the block.
    """
    return switched(fingerprints=True, places=True)


def listen(listener: Callable[..., object]) -> Any:
    """Call ``listener(node, value, parts)`` at every event of a sweep in the block.

    In reverse mode ``value`` is the cotangent that arrived at ``node`` and ``parts``
    its contribution to each input; in forward mode ``value`` is the tangent of ``node``
    and ``parts`` those of its inputs. Listeners observe: changing a gradient is a
    custom rule.

    >>> import autograd as ag
    >>> x = ag.Value(3.0)
    >>> with ag.listen(lambda node, g, parts: print(node.op, g)):
    ...     (x * x).backward()
    multiply 1.0
    None 6.0
    """
    return switched(listeners=(*recording.get().listeners, listener))
