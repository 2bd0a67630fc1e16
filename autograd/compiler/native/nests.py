"""Which lines run together: one nest of loops for neighbours of the same shape.

A unit is a ``Nest`` (functions of each element and reductions, over one shape) or a
single line. Units run in order. A line joins the first nest that comes after all it
needs and over whose shape it, and all it reads, can be seen.

In a nest over (…, n) the loop over n is the inner one. A reduction along the last axis
gives one number for each row, which is known from the next *phase* on: the inner loop
runs once for each phase. Any other reduction is known after the nest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from .elements import CHEAP, ELEMENTS
from .lines import GIVEN, REDUCTIONS, TYPES, Line, Lines, Number
from .mathematics import manner
from .views import View, dense, reshaped

MOST = 64  # lines in one nest: compilers take more than linear time
CALLS = 16  # calls of functions among them
AGAIN = 8  # cheap lines that are rather computed again than kept
AFTER = 10**6  # the phase of what is known only after the nest
LONG = 4096  # elements of a row at most whose numbers are kept at hand


@dataclass
class Nest:
    """Loops over one shape, and the lines within, as seen over that shape."""

    shape: tuple[int, ...]
    lines: list[int] = field(default_factory=list)
    args: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # by line
    phase: dict[int, int] = field(default_factory=dict)  # by line: when it is known
    rows: set[int] = field(default_factory=set)  # lines with one number for each row
    manner: str = ""  # of the functions that it calls
    called: list[int] = field(default_factory=list)

    def within(self, x: Any) -> int | None:
        """The line of this nest that an operand is, element by element or by row."""
        if isinstance(x, Number) or self.phase.get(x.of, AFTER) == AFTER:
            return None
        if x.offset or x.shape != self.shape:
            return None
        row = x.of in self.rows
        shape = (*self.shape[:-1], 1) if row else self.shape
        expected = (*dense(shape)[:-1], 0) if row else dense(shape)
        sides = zip(x.strides, expected, x.shape)
        return x.of if all(a == b or n == 1 for a, b, n in sides) else None


@dataclass
class Schedule:
    """The units in order, which unit makes a line, and what lies in memory between."""

    lines: Lines
    units: list[Any] = field(default_factory=list)
    place: dict[int, int] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    groups: list[int] = field(default_factory=list)  # by unit: its region

    def start(self, line: Line) -> int:
        """The first unit after which all operands of a line are there."""
        places = [self.place.get(x.of, -1) for x in line.args if hasattr(x, "of")]
        return max(places, default=-1)

    def keeps(self, nest: Nest, i: int) -> bool:
        """Whether a nest writes a line's result to memory."""
        return i in self.kept and self.units[self.place[i]] is nest

    # Joining a nest ---------------------------------------------------------------

    def join(self, i: int, k: int) -> bool:
        """Add a line to unit ``k``, if all it reads is known there."""
        nest, line = self.units[k], self.lines[i]
        if not isinstance(nest, Nest) or len(nest.lines) >= MOST:
            return False
        way = manner(line.op, line.dtype)
        if way and (nest.manner not in ("", way) or len(nest.called) >= CALLS):
            return False
        args, row = self._seen_in(nest, line)
        if args is None:
            return False
        phase = 0
        stored: list[int] = []
        again: list[int] = []
        for x in args:
            if isinstance(x, Number):
                continue
            b = nest.within(x)
            if b is not None:
                phase = max(phase, nest.phase[b])
                if row and b not in nest.rows:
                    return False
            elif self.place.get(x.of, -1) < k:
                recipe = None if row else self._recipe(x, nest)
                stored += [x.of] if recipe is None else recipe[1]
                again += [] if recipe is None else recipe[0]
            else:
                return False
        if line.op in REDUCTIONS:
            if args[0].of in nest.rows and nest.within(args[0]) is not None:
                return False
            along = line.params == (len(nest.shape) - 1,)
            row = along and 1 < nest.shape[-1] <= LONG
            phase = phase + 1 if row else AFTER
        for b in again:
            if b not in nest.phase:
                self._add(nest, b, self.lines[b].args, 0)
        self._add(nest, i, args, phase)
        if row:
            nest.rows.add(i)
        if way:
            nest.manner = way
            nest.called.append(i)
        self.place[i] = k
        self.kept.update(stored)
        if phase == AFTER:
            self.kept.add(i)
        return True

    def _add(self, nest: Nest, i: int, args: Any, phase: int) -> None:
        nest.lines.append(i)
        nest.args[i] = tuple(args)
        nest.phase[i] = phase

    def _seen_in(self, nest: Nest, line: Line) -> tuple[Any, bool]:
        """A line's operands over the nest's shape; whether it has a number by row."""
        if line.op in REDUCTIONS:
            x = line.args[0]
            if x.shape == nest.shape:
                return line.args, False
            of_all = len(line.params) == len(x.shape) == len(nest.shape)
            alike = of_all and x.size == math.prod(nest.shape)
            seen = reshaped(x, nest.shape) if alike else None
            return (None if seen is None else (seen,)), False
        if line.shape == nest.shape:
            return line.args, False
        rows = (*nest.shape[:-1], 1)
        if (
            line.shape == rows
            and nest.rows
            and any(isinstance(x, View) and x.of in nest.rows for x in line.args)
        ):
            return [_by_row(x, nest.shape) for x in line.args], True
        if line.size == math.prod(nest.shape):
            args = [
                x if isinstance(x, Number) else reshaped(x, nest.shape)
                for x in line.args
            ]
            return (None if None in args else args), False
        return None, False

    def _recipe(self, x: View, nest: Nest) -> tuple[list[int], list[int]] | None:
        """How what was made before is made again from few others, rather than stored.

        Memory is slower than arithmetic: (lines to compute again, what they read), if
        these are a few cheap lines that need one array more in memory at most.
        """
        if x.of in self.kept or not _is_whole(x, nest.shape):
            return None
        again, read, stack = [], set(), [x.of]
        while stack:
            b = stack.pop()
            if b in again or b in read:
                continue
            line = self.lines[b]
            cheap = line.op in CHEAP and line.shape == nest.shape and b not in self.kept
            if cheap and nest.phase.get(b) != 0:
                again.append(b)
                if len(again) > AGAIN:
                    return None
                for y in line.args:
                    if isinstance(y, View):
                        if _is_whole(y, nest.shape):
                            stack.append(y.of)
                        else:
                            read.add(y.of)
            elif nest.phase.get(b) != 0 or b in nest.rows:
                read.add(b)
        given = [b for b in read if self.lines[b].op in GIVEN or b in self.kept]
        new = read - {*given}
        known = all(self.place.get(b, -1) >= 0 or b in given for b in read)
        if len(new) > 1 or not known or read & {*nest.phase}:
            return None
        if any(self.lines[b].shape != nest.shape for b in new):
            return None
        return sorted(again), sorted(read)


