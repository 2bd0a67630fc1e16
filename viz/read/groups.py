"""What opens and closes in a player: the calls of modules, and runs of operations.

Groups are runs of operations that follow each other, so closing one never makes a
cycle. A level of too many members is cut into runs, which are groups like others, as
are the leaves that several of them read, if these are many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..story import WHOLE, Group, Story, Unit
from .words import count

MOST = 90  # members of a group
RUNS = 12  # that a level is cut into at most


def grouped(units: list[Unit], groups: list[Group], story: Story) -> None:
    """Fill in what the groups of ``story`` hold; add runs where they hold too much."""
    for number, group in enumerate(groups[1:], 1):
        groups[group.parent].members.append(~number)
    for number, unit in enumerate(units):
        groups[unit.group].members.append(number)
    first = [_first(units, groups, number) for number in range(len(groups))]
    readers = _readers(story)
    waiting = list(range(len(groups)))
    for number in waiting:  # grows while it is walked
        members = groups[number].members
        members.sort(key=lambda m: m if m >= 0 else first[~m])
        if len(members) <= MOST:
            continue
        runs = list(_runs(members, units, readers, story, number))
        shared = {m for m in members if m >= 0 and not units[m].operands}
        shared -= {m for run in runs for m in run}
        if runs and len(shared) > MOST:  # too many for a line from each to each run
            runs.append(sorted(shared))
        for run in runs:
            groups.append(_run(run, units, groups, number))
            waiting.append(len(groups) - 1)
            first.append(min(m if m >= 0 else first[~m] for m in run))
            for member in run:
                if member >= 0:
                    units[member].group = len(groups) - 1
                else:
                    groups[~member].parent = len(groups) - 1
            inside = set(run)
            members[:] = [m for m in members if m not in inside]
            members.append(~(len(groups) - 1))
        members.sort(key=lambda m: m if m >= 0 else first[~m])
    _connect(story)


def _first(units: Sequence[Unit], groups: Sequence[Group], number: int) -> int:
    """The first operation inside, of a group however deep."""
    found, waiting = len(units), [number]
    while waiting:
        for member in groups[waiting.pop()].members:
            if member < 0:
                waiting.append(~member)
            elif units[member].operands:
                found = min(found, member)
    return found


def _readers(story: Story) -> list[list[int]]:
    readers: list[list[int]] = [[] for _ in story.units]
    for number, unit in enumerate(story.units):
        for operand in unit.operands:
            readers[operand.source].append(number)
    return readers


def _runs(
    members: Sequence[int],
    units: Sequence[Unit],
    readers: Sequence[Sequence[int]],
    story: Story,
    level: int,
) -> Iterator[list[int]]:
    """Stretches of the operations, each with the leaves that it alone reads."""
    computed = [m for m in members if m < 0 or units[m].operands]
    many = min(RUNS, -(-len(members) // (MOST // 3)), len(computed))
    if many < 2:
        return
    run_of = {m: i * many // len(computed) for i, m in enumerate(computed)}
    runs: list[list[int]] = [[] for _ in range(many)]
    for member in members:
        home = {run_of.get(member)}
        if member not in run_of:  # a leaf
            home = {run_of.get(story.inside(r, level)) for r in readers[member]}  # type: ignore[arg-type]
        run = home.pop() if len(home) == 1 else None
        if run is not None:
            runs[run].append(member)
    yield from (run for run in runs if len(run) > 1)


def _run(
    members: list[int], units: Sequence[Unit], groups: Sequence[Group], parent: int
) -> Group:
    names = Counter(units[m].symbol for m in members if m >= 0 and units[m].operands)
    inner = sum(m < 0 for m in members)
    parts = [f"{name} ×{n}" for name, n in names.most_common(3)]
    parts += [count(inner, "group")] if inner else []
    parts = parts or ["shared leaves"]
    return Group("run", "", " ".join(parts), parent=parent, members=list(members))


def _connect(story: Story) -> None:
    """Which units are read across the border of a group, from either side."""
    into: list[dict[int, None]] = [{} for _ in story.groups]
    out: list[dict[int, None]] = [{} for _ in story.groups]
    for number, unit in enumerate(story.units):
        for operand in unit.operands:
            here = _around(story, unit.group)
            there = _around(story, story.units[operand.source].group)
            for around in here - there:
                into[around][operand.source] = None
            for around in there - here:
                out[around][operand.source] = None
        if unit.kind == "output":
            for around in _around(story, unit.group):
                out[around][number] = None
    for group, ins, outs in zip(story.groups, into, out, strict=True):
        group.ins, group.outs = list(ins), list(outs)


def _around(story: Story, group: int) -> set[int]:
    found = set()
    while group != WHOLE:
        found.add(group)
        group = story.groups[group].parent
    return found
