"""The programs of one function: by the kind of its arguments, and what they were."""

from __future__ import annotations

from typing import Any

from .recorded import Recorded
from .running import Running


class Family:
    """The programs for arguments of one kind, of which the one that fits runs."""

    def __init__(self, known: frozenset[Any]) -> None:
        self.members: list[Member] = []
        self.known = known  # leaves whose gradients may be read or written
        self.as_it_is = ""  # why the function always runs so, or ""

    def fitting(self) -> tuple[Member | None, list[Any]]:
        """The one whose recording went as a run would go now, and its numbers."""
        for member in self.members:
            numbers = member.recorded.now()
            if numbers is not None:
                return member, numbers
        return None, []


class Member:
    """One of the programs for arguments of one kind; at first only its recording."""

    def __init__(self, recorded: Recorded, as_it_is: str) -> None:
        self.recorded = recorded
        self.as_it_is = as_it_is  # why the function runs as it is, or ""
        self.running: Running | None = None
