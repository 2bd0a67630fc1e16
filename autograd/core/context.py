"""The clock, and the recording switch: what is written down, thread by thread."""

from __future__ import annotations

from collections.abc import Callable
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
    ``tracing``: what is asked where data is read or written while a program is made.
    ``unusual``: whether it is not just that tracked results remember their operands.

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
        "tracing",
        "notes",
        "unusual",
        "outer",
        "changes",
        "block",
    )

    def __init__(self) -> None:
        self.gradients = True
        self.everything = self.places = self.fingerprints = False
        self.scope: Any = None
        self.listeners: tuple[Callable[..., object], ...] = ()
        self.private: frozenset[Any] = frozenset()
        self.left = False
        self.tracing: Any = None
        self.notes = self.unusual = False
        self.outer: Recording | None = None
        self.changes: dict[str, Any] = {}  # what this layer changed
        self.block: object = None  # the block that put it here

    def replace(self, block: object = None, **changes: Any) -> Recording:
        """A layer over this one, with some fields changed."""
        layer = self.within(self.scope)
        for name, value in changes.items():
            setattr(layer, name, value)
        layer.notes = layer.places or layer.fingerprints
        layer.unusual = layer.everything or layer.notes or not layer.gradients
        layer.changes, layer.block = changes, block
        return layer

    def within(self, scope: Any) -> Recording:
        """``replace(scope=scope)``, field by field: every call of a module does it."""
        layer = Recording.__new__(Recording)
        layer.gradients = self.gradients
        layer.everything = self.everything
        layer.places = self.places
        layer.fingerprints = self.fingerprints
        layer.scope = scope
        layer.listeners = self.listeners
        layer.private = self.private
        layer.left = self.left
        layer.tracing = self.tracing
        layer.notes = self.notes
        layer.unusual = self.unusual
        layer.outer, layer.changes, layer.block = self, {"scope": scope}, None
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


class switched:
    """The recording switch with some fields changed, until the block ends.

    It may be entered again and again, and within itself: what was on before is known
    by the context alone.
    """

    def __init__(self, **changes: Any) -> None:
        self.changes = changes

    def __enter__(self) -> Recording:
        inside = recording.get().replace(self, **self.changes)
        recording.set(inside)
        return inside

    def __exit__(self, *error: object) -> None:
        recording.set(recording.get().without(self))
