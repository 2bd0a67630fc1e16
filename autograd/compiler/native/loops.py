"""The C text of a nest of loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .elements import expression
from .lines import REDUCTIONS, TYPES, Number
from .nests import AFTER, Nest, Schedule
from .phrases import BY_LANES, CLAUSES, MERGED, literal, nested, pointer, start
from .views import View, dense, spread, whole

BLOCK = 4096  # elements at a time of a long loop
MANY = 1 << 14  # elements times lines that are worth the pool
PARTS = 16  # in which a long loop is cut, however many threads there are
WIDE = 1 << 14  # elements at most of what each part adds up for itself


class NestText:
    """The text of one nest: a function that computes one of ``parts``."""

    can_fail = False

    def __init__(self, plan: Schedule, nest: Nest, k: int) -> None:
        self.lines, self.nest, self.name = plan.lines, nest, f"loop_{k}"
        self.shape = nest.shape or (1,)
        self.written = [i for i in nest.lines if plan.keeps(nest, i)]
        self.after = [i for i in nest.lines if nest.phase[i] == AFTER]
        self.loop = {i: self._loop(i) for i in nest.lines}
        self.reads: dict[View, str] = {}
        for i in nest.lines:
            for x in nest.args[i]:
                if isinstance(x, View) and nest.within(x) is None:
                    self.reads.setdefault(x, f"r{len(self.reads)}")
        used = {self.lines[i].dtype for i in (*nest.lines, *[x.of for x in self.reads])}
        of_floats = "long" if np.dtype(np.float64) in used else "int"
        self.truth = TYPES["bool"] if used == {np.dtype(bool)} else of_floats
        self._collapse()
        sizes = [self.lines[i].size for i in self.after]
        work = math.prod(self.dims) * len(nest.lines)
        cut = len(self.dims) > 1 or self.dims[-1] > BLOCK
        self.parts = (
            PARTS if work > MANY and cut and max(sizes, default=0) <= WIDE else 1
        )

    # Which loops ----------------------------------------------------------------------

    def _loop(self, i: int) -> int:
        """The inner loop that computes a line."""
        nest = self.nest
        if self.lines[i].op in REDUCTIONS:
            a = nest.within(nest.args[i][0])
            return 0 if a is None else nest.phase[a]
        return nest.phase[i]

    def _strides(self, i: int) -> tuple[int, ...]:
        """Of a line that is written, over the nest's shape."""
        if i in self.after:
            return spread(whole(i, self.lines[i].shape), self.shape).strides or (0,)
        if i in self.nest.rows:
            return (*dense((*self.shape[:-1], 1))[:-1], 0)
        return dense(self.shape)

    def _collapse(self) -> None:
        """Axes that everything walks through as one become one."""
        views = [v._replace(strides=v.strides or (0,)) for v in self.reads]
        out = {i: self._strides(i) for i in [*self.written, *self.after]}
        strides = [*[v.strides for v in views], *out.values()]
        groups = [[0]]
        for d in range(1, len(self.shape)):
            before, n = groups[-1][-1], self.shape[d]
            inner = self.nest.rows and d == len(self.shape) - 1
            if not inner and all(st[before] == st[d] * n for st in strides):
                groups[-1].append(d)
            elif not inner and math.prod(self.shape[k] for k in groups[-1]) == 1:
                groups[-1] = [d]
            elif not inner and n == 1:
                continue
            else:
                groups.append([d])
        last = [group[-1] for group in groups]
        self.dims = [math.prod(self.shape[d] for d in group) for group in groups]
        self.read = {
            view: (name, [v.strides[d] for d in last])
            for (view, name), v in zip(self.reads.items(), views)
        }
        self.write = {i: [st[d] for d in last] for i, st in out.items()}

    @property
    def slices_at_most(self) -> int:
        """How many equal slices there are, into which the loops can be cut."""
        return self.dims[0] if self.parts > 1 else 1

    def cut(self, slices: int) -> None:
        """Have as many parts; a single loop becomes two, so that each part has one."""
        self.parts = self.slices = slices
        if len(self.dims) == 1:
            n = self.dims[0] // slices
            self.dims = [slices, n]
            self.read = {x: (at, [n * s, s]) for x, (at, [s]) in self.read.items()}
            self.write = {i: [n * s, s] for i, [s] in self.write.items()}

    # Sums of the whole ----------------------------------------------------------------

    def summed_in(self, i: int) -> np.dtype:
        """The dtype in which a result known after the nest is added up."""
        line = self.lines[i]
        wide = line.size == 1 and line.dtype.kind == "f"
        return np.dtype(np.float64) if wide else line.dtype

    def needs_room(self, i: int) -> bool:
        """Whether parts of such a result lie in memory of their own."""
        return self.parts > 1 or self.summed_in(i) != self.lines[i].dtype

    def rooms(self) -> dict[int, int]:
        """The bytes of these parts, by the result."""
        return {
            i: self.parts * self.lines[i].size * self.summed_in(i).itemsize
            for i in self.after
            if self.needs_room(i)
        }

    def call(self, rooms: dict[int, int]) -> list[str]:
        """The lines that run the nest, and put together what its parts added up."""
        text = f"parallel({self.name}, m, {self.parts});"
        found = [text if self.parts > 1 else f"{self.name}(m, 0, 1);"]
        for i in self.after:
            if not self.needs_room(i):
                continue
            line, kind = self.lines[i], TYPES[self.summed_in(i).name]
            n, out = line.size, TYPES[line.dtype.name]
            merge = MERGED[line.op].format("p[j]", f"p[k*{n} + j]")
            found += [
                f"{{ {kind} *p = m[{rooms[i]}]; {out} *o = m[{i}];",
                f"for (long k = 1; k < {self.parts}; k++) {{",
                "#pragma omp simd",
                f"for (long j = 0; j < {n}; j++) {merge}",
                f"}} for (long j = 0; j < {n}; j++) o[j] = p[j]; }}",
            ]
        return found

    # The function ---------------------------------------------------------------------

    def text(self, rooms: dict[int, int]) -> list[str]:
        n, dims = self.dims[-1], self.dims
        blocks = n > BLOCK and not self.nest.rows
        out = [f"/* over {self.nest.shape} */"]
        out += [f"static void {self.name}(void **m, long part, long parts) {{"]
        out += [
            pointer(self.lines, view, name) for view, (name, _) in self.read.items()
        ]
        for i in self.write:
            kind, at = TYPES[self.lines[i].dtype.name], f"m[{i}]"
            if i in self.after:
                kind = TYPES[self.summed_in(i).name]
                if self.needs_room(i):
                    at = f"({kind} *)m[{rooms[i]}] + part*{self.lines[i].size}"
            out.append(f"{kind} *w{i} = {at};")
        for i in self.after:
            first = start(self.lines[i].op, self.lines[i].dtype)
            size = self.lines[i].size
            out.append(f"for (long k = 0; k < {size}; k++) w{i}[k] = {first};")
        if len(dims) > 1:
            out += [
                f"long first = {dims[0]}*part/parts, end = {dims[0]}*(part + 1)/parts;"
            ]
            out += [
                "for (long i0 = first; i0 < end; i0++) " + nested(dims[1:-1], 1) + "{"
            ]
        elif blocks:
            number = -(-n // BLOCK)
            out += [f"long first = {number}*part/parts;"]
            out += [f"long end = {number}*(part + 1)/parts;"]
        lead = range(len(dims) - 1)
        count = str(n)
        if blocks:
            low, high = (
                ("first", "end") if len(dims) == 1 else ("0", str(-(-n // BLOCK)))
            )
            out += [f"for (long b = {low}; b < {high}; b++) {{"]
            out += [f"long n = {n} - b*{BLOCK} < {BLOCK} ? {n} - b*{BLOCK} : {BLOCK};"]
            count = "n"
        out += self._rows(lead, blocks)
        for phase in range(max(self.loop.values()) + 1):
            out += self._phase(phase, count)
        out += ["}"] * (1 + blocks + (len(dims) > 1))
        return out

    def _rows(self, lead: Any, blocks: bool) -> list[str]:
        """Pointers to where the inner loop begins, and what lies between its phases."""
        out = []
        for view, (name, strides) in self.read.items():
            kind = TYPES[self.lines.dtype(view).name]
            out.append(
                f"const {kind} *{name}_ = {name}{self._at(strides, lead, blocks)};"
            )
        for i, strides in self.write.items():
            dtype = self.summed_in(i) if i in self.after else self.lines[i].dtype
            kind = TYPES[dtype.name]
            out.append(f"{kind} *w{i}_ = w{i}{self._at(strides, lead, blocks)};")
        nest = self.nest
        self.crossing = {
            b
            for i in nest.lines
            for x in nest.args[i]
            for b in [nest.within(x)]
            if b is not None and b not in nest.rows and self.loop[b] < self.loop[i]
        }
        n = self.dims[-1]
        for i in sorted(self.crossing):
            out.append(f"{self._type(self.lines[i].dtype)} x{i}_[{n}];")
        self.row_names: set[str] = set()
        return out

    def _at(self, strides: Any, lead: Any, blocks: bool) -> str:
        at = "".join(f" + i{d}*{strides[d]}" for d in lead if strides[d])
        if blocks and strides[-1]:
            at += f" + b*{BLOCK * strides[-1]}"
        return at

    def _type(self, dtype: np.dtype) -> str:
        """Of a variable: bytes among vectors of floats would be packed and unpacked."""
        return self.truth if dtype.kind == "b" else TYPES[dtype.name]

    def _phase(self, phase: int, count: str) -> list[str]:
        """The rows' own numbers, then the inner loop, then what it added up."""
        self.head: list[str] = []
        self.loads: list[str] = []
        self.body: list[str] = []
        self.names: set[str] = set()
        stores: list[str] = []
        tail: list[str] = []
        clauses: list[str] = []
        for i in self.nest.lines:
            if self.loop[i] != phase:
                continue
            if self.lines[i].op in REDUCTIONS:
                self._reduce(i, tail, clauses)
                continue
            row = i in self.nest.rows
            target = self.head if row else self.body
            value = self._value(i, row)
            target.append(f"{self._type(self.lines[i].dtype)} x{i} = {value};")
            self.names.add(f"x{i}")
            if i in self.write:
                at = 0 if row else _index(self.write[i][-1])
                (self.head if row else stores).append(f"w{i}_[{at}] = x{i};")
            if i in self.crossing:
                stores.append(f"x{i}_[j] = x{i};")
        if not self.body:
            return self.head + tail
        return [
            *self.head,
            "#pragma omp simd" + "".join(clauses),
            f"for (long j = 0; j < {count}; j++) {{",
            *["  " + each for each in self.loads + self.body + stores],
            "}",
            *tail,
        ]

    def _reduce(self, i: int, tail: list[str], clauses: list[str]) -> None:
        line, (x,) = self.lines[i], self.nest.args[i]
        value = self._operand(x, line.dtype, False)
        stride = self.write[i][-1] if i in self.after else 0
        if stride:
            self.body.append(MERGED[line.op].format(f"w{i}_[{_index(stride)}]", value))
            return
        kind = self._type(line.dtype)
        self.head.append(f"{kind} x{i} = {start(line.op, line.dtype)};")
        self.body.append(BY_LANES[line.op].format(f"x{i}", value))
        clauses.append(f" reduction({CLAUSES[line.op]}:x{i})")
        if line.op in ("max", "min") and line.dtype.kind == "f":
            self.head.append(f"int nan{i} = 0;")
            self.body.append(f"nan{i} |= {value} != {value};")
            clauses.append(f" reduction(|:nan{i})")
            tail.append(f"if (nan{i}) x{i} = NAN;")
        if i in self.after:
            tail.append(MERGED[line.op].format(f"*w{i}_", f"x{i}"))
        elif i in self.write:
            tail.append(f"*w{i}_ = x{i};")

    def _value(self, i: int, row: bool) -> str:
        line, args = self.lines[i], self.nest.args[i]
        work = line.params
        if line.op == "where":
            c, x, y = args
            condition = self._operand(c, None, row)
            x, y = [self._operand(each, work, row) for each in (x, y)]
            return f"{condition} ? {x} : {y}"
        given = [self._operand(x, work, row) for x in args]
        if line.op == "astype":
            return given[0]
        text = str(expression(line.op, work))
        return text.format(*given, args=", ".join(given))

    def _operand(self, x: Any, dtype: np.dtype | None, row: bool) -> str:
        """What stands for an operand; it is loaded first if it lies in memory."""
        if isinstance(x, Number):
            return literal(x.value, dtype or np.asarray(x.value).dtype)
        b, here = self.nest.within(x), self.lines.dtype(x)
        if b is not None:
            name = f"x{b}"
            if b not in self.nest.rows and name not in self.names:
                self.names.add(name)
                self.loads.append(f"{self._type(here)} {name} = {name}_[j];")
        else:
            base, strides = self.read[x]
            row = row or not strides[-1]
            name = f"{base}r" if row else f"{base}v"
            kind = self._type(here)
            if row and name not in self.row_names:  # compilers would load it each time
                self.row_names.add(name)
                self.head.append(f"{kind} {name} = {base}_[0];")
            elif not row and name not in self.names:
                self.names.add(name)
                self.loads.append(f"{kind} {name} = {base}_[{_index(strides[-1])}];")
        return (
            name if dtype is None or here == dtype else f"({TYPES[dtype.name]}){name}"
        )


def _index(stride: int) -> str:
    return "j" if stride == 1 else f"j*{stride}" if stride else "0"
