"""The colours of a drawing: sign by hue (and by dashes), kind of node by tint.

Blue and orange stand for plus and minus: the pair stays apart in every common kind of
colour blindness. No kind of node uses either.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..view import SIGNS, Cluster, Edge, Item, Row, View

TEXT = "#1F2933"
MUTED = "#52606D"  # read at 4.5 : 1 on paper, and on the tints of rows
PAPER = "#FFFFFF"
EDGE = "#7B8794"
ALARM = "#A4133C"
FADED = "#7B8794"  # an edge no gradient passes along


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of one kind of thing: its outline, its fill, what is written on it."""

    line: str
    fill: str
    text: str = TEXT


KINDS = {
    "parameter": Ink("#6B4FA0", "#EAE4F6"),  # a tracked leaf
    "input": Ink("#2F7D6B", "#DFF1EB"),  # a leaf without a gradient
    "constant": Ink("#B8C1CC", "#F5F7FA", "#52606D"),
    "result": Ink("#52606D", "#EDF0F3"),
    "output": Ink("#1F2933", "#D5DBE1"),
    "operation": Ink("#3E4C59", "#3E4C59", "#FFFFFF"),
    "origin": Ink(ALARM, ALARM, "#FFFFFF"),  # of a NaN or an infinity
    "guilty": Ink(ALARM, ALARM, "#FFFFFF"),  # marked as wrong
    "fold": Ink("#52606D", "#E4E7EB"),  # what a summary hides
}

STYLES = {  # of a row: text on a tint
    "plain": Ink(PAPER, PAPER),
    "muted": Ink(MUTED, PAPER, MUTED),
    "positive": Ink("#1B5E9E", "#DCEAF7", "#174F85"),
    "negative": Ink("#B4560A", "#FBE6D2", "#8F4408"),
    "neutral": Ink("#52606D", "#EEF1F4", "#323F4B"),
    "alarm": Ink(ALARM, ALARM, "#FFFFFF"),
}

BROKEN = Ink(ALARM, PAPER, ALARM)  # what flows along an edge is not finite

# An overlay's numbers, from small to large: each darker than the one before, so that
# they stay apart without colours, too. Black or white on each is read at 4.5 : 1.
_SHADES = (
    ("#FDF3B8", "#000000"),
    ("#D9E58B", "#000000"),
    ("#8FCB8A", "#000000"),
    ("#45A69A", "#000000"),
    ("#2F7796", "#FFFFFF"),
    ("#3B4A8C", "#FFFFFF"),
    ("#34135E", "#FFFFFF"),
)
SHADE_INKS = [Ink(fill, fill, text) for fill, text in _SHADES]
STYLES |= {f"shade{number}": ink for number, ink in enumerate(SHADE_INKS)}

_MODULES = (Ink("#B8C1CC", "#F8F9FB", "#52606D"), Ink("#B8C1CC", "#F1F4F7", "#52606D"))
_GRADIENT = Ink("#B9A6DB", "#F8F5FD", "#6B4FA0")


def frame_ink(cluster: Cluster, depth: int) -> Ink:
    """The colours of a frame: by its kind, and alternating as frames nest."""
    return _GRADIENT if cluster.kind == "gradient" else _MODULES[depth % 2]


def item_ink(item: Item) -> Ink:
    """The colours of an item: those of its kind, but for an overlay's."""
    ink = KINDS[item.kind]
    if item.shade is None:
        return ink
    shade = SHADE_INKS[item.shade]
    return Ink(ink.line, shade.fill, shade.text)


def key_colour(row: Row) -> str:
    """The colour of a row's key: muted on white, as the text on anything darker."""
    on_colour = row.style == "alarm" or row.style.startswith("shade")
    return STYLES[row.style].text if on_colour else MUTED


def outline(item: Item) -> tuple[str, int]:
    """The colour and the width of the line around a box."""
    if item.marked:
        return ALARM, 2
    return KINDS[item.kind].line, 2 if item.kind in ("parameter", "output") else 1


def flow_colour(edge: Edge) -> str:
    """The colour that says the sign of what flows along an edge."""
    return FADED if edge.faded or edge.sign == 0 else _flow(edge).line


def flow_ink(edge: Edge) -> str:
    """The colour of what is written on an edge, which is read, not only seen."""
    return MUTED if edge.faded or edge.sign == 0 else _flow(edge).text


def _flow(edge: Edge) -> Ink:
    return BROKEN if edge.broken else STYLES[SIGNS[edge.sign]]


def flow_width(edge: Edge, dense: bool = False) -> float:
    """The width that says how much flows; among many edges the small ones are hairs."""
    return 0.4 + 1.6 * edge.weight if dense else 1.2 + 1.2 * edge.weight


def flow_opacity(edge: Edge, dense: bool = False) -> float:
    """How strongly an edge is drawn: the small ones among many let others through."""
    return 0.3 + 0.7 * edge.weight if dense else 1.0


def has_flow(view: View, edge: Edge) -> bool:
    """Whether an edge shows by its looks what flows along it."""
    return view.backward or edge.sign is not None or edge.weight > 0
