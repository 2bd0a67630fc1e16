"""The C text of a walk through the steps of a recurrent layer.

Each thread has a share of the batch, and goes through all steps with it alone: a step
is one product for all gates of its rows, and one loop over their elements.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

import numpy as np

from .lines import TYPES, Line, Lines
from .phrases import pointer
from .products import POOLED


class Cell(NamedTuple):
    """What a step does beside its products, for element ``j`` of a row.

    Forward, ``p`` is what reaches the gates, N apart; of a candidate, ``v`` is the part
    of it that comes from the state before. ``h`` and ``c`` are the state and the cell
    before. Backward, ``to_…`` is what arrives, and ``dh``, ``dc`` what goes on.
    """

    gates: int
    outs: tuple[str, ...]
    states: int  # the first outputs, which have a value before the first step
    followed: int  # the first outputs, at which a cotangent may arrive
    candidate: bool  # whether a gate acts on what comes from the state before
    forward: str
    reads: tuple[str, ...]
    backward: str


LSTM = Cell(
    gates=4,
    outs=("states", "cells", "reached", "gates"),
    states=2,
    followed=2,
    candidate=False,
    forward="""
T i = sigmoid(p[j]), f = sigmoid(p[N + j]), g = tanh(p[2*N + j]);
T o = sigmoid(p[3*N + j]), cell = f*c[j] + i*g, reach = tanh(cell);
gates[j] = o; gates[N + j] = i; gates[2*N + j] = f; gates[3*N + j] = g;
cells[j] = cell; reached[j] = reach; states[j] = o*reach;""",
    reads=("c", "reached", "gates"),
    backward="""
T o = gates[j], i = gates[N + j], f = gates[2*N + j], g = gates[3*N + j];
T reach = reached[j], to_h = dh[j] + to_states[j];
T to_c = dc[j] + to_cells[j] + to_h*o*(1 - reach*reach);
onto[j] = to_c*g*i*(1 - i); onto[N + j] = to_c*c[j]*f*(1 - f);
onto[2*N + j] = to_c*i*(1 - g*g); onto[3*N + j] = to_h*reach*o*(1 - o);
dc[j] = to_c*f;""",
)
GRU = Cell(
    gates=3,
    outs=("states", "gates"),
    states=1,
    followed=1,
    candidate=True,
    forward="""
T r = sigmoid(p[j] + v[j]), z = sigmoid(p[N + j] + v[N + j]);
T new = tanh(p[2*N + j] + r*v[2*N + j]);
gates[j] = r; gates[N + j] = z; gates[2*N + j] = new;
states[j] = new + z*(h[j] - new);""",
    reads=("h", "gates", "candidate"),
    backward="""
