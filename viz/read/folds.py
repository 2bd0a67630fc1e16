"""Folds: the boxes that stand for what a drawing hides, and what they cost it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from autograd.core.node import Node

from ..view import ROOT
from .nodes import data_of, is_member


@dataclass(slots=True, eq=False)
class Fold:
    """Hidden nodes that stand in a drawing as one box, in frame ``frame``.

    A closed module has its title; a repeat says how many ``times`` the same comes; a
    stretch of operations has no title. ``named`` are members with a label of their own,
    ``outputs`` those that something outside reads.
    """

    title: str
    note: str = ""
    frame: int = ROOT
    members: list[Node] = field(default_factory=list)
    times: int = 1
    is_shared: bool = False  # leaves alone, whose readers are elsewhere
    named: list[Node] = field(default_factory=list)
    outputs: list[Node] = field(default_factory=list)

    @property
    def is_module(self) -> bool:
        """Whether this is one call of a module, and no repeat and no stretch."""
        return bool(self.title) and self.times == 1 and not self.is_shared

    @property
    def computed(self) -> list[Node]:
        """The members that are results of operations."""
        return [node for node in self.members if node.inputs]

    @property
    def leaves(self) -> list[Node]:
        """The members that were given."""
        return [node for node in self.members if not node.inputs]


@dataclass(slots=True)
class Summary:
    """The fold of every node without a box, and of drawn ones whose circle is hidden.

    The latter are the ``makers``: what a closed module returns stands beside it.
    """

    owners: dict[Node, Fold] = field(default_factory=dict)
    makers: dict[Node, Fold] = field(default_factory=dict)
    read: dict[Node, list[Any]] = field(default_factory=dict)  # arguments, by reader

    def home(self, node: Node) -> Fold | None:
        """The fold that hides the operation of ``node``, if one does."""
        return self.owners.get(node) or self.makers.get(node)

    def is_within(self, x: Any, fold: Fold | None) -> bool:
        """Whether ``x`` was made in ``fold`` (or is a leaf of it)."""
        return fold is not None and (self.home(x) is fold)

    def folds(self) -> list[Fold]:
        """Every fold once."""
        return list(dict.fromkeys([*self.owners.values(), *self.makers.values()]))

    def items(self, nodes: Iterable[Node]) -> int:
        """How many boxes and circles are drawn."""
        folds = [self.home(node) for node in self.read]
        outside = {
            argument
            for arguments, fold in zip(self.read.values(), folds, strict=True)
            if fold is None or fold.is_module
            for argument in arguments
        }
        single = len(outside)
        for node in nodes:
            if node in self.makers:
                single += 1
            elif node not in self.owners:
                single += items_of(node)
        return single + len(self.folds())

    def edges(self, nodes: Iterable[Node]) -> int:
        """How many edges are drawn: one for each operand, those into folds together."""
        single, between = 0, set[tuple[int, int]]()
        for node in nodes:
            fold = self.home(node)
            if fold is None:
                single += len(node.inputs) + bool(node.inputs)
                continue
            single += node in self.makers
            for x in node.inputs:
                if isinstance(x, Node) and not self.is_within(x, fold):
                    between.add((id(self.owners.get(x, x)), id(fold)))
        return single + len(between)


def items_of(node: Node) -> int:
    """How many items a drawing has for ``node``: box, circle, constants."""
    if not node.inputs or is_member(node):
        return 1
    constants = sum(not isinstance(x, Node) for x in node.inputs)
    return constants + (1 if isinstance(data_of(node), tuple) else 2)
