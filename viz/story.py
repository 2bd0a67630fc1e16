"""The passes as a player tells them: units, groups, and the order of events. Only data.

What was computed and what flows back, in full, so that a player needs no nodes. A view
says how one still picture looks; a story says what there is to see, at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WHOLE = 0  # the group that holds everything

# A float, an int or a text (of what is neither: "nan", "1+2j", "True"); of an array a
# dictionary: what it is "of", and "all" its elements, nested, or its statistics.
Quantity = float | int | str | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Back:
    """What an operand gets back: ``passed`` = the gradient that arrives × ``local``.

    ``total`` is what the operand's gradient is with this contribution, and those before
    it. A ``local`` of None is one that is no number for each element.
    """

    local: Quantity | None
    passed: Quantity
    total: Quantity


@dataclass(frozen=True, slots=True)
class Operand:
    """The unit that is read, and what it gets back (None: no gradient flows there)."""

    source: int
    back: Back | None = None


@dataclass(slots=True)
class Unit:
    """A value, and the operation that made it; constants are units, too.

    ``kind`` is ``"parameter"``, ``"input"``, ``"constant"``, ``"result"``,
    ``"output"``, or ``"tuple"`` of an operation with several outputs, which has no
    value of its own.
    """

    kind: str
    title: str
    value: Quantity | None
    gradient: Quantity | None = None
    symbol: str = ""
    call: str = ""  # the operation with its static arguments
    place: str = ""  # file:line, where it is known
    operands: tuple[Operand, ...] = ()
    group: int = WHOLE
    tracked: bool = False


@dataclass(slots=True)
class Group:
    """Units and smaller groups that open and close as one: a module's call, or a run.

    ``kind`` is ``"module"``, ``"gradient"`` (derivatives) or ``"run"`` (operations that
    follow each other, or leaves that several runs read). ``members`` are the numbers of
    units, and of groups as ``~g``; ``ins`` the units outside that are read inside,
    ``outs`` those inside read outside.
    """

    kind: str
    path: str
    title: str
    note: str = ""
    parent: int = WHOLE
    members: list[int] = field(default_factory=list)
    ins: list[int] = field(default_factory=list)
    outs: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """Everything a player needs.

    ``forward`` are the units of operations in the order they ran, ``backward`` those
    that passed gradients on, in that order; ``seeds`` the outputs where it starts.
    """

    units: list[Unit]
    groups: list[Group]
    forward: list[int]
    backward: list[int]
    seeds: list[int]
    caption: tuple[str, ...] = ()

    def inside(self, unit: int, group: int) -> int | None:
        """The member of ``group`` that is or holds ``unit``; None where none does."""
        member, at = unit, self.units[unit].group
        while at != group:
            if at == WHOLE:
                return None
            member, at = ~at, self.groups[at].parent
        return member