def _is_whole(x: View, shape: tuple[int, ...]) -> bool:
    """Whether a view over a nest's shape is all of its array, in order."""
    return x.shape == shape and not x.offset and x.is_dense


def _by_row(x: Any, shape: tuple[int, ...]) -> Any:
    """A view over (…, 1) as one over (…, n), in which each row repeats its number."""
    if isinstance(x, Number):
        return x
    return View(x.of, x.offset, shape, (*x.strides[:-1], 0))


def has_loop(lines: Lines, line: Line) -> bool:
    """Whether a line is computed by a nest."""
    dtypes = [line.dtype, *map(lines.dtype, filter(_is_view, line.args))]
    if any(d is not None and d.name not in TYPES for d in dtypes):
        return False
    return line.op in ELEMENTS or line.op in REDUCTIONS


def _is_view(x: Any) -> bool:
    return isinstance(x, View)


def scheduled(lines: Lines) -> Schedule:
    """The units of a program."""
    plan = Schedule(lines)
    for i in _needed(lines):
        line = lines[i]
        if line.op in GIVEN:
            continue
        if has_loop(lines, line):
            shape = _shape_of_loops(lines, line)
            start = max(plan.start(line), 0)
            if not any(plan.join(i, k) for k in range(start, len(plan.units))):
                plan.units.append(Nest(shape))
                plan.join(i, len(plan.units) - 1)
        else:
            plan.place[i] = len(plan.units)
            plan.units.append(i)
            plan.kept.add(i)
            plan.kept.update(x.of for x in line.args if hasattr(x, "of"))
    plan.kept.update(lines.outputs)
    plan.kept = {i for i in plan.kept if lines[i].op not in GIVEN}
    return plan


def _shape_of_loops(lines: Lines, line: Line) -> tuple[int, ...]:
    """Of a line that joins no other nest: the shape of a product it reads, if any.

    The rows of a product are those of the sums and means that may follow.
    """
    views = [x for x in line.args if isinstance(x, View)]
    if line.op in REDUCTIONS:
        return views[0].shape
    for x in views:
        made = lines[x.of]
        alike = made.op in ("matmul", "by panels") and made.size == line.size
        if alike and None not in [reshaped(each, made.shape) for each in views]:
            return made.shape
    return line.shape


def _needed(lines: Lines) -> list[int]:
    stack = [*lines.outputs, *lines.presumed]
    needed = {*stack}
    while stack:
        for x in lines[stack.pop()].args:
            if hasattr(x, "of") and x.of not in needed:
                needed.add(x.of)
                stack.append(x.of)
    return sorted(needed)
