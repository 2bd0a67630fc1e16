"""What the names in a primitive's ``sample=`` mean: one table, at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..core.primitive import REALS, Interval
from ..ops.indexing import put_together, taken_apart
from ..ops.reductions import count
from . import drawing
from .drawing import DrawFn, Shape, st


@dataclass
class Context:
    """What a sampler sees: how to draw, the operand's domain, what was drawn before."""

    draw: DrawFn
    dtype: Any  # of the arrays; None: any float dtype
    domain: Interval = REALS
    drawn: dict[str, Any] = field(default_factory=dict)
    early: dict[str, Any] = field(default_factory=dict)  # drawn with another argument

    @property
    def shape(self) -> Shape:
        """The shape of the first argument, or of its first member."""
        first = next(iter(self.drawn.values()))
        return (first if isinstance(first, np.ndarray) else first[0]).shape

    @cached_property
    def whole(self) -> Shape:
        """The shape all operands broadcast to."""
        return self.draw(drawing.shapes())

    def array(
        self,
        shape: Shape | None = None,
        dtype: Any = None,
        least: int = 0,
        most: int = 3,
        nonempty: bool = False,
    ) -> np.ndarray:
        """An array: of that shape, or of ``least`` to ``most`` axes."""
        if shape is None:
            shape = self.draw(drawing.shapes(least, most, nonempty))
        return self.draw(drawing.arrays(shape, self.domain, dtype or self.dtype))

    def matrix(
        self, kind: str, shape: Shape | None = None, dtype: Any = None
    ) -> np.ndarray:
        """A matrix of a kind, or a batch of them: of that shape, or square."""
        if shape is None:
            n = self.choice(2, 3, 1, 4)
            shape = (*self.choice(*drawing.BATCHES), n, n)
        dtype = dtype or self.dtype or self.draw(drawing.dtypes())
        dtype = np.promote_types(dtype, np.float32)  # LAPACK has no half precision
        found = self.draw(drawing.matrix(kind, shape, dtype))
        return drawing.laid_out(found, self.choice(*drawing.LAYOUTS[:-1]))

    def full_rank(
        self,
        sides: Sequence[Shape] = ((3, 2), (2, 2), (2, 3), (4, 2), (1, 3), (3, 1)),
        batches: Sequence[Shape] = ((), (2,)),
        dtype: Any = None,
    ) -> np.ndarray:
        """A matrix of more rows than columns, as many, or fewer, or a batch of them."""
        shape = (*self.choice(*batches), *self.choice(*sides))
        return self.matrix("well-conditioned", shape, dtype)

    def real_or_complex(self) -> Any:
        """A dtype: that of the context; double precision, or complex, if it is open."""
        return self.dtype or self.choice(np.float64, np.float64, np.complex128)

    def square(self) -> np.ndarray:
        """A matrix as many rows as columns: well-conditioned, or often singular."""
        matrix = self.matrix("well-conditioned")
        n = matrix.shape[-1]
        return matrix if self.choice(True, False) else self.array((n, n), matrix.dtype)

    def narrower(self) -> Shape:
        return self.draw(drawing.narrower(self.whole))

    def axis_or_none(self) -> int | None:
        """One axis of the first argument, from either end, or None."""
        n = len(self.shape)
        return self.choice(None, *range(-n, n))

    def choice(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))


def _complex_array(c: Context) -> np.ndarray:
    return c.array(dtype=c.choice(np.complex128, np.complex128, np.float64))


def _same_size(c: Context) -> Shape:
    """Other sides with the same product; sometimes one of them is -1."""
    size = int(np.prod(c.shape))
    shape: list[int] = []
    rest = size
    while rest > 1 and len(shape) < 3:
        side = c.choice(*[n for n in range(1, rest + 1) if rest % n == 0])
        shape.append(side)
        rest //= side
    shape.append(rest)
    if size and c.choice(False, True):
        shape[c.draw(st.integers(0, len(shape) - 1))] = -1
    return () if size == 1 and c.choice(False, True) else tuple(shape)


def _unit_axes(c: Context) -> int | tuple[int, ...] | None:
    units = [i for i, side in enumerate(c.shape) if side == 1]
    signed = [c.choice(i, i - len(c.shape)) for i in units]
    kept = tuple(i for i in signed if c.choice(True, False))
    return c.choice(None, kept, *signed[:1])


def _permutation(c: Context) -> Shape | None:
    n = len(c.shape)
    order = c.draw(st.permutations(range(n)))
    return c.choice(None, tuple(order), tuple(i - n if i % 2 else i for i in order))


def _broader(c: Context) -> Shape:
    sides = [side if side != 1 else c.choice(1, 2, 3, 0) for side in c.shape]
    front = c.draw(st.lists(st.sampled_from([2, 1, 3]), max_size=2))
    return (*front, *sides)


