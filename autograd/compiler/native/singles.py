"""The C text of what is no nest: parts put together, picked rows, places of extremes.

Each text is a function of the table of addresses ``m``; those with an index return 1
where it is out of range, and say in ``fault`` which it was.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from . import panels
from .convolutions import SlidingText
from .lines import TYPES, Line, Lines, Places
from .loops import MANY
from .phrases import literal, nested, places, pointer
from .products import ProductText
from .regions import is_sliced
from .views import View, dense, whole
from .walks import walk


class Single:
    """The function of one line, and the text that calls it."""

    def __init__(
        self, text: list[str], call: str, can_fail: bool = False, rows: int = 1
    ) -> None:
        self.text, self.call, self.can_fail = text, call, can_fail
        self.slices_at_most = rows
        self.name = call.partition(",")[0].partition("(")[2]

    def cut(self, slices: int) -> None:
        """The text is the same for any number of parts."""
        self.slices = slices


def single(lines: Lines, i: int, fault: int) -> Any:
    """The text for line ``i``; None where Python is to run it."""
    line = lines[i]
    dtypes = [line.dtype, *[lines.dtype(x) for x in line.args if isinstance(x, View)]]
    rule = FORMS.get(line.op)
    if rule is None or any(d is None or d.name not in TYPES for d in dtypes):
        return None
    return rule(lines, i, line, fault)


# Parts put together -------------------------------------------------------------------


def _assemble(lines: Lines, i: int, line: Line, fault: int) -> Single:
    spec: Places = line.params
    least, most = _written(line)
    adds = spec.added and most > 1
    fill = None if least and not adds else spec.fill
    sign = "+=" if adds else "= 0 +" if spec.added else "="  # 0 + -0 is 0
    kind, name = TYPES[line.dtype.name], f"assemble_{i}"
    text = [f"/* {len(line.args)} parts of {line.shape} */"]
    text += [f"static void {name}(void **m, long part, long parts) {{"]
    text += [f"{kind} *o = m[{i}];"]
    if fill is not None:
        zero = literal(fill, line.dtype)
        text.append(f"for (long k = 0; k < {line.size}; k++) o[k] = {zero};")
    shared = fill is None and most == 1 and line.size > MANY
    for x, (offset, strides) in zip(line.args, spec.parts):
        shape, given, to = _simplest(x.shape, x.strides, strides)
        inner = f"o[{offset}{places(to)}] {sign} p[0{places(given)}];"
        n, *others = shape
        low, high = (f"{n}*part/parts", f"{n}*(part + 1)/parts") if shared else (0, n)
        loop = f"for (long i0 = {low}; i0 < {high}; i0++) {nested(others, 1)}"
        last = loop.rindex("for ")
        loop = f"{loop[:last]}{{\n#pragma omp simd\n{loop[last:]}{inner} }}"
        text += ["{", pointer(lines, x, "p"), loop, "}"]
    call = f"parallel({name}, m, threads);" if shared else f"{name}(m, 0, 1);"
    rows = math.gcd(*[(*x.shape, 1)[0] for x in line.args]) if shared else 1
    alike = all(
        is_sliced(View(i, offset, x.shape, strides), rows, line.size)
        for x, (offset, strides) in zip(line.args, spec.parts)
    )
    return Single([*text, "}"], call, rows=rows if alike else 1)


def _written(line: Line) -> tuple[int, int]:
    """How often the elements of a result are written at least, and at most."""
    times = np.zeros(line.size, np.int16)
    for x, (offset, strides) in zip(line.args, line.params.parts):
        if x.size:
            steps = [2 * n for n in strides]
            as_strided(times[offset:], x.shape, steps)[...] += 1
    return (int(times.min()), int(times.max())) if line.size else (0, 0)


def _simplest(shape: Any, *strides: Any) -> tuple[Any, ...]:
    """Axes that all walk through as one, as one."""
    dims: list[Any] = []
    for side, *steps in zip(shape, *strides):
        if side == 1:
            continue
        if dims and all(a == b * side for a, b in zip(dims[-1][1:], steps)):
            dims[-1] = [dims[-1][0] * side, *steps]
        else:
            dims.append([side, *steps])
    if not dims:
        return ((1,), *[(0,)] * len(strides))
    return tuple(zip(*dims))


def _by_panels(lines: Lines, i: int, line: Line, fault: int) -> Single:
    return Single(*panels.multiply(lines, i, line), rows=panels.rows(line))


# By arrays of whole numbers -----------------------------------------------------------


def _indices(
    lines: Lines, arrays: Any, mine: View, low: int, fault: int
) -> tuple[list[str], str]:
    """Declarations, and the text that finds each place along the picked axes."""
    text, found = [], ""
    for d, x in enumerate(arrays):
        n = mine.shape[d]
        text.append(pointer(lines, x, f"k{d}"))
        found += f"long at{d} = k{d}[0{places(x.strides)}], given{d} = at{d}; "
        if lines.dtype(x).kind == "i" and not low:
            found += f"if (at{d} < 0) at{d} += {n}; "
        found += (
            f"if ((unsigned long)at{d} >= {n}ul) {{ long *fault = m[{fault}]; "
            f"fault[0] = given{d}; fault[1] = {n}; return 1; }} "
        )
    return text, found


def _gather(lines: Lines, i: int, line: Line, fault: int) -> Single:
    (count, low), (x, *arrays) = line.params, line.args
    kind, name, ndim = TYPES[line.dtype.name], f"gather_{i}", len(arrays[0].shape)
    given, found = _indices(lines, arrays, x, low, fault)
    at = "".join(f" + at{d}*{x.strides[d]}" for d in range(count))
    rest, out = x.shape[count:], dense(line.shape)
    shape, read, write = _simplest(rest, x.strides[count:], out[ndim:])
    text = [f"/* {line.shape} picked from {x.shape} */"]
    text += [f"static int {name}(void **m) {{", pointer(lines, x, "x"), *given]
    text += [f"{kind} *y = m[{i}];", nested(arrays[0].shape) + "{", found]
    text += [f"const {kind} *p = x{at}; {kind} *o = y{places(out[:ndim])};"]
    text += [
        f"{nested(shape, ndim)}o[0{places(write, ndim)}] = p[0{places(read, ndim)}]; }}"
    ]
    return Single([*text, "return 0; }"], f"if ({name}(m)) return {i};", True)


def _scatter(lines: Lines, i: int, line: Line, fault: int) -> Single:
    (count, mine), (x, *arrays) = line.params, line.args
    kind, name, ndim = TYPES[line.dtype.name], f"scatter_{i}", len(arrays[0].shape)
    given, found = _indices(lines, arrays, mine, 0, fault)
    at = "".join(f" + at{d}*{mine.strides[d]}" for d in range(count))
    shape, read, write = _simplest(
        x.shape[ndim:], x.strides[ndim:], mine.strides[count:]
    )
    text = [f"/* {x.shape} added to {line.shape} */"]
    text += [f"static int {name}(void **m) {{", pointer(lines, x, "x"), *given]
    text += [f"{kind} *y = m[{i}]; memset(y, 0, {line.size * line.dtype.itemsize});"]
    text += [nested(arrays[0].shape) + "{", found]
    inner = f"o[0{places(write, ndim)}] += p[0{places(read, ndim)}];"
    text += [f"const {kind} *p = x{places(x.strides[:ndim])};"]
    text += [f"{kind} *o = y + {mine.offset}{at};"]
    text += [f"{nested(shape, ndim)}{inner} }}"]
    return Single([*text, "return 0; }"], f"if ({name}(m)) return {i};", True)


def _presume(lines: Lines, i: int, line: Line, fault: int) -> Single:
    (held,) = line.args
    at = f"((const unsigned char *)m[{held.of}])[{held.offset}]"
    return Single([], f"if (!{at}) return {i};", True)


# The place of an extreme --------------------------------------------------------------


def _extreme(lines: Lines, i: int, line: Line, fault: int) -> Single:
    """The first of the largest; of what is not a number, if there is such."""
    (x,), (axis,) = line.args, line.params
    kind, sign = TYPES[lines.dtype(x).name], ">" if line.op == "argmax" else "<"
    name, n, step = f"{line.op}_{i}", x.shape[axis], x.strides[axis]
    outer = whole(i, line.shape)
    strides = [0 if d == axis else s for d, s in enumerate(x.strides)]
    better = f"(v {sign} best) | ((v != v) & (best == best))"
    text = [f"static void {name}(void **m) {{", pointer(lines, x, "x")]
    text += [f"{TYPES[line.dtype.name]} *o = m[{i}];", nested(line.shape) + "{"]
    text += [f"const {kind} *p = x{places(strides)}; {kind} best = *p; long at = 0;"]
    text += [f"for (long k = 1; k < {n}; k++) {{ {kind} v = p[k*{step}];"]
    text += [f"if ({better}) {{ best = v; at = k; }} }}"]
    text += [f"o[0{places(outer.strides)}] = at; }} }}"]
    return Single(text, f"{name}(m);")


FORMS: dict[str, Any] = {
    "matmul": lambda lines, i, line, fault: ProductText(lines, i, line),
    "convolve": lambda lines, i, line, fault: SlidingText(lines, i, line),
    "filters": lambda lines, i, line, fault: SlidingText(lines, i, line),
    "panels": lambda lines, i, line, fault: Single(*panels.pack(lines, i, line)),
    "by panels": _by_panels,
    "assemble": _assemble,
    "gather": _gather,
    "scatter": _scatter,
    "presume": _presume,
    "walk": lambda lines, i, line, fault: Single(*walk(lines, i, line)),
    "argmax": _extreme,
    "argmin": _extreme,
}
