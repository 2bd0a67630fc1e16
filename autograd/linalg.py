"""Linear algebra, under NumPy's names: what has a derivative here so far.

>>> import numpy as np
>>> import autograd as ag
>>> ag.grad(ag.linalg.norm)(np.array([3.0, 4.0]))
array([0.6, 0.8])
"""

from .ops.linalg import matmul
from .ops.norms import matrix_norm, norm, vector_norm
from .ops.products import cross_in_space as cross
from .ops.products import diagonal_of_matrices as diagonal
from .ops.products import matrix_outer as outer
from .ops.products import (
    matrix_power,
    matrix_transpose,
    multi_dot,
    tensordot,
)
from .ops.products import trace_of_matrices as trace
from .ops.products import vecdot_along as vecdot

__all__ = [
    "cross",
    "diagonal",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]
