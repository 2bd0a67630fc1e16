"""A group of functions of each element, as a loop over blocks of rows."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import numpy as np

from ...core.program import Ref
from ..flat import Kind
from ..passes.rewriting import name_of
from .grouping import slices
from .memory import Block, Memory
from .steps import CASTS, into, ufunc_of


def by_blocks(writer: Any, group: range) -> None:
    """Write the steps of a group: for some rows of all arrays at a time."""
    loop = Loop(writer, group)
    for i in group:
        loop.step(i)
    writer.lines += loop.text()
    writer.places.memory.size += loop.memory.size


WIDTH = 72  # of a line that is wrapped


class Loop:
    """Lines over blocks of rows; what is read outside of them is a whole array."""

    def __init__(self, writer: Any, group: range) -> None:
        self.writer, self.places, self.group = writer, writer.places, group
        self.shape = writer.flat.kinds[group.start].shape
        self.rows = slices(self.shape)
        self.memory = Memory()
        self.blocks: dict[int, Block] = {}  # values of a block of rows, as they live
        self.columns: dict[str, list[Any]] = {"s": self.rows}  # what each turn is given
        self.before: list[str] = []
        self.lines: list[str] = []
        self.names: dict[int, str] = {}  # of the rows of a value

    def step(self, i: int) -> None:
        """One step of the group."""
        writer = self.writer
        step = writer.flat.steps[i - writer.count]
        ufunc, out = ufunc_of(step), self._out(i)
        self.names[i] = out or f"v{i}"
        if ufunc is not None:
            operands = writer.numbers(step, self._name)
            text = writer.called(ufunc.__name__, ufunc, [*operands, *into(out)])
        else:
            operands = [self._name(x) for x in step.operands]
            cast = name_of(step.op) in CASTS
            text = operands[0] if cast else writer.call(step, operands)
            text = f"{out}[...] = {text}" if out else f"v{i} = {text}"
        self.lines.append(writer.told(text, i))
        for value in self.places.ending.get(i, ()):
            if value in self.blocks:
                self.memory.give(self.blocks.pop(value))

    def _name(self, x: Any) -> str:
        """An operand, or its rows: what has fewer is the same in each block."""
        if isinstance(x, Ref) and x.position in self.names:
            return self.names[x.position]
        name, shape = self.writer.name(x), self.writer.kind(x).shape
        if len(shape) < len(self.shape) or shape[0] != self.shape[0]:
            return name
        known = self.places.arrays.get(x.position) if isinstance(x, Ref) else x
        return self._rows_of(name, known)

    def _rows_of(self, name: str, array: np.ndarray | None) -> str:
        """The rows of a whole array: known before, or taken in each turn."""
        part = f"{name}_s"
        if array is not None:
            self.columns[part] = [array[rows] for rows in self.rows]
        elif f"{part} = {name}[s]" not in self.lines:
            self.lines.append(f"{part} = {name}[s]")
        return part

    def _out(self, i: int) -> str:
        """Where a step writes; "" if its function takes memory of its own."""
        writer, places, kind = self.writer, self.places, self.writer.flat.kinds[i]
        leaf = places.targets.get(i)
        if i not in places.results and places.last[i] < self.group.stop:
            return self._inner(i, kind)
        if (
            leaf is not None
            and places.may_replace(leaf, i, kind)
            and places.is_read_by_rows(leaf, self.group)
        ):
            places.leaf_of[i] = leaf
            return self._rows_of(f"x{leaf}", None)
        if i in places.results and leaf is None:
            arguments = [str(kind.shape), writer.constant(kind.dtype)]
            text = writer.called("empty", np.empty, arguments)
            self.before.append(f"v{i} = {text}")
            return self._rows_of(f"v{i}", None)
        array = writer.known[f"v{i}"] = places.take_block(i, kind)
        return self._rows_of(f"v{i}", array)

    def _inner(self, i: int, kind: Kind) -> str:
        step = self.writer.flat.steps[i - self.writer.count]
        if ufunc_of(step) is None and name_of(step.op) not in CASTS:
            return ""
        over = [
            x.position
            for x in step.operands
            if isinstance(x, Ref)
            and x.position in self.blocks
            and self.places.last[x.position] == i
            and self.writer.flat.kinds[x.position] == kind
        ]
        small = Kind((self.rows[0].stop, *kind.shape[1:]), kind.dtype)
        block = self.blocks.pop(over[0]) if over else self.memory.take(small)
        self.blocks[i], array = block, block.array(small)
        lengths = [rows.stop - rows.start for rows in self.rows]
        self.columns[f"v{i}"] = [array[:n] for n in lengths]
        return f"v{i}"

    def text(self) -> list[str]:
        """The loop, and what stands before it."""
        used = {*re.findall(r"\w+", " ".join(self.lines))}
        names = [name for name in self.columns if name in used or name == "s"]
        given = f"blocks_{self.group.start}"
        self.writer.known[given] = [*zip(*[self.columns[name] for name in names])]
        told = f"# {len(self.rows)} blocks of {self.shape}"
        header = f"for {', '.join(names)}{',' * (len(names) == 1)} in {given}:"
        loop = [header]
        if len(header) > WIDTH:
            wrapped = textwrap.wrap(", ".join(names), WIDTH)
            loop = ["for (", *[f"    {line}" for line in wrapped], f") in {given}:"]
        return [*self.before, told, *loop, *[f"    {line}" for line in self.lines]]
