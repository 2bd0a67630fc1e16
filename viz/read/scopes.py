"""Which module call made which node: frames for a drawing, and names for parameters.

A node's ``scope`` is a linked chain (outer, module), innermost last. The calls of one
module are separate links, so each gets its own frame. Frames are runs of consecutive
nodes: contracting one can never make a cycle, also where a graph holds derivatives,
whose nodes carry ``Gradient`` in their chain and are framed apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd.core.node import Gradient, Node

from ..view import ROOT, Cluster
from .nodes import data_of
from .words import count, listed

# The paths of modules, or what says of a module whether it is meant.
Opened = str | Collection[str] | Callable[[Any], bool]


@dataclass(slots=True)
class Frame:
    """One module call, or a stretch of derivatives (``module`` None), in ``parent``."""

    key: Any
    module: Any
    outermost: Any  # the module whose attributes give this one its path
    parent: int = ROOT
    depth: int = 0


class Scopes:
    """The frames of a graph's nodes, and the names that modules give to leaves."""

    def __init__(
        self, nodes: Sequence[Node], given: Mapping[Node, str] | None = None
    ) -> None:
        self.given = given or {}  # names for this drawing alone
        self.frames = [Frame(None, None, None)]
        self.of: dict[Node, int] = {}  # node -> frame
        self.names: dict[Node, str] = {}
        self._paths: dict[int, dict[int, str]] = {}  # outermost -> module -> path
        self._open(nodes)
        self._hold_leaves(nodes)

    def title(self, node: Node) -> str:
        """The node's own label, or the name its module or the drawing has for it."""
        return node.label or self.given.get(node, "") or self.names.get(node, "")

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The frames as a view shows them."""
        passes = [0]  # of each frame: how many derivatives it is within
        for frame in self.frames[1:]:
            order = frame.key if frame.module is None else passes[frame.parent]
            passes.append(order)
        keys = [
            (id(frame.module), order)
            for frame, order in zip(self.frames, passes, strict=True)
        ]
        calls = Counter(keys)
        before: Counter[tuple[int, int]] = Counter()
        sizes: dict[int, int] = {}
        clusters = [Cluster("", "")]
        for frame, key in zip(self.frames[1:], keys[1:], strict=True):
            module = frame.module
            if module is None:
                path = "∇" * frame.key
                clusters.append(
                    Cluster(path, "derivative", "", frame.parent, "gradient")
                )
                continue
            title = type(module).__name__
            before[key] += 1
            if calls[key] > 1:
                title += f" · call {before[key]} of {calls[key]}"
            if id(module) not in sizes:
                leaves = [node for _, node in named(module, "parameters")]
                sizes[id(module)] = sum(np.size(data_of(node)) for node in leaves)
            size = sizes[id(module)]
            note = count(size, "parameter") if size else ""
            clusters.append(Cluster(self.path(frame), title, note, frame.parent))
        return clusters

    def chosen(self, opened: Opened) -> set[int]:
        """The frames of modules with one of these paths, or for which this holds."""
        calls = [(at, x.module) for at, x in enumerate(self.frames) if x.module]
        if callable(opened):
            return {at for at, module in calls if opened(module)}
        wanted = {opened} if isinstance(opened, str) else {*opened}
        paths = {at: self.clusters[at].path for at, _ in calls}
        if unknown := wanted - {*paths.values()}:
            there = [*dict.fromkeys(path for path in paths.values() if path)]
            raise ValueError(
                f"opened names {', '.join(map(repr, sorted(unknown)))}, which is no "
                f"module here; there are {listed(there) or 'none'}"
            )
        return {at for at, path in paths.items() if path in wanted}

    def around(self, frames: Iterable[int]) -> set[int]:
        """The frames, and all those around them."""
        found = {ROOT}
        for at in frames:
            while at not in found:
                found.add(at)
                at = self.frames[at].parent
        return found

    def innermost(self, frame: int, among: Collection[int]) -> int:
        """The first of ``among`` from the frame outwards; they hold the ROOT."""
        while frame not in among:
            frame = self.frames[frame].parent
        return frame

    def path(self, frame: Frame) -> str:
        """The attributes that lead to the frame's module, as in ``layers.0``."""
        return self._paths[id(frame.outermost)].get(id(frame.module), "")

    def path_of(self, node: Node) -> str:
        """The attributes that lead to the module that made ``node``; empty for none."""
        frame = self.frames[self.of[node]]
        return self.path(frame) if frame.module is not None else ""

    def _open(self, nodes: Iterable[Node]) -> None:
        scope: Any = None
        opened = [ROOT]
        for node in nodes:
            if not node.inputs:
                continue
            if node.scope is not scope:
                scope = node.scope
                opened = self._opened(opened, chain(scope))
            self.of[node] = opened[-1]

    def _opened(self, opened: list[int], keys: list[Any]) -> list[int]:
        """The stack of frames for a chain, sharing what was open just before."""
        shared = 1
        for key, frame in zip(keys, opened[1:], strict=False):
            known = self.frames[frame].key
            if not (key is known or (isinstance(key, int) and key == known)):
                break
            shared += 1
        opened = opened[:shared]
        for key in keys[shared - 1 :]:
            module = None if isinstance(key, int) else key[1]
            above = self.frames[opened[-1]]
            outermost = above.outermost
            if outermost is None and module is not None:
                outermost = module
                self._learn(module)
            self.frames.append(Frame(key, module, outermost, opened[-1], len(opened)))
            opened.append(len(self.frames) - 1)
        return opened

    def _learn(self, outermost: Any) -> None:
        if id(outermost) in self._paths:
            return
        self._paths[id(outermost)] = {
            id(module): path for path, module in named(outermost, "modules")
        }
        for kind in ("parameters", "buffers"):
            for name, node in named(outermost, kind):
                self.names.setdefault(node, name)

    def _hold_leaves(self, nodes: Iterable[Node]) -> None:
        """A module's leaves stand in the innermost frame around all their readers."""
        held: dict[Node, int] = {}
        for node in nodes:
            if not node.inputs:
                self.of[node] = ROOT
                continue
            frame = self.of[node]
            for x in node.inputs:
                if isinstance(x, Node) and not x.inputs and x in self.names:
                    held[x] = self._common(held.get(x, frame), frame)
        self.of.update(held)

    def _common(self, one: int, other: int) -> int:
        while one != other:
            if self.frames[one].depth >= self.frames[other].depth:
                one = self.frames[one].parent
            else:
                other = self.frames[other].parent
        return one


def chain(scope: Any) -> list[Any]:
    """A scope's links, outermost first; derivatives first of all, as their number."""
    links, gradients = [], 0
    while scope is not None:
        if isinstance(scope[1], Gradient):
            gradients += 1
        else:
            links.append(scope)
        scope = scope[0]
    return [gradients] * (gradients > 0) + links[::-1]


def named(module: Any, kind: str) -> Iterator[tuple[str, Any]]:
    """``module.named_parameters()`` and its like; empty where there is no such method.

    >>> list(named(object(), "parameters"))
    []
    """
    method = getattr(module, f"named_{kind}", None)
    return iter(method()) if callable(method) else iter(())
