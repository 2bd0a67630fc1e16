"""The DOT writer: the same view as text for Graphviz, byte-identical run after run.

Items are named by their position in creation order, never by address or age. Boxes are
HTML-like labels: ``record`` shapes lose text in some builds of Graphviz.
"""

from __future__ import annotations

from ..digraph import digraph
from ..layout.measure import measured
from ..layout.strips import course
from ..view import Cluster, Edge, Item, Row, View
from .palette import (
    ALARM,
    EDGE,
    MUTED,
    PAPER,
    SHADE_INKS,
    STYLES,
    TEXT,
    flow_colour,
    flow_ink,
    flow_width,
    frame_ink,
    has_flow,
    item_ink,
    key_colour,
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
    settings = [
        f'graph [fontname="{FONT}", fontsize=10, fontcolor="{MUTED}", '
        f'bgcolor="{PAPER}", labeljust=l, labelloc=b]',
        f'node [shape=plain, fontname="{FONT}", fontsize=11, fontcolor="{TEXT}"]',
        f'edge [fontname="{FONT}", fontsize=9, color="{EDGE}", arrowsize=0.6{way}]',
    ]
    if view.caption:
        text = '<BR ALIGN="LEFT"/>'.join(map(_text, view.caption))
        text += '<BR ALIGN="LEFT"/>'
        settings.append(f"label=<{_with_scale(text, view.scale)}>")
    return digraph(
        view,
        course(view, measured(view)),
        settings,
        lambda number: _frame(view.clusters[number], view.depth(number)),
        lambda number: _item(view.items[number]),
        lambda number: _line(view, view.edges[number]),
        lambda number: _words(view, view.edges[number]),
    )


def _with_scale(caption: str, scale: tuple[str, ...]) -> str:
    """The caption, with the shades of an overlay below it, and the number of each."""
    if not scale:
        return caption
    cells = "".join(
        f'<TD BGCOLOR="{ink.fill}"><FONT COLOR="{ink.text}">{_text(line)} </FONT></TD>'
        for ink, line in zip(SHADE_INKS, scale, strict=True)
    )
    whole = f'<TR><TD ALIGN="LEFT" COLSPAN="{len(scale)}">{caption}</TD></TR>'
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0">'
    return f"{table}{whole}<TR>{cells}</TR></TABLE>"


def _frame(cluster: Cluster, depth: int) -> list[str]:
    ink = frame_ink(cluster, depth)
    path = f"<B>{_text(cluster.path)}</B> " if cluster.path else ""
    return [
        f'class="{cluster.kind}", label=<{path}{_text(cluster.heading)}>, '
        f'style="filled,rounded", fillcolor="{ink.fill}", color="{ink.line}", '
        f'fontcolor="{ink.text}", fontsize=11'
    ]


def _item(item: Item) -> list[str]:
    ink = item_ink(item)
    head = [f'class="{item.kind}"']
    if item.tip:
        head.append(f"tooltip={_quoted(item.tip)}")
    if item.round:
        short = len(item.title) <= 2
        shape = "shape=circle, fixedsize=true" if short else "shape=box, margin=0.1"
        style = "filled" if short else "filled,rounded"
        size = 15 if short else 11
        return [
            *head,
            f'{shape}, width=0.38, height=0.38, style="{style}", '
            f'fillcolor="{ink.fill}", color="{ink.line}", fontcolor="{ink.text}", '
            f"fontsize={size}, label={_quoted(item.title)}",
        ]
    # Cells leave hairlines, which in a marked box would show between red and red.
    ground = ALARM if item.marked else PAPER
    rows = "".join(_row(row, ground) for row in item.rows)
    if item.title:
        lines = "<BR/>".join(map(_text, item.title.splitlines()))
        title = f'<FONT COLOR="{ink.text}"><B>{lines}</B></FONT>'
        rows = f'<TR><TD COLSPAN="2" BGCOLOR="{ink.fill}">{title}</TD></TR>' + rows
    colour, border = outline(item)
    style = ' STYLE="DASHED"' if item.kind == "fold" else ""
    return [
        *head,
        f'label=<<TABLE BORDER="{border}" COLOR="{colour}" BGCOLOR="{ground}" '
        f'CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"{style}>{rows}</TABLE>>',
    ]


def _row(row: Row, ground: str) -> str:
    ink = STYLES[row.style]
    fill = f' BGCOLOR="{ink.fill}"' if ink.fill != ground else ""
    size = ' POINT-SIZE="9"' if row.style == "muted" else ""
    text = f'<FONT COLOR="{ink.text}"{size}>{_text(row.text)}</FONT>'
    if not row.key:
        return f'<TR><TD COLSPAN="2"{fill}>{text}</TD></TR>'
    key = f'<FONT COLOR="{key_colour(row)}" POINT-SIZE="9">{_text(row.key)}</FONT>'
    return (
        f'<TR><TD ALIGN="LEFT"{fill}>{key}</TD><TD ALIGN="RIGHT"{fill}>{text}</TD></TR>'
    )


def _line(view: View, edge: Edge) -> list[str]:
    if not has_flow(view, edge):
        return []
    colour = flow_colour(edge)
    if edge.faded:
        return [f'style=dotted, color="{colour}", arrowtail=none']
    attributes = [f'color="{colour}", penwidth={flow_width(edge, view.dense):.2f}']
    if edge.sign in (-1, 0):
        attributes.append("style=dashed" if edge.sign else "style=dotted")
    return attributes


def _words(view: View, edge: Edge) -> list[str]:
    attributes = []
    if edge.tip:
        attributes.append(f"edgetooltip={_quoted(edge.tip)}")
    if edge.mark:
        attributes.append(
            f"headlabel={_quoted(edge.mark)}, labeldistance=1.4, labelfontsize=8, "
            f'labelfontcolor="{MUTED}"'
        )
    if edge.label and not edge.faded and has_flow(view, edge):
        lines = "".join(f"<TR><TD>{_text(line)}</TD></TR>" for line in edge.label)
        attributes.append(
            f'fontcolor="{flow_ink(edge)}", label=<<TABLE BORDER="0" CELLBORDER="0" '
            f'CELLSPACING="0" CELLPADDING="1" BGCOLOR="{PAPER}">{lines}</TABLE>>'
        )
    return attributes


def _quoted(text: str) -> str:
    return f'"{_text(text)}"'


def _text(text: str) -> str:
    """Graphviz reads ``\\N`` and its like as the name of a node, in HTML as well."""
    return escape(text).replace("\\", "\\\\")
