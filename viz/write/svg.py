"""The SVG writer: a view drawn over the built-in layout, with nothing to install."""

from __future__ import annotations

from itertools import takewhile

from ..layout import measure
from ..layout.layers import Point
from ..layout.measure import CIRCLE, HEADER, LABEL_LINE, LINE, SIDE, SIZE, SMALL
from ..layout.nested import Layout, lay_out
from ..view import Edge, Item, Row, View
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
from .shapes import arrowhead, curve, escape, rectangle, short, text

FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
ARROW = 7.0
MARGIN = 12.0


def write_svg(view: View) -> str:
    """The drawing as a complete SVG document.

    >>> from viz.view import Edge, Item, View
    >>> view = View([Item("input", "x"), Item("operation", "+")], [Edge(0, 1)])
    >>> write_svg(view)[:4]
    '<svg'
    """
    layout = lay_out(
        view,
        [measure.item_size(item) for item in view.items],
        [measure.label_size(edge) for edge in view.edges],
        [measure.title_width(cluster) for cluster in view.clusters],
    )
    caption = [measure.text_width(line, SMALL) for line in view.caption]
    width = short(max([layout.width, *caption]) + 2 * MARGIN)
    below = LINE * len(caption) + 6 if caption else 0
    height = short(layout.height + 2 * MARGIN + below)
    parts = [
        _head(width, height),
        f"<title>{escape('; '.join(view.caption) or 'graph')}</title>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        f'<g transform="translate({short(MARGIN)} {short(MARGIN)})">',
        *_frames(view, layout),
    ]
    for number, edge in enumerate(view.edges):
        parts += _edge(view, layout, number, edge)
    parts += _headings(view, layout)
    for number, item in enumerate(view.items):
        parts += _item(number, item, layout.middles[number])
    for number, line in enumerate(view.caption):
        at = (0.0, layout.height + 6 + LINE * (number + 0.75))
        parts.append(text(at, line, size=SMALL, fill=MUTED))
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _head(width: str, height: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" font-family="{FONT}" '
        f'font-size="{short(SIZE)}" fill="{TEXT}">'
    )


# Frames -----------------------------------------------------------------------------


def _frames(view: View, layout: Layout) -> list[str]:
    parts = []
    for number, cluster in enumerate(view.clusters[1:], 1):
        corner, size = layout.frames[number]
        ink = frame_ink(cluster, view.depth(number))
        box = rectangle(corner, size, ink.fill, ink.line, radius=6)
        parts.append(f'<g id="cluster{number}" class="{cluster.kind}">{box}</g>')
    return parts


def _headings(view: View, layout: Layout) -> list[str]:
    """Above the edges, since those that enter a frame may pass below its heading."""
    parts = []
    for number, cluster in enumerate(view.clusters[1:], 1):
        (x, y), _ = layout.frames[number]
        ink = frame_ink(cluster, view.depth(number))
        parts.append(
            text(
                (x + SIDE, y + 15),
                cluster.heading,
                fill=ink.text,
                halo=ink.fill,
                lead=cluster.path,
            )
        )
    return parts


# Items ------------------------------------------------------------------------------


def _item(number: int, item: Item, middle: Point) -> list[str]:
    ink = KINDS[item.kind]
    width, height = size = measure.item_size(item)
    corner = (middle[0] - width / 2, middle[1] - height / 2)
    parts = [f'<g id="n{number}" class="{item.kind}">']
    if item.tip:
        parts.append(f"<title>{escape(item.tip)}</title>")
    if item.round:
        glyph = measure.glyph_size(item.title)
        base = (middle[0], middle[1] + glyph * 0.35)
        parts.append(rectangle(corner, size, ink.fill, ink.line, radius=CIRCLE / 2))
        parts.append(text(base, item.title, "middle", glyph, ink.text))
    else:
        parts += _box(item, corner, size)
    return [*parts, "</g>"]


