"""A program as text: a line for each step, and what the lines know by name."""

from __future__ import annotations

import linecache
import math
import re
import weakref
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from ...core.call import ITEM
from ...core.program import Ref, Step
from ...ops.held import of_shape
from ...ops.indexing import put_together
from ...source import index_text
from ..flat import Flat, Kind
from ..passes.rewriting import is_weak, name_of
from ..passes.views import is_view
from .blocks import by_blocks
from .places import Places
from .steps import (
    CASTS,
    REDUCE,
    SCATTERS,
    index_of,
    into,
    is_plain_product,
    is_reduction,
    templates_of,
    ufunc_of,
    view_text,
    viewed,
)

NUMBERS = count(1)  # of the programs of this process, for tracebacks
COMPARED = 1 << 14  # bytes: larger constants are equal if they are the same array
SHOWN = 6  # elements of a constant that the text shows at most


class Writer:
    """The function of a program, while it is written: its lines, in their order."""

    def __init__(self, flat: Flat, groups: Sequence[range] = ()) -> None:
        self.flat, self.count = flat, len(flat.leaves)
        self.places = Places(flat)
        self.known: dict[str, Any] = {"errstate": np.errstate}
        self.lines: list[str] = []
        self.constants: dict[Any, str] = {}
        self.kept: list[Any] = []  # constants, which the keys above know by their id
        started = {group.start: group for group in groups}
        inside = {i for group in groups for i in group}
        for i, step in enumerate(flat.steps, self.count):
            if i in started:
                by_blocks(self, started[i])
                for member in started[i]:
                    self.places.release(member)
            elif i not in inside:
                self._write(i, step, flat.kinds[i])
                self.places.release(i)
        self._finish()

    # Steps ----------------------------------------------------------------------------

    def _write(self, i: int, step: Step, kind: Any) -> None:
        name, ufunc = name_of(step.op), ufunc_of(step)
        if ufunc is not None:
            self._ufunc(i, step, kind, ufunc)
        elif is_view(step):
            self._view(i, step, kind)
        elif is_reduction(step):
            self._reduction(i, step, kind)
        elif name == "matmul":
            self._product(i, step, kind)
        elif name in CASTS:
            self._cast(i, step, kind)
        elif name in SCATTERS and templates_of(step):
            self._scatter(i, step, kind)
        elif step.op is ITEM:
            self.line(
                f"v{i} = {self.name(step.operands[0])}[{step.params['index']}]", i
            )
        elif name == "getitem":
            x, *arrays = [self.name(x) for x in step.operands]
            index = index_text(put_together(step.params["template"], arrays))
            self.line(f"v{i} = {x}[{index}]", i)
        else:
            self._call(i, step, kind)

    def _ufunc(self, i: int, step: Step, kind: Kind, ufunc: Any) -> None:
        out = self._out(i, kind, step.operands)
        operands = self.numbers(step, self.name)
        self._written(
            i, self.called(ufunc.__name__, ufunc, [*operands, *into(out)]), out
        )

    def _reduction(self, i: int, step: Step, kind: Kind) -> None:
        name, axes = name_of(step.op), step.params["axis"]
        out = self._out(i, kind)
        arguments = [self.name(step.operands[0])]
        arguments += [f"{axes[0] if len(axes) == 1 else axes}", *into(out)]
        arguments += ["keepdims=True"] * step.params["keepdims"]
        self._written(i, self.called(f"{name}_over", REDUCE[name], arguments), out)

    def _product(self, i: int, step: Step, kind: Kind) -> None:
        plain = is_plain_product([self.kind(x) for x in step.operands], kind)
        dense = [  # BLAS takes no repeated elements
            x if isinstance(x, Ref) else np.ascontiguousarray(x) for x in step.operands
        ]
        out = self._out(i, kind)
        arguments = [*[self.name(x) for x in dense], *into(out)]
        name, function = ("dot", np.dot) if plain else ("matmul", np.matmul)
        self._written(i, self.called(name, function, arguments), out)

    def _cast(self, i: int, step: Step, kind: Kind) -> None:
        x, out = self.name(step.operands[0]), self._out(i, kind)
        if out:
            self.line(f"{out}[...] = {x}", i)
        else:
            self.line(f"v{i} = {x}.astype({self.constant(kind.dtype)})", i)

    def _scatter(self, i: int, step: Step, kind: Kind) -> None:
        """Zeros, onto which parts are added where they lay."""
        if self._out(i, kind):
            self.line(f"v{i}.fill(0)", i)
        else:
            dtype = self.constant(kind.dtype)
            self.line(
                f"v{i} = {self.called('zeros', np.zeros, [str(kind.shape), dtype])}", i
            )
        for n, (x, template) in enumerate(zip(step.operands, templates_of(step))):
            part = text = f"v{i}[{index_text(index_of(template))}]"
            if i in self.places.arrays:
                part = f"v{i}_{n}"
                self.known[part] = self.places.arrays[i][index_of(template)]
            arguments = [part, self.name(x), f"out={part}"]
            self.lines.append(f"{self.called('add', np.add, arguments):<40}  # {text}")

    def _view(self, i: int, step: Step, kind: Kind) -> None:
        (x,), arrays = step.operands, self.places.arrays
        text = view_text(self.name(x), step, kind)
        base = arrays.get(x.position) if isinstance(x, Ref) else np.asarray(x)
        if base is not None:
            array = viewed(base, step)
            if np.may_share_memory(array, base) or not array.size:
                arrays[i] = self.known[f"v{i}"] = array
                self.lines.append(f"# v{i} = {text}")
                return
            if self._out(i, kind):  # a copy, in another order
                self.known[f"v{i}_0"] = arrays[i].reshape(base.shape)
                self.line(f"v{i}_0[...] = {self.name(x)}", i)
                return
        if name_of(step.op) == "broadcast_to":
            self.known["broadcast_to"] = np.broadcast_to
        self.line(f"v{i} = {text}", i)

    def _call(self, i: int, step: Step, kind: Any) -> None:
        """Any other function, as it is: it takes memory of its own."""
        if name_of(step.op) == "where" and self.places.is_over(i, step.operands[2]):
            condition, x, y = step.operands  # a number put into what is not read again
            if not np.ndim(x) and not isinstance(x, Ref):
                arguments = [self._out(i, kind, [y]), self.name(x)]
                arguments.append(f"where={self.name(condition)}")
                self.line(self.called("copyto", np.copyto, arguments), i)
                return
        text = self.call(step, [self.name(x) for x in step.operands])
        if isinstance(kind, Kind) and not step.op.is_declared:
            arguments = [text, repr(kind.shape), repr(step.op.name)]
            text = self.called("of_shape", of_shape, arguments)
        if isinstance(kind, Kind) and not kind.shape:
            text = self.called("asarray", np.asarray, [text])
        self.line(f"v{i} = {text}", i)

    # Names ----------------------------------------------------------------------------

    def name(self, x: Any) -> str:
        """What an operand is called."""
        if not isinstance(x, Ref):
            return self.constant(x)
        leaf = self.places.leaf_of.get(x.position, x.position)
        return f"x{leaf}" if leaf < self.count else f"v{x.position}"

    def constant(self, x: Any) -> str:
        """The text of what is no value, or the name by which it is known."""
        if type(x) in (bool, int, str) or x is None:
            return repr(x)
        if type(x) is float and math.isfinite(x):
            return repr(x)
        if isinstance(x, tuple) and all(type(each) in (bool, int) for each in x):
            return repr(x)
        if isinstance(x, np.dtype) and x.isbuiltin:
            self.known[x.name] = x
            return x.name
        key: Any = id(x)
        if isinstance(x, np.ndarray) and x.nbytes <= COMPARED:
            key = x.dtype, x.shape, x.strides, x.tobytes()
        if key not in self.constants:
            self.constants[key] = f"c{len(self.constants)}"
            self.known[self.constants[key]] = x
            self.kept.append(x)
        return self.constants[key]

    def numbers(self, step: Step, named: Callable[[Any], str]) -> list[str]:
        """The operands' names; numbers as arrays of the dtype they would be given."""
        dtypes = [self.kind(x).dtype for x in step.operands if not is_weak(x)]
        names = []
        for x in step.operands:
            if isinstance(x, np.generic):
                x = np.asarray(x)
            elif is_weak(x) and len(dtypes) == 1 and dtypes[0].kind in "fc":
                with np.errstate(all="ignore"):
                    strong = np.asarray(x, np.result_type(dtypes[0], x))
                x = strong if strong.dtype == dtypes[0] else x
            names.append(named(x))
        return names

    def kind(self, x: Any) -> Kind:
        """The kind of an operand; that of a Python number is NumPy's."""
        if isinstance(x, Ref):
            return self.flat.kinds[x.position]
        return Kind(np.shape(x), np.asarray(x).dtype)

    def called(self, name: str, function: Any, arguments: Sequence[str]) -> str:
        """The text of a call of a function, which is known by this name from now on."""
        if self.known.setdefault(name, function) is not function:
            name = f"{name}_{len(self.known)}"
            self.known[name] = function
        return f"{name}({', '.join(arguments)})"

    def call(self, step: Step, operands: Sequence[str]) -> str:
        """The text of a call of a primitive's own function, on raw arrays."""
        name = name_of(step.op)
        params = [f"{key}={self.constant(x)}" for key, x in step.params.items()]
        if name == "where":
            return self.called("where", np.where, operands)
        name = "f_" + re.sub(r"\W", "_", step.op.name)
        return self.called(name, step.op.forward, [*operands, *params])

    # Lines ----------------------------------------------------------------------------

    def _out(self, i: int, kind: Kind, over: Sequence[Any] | None = None) -> str:
        """The name of the array into which a step writes; "" of one made anew."""
        if not self.places.take(i, kind, over):
            return ""
        if i in self.places.arrays:
            self.known[f"v{i}"] = self.places.arrays[i]
        return self.name(Ref(i))

    def _written(self, i: int, text: str, out: str) -> None:
        self.line(text if out else f"v{i} = {text}", i)

    def line(self, text: str, i: int) -> None:
        """One more line, for step ``i``."""
        self.lines.append(self.told(text, i))

    def told(self, text: str, i: int) -> str:
        """A line with what it makes, and by which primitive."""
        kind, step = self.flat.kinds[i], self.flat.steps[i - self.count]
        shown = f"{kind.shape} {kind.dtype}" if isinstance(kind, Kind) else "several"
        return f"{text:<40}  # {shown} {step.op.name}"

    def _finish(self) -> None:
        """What is returned has memory of its own; then targets are written."""
        results, writes, seen = [], [], set()
        for k, value in enumerate(self.flat.outputs):
            name, leaf = self.name(Ref(value)), self.flat.targets.get(k)
            in_place = leaf is not None and self.places.leaf_of.get(value) == leaf
            own = self.places.is_own(value) and value not in seen
            seen.add(value)
            if not in_place and not own and (leaf is None or not self._stays(value)):
                text = self.called("array", np.array, [name])
                name = f"r{k}"
                self.line(f"{name} = {text}", value) if value >= self.count else (
                    self.lines.append(f"{name} = {text}")
                )
            results.append(name if leaf is None else "None")
            if leaf is not None and not in_place:
                writes.append(f"x{leaf}[...] = {name}")
        self.lines += writes
        ending = "," if len(results) == 1 else ""
        self.lines.append(f"return {', '.join(results) or '()'}{ending}")

    def _stays(self, value: int) -> bool:
        """Whether a value is as it is while targets are written one by one."""
        return value in self.places.blocks or self.places.is_own(value)

    def function(self) -> Callable[..., tuple[Any, ...]]:
        """The text, compiled."""
        arguments = ", ".join(f"x{i}" for i in range(self.count))
        known = [
            f"# {name} = {_shown(self.known[name])}" for name in self.constants.values()
        ]
        lines = [*known, f"def run({arguments}):", "    with errstate(all='ignore'):"]
        text = "\n".join([*lines, *[f"        {line}" for line in self.lines]])
        place = f"<program {next(NUMBERS)}>"
        linecache.cache[place] = (len(text), None, text.splitlines(True), place)
        exec(compile(text, place, "exec"), self.known)
        run = self.known.pop("run")
        run.source, run.size = text, self.places.memory.size
        weakref.finalize(run, linecache.cache.pop, place, None)
        return run


def _shown(x: Any) -> str:
    """A constant, in a comment."""
    if not isinstance(x, np.ndarray):
        return re.sub(r"\s+", " ", repr(x))[:60]
    if x.size > SHOWN:
        return f"{x.shape} {x.dtype}"
    return f"{x.tolist()} {x.dtype}"
