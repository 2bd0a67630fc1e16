"""The player: one HTML file with the story as data, and a script that plays it.

No library, no request: the page's policy forbids both. All text reaches the page as
data, never as markup.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from ..layout.levels import Level, group_width
from ..layout.measure import HEADER, HEADING, LINE
from ..layout.nested import PADDING
from ..story import Group, Operand, Story, Unit

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'"
)
WHENCE = "// With comments: viz/write/player/*.js"
INSIDE = "\t"  # begins names that go on from that of their group
SCRIPTS = ("reading", "places", "picture", "steps", "panel", "quiz", "hands")


def write_html(story: Story, levels: list[Level], opened: list[int]) -> bytes:
    """The player as a complete page; ``opened`` are the groups it shows open."""
    script = "".join(_part(f"{name}.js") for name in SCRIPTS)
    parts = {
        "POLICY": POLICY,
        "STYLE": _part("page.css"),
        "SCRIPT": f'"use strict";\n{WHENCE}\n(() => {{\n{script}}})();\n',
        "DATA": as_data(json.dumps(_encoded(story, levels, opened), **_COMPACT)),
    }
    pieces = _part("page.html").split("@@")  # text, name, text, name, … text
    return "".join(
        parts[piece] if i % 2 else piece for i, piece in enumerate(pieces)
    ).encode()


def _part(name: str) -> str:
    """A file of the page without indentation and comments, a sixth of a script."""
    text = files(__package__).joinpath("player", name).read_text("utf-8")
    if name.endswith(".js"):
        text = re.sub(r"(^|  )// .*", "", text, flags=re.MULTILINE)
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


_COMPACT: dict[str, Any] = {
    "separators": (",", ":"),
    "ensure_ascii": False,
    "allow_nan": False,
}


def as_data(text: str) -> str:
    """JSON that can stand in a page's script element, whatever its texts say.

    >>> as_data('"</script><!--"')
    '"\\\\u003c/script\\\\u003e\\\\u003c!--"'
    """
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _place(at: tuple[int, ...]) -> list[int]:
    """Where a member is; where links reach its column, only if not at the member."""
    x, y, width, height, enter, leave, circle = at
    beside = max(abs(x - width / 2 - enter), abs(x + width / 2 - leave)) > 1
    return [x, y, width, height, circle, *((enter, leave) if beside else ())]


def _form(unit: Unit) -> str:
    """The operation as it is written, with a tab for each operand.

    >>> from viz.story import Operand
    >>> _form(Unit("result", "", 6.0, None, "×", operands=(Operand(0), Operand(1))))
    '\\t × \\t'
    """
    many = len(unit.operands)
    if many == 2 and re.fullmatch(r"[^\w ]{1,2}", unit.symbol):
        return f"\t {unit.symbol} \t"
    name = unit.symbol
    if re.search(r"\W", name):
        name = unit.call.partition("(")[0]
    return f"{name}({', '.join(many * [chr(9)])})"


class _Table:
    """Equal things once; elsewhere by their number."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.items: list[Any] = []

    def __call__(self, x: Any) -> int:
        if x is None:
            return -1
        key = json.dumps(x)  # 1 and 1.0 and -0.0 are told apart
        if key not in self.number:
            self.number[key] = len(self.items)
            self.items.append(x)
        return self.number[key]


def _encoded(story: Story, levels: list[Level], opened: list[int]) -> dict[str, Any]:
    """The story as nested lists; the script's ``read`` names their places again."""
    values, texts, shapes, sorts = _Table(), _Table(), _Table(), _Table()

    def operand(each: Operand) -> list[int]:
        if each.back is None:
            return [each.source]
        back = each.back
        numbers = [*map(values, (back.local, back.passed, back.total))]
        alone = numbers[1] == numbers[2]
        return [each.source, *(numbers[:2] if alone else numbers)]

    def unit(each: Unit) -> list[Any]:
        sort = [each.kind, each.symbol, each.call, each.place, int(each.tracked)]
        sort.append(_form(each))
        within = f"{story.groups[each.group].path}."
        title = each.title  # most parameters have the same names within their module
        if len(within) > 1 and title.startswith(within):
            title = title.replace(within, INSIDE, 1)
        fixed = [sorts(sort), texts(title), each.group]
        fixed += [values(each.value), values(each.gradient)]
        return [*fixed, *map(operand, each.operands)]

    def group(each: Group, level: Level) -> list[Any]:
        around = f"{story.groups[each.parent].path}."
        name = each.path.removeprefix(around) or each.title
        more = " · ".join(filter(None, (each.path and each.title, each.note)))
        names = [texts(x) for x in (each.path, name, more)]
        shape = [level.width, level.height, [*map(_place, level.at)], level.ports]
        shape += [level.ins, level.outs, dict(level.bends)]
        return [
            each.parent,
            *names,
            round(group_width(each)),
            shapes(shape),
            each.members,
            each.ins,
            each.outs,
        ]

    return {
        "units": [unit(each) for each in story.units],
        "groups": [group(*pair) for pair in zip(story.groups, levels, strict=True)],
        "values": values.items,
        "texts": texts.items,
        "sorts": sorts.items,
        "levels": shapes.items,
        "seeds": story.seeds,
        "caption": story.caption,
        "opened": opened,
        "px": {
            "header": HEADER,
            "heading": HEADING,
            "line": LINE,
            "padding": PADDING,
        },
    }
