"""What hypothesis draws for gradient checks: tensors, shapes, modules, programs."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.primitive import REALS, Interval
from ..tensor import Tensor
from .arrays import (
    BATCHES,
    POOLS,
    DrawFn,
    SearchStrategy,
    Shape,
    arrays,
    axes,
    axis,
    broadcastable,
    dtypes,
    elements,
    indices,
    matrix,
    shapes,
    st,
)
from .layouts import LAYOUTS
from .random_programs import programs
from .sampling import samples_of

__all__ = [
    "LAYOUTS",
    "POOLS",
    "arrays",
    "axes",
    "axis",
    "broadcastable",
    "dtypes",
    "elements",
    "indices",
    "matrices",
    "modules",
    "programs",
    "samples_of",
    "shapes",
    "tensors",
]


def tensors(
    shape: int | Sequence[int] | SearchStrategy[Shape] | None = None,
    domain: Interval = REALS,
    values: Sequence[str] = POOLS,
    layout: str | None = None,
    dtype: Any = None,
) -> SearchStrategy[Tensor]:
    """A Tensor: of any shape, layout and precision, unless they are given.

    Args:
        shape: a shape, or a strategy of shapes such as ``shapes(least=1)``.
        domain: the open interval that all elements lie in.
        values: the pools elements come from, among "lattice", "normals", "extremes".
        layout: "C", "F", "strided", "reversed", "transposed", "read-only", "stride 0".
        dtype: of the elements; float64 or float32, if left out.

    >>> from hypothesis import find
    >>> find(tensors((2,), domain=(0, 1)), lambda x: True).shape
    (2,)
    """
    return arrays(shape, domain, dtype, layout, values).map(Tensor.leaf)


@st.composite
def matrices(
    draw: DrawFn,
    kind: str = "well-conditioned",
    size: int | None = None,
    batch: Shape | None = None,
    dtype: Any = float,
) -> Tensor:
    """A square matrix, or a batch of them: (…, n, n), with n from 1 to 4.

    Args:
        kind: "well-conditioned" (singular values from 1 to 3), "spd" (symmetric,
            positive definite, eigenvalues from 1 to 3), "symmetric" (of eigenvalues
            from -1 to 3.5), "orthogonal", or "triangular" (lower, a diagonal from 1 to
            3). Of complex elements: Hermitian, unitary.
        size: n.
        batch: the axes in front; none or a few, if left out.
        dtype: of the elements, float or complex.

    Raises:
        ValueError: an unknown kind.

    >>> from hypothesis import find
    >>> find(matrices("triangular", size=2, batch=()), lambda x: True).shape
    (2, 2)
    """
    n = draw(st.integers(1, 4)) if size is None else size
    front = draw(st.sampled_from(BATCHES)) if batch is None else batch
    return Tensor.leaf(draw(matrix(kind, (*front, n, n), dtype)))


@st.composite
def modules(
    draw: DrawFn,
    make: Callable[..., Any],
    *arguments: SearchStrategy[Any],
    values: Sequence[str] = ("lattice", "normals"),
) -> Any:
    """A module ``make(*arguments)`` with every parameter's numbers drawn anew.

    >>> import nn
    >>> from hypothesis import find
    >>> find(modules(lambda: nn.Linear(2, 1)), lambda model: True)
    Linear(2, 1)
    """
    given = [draw(each) for each in arguments]
    state = random.getstate()  # which hypothesis does not want to see used in here
    module = make(*given)
    random.setstate(state)
    for _, p in module.named_parameters():
        drawn = draw(elements(np.shape(p.data), pools=values))
        p.data = drawn.astype(p.data.dtype) if isinstance(p, Tensor) else float(drawn)
    return module
