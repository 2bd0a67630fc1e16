"""A program as one Python function of NumPy calls, which write into kept memory.

What is known before is done before: memory is taken once and used for one value after
another, views of it are made once, and numbers have the dtype in which they are needed.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Sequence
from itertools import count
from math import prod
from typing import Any

import numpy as np

from ..core.call import ITEM
from ..core.program import Ref, Step
from ..core.source import index_text
from ..ops.indexing import Slice, put_together
from .flat import Flat, Kind
from .grouping import grouped, slices
from .memory import Block, Memory
from .passes.rewriting import is_by_element, is_weak, name_of
from .passes.simplify import simplified
from .passes.views import is_view

REDUCE = {
    "sum": np.add.reduce,
    "prod": np.multiply.reduce,
    "max": np.maximum.reduce,
    "min": np.minimum.reduce,
}

DIRECT = {"where": np.where}
AS_THEY_ARE = (-1, 0, 0.5, 1, 2)  # exponents for which x**y is no power to NumPy
NUMBERS = count(1)


def built(flat: Flat) -> Callable[..., tuple[Any, ...]]:
    """The program, simplified, as a function of the leaves' arrays.

    It returns the results, in memory of their own, and None for those that were written
    into the array of a leaf: of a target. Nothing is written there if an error is
    raised. Targets must share no memory with other leaves but those with which they
    did when this was built. ``run.source`` is the text of the function. Its memory is
    kept, so two threads must not run it at once: the caller has a lock.

    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(ag.grad(lambda x: np.sum(np.tanh(x) ** 2)), (np.zeros(3),))
    >>> run = built(flat)
    >>> run(np.array([0.0, 0.5, 1.0]))[0].round(4)
    array([0.    , 0.7269, 0.6397])
    """
    return Replay(*grouped(simplified(flat))).function()


class Replay:
    """A function while it is written: its lines, and what they know by name."""

    def __init__(self, flat: Flat, groups: Sequence[range] = ()) -> None:
        self.flat = flat
        self.count = len(flat.leaves)
        self.known: dict[str, Any] = {"asarray": np.asarray, "ndarray": np.ndarray}
        self.lines: list[str] = []
        self.memory = Memory()
        self.names = [f"x{i}" for i in range(self.count)]  # of each value
        self.arrays: dict[int, np.ndarray] = {}  # values that lie in kept memory
        self.blocks: dict[int, Block] = {}  # whose block a value has for its own
        self.places: dict[int, int] = {}  # values that lie in the array of a leaf
        self.end = self.count + len(flat.steps)
        self.results = set(flat.outputs)
        self.last = self._last_reads()
        self.going: dict[int, list[int]] = {}  # values by their last read
        for value, at in self.last.items():
            self.going.setdefault(at, []).append(value)
        self.free_from = self._free_from()
        self.targets = {
            flat.outputs[k]: leaf
            for k, leaf in flat.targets.items()
            if flat.outputs.count(flat.outputs[k]) == 1
        }
        started = {group.start: group for group in groups}
        inside = {i for group in groups for i in group}
        for i, step in enumerate(flat.steps, self.count):
            if i in started:
                self._by_blocks(started[i])
                for member in started[i]:
                    self._release(member)
            elif i not in inside:
                self._write(i, step, flat.kinds[i])
                self._release(i)
        self._finish()

    # What is known before -------------------------------------------------------------

    def _last_reads(self) -> dict[int, int]:
        """When the memory of each value is read last; of results at the end."""
        last = dict.fromkeys(self.flat.outputs, self.end)
        for i in reversed(range(self.count, self.end)):
            step = self.flat.steps[i - self.count]
            until = i if is_fresh(step) else last.setdefault(i, i)
            last.setdefault(i, i)
            for x in step.operands:
                if isinstance(x, Ref):
                    last[x.position] = max(last.get(x.position, 0), until)
        return last

    def _free_from(self) -> dict[int, int]:
        """From which step on the array of a target may be written into.

        All that reads it is done, and no step that follows can raise an error.
        """
        risky = [
            i for i, step in enumerate(self.flat.steps, self.count) if not is_safe(step)
        ]
        first = self.first_safe = risky[-1] + 1 if risky else self.count
        leaves = self.flat.leaves
        return {
            leaf: max(first, self.last.get(leaf, 0))
            for leaf in self.flat.targets.values()
            if not any(
                np.may_share_memory(leaves[leaf], other)
                for i, other in enumerate(leaves)
                if i != leaf
            )
        }

    # Steps ----------------------------------------------------------------------------

    def _write(self, i: int, step: Step, kind: Any) -> None:
        name = name_of(step.op)
        self.names.append(f"v{i}")
        ufunc = _ufunc(step)
        if ufunc is not None:
            self._call_into(i, kind, ufunc.__name__, self._numbers(step, ufunc, self._name), ufunc)
        elif is_view(step):
            self._view(i, step, kind)
        elif name in REDUCE and isinstance(step.params["axis"], tuple):
            self._reduce(i, step, kind, name)
        elif name == "matmul":
            self._matmul(i, step, kind)
        elif name in ("astype", "as integers"):
            self._assign(i, step, kind)
        elif name in ("scatter", "scatter_all") and _by_slices(step):
            self._scatter(i, step, kind)
        elif step.op is ITEM:
            self._item(i, step, kind)
        elif name == "getitem" and isinstance(step.operands[0], Ref):
            x, *arrays = [self._name(x) for x in step.operands]
            index = index_text(put_together(step.params["template"], arrays))
            self._line(f"v{i} = {x}[{index}]", i, "getitem")
        else:
            self._call(i, step, kind)

    def _call_into(
        self, i: int, kind: Kind, name: str, operands: list[str], function: Any
    ) -> None:
        """A function of each element, which may write over an operand."""
        self.known[name] = function
        step = self.flat.steps[i - self.count]
        out = self._out(i, kind, step.operands)
        text = f"{name}({', '.join([*operands, *_into(out)])})"
        self._line(text if out else f"v{i} = {text}", i, step.op.name)

    def _reduce(self, i: int, step: Step, kind: Kind, name: str) -> None:
        x, axes = self._name(step.operands[0]), step.params["axis"]
        ufunc = REDUCE[name]
        self.known[f"{name}_over"] = ufunc
        axis = axes[0] if len(axes) == 1 else axes
        out = self._out(i, kind, ())
        arguments = [x, repr(axis), *_into(out)]
        arguments += ["keepdims=True"] * step.params["keepdims"]
        text = f"{name}_over({', '.join(arguments)})"
        self._line(text if out else f"v{i} = {text}", i, step.op.name)

    def _matmul(self, i: int, step: Step, kind: Kind) -> None:
        kinds = [self._kind(x) for x in step.operands]
        alike = all(each.dtype == kind.dtype for each in kinds) and kind.shape
        plain = alike and all(
            len(each.shape) < 3 and prod(each.shape) > 1 for each in kinds
        )  # of one number dot makes 0·∞ = 0
        name = "dot" if plain and kind.dtype.char in "fd" else "matmul"
        self.known[name] = getattr(np, name)
        dense = [
            x if isinstance(x, Ref) else np.ascontiguousarray(x) for x in step.operands
        ]  # BLAS takes no repeated elements
        operands = [self._name(x) for x in dense]
        out = self._out(i, kind, ())
        text = f"{name}({', '.join([*operands, *_into(out)])})"
        self._line(text if out else f"v{i} = {text}", i, "matmul")

    def _assign(self, i: int, step: Step, kind: Kind) -> None:
        x = self._name(step.operands[0])
        out = self._out(i, kind, ())
        if out:
            self._line(f"{out[0]}[...] = {x}", i, step.op.name)
        else:
            dtype = f"np.{kind.dtype}"
            self.known["np"] = np
            self._line(f"v{i} = {x}.astype({dtype})", i, step.op.name)

    def _scatter(self, i: int, step: Step, kind: Kind) -> None:
        """Zeros, onto which parts are added where they lay."""
        templates = step.params.get("templates") or [step.params["template"]]
        out = self._out(i, kind, ())
        if out:
            self._line(f"{out[0]}.fill(0)", i, step.op.name)
        else:
            self.known["zeros"] = np.zeros
            dtype = self._constant(kind.dtype)
            self._line(f"v{i} = zeros({kind.shape}, {dtype})", i, step.op.name)
        for n, (x, template) in enumerate(zip(step.operands, templates)):
            index = put_together(template, ())
            text, part = f"{self.names[i]}[{index_text(index)}]", f"v{i}_{n}"
            if i in self.arrays:
                self.known[part] = self.arrays[i][index]
                if not isinstance(self.known[part], np.ndarray):
                    self.known[part] = self.arrays[i][(*index, Ellipsis)]
            else:
                part = text
            self.lines.append(f"{part} += {self._name(x)}  # {text}")
            if part != text:
                self.lines[-1] = f"add({part}, {self._name(x)}, out={part})  # {text}"
                self.known["add"] = np.add

    def _view(self, i: int, step: Step, kind: Kind) -> None:
        (x,) = step.operands
        name, text = name_of(step.op), self._name(x)
        if (isinstance(x, Ref) and x.position in self.arrays) or not isinstance(x, Ref):
            base = self.arrays[x.position] if isinstance(x, Ref) else np.asarray(x)
            array = _viewed(base, step)
            if np.may_share_memory(array, base) or not array.size:
                self.arrays[i] = self.known[f"v{i}"] = array
                self.lines.append(f"# v{i} = {_view_text(text, step, kind)}")
                return
            (out,) = self._out(i, kind, ()) or [""]
            if out:  # a copy, in another order
                self.known[f"v{i}_"] = self.arrays[i].reshape(base.shape)
                self._line(f"v{i}_[...] = {text}", i, f"{name}: v{i} as {text}")
                return
        if name == "broadcast_to":
            self.known["broadcast_to"] = np.broadcast_to
        self._line(f"v{i} = {_view_text(text, step, kind)}", i, name)

    def _item(self, i: int, step: Step, kind: Kind) -> None:
        x = self._name(step.operands[0])
        self._line(f"v{i} = {x}[{step.params['index']}]", i, "item")

    def _call(self, i: int, step: Step, kind: Any) -> None:
        """Any other function, as it is: it takes memory of its own."""
        text = self._called(step, [self._name(x) for x in step.operands])
        if isinstance(kind, Kind) and not kind.shape:
            text = f"asarray({text})"
        self._line(f"v{i} = {text}", i, step.op.name)

    def _called(self, step: Step, operands: list[str]) -> str:
        name = "f_" + re.sub(r"\W", "_", step.op.name)
        name = self._constant(DIRECT.get(name_of(step.op), step.op.forward), name)
        params = [f"{key}={self._constant(x)}" for key, x in step.params.items()]
        return f"{name}({', '.join([*operands, *params])})"

    # Blocks ---------------------------------------------------------------------------

    def _by_blocks(self, group: range) -> None:
        """Functions of each element, over some rows of all arrays at a time.

        What is read outside of the group lies in whole arrays, all else in blocks.
        """
        shape = self.flat.kinds[group.start].shape
        rows = slices(shape)
        memory, blocks = Memory(), {}  # of one block of rows
        columns: dict[str, list[Any]] = {"s": rows}  # what changes from block to block
        before: list[str] = []
        inner: dict[int, str] = {}  # how values are called within
        body: list[str] = []

        def cut(name: str, array: np.ndarray | None) -> str:
            """The rows of a whole array."""
            part = f"{name}_s"
            if array is not None:
                columns[part] = [array[each] for each in rows]
            elif f"{part} = {name}[s]" not in body:
                body.append(f"{part} = {name}[s]")
            return part

        def operand(x: Any) -> str:
            if isinstance(x, Ref) and x.position in inner:
                return inner[x.position]
            whole = self._kind(x).shape
            name = self._name(x)
            if len(whole) < len(shape) or whole[0] != shape[0]:
                return name
            if not isinstance(x, Ref):
                return cut(name, np.asarray(x))
            return cut(name, self.arrays.get(x.position))

        def direct(leaf: int) -> bool:
            """Whether the group reads a leaf's array by the same rows only."""
            return all(
                x.position == leaf or leaf not in self.seen_by(x.position)
                for i in group
                for x in self.flat.steps[i - self.count].operands
                if isinstance(x, Ref) and x.position not in group
            )

        for i in group:
            step, kind = self.flat.steps[i - self.count], self.flat.kinds[i]
            ufunc = _ufunc(step)
            leaf = self.targets.get(i)
            assigned = name_of(step.op) in ("astype", "as integers")
            if ufunc is not None:
                self.known[ufunc.__name__] = ufunc
                names = self._numbers(step, ufunc, operand)
            else:
                names = [operand(x) for x in step.operands]
            self.names.append(f"v{i}")
            outside = i in self.results or self.last[i] >= group.stop
            if outside and leaf is not None and self._may_replace(
                leaf, i, kind, step.operands
            ) and self.free_from[leaf] <= i and self.first_safe <= group.start and direct(leaf):
                self.places[i] = leaf
                self.names[i] = f"x{leaf}"
                out = cut(f"x{leaf}", None)
            elif outside and i in self.results and leaf is None:
                self.known["empty"] = np.empty
                dtype = self._constant(kind.dtype)
                before.append(f"v{i} = empty({kind.shape}, {dtype})")
                out = cut(f"v{i}", None)
            elif outside:
                self.blocks[i] = self.memory.take(kind)
                self._lies_in(i, self.blocks[i].array(kind))
                out = cut(f"v{i}", self.arrays[i])
            elif ufunc is not None or assigned:
                over = [
                    x.position
                    for x in step.operands
                    if isinstance(x, Ref)
                    and x.position in blocks
                    and self.last[x.position] == i
                    and self.flat.kinds[x.position] == kind
                ]
                small = Kind((rows[0].stop, *kind.shape[1:]), kind.dtype)
                block = blocks.pop(over[0]) if over else memory.take(small)
                blocks[i] = block
                array = block.array(small)
                columns[f"v{i}"] = [array[: each.stop - each.start] for each in rows]
                out = f"v{i}"
            else:
                out = ""
            inner[i] = out or f"v{i}"
            if ufunc is not None:
                text = f"{ufunc.__name__}({', '.join([*names, f'out={out}'])})"
            elif assigned:
                text = f"{out}[...] = {names[0]}"
            else:
                text = self._called(step, names)
                text = f"{out}[...] = {text}" if out else f"v{i} = {text}"
            body.append(self._told(text, i, step.op.name))
            for value in self.going.get(i, ()):
                if value in blocks:
                    memory.give(blocks.pop(value))
        used = " ".join(body)
        columns = {
            key: column
            for key, column in columns.items()
            if re.search(rf"\b{key}\b", used)
        }
        name = f"blocks_{group.start}"
        self.known[name] = [*zip(*columns.values())]
        self.memory.size += memory.size
        self.lines += before
        comma = "," * (len(columns) == 1)
        self.lines.append(f"for {', '.join(columns)}{comma} in {name}:  # of {shape}")
        self.lines += [f"    {line}" for line in body]

    def seen_by(self, value: int) -> set[int]:
        """The leaves whose memory a value may share."""
        found, stack = set(), [value]
        while stack:
            v = stack.pop()
            if v < self.count:
                found.add(v)
            elif not is_fresh(self.flat.steps[v - self.count]):
                operands = self.flat.steps[v - self.count].operands
                stack += [x.position for x in operands if isinstance(x, Ref)]
        return found

    # Operands and memory --------------------------------------------------------------

    def _kind(self, x: Any) -> Kind:
        if isinstance(x, Ref):
            return self.flat.kinds[x.position]
        return Kind(np.shape(x), np.asarray(x).dtype)

    def _name(self, x: Any) -> str:
        return self.names[x.position] if isinstance(x, Ref) else self._constant(x)

    def _constant(self, x: Any, name: str = "c") -> str:
        """The name, or the text, of what is no value."""
        if type(x) in (bool, int, str) or x is None:
            return repr(x)
        if isinstance(x, tuple) and all(type(each) in (bool, int) for each in x):
            return repr(x)
        if name == "c":
            name = f"c{len(self.known)}"
        elif self.known.get(name, x) is not x:
            name = f"{name}_{len(self.known)}"
        self.known[name] = x
        return name

    def _numbers(
        self, step: Step, ufunc: Any, named: Callable[[Any], str]
    ) -> list[str]:
        """The operands; numbers as arrays of the dtype that NumPy makes of them."""
        kinds = [self._kind(x).dtype for x in step.operands if not is_weak(x)]
        names = []
        for x in step.operands:
            if is_weak(x) and len(kinds) == 1 and len(step.operands) == 2:
                dtype = np.result_type(kinds[0], x)
                if kinds[0].kind in "fc" and dtype == kinds[0]:
                    with np.errstate(all="ignore"):
                        x = np.asarray(x, dtype)
            elif isinstance(x, np.generic):
                x = np.asarray(x)
            names.append(named(x))
        return names

    def _out(self, i: int, kind: Kind, over: Sequence[Any]) -> list[str]:
        """Where step ``i`` writes: no text if into memory that is new at each run.

        That is the array of a leaf which it replaces, of an operand among ``over`` that
        is not read again, or a block.
        """
        leaf = self.targets.get(i)
        if leaf is not None and self._may_replace(leaf, i, kind, over):
            self.places[i] = leaf
            self.names[i] = f"x{leaf}"
            return [f"x{leaf}"]
        if i in self.results and leaf is None and kind.shape:
            return []
        for x in over:
            if not isinstance(x, Ref) or self.flat.kinds[x.position] != kind:
                continue
            p = x.position
            if p in self.blocks and self.last[p] == i:
                self.blocks[i] = self.blocks.pop(p)
                return [self._lies_in(i, self.arrays[p])]
            leaf = self.places.get(p, p)
            if self._may_lie_in(leaf, i, p):
                self.places[i] = leaf
                self.names[i] = f"x{leaf}"
                return [f"x{leaf}"]
        self.blocks[i] = self.memory.take(kind)
        return [self._lies_in(i, self.blocks[i].array(kind))]

    def _lies_in(self, i: int, array: np.ndarray) -> str:
        self.arrays[i] = self.known[f"v{i}"] = array
        return f"v{i}"

    def _may_replace(self, leaf: int, i: int, kind: Kind, over: Sequence[Any]) -> bool:
        """Whether step ``i`` may write the leaf's new contents where they belong."""
        if not over or kind != self.flat.kinds[leaf]:
            return False
        guests = [v for v, place in self.places.items() if place == leaf]
        free = self.free_from.get(leaf, self.end) <= i
        return free and all(self.last[v] <= i for v in guests)

    def _may_lie_in(self, leaf: int, i: int, p: int) -> bool:
        """Whether value ``i`` may lie, for a while, where value ``p`` ends.

        That is in the array of a target, whose new contents come after ``i`` is read.
        """
        if self.free_from.get(leaf, self.end) > i or self.last[p] != i:
            return False
        final = [v for v, place in self.targets.items() if place == leaf]
        return bool(final) and self.last[i] <= final[0] and final[0] >= self.count

    def _release(self, i: int) -> None:
        """Blocks of what is not read after step ``i`` are free."""
        for value in self.going.get(i, ()):
            block = self.blocks.pop(value, None)
            if block is not None:
                self.memory.give(block)

    # The end --------------------------------------------------------------------------

    def _finish(self) -> None:
        """What is returned has memory of its own; then targets are written."""
        results, writes, seen = [], [], set()
        for k, value in enumerate(self.flat.outputs):
            name, leaf = self.names[value], self.flat.targets.get(k)
            own = self._is_own(value)
            if leaf is not None:
                results.append("None")
                if self.places.get(value) != leaf:
                    if not own and value not in self.blocks:
                        self.known["array"] = np.array
                        self.lines.append(f"r{k} = array({name})")
                        name = f"r{k}"
                    writes.append(f"x{leaf}[...] = {name}")
            elif own and value not in seen:
                results.append(name)
            else:
                self.known["array"] = np.array
                self.lines.append(f"r{k} = array({name})")
                results.append(f"r{k}")
            seen.add(value)
        self.lines += writes
        ending = "," if len(results) == 1 else ""
        self.lines.append(
            f"return {', '.join(results)}{ending}" if results else "return ()"
        )

    def _is_own(self, value: int) -> bool:
        """Whether a result lies in memory that was taken for it in this run."""
        if value < self.count or value in self.arrays or value in self.places:
            return False
        step = self.flat.steps[value - self.count]
        return is_fresh(step) and bool(self.flat.kinds[value].shape)

    def _line(self, text: str, i: int, source: str) -> None:
        self.lines.append(self._told(text, i, source))

    def _told(self, text: str, i: int, source: str) -> str:
        """A line with what it makes."""
        kind = self.flat.kinds[i]
        shown = f"{kind.shape} {kind.dtype}" if isinstance(kind, Kind) else "several"
        return f"{text:<40}  # {shown} {source}"

    def function(self) -> Callable[..., tuple[Any, ...]]:
        """The text, compiled."""
        arguments = ", ".join(f"x{i}" for i in range(self.count))
        body = "\n".join([f"        {line}" for line in self.lines])
        text = f"def run({arguments}):\n    with errstate(all='ignore'):\n{body}\n"
        self.known["errstate"] = np.errstate
        place = f"<program {next(NUMBERS)}>"
        linecache.cache[place] = (len(text), None, text.splitlines(True), place)
        exec(compile(text, place, "exec"), self.known)
        run = self.known.pop("run")
        run.source = text
        run.size = self.memory.size
        return run


