"""What was decided once for all functions, and what each can do: two tables to query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .core.primitive import Primitive, registry
from .ops.conventions import ROWS, Convention


class Table(list[Any]):
    """Rows that print in columns, and in a notebook as a table."""

    def __init__(self, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        super().__init__(rows)
        self.heads = list(heads)

    def __str__(self) -> str:
        rows = [self.heads, *[[str(cell) for cell in row] for row in self]]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        rows = [self.heads, ["---"] * len(self.heads), *self]
        cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


def conventions(function: str = "") -> Table:
    """What derivatives are at kinks, ties, borders and in empty reductions.

    All of it, or what is said of one function. Each row has an example, which the tests
    run.

    >>> import autograd as ag
    >>> print(ag.conventions("sinc"))
    functions  where  choice  example                result
    sinc       x = 0  0       ag.grad(np.sinc)(0.0)  0.0
    """
    rows = [row for row in ROWS if not function or function in _names(row)]
    return Table(Convention._fields, rows)


def _names(row: Convention) -> list[str]:
    return row.functions.split(", ")


# Primitives that no one calls, and what reaches them instead.
INTERNAL = {
    "item": "each of several outputs, as those of split, is an item node",
    "argument": "a derivative of a derivative links its private leaves by it",
    "detach": "it stands where the data of a node are read, and has no derivative",
    "value of": "a function of NumPy without a derivative, where everything is recorded",
    "presumed": "what a recording takes for granted is asked there when it is run",
    "largest_tap": "the gradient of max_pool goes there",
    "rank": "quantiles are found by it",
    "places within": "take and choose ask it for the places that they mean",
    "stays": "the gradient of x.at[i].set(v) asks which elements of v stay",
    "shares": "the gradients of x.at[i].min(v) and x.at[i].max(v) are so divided",
    "periods": "unwrap adds them",
    "series": "the gradient of pinv is made with it",
    "freed": "it stands in for an op after backward(free=True), and always raises",
    "without slope": "what a derivative of a length is, where its own is NaN",
}

INTRODUCTION = """# What each function can do

Every function with a derivative, under the name in `autograd.registry`. `autograd.facts.document()`
makes this page of the registry; a test holds the two together. Reverse and forward mode say where the derivative comes from: *partials*,
one for each operand; a *transpose*, and the function *itself* on tangents; the *product rule*; a *rule* written by hand,
and its transpose; or what the function is *composed* of. *Analytic*: complex arguments, too, and the complex step. All
are checked in both modes and to second order, with every argument.
"""


def coverage() -> Table:
    """Every function with a derivative: which rules it has, and what is known of it.

    >>> import autograd as ag
    >>> ag.coverage()[0][:2]
    ['absolute', 'elementwise']
    """
    heads = ["function", "kind", "reverse", "forward", "complex", "conventions"]
    said: dict[str, list[str]] = {}
    for row in ROWS:
        for name in _names(row):
            said.setdefault(name, []).append(f"{row.where}: {row.choice}")
    rows = []
    for name, op in sorted(registry.items(), key=lambda item: item[0].lower()):
        if op.tracks and name not in INTERNAL:
            edges = op.kinks or "; ".join(said.get(name, []))
            rows.append([name, op.kind, *_ways(op), edges])
    return Table(heads, rows)


def _ways(op: Primitive) -> tuple[str, str, str]:
    """How reverse mode, forward mode and complex numbers are provided for."""
    reverse, forward = {
        "elementwise": ("partials", "partials"),
        "linear": ("transpose", "itself"),
        "multilinear": ("transposes", "product rule"),
        "general": ("rule", "transposed rule"),
        "fused": ("rule", "composed"),
        "composite": ("composed", "composed"),
    }[op.kind]
    if getattr(op, "push_rule", None) is not None:
        forward = "rule"
    return reverse, forward, "analytic" if op.analytic else ""


def document() -> str:
    """The text of ``docs/coverage.md``."""
    return f"{INTRODUCTION}\n{coverage()._repr_markdown_()}"
