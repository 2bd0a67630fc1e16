"""The C text of a whole program, and where everything lies that it works on."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from . import convolutions
from .convolutions import SlidingText
from .loops import NestText
from .mathematics import definitions
from .memory import in_place, placed, spans
from .nests import Nest, Schedule
from .regions import gathered, is_early
from .sharing import shared
from .singles import single

MANY = 40  # calls of functions that are not each written out in its place
HEAD = '#include "mathematics.h"\n#include "table.h"\n#include "panels.h"\n'


class Text:
    """Segments of C, and between them the lines that Python runs.

    Attributes:
        source: the text.
        segments: in order, the name of a C function or the number of a line.
        offsets, size: where lines lie in the program's own memory, and its bytes.
        direct: {line: leaf} written straight to the leaf it replaces.
        slots: how many addresses the table has; ``fault`` is one of two numbers, which
            tell of an index that is out of range.
    """

    def __init__(self, plan: Schedule) -> None:
        self.plan, self.lines = plan, plan.lines
        self.fault = len(plan.lines)
        self.slots = self.fault + 1
        self.forms: list[Any] = []
        for k, unit in enumerate(plan.units):
            self.forms.append(
                NestText(plan, unit, k)
                if isinstance(unit, Nest)
                else single(plan.lines, unit, self.fault)
            )
        plan.groups = gathered(plan, self.forms)
        forms = enumerate(self.forms)
        self.can_fail = {k for k, form in forms if getattr(form, "can_fail", True)}
        self.direct = in_place(plan, self.can_fail)
        self._place()
        self._write()

    def _place(self) -> None:
        """Give every line its place in memory, and sums by parts their room."""
        living, lines = spans(self.plan), self.lines
        outside = {
            i
            for k, i in enumerate(lines.outputs)
            if k not in lines.targets or i in self.direct
        }
        forms = zip(self.plan.units, self.forms)
        self.python = {unit for unit, form in forms if form is None}
        sizes = {
            i: lines[i].size * lines[i].dtype.itemsize
            for i in living
            if i not in outside and i not in self.python
        }
        self.rooms: dict[int, int] = {}
        for k, form in zip(self.plan.groups, self.forms):
            if not isinstance(form, (NestText, SlidingText)):
                continue
            for i, size in form.rooms().items():
                self.rooms[i] = self.slots
                sizes[self.slots], living[self.slots] = size, (k, k)
                self.slots += 1
        self.offsets, self.size = placed(sizes, living)

    def _write(self) -> None:
        """The functions of the units, and those that call them in order."""
        functions: list[str] = []
        runs: list[str] = []
        calls: list[str] = []
        self.segments: list[Any] = []
        units = zip(self.plan.groups, self.plan.units, self.forms)
        for group, members in groupby(units, lambda member: member[0]):
            some = [(unit, form) for _, unit, form in members]
            if some[0][1] is None:
                self._segment(runs, calls)
                self.segments.append(some[0][0])
                continue
            for _, form in some:
                of_rooms = isinstance(form, (NestText, SlidingText))
                text = form.text(self.rooms) if of_rooms else form.text
                functions.append("\n".join(text))
            for unit, _ in some:
                if isinstance(unit, Nest):
                    calls += [
                        f"m[{i}] = m[{self.direct[i]}]; /* in place */"
                        for i in unit.lines
                        if i in self.direct and self.plan.keeps(unit, i)
                    ]
            if len(some) == 1:
                calls += self._calls(some[0][1])
            else:
                functions.append(self._region(f"region_{group}", some, calls))
        for k, leaf in self.lines.targets.items():
            i = self.lines.outputs[k]
            if i not in self.direct and i not in self.python:
                size = self.lines[i].size * self.lines[i].dtype.itemsize
                calls.append(f"memcpy(m[{leaf}], m[{i}], {size});")
        self._segment(runs, calls)
        self.functions = indented("\n\n".join([*shared(functions), *runs]))
        many = sum(len(u.called) for u in self.plan.units if isinstance(u, Nest)) > MANY
        outline = "#define OUTLINE\n" if many else ""
        self.slides = any(isinstance(form, SlidingText) for form in self.forms)
        head = HEAD + convolutions.HEADER * self.slides
        self.source = f"{outline}{definitions()}{head}\n{self.functions}\n"

    def _calls(self, form: Any) -> list[str]:
        of_rooms = isinstance(form, (NestText, SlidingText))
        return form.call(self.rooms) if of_rooms else [form.call]

    def _region(self, name: str, some: Any, calls: list[str]) -> str:
        """The function that takes a slice through several units; and what calls it."""
        inner, after, slices = [], [], 1
        for unit, form in some:
            call, *rest = self._calls(form)
            if is_early(self.plan, unit):
                calls.append(call)
                continue
            inner.append(f"{form.name}(m, part, parts);")
            after += rest
            slices = form.slices
        calls += [f"parallel({name}, m, {slices});", *after]
        head = f"static void {name}(void **m, long part, long parts) {{"
        return "\n".join([head, *inner, "}"])

    def _segment(self, runs: list[str], calls: list[str]) -> None:
        """What runs up to here, in one function."""
        if calls:
            name = f"run_{len(self.segments)}"
            self.segments.append(name)
            lines = [f"int {name}(void **m) {{", *calls, "return 0;", "}"]
            runs.append("\n".join(lines))
            calls.clear()


def indented(text: str) -> str:
    """Lines set in by how many braces are open."""
    found, depth = [], 0
    for line in text.split("\n"):
        opened, closed = line.count("{"), line.count("}")
        leading = len(line) - len(line.lstrip("}"))
        at = 0 if line.startswith("#") else max(depth - leading, 0)
        found.append("  " * at + line)
        depth += opened - closed
    return "\n".join(found)