def is_fresh(step: Step) -> bool:
    """Whether a result surely shares no memory with operands, nor with anything."""
    name = name_of(step.op)
    if _ufunc(step) is not None or name in REDUCE:
        return True
    if name == "getitem":
        return not is_view(step)
    return name in (
        "matmul",
        "astype",
        "as integers",
        "where",
        "scatter",
        "scatter_all",
    )


def is_safe(step: Step) -> bool:
    """Whether a step cannot raise an error, given operands of these kinds."""
    name = name_of(step.op)
    simple = is_by_element(step.op) or name in REDUCE or is_view(step)
    return simple or step.op is ITEM or name == "matmul"


def _ufunc(step: Step) -> Any:
    """NumPy's function of each element that a step is, if it is one."""
    forward = step.op.forward
    if type(forward) is np.ufunc and forward.nout == 1 and forward.signature is None:
        return forward if not step.params and step.op.is_declared else None
    if name_of(step.op) == "power":
        y = step.operands[1]
        return None if is_weak(y) and y in AS_THEY_ARE else np.power
    return None


def _by_slices(step: Step) -> bool:
    templates = step.params.get("templates") or [step.params["template"]]
    return len(step.operands) == len(templates) and all(
        part is Ellipsis or part is None or type(part) in (int, Slice)
        for template in templates
        for part in template
    )


def _viewed(x: Any, step: Step) -> np.ndarray:
    out = step.op.forward(x, **step.params)
    if isinstance(out, np.ndarray):
        return out
    index = put_together(step.params["template"], ())
    return x[(*index, Ellipsis)]  # of one element, which is no view otherwise


def _view_text(x: str, step: Step, kind: Kind) -> str:
    name = name_of(step.op)
    if name == "reshape":
        return f"{x}.reshape({', '.join(map(str, kind.shape)) or '()'})"
    if name == "transpose":
        return f"{x}.transpose({', '.join(map(str, step.params['axes']))})"
    if name == "broadcast_to":
        return f"broadcast_to({x}, {kind.shape})"
    return f"{x}[{index_text(put_together(step.params['template'], ()))}]"


def _into(out: list[str]) -> list[str]:
    """NumPy's argument for where a result is written."""
    return [f"out={each}" for each in out]
