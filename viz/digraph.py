"""A view as DOT text, with what steers Graphviz to a layout that can be read.

``dot`` knows frames only as boxes that may not overlap. Left alone, it puts a module's
parameters beside the module before, so that modules come down like stairs; leads what a
module reads around its parameters, over its title; and draws what is alike in any
order. Edges and points that are not seen mend this. A column is what edges of no
constraint lead into.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .view import ROOT, View

STRAIGHT = 8  # how much harder than others edges pull that are no leaf's
MOST_ALIKE = 60  # boxes in one line, which all stand in one layer
MOST_GATES = 60  # more of them would take long
GATE = "shape=point, width=0, height=0, style=invis"


class Course(NamedTuple):
    """The direction of a drawing, ``LR`` or ``TB``, and the column of every item."""

    rankdir: str
    columns: Sequence[int]


Attributes = Callable[[int], Iterable[str]]


def digraph(
    view: View,
    course: Course,
    settings: Iterable[str],
    frame: Attributes,
    item: Attributes,
    line: Attributes,
    words: Attributes,
) -> str:
    """A view as DOT text; the functions say the attributes of each part, by number.

    Those of an edge are of its ``line`` and of the ``words`` on it: it may come in two
    halves. The first has the id of the second with a dash.

    >>> from viz.view import Edge, Item, View
    >>> view = View([Item("input", "x"), Item("operation", "+")], [Edge(0, 1)])
    >>> none = lambda number: []
    >>> dotted = lambda number: ["style=dotted"]
    >>> print(digraph(view, Course("LR", [0, 0]), [], none, none, dotted, none), end="")
    digraph {
      graph [rankdir=LR, nodesep=0.2, ranksep=0.35]
      n0 [id="n0"]
      n1 [id="n1"]
      n0 -> n1 [id="e0", style=dotted]
    }
    """
    rankdir, column = course
    lines = [f"graph [rankdir={rankdir}, nodesep=0.2, ranksep=0.35]", *settings]
    fed = {each.target for each in view.edges}
    behind = _behind(view, fed)
    gates = _gates(view, behind)
    lines += _nested(view, frame, item, gates)
    for number, each in enumerate(view.edges):
        source, target, name = f"n{each.source}", f"n{each.target}", f"e{number}"
        straight = [f"weight={STRAIGHT}"] * (each.source in fed)
        apart = column[each.source] != column[each.target]
        own = [*line(number), *(["constraint=false"] if apart else straight)]
        if number in gates:
            half = [*own, "arrowhead=none, headclip=false"]
            lines.append(_edge(source, f"g{number}", f"{name}-", half))
            source = f"g{number}"
            own = [*line(number), *straight, "arrowtail=none, tailclip=false"]
        lines.append(_edge(source, target, name, [*words(number), *own]))
    lines += [
        f"n{a} -> n{b} [style=invis]" for a, b in behind if column[a] == column[b]
    ]
    for alike in _alike(view):
        chain = " -> ".join(f"n{member}" for member in alike)
        lines.append(f"{{rank=same; {chain} [style=invis]}}")
    lines += _heads(view, column)
    return "\n".join(["digraph {", *(f"  {text}" for text in lines), "}", ""])


def _edge(source: str, target: str, name: str, attributes: Iterable[str]) -> str:
    own = ", ".join([f'id="{name}"', *attributes])
    return f"{source} -> {target} [{own}]"


def _heads(view: View, column: Sequence[int]) -> Iterator[str]:
    """Points side by side above several columns, which stand in their order."""
    if not any(column):
        return
    fed = {each.target for each in view.edges}
    goes_on = {False: set[int](), True: set[int]()}
    for each in view.edges:
        if each.source in fed:
            within = column[each.source] == column[each.target]
            goes_on[within].add(each.target)
    entered = goes_on[False] - goes_on[True]
    firsts = {0: column.index(0)} | {column[item]: item for item in sorted(entered)}
    heads = {at: f"c{at}" for at in sorted(firsts)}
    yield from (f"{head} [{GATE}]" for head in heads.values())
    yield f"{{rank=same; {' -> '.join(heads.values())} [style=invis]}}"
    for item in (firsts[0], *sorted(entered)):
        yield f"{heads[column[item]]} -> n{item} [style=invis]"


def _nested(
    view: View, frame: Attributes, item: Attributes, gates: Iterable[int]
) -> Iterator[str]:
    """The items and gates, each inside the brackets of its cluster.

    From top to bottom ``dot`` sets them the other way round.
    """
    within: list[list[int]] = [[] for _ in view.clusters]
    for gate in gates:
        within[view.items[view.edges[gate].target].cluster].append(gate)
    members: list[list[int]] = [[] for _ in view.clusters]
    for number, each in enumerate(view.items):
        members[each.cluster].append(number)
    opened: list[int] = []
    for number, cluster in enumerate(view.clusters):
        while opened and opened[-1] != cluster.parent:
            opened.pop()
            yield "  " * len(opened) + "}"
        if number != ROOT:
            yield "  " * len(opened) + f"subgraph cluster_{number} {{"
            opened.append(number)
            common = f'id="cluster{number}"', "labelloc=t, labeljust=l, margin=10"
            attributes = ", ".join([*common, *frame(number)])
            yield "  " * len(opened) + f"graph [{attributes}]"
        for member in members[number][:: -1 if view.rankdir == "TB" else 1]:
            attributes = ", ".join([f'id="n{member}"', *item(member)])
            yield "  " * len(opened) + f"n{member} [{attributes}]"
        for gate in within[number]:
            yield "  " * len(opened) + f"g{gate} [{GATE}]"
    while opened:
        opened.pop()
        yield "  " * len(opened) + "}"


def _behind(view: View, fed: set[int]) -> list[tuple[int, int]]:
    """Pairs (item, leaf): the leaf's module reads the item, and stands behind it."""
    inside = _inside(view)
    given: dict[int, set[int]] = {}  # what each cluster reads from outside
    first: dict[int, int] = {}  # the first reader of each item
    for edge in view.edges:
        first[edge.source] = min(edge.target, first.get(edge.source, edge.target))
        source, target = (view.items[x].cluster for x in (edge.source, edge.target))
        for cluster in inside[target] - inside[source]:
            given.setdefault(cluster, set()).add(edge.source)
    pairs = set()
    for leaf, item in enumerate(view.items):
        if leaf in fed or leaf not in first:
            continue
        for cluster in inside[item.cluster]:
            # What was made later may have been made from the leaf.
            before = [x for x in given.get(cluster, ()) if x < first[leaf]]
            if before:
                pairs.add((max(before), leaf))
    return sorted(pairs)


