"""SVG's own vocabulary: rectangles, text, curves and arrowheads as markup."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ..layout.measure import SIZE
from ..layout.positions import Point
from .palette import TEXT


def rectangle(
    corner: Point, size: Point, fill: str, stroke: str = "", radius: float = 0.0
) -> str:
    """A rectangle from its upper left corner.

    >>> rectangle((0, 0), (2, 1), "#fff")
    '<rect x="0" y="0" width="2" height="1" fill="#fff"/>'
    """
    rounded = f' rx="{short(radius)}"' if radius else ""
    line = f' stroke="{stroke}"' if stroke else ""
    return (
        f'<rect x="{short(corner[0])}" y="{short(corner[1])}" '
        f'width="{short(size[0])}" height="{short(size[1])}"{rounded} '
        f'fill="{fill}"{line}/>'
    )


def text(
    at: Point,
    content: str,
    anchor: str = "start",
    size: float = SIZE,
    fill: str = TEXT,
    bold: bool = False,
    halo: str = "",
    lead: str = "",
) -> str:
    """A line of text, after a bold lead.

    A halo keeps lines that run below from striking it through.
    """
    attributes = "" if anchor == "start" else f' text-anchor="{anchor}"'
    attributes += "" if size == SIZE else f' font-size="{short(size)}"'
    attributes += "" if fill == TEXT else f' fill="{fill}"'
    attributes += ' font-weight="bold"' if bold else ""
    if halo:
        attributes += f' stroke="{halo}" stroke-width="3" paint-order="stroke"'
    place = f'x="{short(at[0])}" y="{short(at[1])}"'
    first = f'<tspan font-weight="bold">{escape(lead)}</tspan> ' if lead else ""
    return f"<text {place}{attributes}>{first}{escape(content)}</text>"


def curve(path: Sequence[Point]) -> str:
    """The path of cubic Bézier curves; straight ones as lines.

    >>> curve([(0, 0), (0, 0), (10, 0), (10, 0), (15, 0), (15, 8), (20, 8)])
    'M0 0L10 0C15 0 15 8 20 8'
    """
    x, y = start = path[0]
    pieces = [f"M{short(x)} {short(y)}"]
    for at in range(1, len(path), 3):
        bend, other, end = path[at : at + 3]
        x, y = end
        if bend == start and other == end:
            pieces.append(f"L{short(x)} {short(y)}")
        else:
            (a, b), (c, d) = bend, other
            pieces.append(
                f"C{short(a)} {short(b)} {short(c)} {short(d)} {short(x)} {short(y)}"
            )
        start = end
    return "".join(pieces)


def arrowhead(tip: Point, back: Point, fill: str) -> str:
    """A triangle from its tip back by a vector."""
    (x, y), (dx, dy) = tip, back
    x, y = x + dx, y + dy
    side = (-dy * 0.45, dx * 0.45)
    corners = (tip, (x + side[0], y + side[1]), (x - side[0], y - side[1]))
    points = " ".join(f"{short(a)},{short(b)}" for a, b in corners)
    return f'<polygon points="{points}" fill="{fill}"/>'


@lru_cache(maxsize=1 << 16)  # most lengths are those of others, too
def short(x: float) -> str:
    """A length with at most two decimals.

    >>> short(2.0), short(1.2345), short(-0.001)
    ('2', '1.23', '0')
    """
    written = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


@lru_cache(maxsize=4096)
def escape(content: str) -> str:
    """Text that XML and DOT can hold, in one line.

    A line break is shown as ↵. What neither can hold, and what would turn the direction
    of the text around it, becomes a replacement character.

    >>> escape("a < b & c\\x00\\n")
    'a &lt; b &amp; c�↵'
    """
    kept = content
    if not content.isprintable():
        kept = "".join(
            letter if _is_allowed(letter) else _SHOWN.get(letter, "\ufffd")
            for letter in content.replace("\r\n", "\n")
        )
    for plain, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
    ):
        kept = kept.replace(plain, entity)
    return kept


_SHOWN = {"\n": "↵", "\r": "↵", "\u2028": "↵", "\u2029": "↵", "\t": " "}
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _is_allowed(letter: str) -> bool:
    control = letter < " " or "\x7f" <= letter <= "\x9f"
    surrogate = "\ud800" <= letter <= "\udfff"
    return not (
        control
        or surrogate
        or letter in "\u2028\u2029\ufffe\uffff"
        or letter in _TURNING
    )
