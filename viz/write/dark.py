"""The dark theme of a drawing: what each colour of the palette becomes on dark paper.

The light colours stand in the drawing itself, for whatever reads no style sheet.
"""

from __future__ import annotations

from .palette import ALARM, PAPER, TEXT

SCOPE = "glassgrad"  # the class of a drawing: a page may have a "drawing" of its own

DARK = {
    TEXT: "#E6EAEE",
    PAPER: "#14191F",
    ALARM: "#FF9DB4",
    "#52606D": "#A9B4BF",
    "#7B8794": "#8592A0",
    "#3E4C59": "#5F6E7C",  # operations, white on it
    "#6B4FA0": "#B79FF0",
    "#EAE4F6": "#34294D",
    "#2F7D6B": "#6FC9B0",
    "#DFF1EB": "#1C3A33",
    "#B8C1CC": "#4A5663",
    "#F5F7FA": "#1B222A",
    "#EDF0F3": "#2A333D",
    "#D5DBE1": "#3A4552",
    "#E4E7EB": "#303A45",
    "#F8F9FB": "#191F26",
    "#F1F4F7": "#1E252D",
    "#B9A6DB": "#6A5799",
    "#F8F5FD": "#1F1A2B",
    "#1B5E9E": "#6CB2F0",
    "#DCEAF7": "#17324D",
    "#174F85": "#8EC5FF",
    "#B4560A": "#F0A35E",
    "#FBE6D2": "#46290F",
    "#8F4408": "#FFB57A",
    "#EEF1F4": "#2A333D",
    "#323F4B": "#C3CCD5",
}
# White and the alarm's red stay as they are where one is written on the other.
FILLED = {PAPER: "rect", ALARM: ":is(text,polygon)"}


def dark_style(svg: str) -> str:
    """The rules that a drawing with these elements needs.

    >>> dark_style('<g stroke="#7B8794"/>')[-36:]
    '[stroke="#7B8794"]{stroke:#8592A0}}}'
    """
    is_large = len(svg) > 1_000_000  # to look through it for each would take time
    rules = [f"fill:{DARK[TEXT]};"]
    for light, dark in DARK.items():
        for name, which in ("fill", FILLED.get(light, "")), ("stroke", ""):
            given = f'{name}="{light}"'
            if is_large or given in svg:
                rules.append(f"{which}[{given}]{{{name}:{dark}}}")
    inside = f".{SCOPE}{{{''.join(rules)}}}"
    return f"@media (prefers-color-scheme:dark){{{inside}}}"
