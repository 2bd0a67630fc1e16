"""The C text of what is no nest: products of matrices, parts put together, picked rows.

Each text is a function of the table of addresses ``m``; those with an index return 1
where it is out of range, and say in ``fault`` which it was.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .lines import TYPES, Line, Lines, Places
from .loops import literal, nested, places, pointer
from .views import View, dense, whole

LARGE = 1 << 21  # multiplications of a product that are worth the pool
SMALL = 1 << 9  # multiplications of a product that are not worth the call


class Single:
    """The function of one line, and the text that calls it."""

    def __init__(self, text: list[str], call: str, can_fail: bool = False) -> None:
        self.text, self.call, self.can_fail = text, call, can_fail


def single(lines: Lines, i: int, fault: int) -> Single | None:
    """The text for line ``i``; None where Python is to run it."""
    line = lines[i]
    dtypes = [line.dtype, *[lines.dtype(x) for x in line.args if isinstance(x, View)]]
    rule = FORMS.get(line.op)
    if rule is None or any(d is None or d.name not in TYPES for d in dtypes):
        return None
    return rule(lines, i, line, fault)


# Products of matrices -----------------------------------------------------------------


def _matmul(lines: Lines, i: int, line: Line, fault: int) -> Single:
    name, (m, n) = f"product_{i}", line.shape[-2:]
    x, y = line.args
    k = x.shape[-1]
    kind = TYPES[line.dtype.name]
    letter = "s" if line.dtype == np.float32 else "d"
    lead = line.shape[:-2]
    (tx, ldx), (ty, ldy) = _order(x), _order(y)
    px, py, out = (
        f"p{places(x.strides[:-2])}",
        f"q{places(y.strides[:-2])}",
        f"o{places(dense(line.shape)[:-2])}",
    )
    if line.params == "summed":
        return _summed(lines, i, line, (tx, ldx, ty, ldy))
    text = [
        f"/* {x.shape} @ {y.shape} */",
        f"static void {name}(void **m, long part, long parts) {{",
        pointer(lines, x, "p"),
        pointer(lines, y, "q"),
        f"{kind} *o = m[{i}];",
    ]
    work, stacked = math.prod(line.shape) * k, math.prod(lead)
    if m * n * k <= SMALL:
        strides = f"{x.strides[-2]}, {x.strides[-1]}, {y.strides[-2]}, {y.strides[-1]}"
        call = f"small_{letter}({m}, {n}, {k}, {px}, {py}, {out}, {strides});"
        text += [nested(lead) + call, "}"]
        return Single(text, f"{name}(m, 0, 1);")
    if stacked == 1 and work > LARGE:  # rows, or columns, are shared out
        down = m >= n
        side, step = (m, x.strides[-2]) if down else (n, y.strides[-1])
        text.append(
            f"long at = {side}*part/parts, some = {side}*(part + 1)/parts - at;"
        )
        rows, cols = ("some", n) if down else (m, "some")
        px, py, out = (
            (f"p + at*{step}", "q", f"o + at*{n}")
            if down
            else ("p", f"q + at*{step}", "o + at")
        )
        call = f"parallel({name}, m, threads);"
        lead = ()
    else:
        rows, cols = m, n
        call = f"{name}(m, 0, 1);"
        if work > LARGE and stacked > 1:
            call = f"parallel({name}, m, PARTS);"
            axis = next(d for d, side in enumerate(lead) if side > 1)
            text.append(
                f"long first = {lead[axis]}*part/parts, end = {lead[axis]}*(part + 1)/parts;"
            )
    loops = nested(lead)
    if "PARTS" in call:
        loops = loops.replace(
            f"for (long i{axis} = 0; i{axis} < {lead[axis]}",
            f"for (long i{axis} = first; i{axis} < end",
        )
        call = call.replace("PARTS", "16")
    one = "1.f" if letter == "s" else "1."
    text.append(
        f"{loops}gemm_{letter}(101, {tx}, {ty}, {rows}, {cols}, {k}, {one}, "
        f"{px}, {ldx}, {py}, {ldy}, 0, {out}, {n});"
    )
    return Single([*text, "}"], call)


def _summed(lines: Lines, i: int, line: Line, order: tuple[int, ...]) -> Single:
    """Products of all matrices along the first axis, added up: each thread some rows."""
    x, y = line.args
    count, k, name = x.shape[0], x.shape[-1], f"product_{i}"
    groups, m, n = line.shape
    (tx, ldx, ty, ldy), kind = order, TYPES[line.dtype.name]
    letter, one = ("s", "1.f") if line.dtype == np.float32 else ("d", "1.")
    px = f"p{places(x.strides[:2])} + at*{x.strides[2]}"
    text = [
        f"/* the sum of {x.shape} @ {y.shape} */",
        f"static void {name}(void **m, long part, long parts) {{",
        pointer(lines, x, "p"),
        pointer(lines, y, "q"),
        f"{kind} *o = m[{i}]; long at = {m}*part/parts, some = {m}*(part + 1)/parts - at;",
        f"if (some) {nested((count, groups))}"
        f"gemm_{letter}(101, {tx}, {ty}, some, {n}, {k}, {one}, {px}, {ldx}, "
        f"q{places(y.strides[:2])}, {ldy}, i0 ? 1 : 0, o + i1*{m * n} + at*{n}, {n});",
        "}",
    ]
    large = count * groups * m * n * k > LARGE
    call = f"parallel({name}, m, threads);" if large else f"{name}(m, 0, 1);"
    return Single(text, call)


def _order(x: View) -> tuple[int, int]:
    """How BLAS is told of a matrix: as it is (111) or transposed (112), rows apart."""
    (m, n), (down, along) = x.shape[-2:], x.strides[-2:]
    if (along == 1 or n == 1) and (down >= n or m == 1):
        return 111, max(down if m > 1 else n, n, 1)
    return 112, max(along if n > 1 else m, m, 1)


# Parts put together -------------------------------------------------------------------


def _assemble(lines: Lines, i: int, line: Line, fault: int) -> Single:
    spec: Places = line.params
    kind, name = TYPES[line.dtype.name], f"assemble_{i}"
    text = [f"/* {len(line.args)} parts of {line.shape} */"]
    text += [f"static void {name}(void **m) {{", f"{kind} *o = m[{i}];"]
    if spec.fill is not None:
        fill = literal(spec.fill, line.dtype)
        text.append(f"for (long k = 0; k < {line.size}; k++) o[k] = {fill};")
    for x, (offset, strides) in zip(line.args, spec.parts):
        shape, given, to = _simplest(x.shape, x.strides, strides)
        sign = "+=" if spec.added else "="
        inner = f"o[{offset}{places(to)}] {sign} p[0{places(given)}];"
        *outer, last = shape or (1,)
        loop = (
            nested(outer)
            + f"{{\n#pragma omp simd\n{nested((last,), len(outer))}{inner} }}"
        )
        text += ["{", pointer(lines, x, "p"), loop, "}"]
    return Single([*text, "}"], f"{name}(m);")


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
    text += [
        f"const {kind} *p = x{places(x.strides[:ndim])}; {kind} *o = y + {mine.offset}{at};"
    ]
    text += [
        f"{nested(shape, ndim)}o[0{places(write, ndim)}] += p[0{places(read, ndim)}]; }}"
    ]
    return Single([*text, "return 0; }"], f"if ({name}(m)) return {i};", True)


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
    "matmul": _matmul,
    "assemble": _assemble,
    "gather": _gather,
    "scatter": _scatter,
    "argmax": _extreme,
    "argmin": _extreme,
}