def _box(item: Item, corner: Point, size: Point) -> list[str]:
    ink = KINDS[item.kind]
    x, y = corner
    width, height = size
    parts = [rectangle(corner, size, PAPER, radius=3)]
    if item.title:
        high = HEADER if item.rows else height
        parts.append(
            f'<path d="M{short(x)} {short(y + high)}v{short(3 - high)}q0-3 3-3'
            f'h{short(width - 6)}q3 0 3 3v{short(high - 3)}z" fill="{ink.fill}"/>'
        )
        title = (x + width / 2, y + 13.5)
        parts.append(text(title, item.title, "middle", fill=ink.text, bold=True))
        y += HEADER
    if item.marked:
        parts += _ground(item, corner, size)
    for number, row in enumerate(item.rows):
        parts += _row(row, (x, y + 2 + LINE * number), width)
    colour, thick = outline(item)
    dashes = ' stroke-dasharray="4 3"' if item.kind == "fold" else ""
    frame = rectangle(corner, size, "none", colour, radius=3)
    line = f' stroke-width="{thick}"{dashes}/>'
    return [*parts, frame.removesuffix("/>") + line]


def _ground(item: Item, corner: Point, size: Point) -> list[str]:
    """Red below the last rows, so that no white shows between them and the outline."""
    alarms = takewhile(lambda row: row.style == "alarm", reversed(item.rows))
    high = LINE * sum(1 for _ in alarms)
    if not high:
        return []
    (x, y), (width, height) = corner, size
    lowest = (x, y + height - high - 2), (width, high + 2)
    return [rectangle(*lowest, ALARM, radius=3)]


def _row(row: Row, corner: Point, width: float) -> list[str]:
    ink = STYLES[row.style]
    x, y = corner
    base, size = y + LINE * 0.74, measure.row_size(row)
    parts = []
    if ink.fill != PAPER:
        parts.append(rectangle(corner, (width, LINE), ink.fill))
    if not row.key:
        middle = (x + width / 2, base)
        return [*parts, text(middle, row.text, "middle", size, ink.text)]
    shade = ink.text if row.style == "alarm" else MUTED
    parts.append(text((x + SIDE, base), row.key, size=SMALL, fill=shade))
    parts.append(text((x + width - SIDE, base), row.text, "end", size, ink.text))
    return parts


# Edges ------------------------------------------------------------------------------


def _edge(view: View, layout: Layout, number: int, edge: Edge) -> list[str]:
    points = list(layout.paths[number])
    upright = view.rankdir == "TB"
    colour, line = EDGE, 'stroke-width="1.2"'
    if view.backward:
        colour, line = flow_colour(edge), f'stroke-width="{short(flow_width(edge))}"'
        if edge.faded or edge.sign == -1:
            line += f' stroke-dasharray="{"1 3" if edge.faded else "6 3"}"'
    # The line ends within the arrowhead, so that it does not show at the tip.
    dx, dy = (0.0, ARROW) if upright else (ARROW, 0.0)
    arrow = ""
    if view.backward and not edge.faded:
        arrow = arrowhead(points[0], dx, dy, colour)
        points[0] = (points[0][0] + 0.9 * dx, points[0][1] + 0.9 * dy)
    elif not view.backward:
        arrow = arrowhead(points[-1], -dx, -dy, colour)
        points[-1] = (points[-1][0] - 0.9 * dx, points[-1][1] - 0.9 * dy)
    path = f'<path d="{curve(points, upright)}" fill="none" stroke="{colour}" {line}/>'
    parts = [f'<g id="e{number}" class="edge">']
    if edge.tip:
        parts.append(f"<title>{escape(edge.tip)}</title>")
    parts += [path, arrow] if arrow else [path]
    if edge.mark:
        parts.append(_mark(edge, layout.paths[number][-1], layout, upright))
    if edge.label:
        parts += _label(edge, layout.labels[number])
    return [*parts, "</g>"]


def _mark(edge: Edge, head: Point, layout: Layout, upright: bool) -> str:
    """An operand's number, on the outer side of the arrow."""
    middle = layout.middles[edge.target]
    if upright:
        at = (head[0] + (-5 if head[0] < middle[0] else 5), head[1] - 6)
    else:
        at = (head[0] - 6, head[1] + (-5 if head[1] < middle[1] else 10))
    return text(at, edge.mark, "middle", 8, MUTED, halo=PAPER)


def _label(edge: Edge, middle: Point) -> list[str]:
    width, height = size = measure.label_size(edge)
    corner = (middle[0] - width / 2, middle[1] - height / 2)
    parts = [rectangle(corner, size, PAPER, radius=5)]
    for number, line in enumerate(edge.label):
        base = (middle[0], corner[1] + 11 + LABEL_LINE * number)
        parts.append(text(base, line, "middle", SMALL, flow_colour(edge)))
    return parts
