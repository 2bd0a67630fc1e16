"""The colours of a drawing: sign by hue (and by dashes), kind of node by tint.

Blue and orange stand for plus and minus: the pair stays apart in every common kind of
colour blindness. No kind of node uses either.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..view import SIGNS, Cluster, Edge, Item

TEXT = "#1F2933"
MUTED = "#7B8794"
PAPER = "#FFFFFF"
EDGE = "#7B8794"
ALARM = "#A4133C"
FADED = "#CBD2D9"  # an edge no gradient passes along


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

_MODULES = (Ink("#B8C1CC", "#F8F9FB", "#52606D"), Ink("#B8C1CC", "#F1F4F7", "#52606D"))
_GRADIENT = Ink("#B9A6DB", "#F8F5FD", "#6B4FA0")


def frame_ink(cluster: Cluster, depth: int) -> Ink:
    """The colours of a frame: by its kind, and alternating as frames nest."""
    return _GRADIENT if cluster.kind == "gradient" else _MODULES[depth % 2]


def outline(item: Item) -> tuple[str, int]:
    """The colour and the width of the line around a box."""
    if item.marked:
        return ALARM, 2
    return KINDS[item.kind].line, 2 if item.kind in ("parameter", "output") else 1


def flow_colour(edge: Edge) -> str:
    """The colour that says the sign of an edge's contribution."""
    return FADED if edge.faded else STYLES[SIGNS[edge.sign]].line


def flow_width(edge: Edge) -> float:
    """The width that says how large the contribution is."""
    return 1.2 + 1.2 * edge.weight
