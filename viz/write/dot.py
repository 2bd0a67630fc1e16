"""The DOT writer: the same view as text for Graphviz, byte-identical run after run.

Items are named by their position in creation order, never by address or age. Boxes are
HTML-like labels: ``record`` shapes lose text in some builds of Graphviz.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..view import ROOT, Edge, Item, Row, View
from .palette import (
    ALARM,
    EDGE,
    KINDS,
    MUTED,
    PAPER,
    STYLES,
    TEXT,
    flow_colour,
    flow_width,
    frame_ink,
    outline,
)
from .shapes import escape

FONT = "Helvetica,Arial,sans-serif"


def write_dot(view: View) -> str:
    """The drawing as DOT text.

    >>> from viz.view import Edge, Item, View
    >>> view = View([Item("input", "x"), Item("operation", "+")], [Edge(0, 1)])
    >>> print(write_dot(view).splitlines()[-2])
      n0 -> n1 [id="e0"]
    """
    way = ", dir=back" if view.backward else ""
    graph = (
        f'rankdir={view.rankdir}, fontname="{FONT}", fontsize=10, fontcolor="{MUTED}", '
        f'bgcolor="{PAPER}", nodesep=0.2, ranksep=0.35, labeljust=l, labelloc=b'
    )
    lines = [
        "digraph {",
        f"  graph [{graph}]",
        f'  node [shape=plain, fontname="{FONT}", fontsize=11, fontcolor="{TEXT}"]',
        f'  edge [fontname="{FONT}", fontsize=9, color="{EDGE}", arrowsize=0.6{way}]',
    ]
    if view.caption:
        text = '<BR ALIGN="LEFT"/>'.join(map(escape, view.caption))
        lines.append(f'  label=<{text}<BR ALIGN="LEFT"/>>')
    lines += _clusters(view)
    lines += [f"  {_edge(view, i, edge)}" for i, edge in enumerate(view.edges)]
    return "\n".join([*lines, "}", ""])


def _clusters(view: View) -> Iterator[str]:
    """The items, each inside the brackets of its cluster."""
    members: list[list[int]] = [[] for _ in view.clusters]
    for number, item in enumerate(view.items):
        members[item.cluster].append(number)
    opened: list[int] = []
    for number, cluster in enumerate(view.clusters):
        while opened and opened[-1] != cluster.parent:
            opened.pop()
            yield "  " * (len(opened) + 1) + "}"
        if number != ROOT:
            yield "  " * (len(opened) + 1) + f"subgraph cluster_{number} {{"
            opened.append(number)
            yield "  " * (len(opened) + 1) + _frame(view, number)
        for member in members[number]:
            yield "  " * (len(opened) + 1) + _item(member, view.items[member])
    while opened:
        opened.pop()
        yield "  " * (len(opened) + 1) + "}"


def _frame(view: View, number: int) -> str:
    cluster = view.clusters[number]
    ink = frame_ink(cluster, view.depth(number))
    path = f"<B>{escape(cluster.path)}</B> " if cluster.path else ""
    return (
        f'graph [id="cluster{number}", class="{cluster.kind}", '
        f"label=<{path}{escape(cluster.heading)}>, labelloc=t, labeljust=l, "
        f'style="filled,rounded", fillcolor="{ink.fill}", color="{ink.line}", '
        f'fontcolor="{ink.text}", fontsize=11, margin=10]'
    )


def _item(number: int, item: Item) -> str:
    ink = KINDS[item.kind]
    head = f'n{number} [id="n{number}", class="{item.kind}"'
    if item.tip:
        head += f", tooltip={_quoted(item.tip)}"
    if item.round:
        short = len(item.title) <= 2
        shape = "shape=circle, fixedsize=true" if short else "shape=box, margin=0.1"
        style = "filled" if short else "filled,rounded"
        size = 15 if len(item.title) == 1 else 11
        return (
            f'{head}, {shape}, width=0.38, height=0.38, style="{style}", '
            f'fillcolor="{ink.fill}", color="{ink.line}", fontcolor="{ink.text}", '
            f"fontsize={size}, label={_quoted(item.title)}]"
        )
    # Cells leave hairlines, which in a marked box would show between red and red.
    ground = ALARM if item.marked else PAPER
    rows = "".join(_row(row, ground) for row in item.rows)
    if item.title:
        title = f'<FONT COLOR="{ink.text}"><B>{escape(item.title)}</B></FONT>'
        rows = f'<TR><TD COLSPAN="2" BGCOLOR="{ink.fill}">{title}</TD></TR>' + rows
    colour, border = outline(item)
    style = ' STYLE="DASHED"' if item.kind == "fold" else ""
    return (
        f'{head}, label=<<TABLE BORDER="{border}" COLOR="{colour}" BGCOLOR="{ground}" '
        f'CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"{style}>{rows}</TABLE>>]'
    )


def _row(row: Row, ground: str) -> str:
    ink = STYLES[row.style]
    fill = f' BGCOLOR="{ink.fill}"' if ink.fill != ground else ""
    size = ' POINT-SIZE="9"' if row.style == "muted" else ""
    text = f'<FONT COLOR="{ink.text}"{size}>{escape(row.text)}</FONT>'
    if not row.key:
        return f'<TR><TD COLSPAN="2"{fill}>{text}</TD></TR>'
    shade = ink.text if row.style == "alarm" else MUTED
    key = f'<FONT COLOR="{shade}" POINT-SIZE="9">{escape(row.key)}</FONT>'
    return (
        f'<TR><TD ALIGN="LEFT"{fill}>{key}</TD><TD ALIGN="RIGHT"{fill}>{text}</TD></TR>'
    )


def _edge(view: View, number: int, edge: Edge) -> str:
    attributes = [f'id="e{number}"']
    if edge.tip:
        attributes.append(f"edgetooltip={_quoted(edge.tip)}")
    if edge.mark:
        attributes.append(
            f"headlabel={_quoted(edge.mark)}, labeldistance=1.4, labelfontsize=8, "
            f'labelfontcolor="{MUTED}"'
        )
    if view.backward:
        attributes += _flow(edge)
    return f"n{edge.source} -> n{edge.target} [{', '.join(attributes)}]"


def _flow(edge: Edge) -> list[str]:
    if edge.faded:
        return [f'style=dotted, color="{flow_colour(edge)}", arrowtail=none']
    colour = flow_colour(edge)
    attributes = [f'color="{colour}", penwidth={flow_width(edge):.2f}']
    if edge.label:
        lines = "".join(f"<TR><TD>{escape(line)}</TD></TR>" for line in edge.label)
        attributes.append(
            f'fontcolor="{colour}", label=<<TABLE BORDER="0" CELLBORDER="0" '
            f'CELLSPACING="0" CELLPADDING="1" BGCOLOR="{PAPER}">{lines}</TABLE>>'
        )
    if edge.sign == -1:
        attributes.append("style=dashed")
    return attributes


def _quoted(text: str) -> str:
    return '"' + escape(text).replace("\\", "\\\\") + '"'
