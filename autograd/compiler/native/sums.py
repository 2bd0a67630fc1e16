"""Sums of many small products of matrices as one long product.

Σ xₜ yₜ = (x₁ x₂ …) (y₁; y₂; …): the gradient of a weight that every step of a sequence
uses. Copying the factors side by side costs less than adding up the products, each of
which is as large as the weight.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .lines import Line, Lines, Places, Whole
from .matrices import product
from .views import View, dense, indexed, seen, whole


class Term(NamedTuple):
    """A product in a sum: its factors, and the lines that are not needed then."""

    x: View
    y: View


def summed(lines: Lines) -> Lines:
    """The same lines, with such sums as products."""
    roots = _roots(lines)
    if not roots:
        return lines
    new = Lines()
    place: dict[int, int] = {}

    def moved(x: Any) -> Any:
        return x._replace(of=place[x.of]) if isinstance(x, (View, Whole)) else x

    for i, line in enumerate(lines.lines):
        if i in roots:
            terms = [Term(moved(x), moved(y)) for x, y in roots[i]]
            place[i] = _product(new, terms, line).of
            continue
        if any(isinstance(x, (View, Whole)) and x.of not in place for x in line.args):
            continue  # a part of such a sum, or of what needs one
        place[i] = new.append(line._replace(args=tuple(map(moved, line.args))))
    new.outputs = [place[i] for i in lines.outputs]
    new.presumed = [place[i] for i in lines.presumed]
    new.shapes, new.targets = lines.shapes, lines.targets
    return new


def _product(new: Lines, terms: list[Term], line: Line) -> View:
    """One product of the factors, which are copied side by side, as rows."""
    left = [seen(t.x, np.transpose) for t in terms]
    x, y = _stacked(new, left, line), _stacked(new, [t.y for t in terms], line)
    return product(new, seen(x, np.transpose), y, line.dtype)


def _stacked(new: Lines, parts: list[View], line: Line) -> View:
    rows, width = sum(p.shape[0] for p in parts), parts[0].shape[1]
    spots, start, mine = [], 0, whole(-1, (rows, width))
    for part in parts:
        spot = indexed(mine, (slice(start, start + part.shape[0]),))
        spots.append((spot.offset, spot.strides))
        start += part.shape[0]
    places = Places(tuple(spots), None, False)
    return new.emit("assemble", parts, places, (rows, width), line.dtype)


def _roots(lines: Lines) -> dict[int, list[Term]]:
    """The sums that are worth it, by the line that is their result."""
    uses = [0] * len(lines)
    for line in lines.lines:
        for x in line.args:
            if isinstance(x, (View, Whole)):
                uses[x.of] += 1
    for i in lines.outputs:
        uses[i] += 1
    found: dict[int, list[Term]] = {}
    inner: set[int] = set()
    for i in reversed(range(len(lines))):
        if i not in inner and _is_sum(lines[i]):
            terms, parts = _terms(lines, i, uses)
            inner |= parts
            if terms is not None and _pays(terms, lines[i]):
                found[i] = terms
    return found


def _is_sum(line: Line) -> bool:
    return line.op == "add" and len(line.shape) == 2 and line.dtype.kind == "f"


def _terms(lines: Lines, root: int, uses: list[int]) -> tuple[Any, set[int]]:
    """The products that a sum adds up, if it adds up nothing else; and its parts."""
    terms: list[Term] = []
    inner: set[int] = set()
    stack, shape = [*lines[root].args], lines[root].shape
    while stack:
        x = stack.pop()
        if not isinstance(x, View) or uses[x.of] != 1:
            return None, inner
        line, all_of_it = lines[x.of], x == whole(x.of, shape)
        if all_of_it and _is_sum(line):
            inner.add(x.of)
            stack += line.args
            continue
        turned = x.shape == shape and x.strides == dense(shape[::-1])[::-1]
        plain = line.op == "matmul" and len(line.shape) == 2 and line.params is None
        if not plain or not (all_of_it or (turned and line.shape == shape[::-1])):
            return None, inner
        a, b = line.args
        flip = [seen(f, np.transpose) for f in (b, a)]
        terms.append(Term(a, b) if all_of_it else Term(*flip))
    return terms, inner


def _pays(terms: list[Term], line: Line) -> bool:
    (m, n), rows = line.shape, sum(t.x.shape[1] for t in terms)
    return len(terms) > 2 and (m + n) * rows < 2 * len(terms) * m * n
