"""What was decided once for all functions, and what each can do: two tables to query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .core.primitive import Primitive, registry


class Convention(NamedTuple):
    """A choice at an edge: of what functions, where, what; and an example of it."""

    functions: str
    where: str
    choice: str
    example: str
    result: Any


# fmt: off
ROWS = [
    Convention(*row)
    for row in [
        # Kinks
        ("absolute, fabs", "x = 0", "0", "ag.grad(np.abs)(0.0)", 0.0),
        ("relu", "x = 0", "0", "ag.grad(ag.relu)(0.0)", 0.0),
        ("maximum, minimum", "x = y", "half to each", "ag.grad(np.maximum, (0, 1))(2.0, 2.0)", (0.5, 0.5)),
        ("fmax, fmin", "x = y", "half to each", "ag.grad(np.fmax, (0, 1))(2.0, 2.0)", (0.5, 0.5)),
        ("fmax, fmin", "x is NaN", "all to y", "ag.grad(np.fmax, (0, 1))(np.nan, 2.0)", (0.0, 1.0)),
        ("max, min, ptp", "equal extremes", "equal shares", "ag.grad(np.max)(np.array([2.0, 2.0]))", [0.5, 0.5]),
        ("clip", "x at a bound", "all to x", "ag.grad(np.clip, (0, 1))(1.0, 1.0, 2.0)", (1.0, 0.0)),
        ("clip", "the bounds meet", "all to the upper one", "ag.grad(ag.clip, (0, 1, 2))(1.0, 1.0, 1.0)", (0.0, 0.0, 1.0)),
        ("norm", "x = 0", "0", "ag.grad(np.linalg.norm)(np.zeros(2))", [0.0, 0.0]),
        ("hypot", "x = y = 0", "0", "ag.grad(np.hypot, (0, 1))(0.0, 0.0)", (0.0, 0.0)),
        ("arctan2", "x = y = 0", "0", "ag.grad(np.arctan2, (0, 1))(0.0, 0.0)", (0.0, 0.0)),
        ("std, nanstd", "all elements are equal", "0", "ag.grad(np.std)(np.ones(2))", [0.0, 0.0]),
        ("copysign", "x = 0", "0", "ag.grad(np.copysign)(0.0, 2.0)", 0.0),
        ("remainder, fmod", "x at a multiple of y", "as to the right", "ag.grad(np.remainder, (0, 1))(4.0, 2.0)", (1.0, -2.0)),
        ("heaviside", "x = 0", "1 to y", "ag.grad(np.heaviside, (0, 1))(0.0, 0.5)", (0.0, 1.0)),
        ("sign, floor, ceil, trunc, rint, round", "anywhere", "constants: never tracked", "np.floor(ag.tensor(1.5, requires_grad=True)).requires_grad", False),
        # Ties and order
        ("sort, partition, topk", "equal elements", "each keeps its own, in order", "ag.vjp(np.sort, np.ones(3))[1](np.arange(3.0))[0]", [0.0, 1.0, 2.0]),
        ("median, quantile, percentile", "equal elements", "as sort", "ag.grad(np.median)(np.ones(3))", [0.0, 1.0, 0.0]),
        ("unique", "equal elements", "all to the first", "ag.grad(lambda x: np.sum(np.unique(x)))(np.ones(3))", [1.0, 0.0, 0.0]),
        ("getitem, take", "an element is read twice", "the sum", "ag.grad(lambda x: np.sum(x[[0, 0]]))(np.ones(2))", [2.0, 0.0]),
        # Borders
        ("sqrt", "x = 0", "the limit is ∞", "ag.grad(ag.sqrt)(0.0)", np.inf),
        ("log", "x = 0", "the limit is ∞", "ag.grad(ag.log)(0.0)", np.inf),
        ("cbrt", "x = 0", "the limit is ∞", "ag.grad(ag.cbrt)(0.0)", np.inf),
        ("arcsin, arccos", "x = ±1", "the limit is ±∞", "ag.grad(ag.arcsin)(1.0)", np.inf),
        ("divide, reciprocal", "y = 0", "±∞, as the formula gives", "ag.grad(ag.reciprocal)(0.0)", -np.inf),
        ("power", "0 ** 0", "value 1, slopes 0", "ag.grad(ag.power, (0, 1))(0.0, 0.0)", (0.0, 0.0)),
        ("power", "0 ** y", "∂/∂y = 0", "ag.grad(ag.power, (0, 1))(0.0, 2.0)", (0.0, 0.0)),
        ("sinc", "x = 0", "0", "ag.grad(np.sinc)(0.0)", 0.0),
        ("logaddexp", "x = y = -∞", "NaN, as ∞ - ∞ is", "ag.grad(np.logaddexp)(-np.inf, -np.inf)", np.nan),
        ("where, select, piecewise", "lanes that were not chosen", "0, whatever their slope is", "ag.grad(lambda x: np.where(x > 0, np.log(x), 0))(0.0)", 0.0),
        ("prod, cumprod", "several zeros", "exact", "ag.grad(np.prod)(np.array([0.0, 2.0, 0.0]))", [0.0, 0.0, 0.0]),
        ("nansum, nanmean, nanmax", "x is NaN", "0", "ag.grad(np.nansum)(np.array([1.0, np.nan]))", [1.0, 0.0]),
        ("nan_to_num", "x is not finite", "0", "ag.grad(np.nan_to_num)(np.inf)", 0.0),
        ("astype", "from integers, or to them", "constants: never tracked", "ag.tensor(1.5, requires_grad=True).astype(int).requires_grad", False),
        ("absolute", "complex z", "∂L/∂z conjugated: z / |z|", "ag.grad(np.abs)(2.0j)", 1.0j),
        # Linear algebra
        ("eigh, eigvalsh, cholesky", "a is Hermitian", "so is its gradient", "ag.grad(lambda a: np.linalg.eigvalsh(a)[1])(np.array([[2.0, 1.0], [1.0, 2.0]])).round(9)", [[0.5, 0.5], [0.5, 0.5]]),
        ("eigh, eigvalsh, cholesky", "a is not Hermitian", "its Hermitian part is meant; one triangle of zeros is an error, unless the other is below 1e-4 of the largest element", "np.linalg.eigvalsh(ag.tensor([[0.0, 1.0], [3.0, 0.0]])).data", [-2.0, 2.0]),
        ("eigh, eig, svd", "equal values, treated alike", "exact", "ag.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(np.eye(2))", [[2.0, 0.0], [0.0, 2.0]]),
        ("eigh, eig, svd", "equal values, told apart", "that of a matrix close by", "np.trace(ag.grad(lambda a: np.linalg.eigvalsh(a)[1])(np.eye(2)))", 1.0),
        ("eigh, eig, svd", "equal values, vectors used", "NaN", "ag.grad(lambda a: np.linalg.eigh(a)[1][0, 0])(np.eye(2))[0, 0]", np.nan),
        ("eig", "the length and the phase of a vector", "1, and its largest element real", "ag.grad(lambda a: np.linalg.norm(np.linalg.eig(a)[1]))(np.diag([1.0, 2.0]))", [[0.0, 0.0], [0.0, 0.0]]),
        ("svd, qr", "vectors that belong to no value", "turn as little as possible", "np.abs(ag.grad(lambda a: np.linalg.svd(a)[0][0, 1])(np.array([[1.0], [0.0]])))", [[0.0], [1.0]]),
        ("svdvals", "a value is 0", "as u vᴴ has it", "ag.grad(lambda a: np.linalg.svdvals(a)[0])(np.zeros((1, 1)))", [[1.0]]),
        ("pinv, lstsq", "the rank is not full", "as among matrices of that rank", "ag.grad(lambda a: np.linalg.pinv(a)[0, 0])(np.diag([2.0, 0.0]))", [[-0.25, 0.0], [0.0, 0.0]]),
        ("pinv, lstsq", "values are cut off that are more than rounding", "exact", "ag.grad(lambda a: np.linalg.pinv(a, 0.5)[0, 1])(np.diag([2.0, 1.0])).round(9)", [[0.0, 0.166666667], [0.333333333, 0.0]]),
        ("roots", "several zeros at one place", "NaN", "ag.grad(lambda p: np.sum(np.roots(p)))(np.array([1.0, -2.0, 1.0]))", [np.nan, np.nan, np.nan]),
        ("cond", "a matrix has no inverse", "∞, or 0 of p = -2", "np.linalg.cond(ag.tensor(np.zeros((2, 2))), 1).data", np.inf),
        ("det", "singular", "exact: the cofactors", "ag.grad(np.linalg.det)(np.diag([2.0, 3.0, 0.0]))", [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 6.0]]),
        ("slogdet", "singular", "NaN", "ag.grad(lambda a: np.linalg.slogdet(a)[1])(np.zeros((1, 1)))", [[np.nan]]),
        # Nothing to reduce
        ("sum, prod", "of no elements", "0 and 1, of gradient shape (0,)", "ag.grad(np.sum)(np.ones(0)).shape", (0,)),
        ("mean, var, std, median", "of no elements", "NaN, with NumPy's warning", "np.mean(ag.tensor(np.ones(0))).data", np.nan),
        ("interp", "x at a sample point", "the slope to the right", "ag.grad(np.interp)(1.0, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0]))", 4.0),
    ]
]
# fmt: on


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
    >>> print(ag.conventions("sqrt"))
    functions  where  choice          example                result
    sqrt       x = 0  the limit is ∞  ag.grad(ag.sqrt)(0.0)  inf
    """
    rows = [row for row in ROWS if not function or function in _names(row)]
    return Table(Convention._fields, rows)


