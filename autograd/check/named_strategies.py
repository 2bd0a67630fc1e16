"""What the names in a primitive's ``sample=`` mean: one table.

Each draws an argument by itself; ``c.shape`` is the shape of the first argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ops.reductions import count
from .context import Context
from .samples import complex, determinants, linalg, losses, reductions, shaping

STRATEGIES: dict[str, Callable[[Context], Any]] = {
    # Operands
    "array": lambda c: c.array(),
    "nonempty array": lambda c: c.array(nonempty=True),
    "1-d or more": lambda c: c.array(least=1, nonempty=True),
    "complex array": complex.numbers,
    "broadcastable": lambda c: c.array(c.narrower()),
    "mask": shaping.mask,
    "equal shapes": shaping.equal_shapes,  # of any number of operands
    "rows": lambda c: c.array(least=1),
    "weight": lambda c: c.array((c.choice(2, 1, 3, 0), c.shape[-1])),
    "bias": lambda c: c.array((len(c.drawn["weight"]),)),
    "labels": lambda c: losses.labels(c, c.shape),
    "well-conditioned": lambda c: c.matrix("well-conditioned"),
    "symmetric": lambda c: c.matrix("symmetric"),
    "square": determinants.square,
    "left matrix": linalg.left_matrix,
    "right matrix": lambda c: linalg.right_matrix(c, c.shape),
    # Parameters
    "axis": lambda c: c.axis(len(c.shape)),
    "one axis or none": lambda c: c.axis_or_none(len(c.shape)),
    "new axis": lambda c: c.axis(len(c.shape) + 1),
    "axes": lambda c: c.axes(len(c.shape)),
    "unit axes": lambda c: shaping.unit_axes(c, c.shape),
    "permutation": lambda c: shaping.permutation(c, len(c.shape)),
    "same size": lambda c: shaping.same_size(c, c.shape),
    "broader": lambda c: shaping.broader(c, c.shape),
    "flag": Context.flag,
    "degrees of freedom": lambda c: reductions.degrees_of_freedom(
        c, count(c.shape, c.drawn["axis"]), 0, 1, 2, 0.5
    ),
    "float dtype": shaping.float_dtype,
}
