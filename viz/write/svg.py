"""The SVG writer: a view drawn over any layout of it, with nothing to install."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

from ..layout import measure
from ..layout.measure import CIRCLE, LINE, SIDE, SIZE, SMALL
from ..layout.positions import Layout, Point
from ..view import Item, Row, View
from .dark import SCOPE, dark_style
from .edges import write_edge
from .palette import (
    ALARM,
    MUTED,
    PAPER,
    SHADE_INKS,
    STYLES,
    TEXT,
    frame_ink,
    item_ink,
    key_colour,
    outline,
)
from .shapes import escape, rectangle, short, text

FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
MARGIN = 12.0
LIT = "#C77700"  # seen on light and on dark paper


def write_svg(view: View, layout: Layout) -> str:
    """The drawing as a complete SVG document.

    >>> from viz.layout import Sheet
    >>> from viz.view import Edge, Item, View
    >>> view = View([Item("input", "x"), Item("operation", "+")], [Edge(0, 1)])
    >>> write_svg(view, Sheet(view).layout)[:4]
    '<svg'
    """
    caption = [measure.text_width(line, SMALL) for line in view.caption]
    wide, high = layout.size
    swatches = sum(map(_swatch_width, view.scale))
    width = short(max([wide, swatches, *caption]) + 2 * MARGIN)
    below = LINE * (len(caption) + bool(view.scale)) + 6 if caption else 0
    height = short(high + 2 * MARGIN + below)
    parts = [
        f"<title>{escape('; '.join(view.caption) or 'graph')}</title>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        f'<g transform="translate({short(MARGIN)} {short(MARGIN)})">',
        *_frames(view, layout),
    ]
    marked = Counter(edge.target for edge in view.edges if edge.mark)
    for number, edge in enumerate(view.edges):
        parts += write_edge(view, layout, number, edge, marked[edge.target] > 2)
    parts += _headings(view, layout)
    for number, item in enumerate(view.items):
        parts += _item(number, item, layout)
    for number, line in enumerate(view.caption):
        at = (0.0, high + 6 + LINE * (number + 0.75))
        parts.append(text(at, line, size=SMALL, fill=MUTED))
    parts += _scale(view, high + 6 + LINE * len(view.caption))
    body = "\n".join([*parts, "</g>", "</svg>", ""])
    style = f"<style>{dark_style(body)}{_twins(view)}</style>"
    return f"{_head(width, height)}\n{style}\n{body}"


def _twins(view: View) -> str:
    """Pointing at a value shows what arrives there, and the reverse."""
    rules = []
    for items in view.twins:
        hovered = ",".join(f"#n{item}:hover" for item in items)
        both = ",".join(f"#n{item}" for item in items)
        rules.append(
            f".{SCOPE}:has({hovered}) :is({both})>rect{{stroke:{LIT};stroke-width:3}}"
        )
    return "".join(rules)


def _scale(view: View, y: float) -> list[str]:
    """The shades of an overlay side by side, and the number of each on it."""
    parts, x = [], 0.0
    for ink, line in zip(SHADE_INKS, view.scale, strict=False):
        width = _swatch_width(line)
        parts.append(rectangle((x, y), (width, LINE), ink.fill))
        middle = (x + width / 2, y + LINE * 0.74)
        parts.append(text(middle, line, "middle", SMALL, ink.text))
        x += width
    return ['<g class="scale">', *parts, "</g>"] if parts else []


def _swatch_width(line: str) -> float:
    return measure.text_width(line, SMALL) + 2 * SIDE


def _head(width: str, height: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" class="{SCOPE}" '
        f'font-family="{FONT}" font-size="{short(SIZE)}" fill="{TEXT}">'
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
        if layout.upright:  # where edges come in through the heading
            plate = (layout.sizes.headings[number] - SIDE, LINE)
            parts.append(rectangle((x + SIDE / 2, y + 3), plate, ink.fill, radius=3))
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


def _item(number: int, item: Item, layout: Layout) -> list[str]:
    ink = item_ink(item)
    middle = layout.middles[number]
    width, height = size = layout.sizes.items[number]
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
    ink = item_ink(item)
    x, y = corner
    width, height = size
    parts = [rectangle(corner, size, PAPER, radius=3)]
    if item.title:
        head = measure.header_height(item)
        high = head if item.rows else height
        parts.append(
            f'<path d="M{short(x)} {short(y + high)}v{short(3 - high)}q0-3 3-3'
            f'h{short(width - 6)}q3 0 3 3v{short(high - 3)}z" fill="{ink.fill}"/>'
        )
        for number, line in enumerate(item.title.splitlines()):
            base = (x + width / 2, y + 13.5 + LINE * number)
            parts.append(text(base, line, "middle", fill=ink.text, bold=True))
        y += head
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
    parts.append(text((x + SIDE, base), row.key, size=SMALL, fill=key_colour(row)))
    parts.append(text((x + width - SIDE, base), row.text, "end", size, ink.text))
    return parts
