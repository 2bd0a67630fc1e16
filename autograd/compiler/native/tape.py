"""Programs of single numbers as C: one loop for each kind of run, and what calls them.

The text holds the operations that there are, not the numbers: those are told by tables
of places. So a graph of 200,000 Values is compiled as fast as one of ten.
"""

from __future__ import annotations

import ctypes
from itertools import groupby
from typing import Any

import numpy as np

from ...core.zeros import weigh
from ..flat import Flat
from ..tape import SUM, Run, Tape
from .cache import library
from .elements import expression
from .mathematics import definitions

NUMBER = np.dtype(float)
MOST = 3  # operands of a run
FURTHER = {
    "relu": "({0} > 0) | ({0} != {0}) ? {0} : 0",
    "where": "{0} != 0 ? {1} : {2}",
}
HEAD = """
#include "mathematics.h"
#include "tape.h"
"""


def built(flat: Flat) -> Tape:
    """As ``compiler.tape.built``, with all runs in C that have a form there.

    Raises:
        NoCompiler: there is no C compiler, or it failed.
    """
    tape = Tape(flat)
    forms = {text: None for run in tape.runs if (text := form(run)) not in (None, SUM)}
    kinds = {text: i for i, text in enumerate([SUM, *forms])}
    text = _text([*forms])
    function = library(text).run
    function.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_long]
    tape.calls = []
    for in_c, group in groupby(tape.runs, key=lambda run: form(run) is not None):
        runs = [*group]
        tape.calls += [Segment(function, runs, kinds)] if in_c else runs
    tape.source = f"{text}\n/*\n{tape.source}\n*/\n"
    return tape


def form(run: Run) -> str | None:
    """The C text of what a run computes of each number; None if it has none."""
    if run.op is SUM:
        return SUM
    op, params, index = run.op
    if not op.is_declared or index is not None or len(run.operands) > MOST:
        return None
    name = op.name
    if op is weigh:
        name = "weigh either" if params["either"] else "weigh"
    elif params:
        return None
    text = FURTHER.get(name) or expression(name, NUMBER)
    names = ["x[i]", "y[i]", "z[i]"][: len(run.operands)]
    return text and text.format(*names, args=", ".join(names))


class Segment:
    """Runs that follow each other, as one call."""

    def __init__(self, function: Any, runs: list[Run], kinds: dict[Any, int]) -> None:
        self.function = function
        self.rows = np.full((len(runs), 3 + MOST), -1, np.int64)
        tables = [np.zeros(0, np.int32)]
        size = 0
        for row, run in zip(self.rows, runs):
            row[:3] = kinds[form(run)], run.start, run.stop
            for i, where in enumerate(_operands(run)):
                if isinstance(where, slice):
                    row[3 + i] = -1 - where.start
                else:
                    row[3 + i] = size
                    tables.append(where)
                    size += len(where)
        self.places = np.concatenate(tables, dtype=np.int32)
        self.given = self.places.ctypes.data, self.rows.ctypes.data, len(runs)

    def __call__(self, v: np.ndarray) -> None:
        self.function(v.ctypes.data, *self.given)


def _operands(run: Run) -> list[Any]:
    """Where they lie; of sums their terms, and where those of each begin and end."""
    if run.op is not SUM:
        return run.operands
    terms, starts = run.operands
    if isinstance(terms, slice):
        terms = np.arange(terms.start, terms.stop)
    return [terms, np.append(starts, len(terms))]


def _text(forms: list[str]) -> str:
    """A loop for each form, a table of them, and the function that goes over runs."""
    loops = [f"LOOP(loop_{i}, {each})" for i, each in enumerate(forms)]
    table = ", ".join(f"loop_{i}" for i in range(len(forms)))
    return "\n".join([definitions() + HEAD, *loops, f"LOOPS({table or 'NULL'})", ""])
