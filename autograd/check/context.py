"""What samples are made with: a context that draws, and the calls that come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..core.primitive import REALS, Interval
from . import arrays
from .arrays import DrawFn, Shape, st
from .layouts import LAYOUTS, laid_out

Call = tuple[tuple[Any, ...], dict[str, Any]]


def call(*operands: Any, **params: Any) -> Call:
    """A call as a sample returns it: what it is called with.

    >>> call([1.0, 2.0], axis=0)
    (([1.0, 2.0],), {'axis': 0})
    """
    return operands, params


@dataclass
class Context:
    """How to draw what a primitive is called with, one thing after another.

    ``domain`` is that of the arrays which are not given another: of all operands, if
    these have one in common. What a ``sample=`` of names has drawn so far is in
    ``drawn``, and the shape of the first of these in ``shape``.
    """

    draw: DrawFn
    dtype: Any  # of the arrays; None: any float dtype
    domain: Interval = REALS
    drawn: dict[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> Shape:
        """The shape of the first argument, or of its first member."""
        first = next(iter(self.drawn.values()))
        return (first if isinstance(first, np.ndarray) else first[0]).shape

    # Arrays ---------------------------------------------------------------------------

    def array(
        self,
        shape: Shape | None = None,
        dtype: Any = None,
        *,
        least: int = 0,
        most: int = 3,
        nonempty: bool = False,
        domain: Interval | None = None,
    ) -> np.ndarray:
        """An array: of that shape, or of ``least`` to ``most`` axes."""
        if shape is None:
            shape = self.draw(arrays.shapes(least, most, nonempty))
        domain, dtype = domain or self.domain, dtype or self.dtype
        return self.draw(arrays.arrays(shape, domain, dtype))

    @cached_property
    def whole(self) -> Shape:
        """The shape all operands broadcast to."""
        return self.draw(arrays.shapes())

    def narrower(self) -> Shape:
        """A shape that broadcasts to that of all operands."""
        return self.draw(arrays.narrower(self.whole))

    def matrix(
        self, kind: str, shape: Shape | None = None, dtype: Any = None
    ) -> np.ndarray:
        """A matrix of a kind, or a batch of them: of that shape, or square."""
        if shape is None:
            n = self.choice(2, 3, 1, 4)
            shape = (*self.choice(*arrays.BATCHES), n, n)
        dtype = dtype or self.dtype or self.draw(arrays.dtypes())
        dtype = np.promote_types(dtype, np.float32)  # LAPACK has no half precision
        found = self.draw(arrays.matrix(kind, shape, dtype))
        return laid_out(found, self.choice(*LAYOUTS[:-1]))

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

    # Parameters -----------------------------------------------------------------------

    def choice(self, *options: Any) -> Any:
        """One of the options, most simply the first."""
        return self.draw(st.sampled_from(options))

    def flag(self) -> bool:
        """False or True."""
        return self.draw(st.booleans())

    def axis(self, ndim: int) -> int:
        """One of so many axes, from either end."""
        return self.draw(arrays.axis(ndim))

    def axis_or_none(self, ndim: int) -> int | None:
        """One of so many axes, from either end, or None."""
        return self.choice(None, *range(-ndim, ndim))

    def axes(self, ndim: int) -> int | tuple[int, ...] | None:
        """None, one of so many axes, or several, or no axes at all; from either end."""
        return self.draw(arrays.axes(ndim))

    def integers(self, low: int, high: int, shape: Sequence[int]) -> np.ndarray:
        """Integers from ``low`` to below ``high``, each drawn by itself."""
        found = [self.choice(*range(low, high)) for _ in range(int(np.prod(shape)))]
        return np.reshape(np.array(found, int), shape)

    def indices(self, shape: Shape) -> Any:
        """What may stand between the brackets of an array of this shape."""
        return self.draw(arrays.indices(shape))


Sample = Callable[[Context], Call]