def _left_matrix(c: Context) -> np.ndarray:
    """Vectors, square matrices and batches of them often, besides all other shapes."""
    shape = c.choice((), (3,), (2, 2), (2, 3, 3), ())
    return c.array(shape) if shape else c.array(least=1)


def _right_matrix(c: Context) -> np.ndarray:
    *batch, inner = c.shape if len(c.shape) == 1 else (*c.shape[:-2], c.shape[-1])
    if c.choice(False, False, True):
        return c.array((inner,))
    if batch and c.choice(False, False, True):
        return c.array((1, inner, c.choice(2, 1, inner)))
    narrow = c.draw(drawing.narrower(tuple(batch)))
    along = batch[len(batch) - len(narrow) :]
    batch = [c.choice(1, 2) if n == 1 else side for side, n in zip(narrow, along)]
    if len(batch) >= len(c.shape) - 2:
        batch = c.choice([], [], [2], [1, 2]) + batch
    return c.array((*batch, inner, c.choice(2, inner, 1, 3, 0)))


def _labels(c: Context) -> np.ndarray:
    *shape, classes = c.shape
    size = int(np.prod(shape))
    codes = c.draw(drawing.choices(size, c.draw(st.integers(0, 9999))))
    return (codes.astype(int) % classes).reshape(shape)


def _equal_but_along_axis(c: Context) -> list[np.ndarray]:
    found = [c.array(least=1)]
    sides = list(found[0].shape)
    axis = c.early["axis"] = c.draw(drawing.axis(len(sides)))
    for _ in range(c.choice(1, 2, 0)):
        sides[axis] = c.choice(2, 1, 3, 0)
        found.append(c.array(tuple(sides)))
    return found


def _equal_shapes(c: Context) -> list[np.ndarray]:
    first = c.array(most=2)
    return [first, *(c.array(first.shape) for _ in range(c.choice(1, 2, 0)))]


def _cuts(c: Context) -> int | tuple[int, ...]:
    """A number of equal sections, or the places between them, in any order."""
    axis = c.early["axis"] = c.draw(drawing.axis(len(c.shape)))
    side = c.shape[axis]
    sections = [n for n in range(1, side + 1) if side % n == 0] or [1]
    places = tuple(sorted(c.draw(st.lists(st.integers(0, side), max_size=3))))
    return c.choice(places, *sections)


def _index_arrays(c: Context) -> list[Any]:
    index = c.draw(drawing.indices(c.shape))
    c.early["template"], arrays = taken_apart(index)
    return arrays


def _of_an_index(c: Context) -> np.ndarray:
    shape = c.early["shape"] = c.draw(drawing.shapes(least=1))
    template, arrays = taken_apart(c.draw(drawing.indices(shape)))
    c.early |= {"indices": arrays, "template": template}
    return c.array(np.zeros(shape)[put_together(template, arrays)].shape)


def _degrees_of_freedom(c: Context) -> float:
    """What is taken off the number of elements, of which something must remain."""
    n = count(c.shape, c.drawn["axis"])
    return c.choice(*[ddof for ddof in (0, 1, 2, 0.5) if ddof < n])


SAMPLERS: dict[str, Callable[[Context], Any]] = {
    "array": lambda c: c.array(),
    "nonempty array": lambda c: c.array(nonempty=True),
    "1-d or more": lambda c: c.array(least=1, nonempty=True),
    "complex array": _complex_array,
    "broadcastable": lambda c: c.array(c.narrower()),
    "well-conditioned": lambda c: c.matrix("well-conditioned"),
    "symmetric": lambda c: c.matrix("symmetric"),
    "square": Context.square,
    "mask": lambda c: c.draw(drawing.elements(c.narrower(), pools=("lattice",))) > 0.5,
    "equal shapes": _equal_shapes,
    "equal but along axis": _equal_but_along_axis,
    "left matrix": _left_matrix,
    "right matrix": _right_matrix,
    "rows": lambda c: c.array(least=1),
    "weight": lambda c: c.array((c.choice(2, 1, 3, 0), c.shape[-1])),
    "bias": lambda c: c.array((len(c.drawn["weight"]),)),
    "labels": _labels,
    "index arrays": _index_arrays,
    "of an index": _of_an_index,
    "index": lambda c: (),  # drawn with the index arrays
    "axis": lambda c: c.draw(drawing.axis(len(c.shape))),
    "one axis or none": Context.axis_or_none,
    "new axis": lambda c: c.draw(drawing.axis(len(c.shape) + 1)),
    "axes": lambda c: c.draw(drawing.axes(len(c.shape))),
    "unit axes": _unit_axes,
    "permutation": _permutation,
    "same size": _same_size,
    "broader": _broader,
    "cuts": _cuts,
    "flag": lambda c: c.draw(st.booleans()),
    "degrees of freedom": _degrees_of_freedom,
    "float dtype": lambda c: c.choice(np.dtype(np.float64), np.dtype(np.float32)),
}
