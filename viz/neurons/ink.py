"""Colours of neurons and edges, on light and on dark paper, and numbers in short.

Every text has at least 4.5 : 1 against what it stands on; dashes tell signs, too.
"""

from __future__ import annotations

FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
DARKEST = 22  # of a neuron at rest, in 0 … 255
LEVELS, TONES = 10, 20  # steps from thin to wide, and from dark to bright
LIGHT = {
    "paper": "#FFFFFF",
    "text": "#1F2933",
    "muted": "#5C6773",
    "plus": "#1B5E9E",
    "minus": "#B4560A",
}
DARK = {
    "paper": "#14191F",
    "text": "#E4E7EB",
    "muted": "#9AA5B1",
    "plus": "#6CB2F0",
    "minus": "#F0A35E",
}


def style(scope: str) -> str:
    """The classes of a picture, within ``scope`` alone, for both themes."""

    def rules(inks: dict[str, str]) -> str:
        return (
            f"{scope}{{background:{inks['paper']}}}"
            f"{scope} .paper{{fill:{inks['paper']}}}"
            f"{scope} text{{fill:{inks['text']}}}"
            f"{scope} .muted{{fill:{inks['muted']}}}"
            f"{scope} .halo{{stroke:{inks['paper']};stroke-width:4;paint-order:stroke}}"
            f"{scope} .line{{stroke:{inks['muted']};fill:none}}"
            f"{scope} .rim{{stroke:{inks['text']}}}"
            f"{scope} .under{{stroke:{inks['minus']};stroke-width:2;"
            "stroke-dasharray:5 3}"
            f"{scope} .p{{stroke:{inks['plus']};fill:none}}"
            f"{scope} .m{{stroke:{inks['minus']};fill:none}}"
            f"{scope} .one{{fill:{inks['plus']}}}{scope} .zero{{fill:{inks['minus']}}}"
            f"{scope} .border{{stroke:{inks['text']};fill:none;stroke-width:1.6}}"
            f"{scope} .dot{{stroke:{inks['paper']}}}"
            f"{scope} .bar{{fill:{inks['plus']}}}"
            f"{scope} .below{{fill:{inks['minus']}}}"
        )

    both = (
        f"{scope} .m{{stroke-dasharray:5 3}}"
        f"{scope} .w{{fill:#fff}}{scope} .k{{fill:#000}}"
    )
    for level in range(LEVELS + 1):
        width, opacity = 0.4 + 2.4 * level / LEVELS, 0.15 + 0.8 * level / LEVELS
        both += f"{scope} .l{level}{{stroke-width:{width:.3g};opacity:{opacity:.3g}}}"
    for tone in range(TONES + 1):
        both += f"{scope} .t{tone}{{fill:{grey(tone / TONES)}}}"
    return f"{rules(LIGHT)}@media (prefers-color-scheme:dark){{{rules(DARK)}}}{both}"


def grey(level: float) -> str:
    """The colour of a brightness from 0 to 1.

    >>> grey(0.0), grey(1.0)
    ('#161616', '#ffffff')
    """
    tone = round(DARKEST + (255 - DARKEST) * min(max(level, 0.0), 1.0))
    return f"#{tone:02x}{tone:02x}{tone:02x}"


def on(level: float) -> str:
    """The class of what is written on a brightness: white or black."""
    tone = (DARKEST + (255 - DARKEST) * level) / 255
    linear = tone / 12.92 if tone <= 0.04045 else ((tone + 0.055) / 1.055) ** 2.4
    return "w" if linear < 0.179 else "k"


def brief(x: float) -> str:
    """A number that fits into a circle.

    >>> [brief(x) for x in (0.0, -0.531, 12.34, 1234.0, 1e-9, float("nan"))]
    ['0', '-.53', '12', '1e3', '1e-9', 'nan']
    """
    size = abs(x)
    if size != size or size == float("inf"):
        return f"{x:g}"
    if size == 0 or 0.005 <= size < 10:
        text = f"{x:.2f}".rstrip("0").rstrip(".")
        return text.replace("0.", ".", 1) if 0.005 <= size < 1 else text
    if 10 <= size < 1000:
        return f"{x:.0f}"
    digits, exponent = f"{x:.0e}".split("e")
    return f"{digits}e{int(exponent)}"
