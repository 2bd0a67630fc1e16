"""How large text, boxes and labels are in the built-in drawing, without asking a font.

Lengths are in px, as everywhere in the built-in layout and in SVG.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from ..view import Cluster, Edge, Item, Row, View
from .positions import Point, Sizes

SIZE = 11.0  # of text
SMALL = 9.5
LINE = 16.0  # height of a row
LABEL_LINE = 13.0
HEADER = 19.0
HEADING = 20.0  # what a frame adds above what it holds
SIDE = 8.0  # between text and the side of its box
COLUMNS = 10.0  # between a row's key and its text
CIRCLE = 28.0

# Widths of a sans-serif face in thousandths of the font size, grouped by width. Faces
# differ by a few per cent, which the factor below and the boxes' padding allow for.
_GROUPS = {
    222: "ijl'",
    278: " .,:;!/|fIt[]·\\",
    333: 'r-()`{}"*°',
    500: "ckszvxyJ",
    611: "FTZL",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    900: "%W",
    1000: "@…—",
}
_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
_OTHER = 584  # digits, most lower-case letters, mathematical signs
_ALLOWANCE = 1.08
_BOLD = 1.08


def measured(view: View) -> Sizes:
    """The sizes of all that a layout places.

    >>> from viz.view import Item, View
    >>> measured(View([Item("operation", "+")])).items
    [(28.0, 28.0)]
    """
    return Sizes(
        [item_size(item) for item in view.items],
        [label_size(edge) if edge.label else (0.0, 0.0) for edge in view.edges],
        [title_width(cluster) for cluster in view.clusters],
    )


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """An upper estimate of the width of ``text`` set at ``size``.

    >>> text_width("iii") < text_width("mmm")
    True
    """
    total = sum(_WIDTHS.get(letter) or _unlisted(letter) for letter in text)
    return total * size / 1000 * _ALLOWANCE * (_BOLD if bold else 1.0)


def item_size(item: Item) -> Point:
    """Width and height that hold the item's text."""
    if item.round:
        wide = text_width(item.title, glyph_size(item.title), bold=True) + 2 * SIDE
        return (CIRCLE if wide <= CIRCLE + 8 else wide), CIRCLE
    widths = [_row_width(row) for row in item.rows]
    widths += [text_width(line, bold=True) for line in item.title.splitlines()]
    height = header_height(item) + LINE * len(item.rows) + (4 if item.rows else 2)
    return max(widths, default=0.0) + 2 * SIDE, height


def header_height(item: Item) -> float:
    """The height of the part of a box that holds its title."""
    return HEADER + LINE * item.title.count("\n") if item.title else 0.0


def label_size(edge: Edge) -> Point:
    """Width and height of what is written on the edge."""
    width = max(text_width(line, SMALL) for line in edge.label)
    return width + 8, LABEL_LINE * len(edge.label) + 3


def title_width(cluster: Cluster) -> float:
    """The least width of the cluster's frame."""
    bold = text_width(f"{cluster.path} ", bold=True)
    return bold + text_width(cluster.heading) + 2 * SIDE


def row_size(row: Row) -> float:
    """The size of a row's text."""
    return SMALL if row.style == "muted" else SIZE


def glyph_size(symbol: str) -> float:
    """The size of an operation's symbol."""
    return 15.0 if len(symbol) <= 2 else SIZE


def _row_width(row: Row) -> float:
    keys = text_width(row.key, SMALL) + COLUMNS if row.key else 0.0
    return keys + text_width(row.text, row_size(row))


def _unlisted(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" else _OTHER
