"""Linear algebra, under NumPy's names.

>>> import numpy as np
>>> import autograd as ag
>>> ag.grad(ag.linalg.norm)(np.array([3.0, 4.0]))
array([0.6, 0.8])
"""

from . import ops
from .ops.determinants import *
from .ops.eigenvalues import *
from .ops.exponentials import *
from .ops.factorizations import *
from .ops.inverses import *
from .ops.linalg import matmul
from .ops.norms import *
from .ops.products import cross_in_space as cross
from .ops.products import diagonal_of_matrices as diagonal
from .ops.products import matrix_outer as outer
from .ops.products import (
    matrix_power,
    matrix_transpose,
    multi_dot,
    tensordot,
    vecdot,
)
from .ops.products import trace_of_matrices as trace
from .ops.singular_values import *
from .ops.triangular import *

__all__ = [
    *[name for family in ops.LINALG for name in family.__all__],
    "cross",
    "diagonal",
    "matmul",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "outer",
    "tensordot",
    "trace",
    "vecdot",
]


def __dir__() -> list[str]:
    return [*__all__, *[name for name in globals() if name.startswith("__")]]
