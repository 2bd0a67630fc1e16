"""Where the members of each group lie while all its groups are closed.

A player opens groups by stretching the level around them: what lies beside an opened
group moves away, by the same map for all, so nothing ever overlaps. Levels of equal
shape are one, which is most of them in a network of equal neurons.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..story import WHOLE, Group, Story, Unit
from .layers import BORDER, Arrangement, Link, arrange
from .measure import CIRCLE, HEADER, LINE, SIDE, SMALL, text_width
from .positions import Point

ARM = 10.0  # between a circle and the box of its result
SCALAR = 100.0  # width of a box with one number
ARRAY = 176.0
CLOSED = 140.0
TITLE = 24  # letters of a title that are shown

# Arrangements by the sizes and links they were made for: equal neurons share one.
Known = dict[tuple[tuple[Point, ...], tuple[tuple[int, int], ...]], Arrangement]


@dataclass(frozen=True, slots=True)
class Level:
    """Positions in one group: all lengths are whole px, from its upper left corner.

    ``at`` has (x, y, width, height, enter, leave, circle) for each member, then for
    each port: its middle, its size, where links reach and leave its column, and the
    width of its operation's circle. ``ports`` are the places in ``ins`` of what several
    members read: these links fan out inside. ``bends`` are what a link passes on its
    way, by ends ("from>to", with "i" and "o" for the border); ``ins`` and ``outs`` the
    heights where links cross it.
    """

    width: int
    height: int
    at: tuple[tuple[int, ...], ...]
    ports: tuple[int, ...]
    ins: tuple[int, ...]
    outs: tuple[int, ...]
    bends: tuple[tuple[str, tuple[int, ...]], ...]


def levels(story: Story) -> list[Level]:
    """The level of every group of a story."""
    known: Known = {}
    return [_level(story, number, known) for number in range(len(story.groups))]


def unit_size(unit: Unit) -> Point:
    """Width and height: the circle of its operation, an arm, the box of its value."""
    title = min(text_width(unit.title[:TITLE], bold=True), 170.0) + 2 * SIDE
    circle = circle_width(unit)
    if unit.kind == "tuple":
        return circle, CIRCLE
    value, rows = unit.value, 1
    if isinstance(value, dict):
        rows = 1 + (len(value) > 1)
        width = ARRAY
    elif isinstance(value, str):
        width = max(SCALAR, min(ARRAY, text_width(value) + 2 * SIDE))
    else:
        width = SCALAR
    if unit.kind == "constant":
        width = width if isinstance(value, dict) else 64.0
    height = LINE * (rows + unit.tracked) + 4 + (HEADER if unit.title else 0)
    wide = max(width, title) + (circle + ARM if circle else 0)
    return round(wide), round(max(height, CIRCLE if circle else 0))


def circle_width(unit: Unit) -> int:
    """The width of the circle of the unit's operation; 0 where there is none."""
    return round(max(CIRCLE, text_width(unit.symbol) + 16)) if unit.symbol else 0


def closed_size(group: Group) -> Point:
    """Width and height of a closed group: its title, and three rows."""
    return round(max(CLOSED, group_width(group))), round(HEADER + 3 * LINE + 4)


def group_width(group: Group) -> float:
    """Room for the heading of a group."""
    bold = text_width(f"▸ {group.path} ", bold=True)
    title = f"{group.title} · {group.note}" if group.note else group.title
    return min(bold + text_width(title[:60], SMALL) + 2 * SIDE, 420.0)


def links_of(
    story: Story, number: int, ports: dict[int, int]
) -> list[tuple[int, int, int]]:
    """The links of a level: (member or port or BORDER, the same, unit that is read).

    ``ports`` has the index of the port by unit.
    """
    group = story.groups[number]
    index = {member: i for i, member in enumerate(group.members)}

    def of(unit: int) -> int:
        member = story.inside(unit, number)
        return ports.get(unit, BORDER) if member is None else index[member]

    links = [(BORDER, port, unit) for unit, port in ports.items()]
    for i, member in enumerate(group.members):
        if member >= 0:
            read = [operand.source for operand in story.units[member].operands]
        else:
            read = story.groups[~member].ins
        links += [(of(unit), i, unit) for unit in read]
    if number != WHOLE:
        links += [(of(unit), BORDER, unit) for unit in group.outs]
    return links


def _level(story: Story, number: int, known: Known) -> Level:
    group = story.groups[number]
    sizes = [
        unit_size(story.units[m]) if m >= 0 else closed_size(story.groups[~m])
        for m in group.members
    ]
    readers = Counter(u for a, _, u in links_of(story, number, {}) if a == BORDER)
    several = [unit for unit in group.ins if readers[unit] > 1]
    ports = {unit: len(sizes) + i for i, unit in enumerate(several)}
    sizes += [(0.0, 6.0)] * len(ports)
    # Links between the same ends are drawn side by side, and take the room of one.
    single = dict.fromkeys(
        (a, b, unit if BORDER in (a, b) else -1)
        for a, b, unit in links_of(story, number, ports)
    )
    ends = tuple((a, b) for a, b, _ in single)
    if (tuple(sizes), ends) not in known:
        known[tuple(sizes), ends] = arrange(sizes, [Link(a, b) for a, b in ends])
    arrangement = known[tuple(sizes), ends]
    enter = [round(x - w / 2) for (x, _), (w, _) in zip(arrangement.middles, sizes)]
    leave = [round(x + w / 2) for (x, _), (w, _) in zip(arrangement.middles, sizes)]
    ins: dict[int, int] = {}
    outs: dict[int, int] = {}
    bends: dict[str, tuple[int, ...]] = {}
    for (a, b, unit), route in zip(single, arrangement.routes, strict=True):
        if a == BORDER:
            ins[unit] = round(route[0][1])
        else:
            leave[a] = round(route[0][0])
        if b == BORDER:
            outs[unit] = round(route[-1][1])
        else:
            enter[b] = round(route[-1][0])
        if len(route) > 2:
            start = f"i{group.ins.index(unit)}" if a == BORDER else a
            stop = f"o{group.outs.index(unit)}" if b == BORDER else b
            flat = tuple(round(v) for point in route[1:-1] for v in point)
            bends[f"{start}>{stop}"] = flat
    circles = [circle_width(story.units[m]) if m >= 0 else 0 for m in group.members]
    circles += [0] * len(ports)
    at = tuple(
        (round(x), round(y), round(w), round(h), enter[i], leave[i], circles[i])
        for i, ((x, y), (w, h)) in enumerate(
            zip(arrangement.middles, sizes, strict=True)
        )
    )
    return Level(
        round(arrangement.width),
        round(arrangement.height),
        at,
        tuple(group.ins.index(unit) for unit in ports),
        tuple(ins.get(unit, 0) for unit in group.ins),
        tuple(outs.get(unit, 0) for unit in group.outs),
        tuple(bends.items()),
    )
