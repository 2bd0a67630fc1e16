"""Functions that differ only in where their arrays lie are compiled once.

The layers of a network, the steps of a sequence: the same loops over other memory. What
they share is one function of a short table of addresses, and each of them a line that
calls it with its own.
"""

from __future__ import annotations

import re
from collections import Counter

HEAD = re.compile(r"static (void|int) (\w+)\((.*?)\) \{")
NUMBERED = re.compile(r"\b(x|w|nan)(\d+)(_?)\b|\bm\[(\d+)\]")


def shared(functions: list[str]) -> list[str]:
    """The texts of functions, those that are alike as calls of one.

    >>> one = "static void a(void **m) { double *w7 = m[7]; w7[0] = 1; }"
    >>> other = one.replace("7", "8").replace(" a(", " b(")
    >>> print("\\n".join(shared([one, other])))
    static void shared_0(void **m) { double *w0 = m[0]; w0[0] = 1; }
    static void a(void **m) { void *at[] = {m[7]}; shared_0(at); }
    static void b(void **m) { void *at[] = {m[8]}; shared_0(at); }
    """
    forms = [_form(text) for text in functions]
    counts = Counter(body for body, _ in forms)
    names: dict[str, str] = {}
    found = []
    for text, (body, slots) in zip(functions, forms):
        if counts[body] == 1 or not slots:
            found.append(text)
            continue
        if body not in names:
            names[body] = f"shared_{len(names)}"
            found.append(body.replace("NAME", names[body], 1))
        result, name, arguments = HEAD.search(text).groups()  # type: ignore[union-attr]
        given = ", ".join(["at", *re.findall(r"long (\w+)", arguments)])
        addresses = ", ".join(f"m[{slot}]" for slot in slots)
        say = "return " if result == "int" else ""
        found.append(
            f"static {result} {name}({arguments}) {{ void *at[] = {{{addresses}}}; "
            f"{say}{names[body]}({given}); }}"
        )
    return found


def _form(text: str) -> tuple[str, list[str]]:
    """A text with lines numbered as they come, and the addresses that it takes."""
    order: dict[str, int] = {}
    slots: dict[str, int] = {}

    def renamed(match: re.Match[str]) -> str:
        letter, number, end, slot = match.groups()
        if slot is not None:
            return f"m[{slots.setdefault(slot, len(slots))}]"
        return f"{letter}{order.setdefault(number, len(order))}{end}"

    body = NUMBERED.sub(renamed, text)
    return HEAD.sub(r"static \1 NAME(\3) {", body, count=1), [*slots]