T r = gates[j], z = gates[N + j], new = gates[2*N + j];
T to_h = dh[j] + to_states[j], to_new = to_h*(1 - z)*(1 - new*new);
onto[j] = apart[j] = to_new*candidate[j]*r*(1 - r);
onto[N + j] = apart[N + j] = to_h*(h[j] - new)*z*(1 - z);
onto[2*N + j] = to_new; apart[2*N + j] = to_new*r;
dh[j] = to_h*z;""",
)
TANH = Cell(
    gates=1,
    outs=("states",),
    states=1,
    followed=1,
    candidate=False,
    forward="states[j] = tanh(p[j]);",
    reads=("states",),
    backward="onto[j] = (dh[j] + to_states[j])*(1 - states[j]*states[j]);",
)
RELU = TANH._replace(
    forward="states[j] = p[j] < 0 ? 0 : p[j];",
    backward="onto[j] = states[j] > 0 ? dh[j] + to_states[j] : 0;",
)


class Walk(NamedTuple):
    """Through inputs (steps, batch, n_in) with states (batch, n)."""

    cell: Cell
    steps: int
    batch: int
    n_in: int
    n: int
    given: tuple[bool, ...] | None = None  # backward: which cotangents arrive

    columns: int = 16  # of a panel (panels.h)

    @property
    def wide(self) -> int:
        return self.cell.gates * self.n

    def filled(self, n: int) -> int:
        """The width of as many columns in whole panels."""
        return -(-n // self.columns) * self.columns

    @property
    def left(self) -> dict[str, tuple[int, ...]]:
        """What lies side by side in the line of a walk, by name; shapes."""
        cell, rows = self.cell, (self.steps, self.batch)
        if self.given is not None:
            names = ("onto", "apart")[: 1 + cell.candidate]
            states = ("dh", "dc")[: cell.states]
            gates: Any = dict.fromkeys(names, (*rows, self.wide))
            return gates | dict.fromkeys(states, (self.batch, self.filled(self.n)))
        found: dict[str, tuple[int, ...]] = {}
        for k, name in enumerate(cell.outs):
            first = self.steps + 1 if k < cell.states else self.steps
            width = self.wide if name == "gates" else self.n
            found[name] = (first, self.batch, width)
        for name in ("p", "v")[: 1 + cell.candidate]:
            found[name] = (self.batch, self.filled(self.wide))
        return found


def walk(lines: Lines, i: int, line: Line) -> tuple[list[str], str]:
    """The function of a line ``walk``, and the text that calls it."""
    w: Walk = line.params
    kind = TYPES[line.dtype.name]
    name, at, text = f"walk_{i}", 0, []
    for part, shape in w.left.items():
        text.append(f"{kind} *all_{part} = ({kind} *)m[{i}] + {at};")
        at += math.prod(shape)
    body = _forward(lines, line) if w.given is None else _backward(lines, line)
    work = w.steps * w.batch * w.wide * (w.n + w.n_in)
    shared = work > POOLED and w.batch > 1
    head = [
        f"/* {w.steps} steps {'forward' if w.given is None else 'backward'} */",
        f"static void {name}(void **m, long part, long parts) {{",
        f"const long begin = {w.batch}*part/parts;",
        f"const long some = {w.batch}*(part + 1)/parts - begin;",
        "if (!some) return;",
    ]
    call = f"parallel({name}, m, threads);" if shared else f"{name}(m, 0, 1);"
    return [*head, *text, *body, "}"], call


def _elements(w: Walk, dtype: np.dtype, text: str) -> list[str]:
    """The loop over the elements of a row."""
    end = "f" if dtype == np.float32 else "d"
    text = re.sub(r"\b(sigmoid|tanh)\(", rf"\1_{end}(", text)
    text = re.sub(r"\bT\b", TYPES[dtype.name], re.sub(r"\bN\b", f"{w.n}", text))
    return ["#pragma omp simd", f"for (long j = 0; j < {w.n}; j++) {{{text}", "}"]


def _product(dtype: np.dtype, *arguments: Any) -> str:
    """What is added to the rows of this thread: (k, x, apart, panels, o, wide)."""
    end = "f" if dtype == np.float32 else "d"
    k, x, apart, panels, o, wide = arguments
    return f"panels_{end}(some, {k}, {x}, {apart}, {panels}, {o}, {wide}, {o}, {wide});"


def _forward(lines: Lines, line: Line) -> list[str]:
    w, dtype, kind = line.params, line.dtype, TYPES[line.dtype.name]
    cell, n, n_in, wide, batch = w.cell, w.n, w.n_in, w.wide, w.batch
    names = ["x", *("h", "c")[: cell.states], "weight_ih", "weight_hh", "bias", "more"]
    text = [pointer(lines, x, f"given_{a}") for x, a in zip(line.args, names)]
    for first, out in zip(("h", "c"), cell.outs[: cell.states]):
        some = f"some*{n * dtype.itemsize}"
        text.append(
            f"memcpy(all_{out} + begin*{n}, given_{first} + begin*{n}, {some});"
        )
    scratch = ("p", "v")[: 1 + cell.candidate]
    full = w.filled(wide)
    text += [f"{kind} *rows_{s} = all_{s} + begin*{full};" for s in scratch]
    text.append(f"for (long t = 0; t < {w.steps}; t++) {{")
    for s, bias in zip(scratch, ("bias", "more")):
        text.append(
            f"for (long r = 0; r < some; r++) "
            f"memcpy(rows_{s} + r*{full}, given_{bias}, {wide * dtype.itemsize});"
        )
    step, apart, _ = line.args[0].strides
    apart = max(apart, n_in)
    x, h = (
        f"given_x + t*{step} + begin*{apart}",
        f"all_states + (t*{batch} + begin)*{n}",
    )
    text += [
        _product(dtype, n_in, x, apart, "given_weight_ih", "rows_p", full),
        _product(dtype, n, h, n, "given_weight_hh", f"rows_{scratch[-1]}", full),
        "for (long r = 0; r < some; r++) {",
        f"const long row = t*{batch} + begin + r;",
        *[f"const {kind} *{s} = rows_{s} + r*{full};" for s in scratch],
    ]
    for k, out in enumerate(cell.outs):
        width, later = w.left[out][2], f" + {batch}" if k < cell.states else ""
        text.append(f"{kind} *{out} = all_{out} + (row{later})*{width};")
        if k < cell.states:
            text.append(f"const {kind} *{'hc'[k]} = {out} - {batch * n};")
    return [*text, *_elements(w, dtype, cell.forward), "}", "}"]


def _backward(lines: Lines, line: Line) -> list[str]:
    w, dtype, kind = line.params, line.dtype, TYPES[line.dtype.name]
    cell, n, wide, batch = w.cell, w.n, w.wide, w.batch
    weight, *reads = line.args
    text = [pointer(lines, weight, "weight_hh")]
    rows, loop = [], cell.backward
    for name in cell.reads:
        x = reads.pop(0)
        text.append(pointer(lines, x, f"given_{name}"))
        width = wide if name == "gates" else n
        rows.append(f"const {kind} *{name} = given_{name} + row*{width};")
    for out, there in zip(cell.outs, w.given):
        if not there:
            loop = re.sub(rf" \+ to_{out}\[j\]", "", loop)
            continue
        x = reads.pop(0)
        step, apart, along = x.strides
        text.append(pointer(lines, x, f"given_to_{out}"))
        place = f"t*{step} + (begin + r)*{apart}"
        rows.append(f"const {kind} *to_{out} = given_to_{out} + {place};")
        loop = loop.replace(f"to_{out}[j]", f"to_{out}[j*{along}]")
    full = w.filled(n)
    for d in ("dh", "dc")[: cell.states]:
        text.append(f"memset(all_{d} + begin*{full}, 0, some*{full * dtype.itemsize});")
        rows.append(f"{kind} *{d} = all_{d} + (begin + r)*{full};")
    for name in ("onto", "apart")[: 1 + cell.candidate]:
        rows.append(f"{kind} *{name} = all_{name} + row*{wide};")
    onto = "apart" if cell.candidate else "onto"
    to = f"all_dh + begin*{full}"
    anew = f"memset({to}, 0, some*{full * dtype.itemsize});"
    x = f"all_{onto} + (t*{batch} + begin)*{wide}"
    return [
        *text,
        f"for (long t = {w.steps - 1}; t >= 0; t--) {{",
        "for (long r = 0; r < some; r++) {",
        f"const long row = t*{batch} + begin + r;",
        *rows,
        *_elements(w, dtype, loop),
        "}",
        *([] if cell.candidate else [anew]),
        _product(dtype, wide, x, wide, "weight_hh", to, full),
        "}",
    ]
