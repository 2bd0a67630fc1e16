"""Linear algebra, under NumPy's names.

>>> import numpy as np
>>> import autograd as ag
>>> ag.grad(ag.linalg.norm)(np.array([3.0, 4.0]))
array([0.6, 0.8])
"""

from .ops.determinants import cond, det, matrix_rank, slogdet
from .ops.eigenvalues import eig, eigh, eigvals, eigvalsh
from .ops.factorizations import cholesky, qr
from .ops.inverses import inv, lstsq, pinv, solve, tensorinv, tensorsolve
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
from .ops.singular_values import svd, svdvals

__all__ = [
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]