def _gates(view: View, behind: list[tuple[int, int]]) -> set[int]:
    """Edges that pass a point beside the parameters of the module they lead into."""
    inside = _inside(view)
    homes = {view.items[leaf].cluster for _, leaf in behind}
    gates = set()
    for number, edge in enumerate(view.edges):
        source, target = (view.items[x].cluster for x in (edge.source, edge.target))
        if target in homes and target not in inside[source]:
            gates.add(number)
    return gates if len(gates) <= MOST_GATES else set()


def _inside(view: View) -> list[set[int]]:
    """Of each cluster, itself and those around it."""
    inside = [{ROOT}]
    for number, cluster in enumerate(view.clusters[1:], 1):
        inside.append({number} | inside[cluster.parent])
    return inside


def _alike(view: View) -> list[list[int]]:
    """Boxes that read and are read by the same, and are to keep their order.

    Only those outside of frames: in one, ``dot`` at times turns the order round.
    """
    read: list[set[int]] = [set() for _ in view.items]
    reading: list[set[int]] = [set() for _ in view.items]
    for edge in view.edges:
        read[edge.target].add(edge.source)
        reading[edge.source].add(edge.target)
    kinds: dict[tuple[frozenset[int], ...], list[int]] = {}
    for number, item in enumerate(view.items):
        if not item.round and item.cluster == ROOT:
            ends = frozenset(read[number]), frozenset(reading[number])
            kinds.setdefault(ends, []).append(number)
    return [own for own in kinds.values() if 1 < len(own) <= MOST_ALIKE]