def _names(row: Convention) -> list[str]:
    return row.functions.split(", ")


# Primitives that no one calls, and what reaches them instead.
INTERNAL = {
    "item": "each of several outputs, as those of split, is an item node",
    "argument": "a derivative of a derivative links its private leaves by it",
    "freed": "it stands in for an op after backward(free=True), and always raises",
}

INTRODUCTION = """# What each function can do

Every function with a derivative, under the name in `autograd.registry`. `autograd.facts.document()`
makes this page of the registry; a test holds the two together. Reverse and forward mode say where the derivative comes from: *partials*,
one for each operand; a *transpose*, and the function *itself* on tangents; the *product rule*; a *rule* written by hand,
and its transpose; or what the function is *composed* of. *Analytic*: complex arguments, too, and the complex step. All
are checked in both modes and to second order, with every argument.
"""


def coverage() -> Table:
    """Every function with a derivative: which rules it has, and what is known of it."""
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
        "composite": ("composed", "composed"),
    }[op.kind]
    if getattr(op, "push_rule", None) is not None:
        forward = "rule"
    return reverse, forward, "analytic" if op.analytic else ""


def document() -> str:
    """The text of ``docs/coverage.md``."""
    return f"{INTRODUCTION}\n{coverage()._repr_markdown_()}"
