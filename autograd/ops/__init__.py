"""The primitives, by family. Importing this package declares them all."""

from typing import Any

import numpy as np

from ..core.declare import declare
from ..core.primitive import Primitive
from . import (
    activations,
    calculus,
    complex,
    convolutions,
    determinants,
    eigenvalues,
    einsum,
    elementwise,
    factorizations,
    filling,
    fourier,
    ignoring_nan,
    indexing,
    inverses,
    joining,
    linalg,
    losses,
    norms,
    padding,
    polynomials,
    products,
    quantiles,
    rearranging,
    reductions,
    scans,
    searching,
    selecting,
    shaping,
    singular_values,
    sorting,
    statistics,
    updating,
)

FAMILIES = (
    activations,
    calculus,
    complex,
    convolutions,
    determinants,
    eigenvalues,
    einsum,
    elementwise,
    factorizations,
    filling,
    fourier,
    ignoring_nan,
    indexing,
    inverses,
    joining,
    linalg,
    losses,
    norms,
    padding,
    polynomials,
    products,
    quantiles,
    rearranging,
    reductions,
    scans,
    searching,
    selecting,
    shaping,
    singular_values,
    sorting,
    statistics,
)

# NumPy's functions that ours of another name, or from another place, stand for.
BY_PATH = {
    **{
        getattr(np.fft, name): getattr(fourier, name)
        for name in np.fft.__all__
        if hasattr(fourier, name)
    },
    np.amax: reductions.max,
    np.amin: reductions.min,
    np.permute_dims: shaping.transpose,
    np.around: elementwise.round,
    np.linalg.cholesky: factorizations.cholesky,
    np.linalg.cond: determinants.cond,
    np.linalg.cross: products.cross_in_space,
    np.linalg.det: determinants.det,
    np.linalg.diagonal: products.diagonal_of_matrices,
    np.linalg.eig: eigenvalues.eig,
    np.linalg.eigh: eigenvalues.eigh,
    np.linalg.eigvals: eigenvalues.eigvals,
    np.linalg.eigvalsh: eigenvalues.eigvalsh,
    np.linalg.inv: inverses.inv,
    np.linalg.lstsq: inverses.lstsq,
    np.linalg.matmul: linalg.matmul,
    np.linalg.matrix_norm: norms.matrix_norm,
    np.linalg.matrix_power: products.matrix_power,
    np.linalg.matrix_rank: determinants.matrix_rank,
    np.linalg.matrix_transpose: products.matrix_transpose,
    np.linalg.multi_dot: products.multi_dot,
    np.linalg.norm: norms.norm,
    np.linalg.outer: products.matrix_outer,
    np.linalg.pinv: inverses.pinv,
    np.linalg.qr: factorizations.qr,
    np.linalg.slogdet: determinants.slogdet,
    np.linalg.solve: inverses.solve,
    np.linalg.svd: singular_values.svd,
    np.linalg.svdvals: singular_values.svdvals,
    np.linalg.tensordot: products.tensordot,
    np.linalg.tensorinv: inverses.tensorinv,
    np.linalg.tensorsolve: inverses.tensorsolve,
    np.linalg.trace: products.trace_of_matrices,
    np.linalg.vecdot: products.vecdot_along,
    np.linalg.vector_norm: norms.vector_norm,
}


def _declare(family: Any) -> None:
    """All primitives of a family: of a ufunc's name, they stand for that ufunc."""
    for ours in vars(family).values():
        if isinstance(ours, Primitive):
            theirs = getattr(np, ours.name, None)
            declare(ours, *([theirs] if isinstance(theirs, np.ufunc) else []))


for family in (*FAMILIES, updating):
    _declare(family)
declare(elementwise.sign, np.sign)
declare(elementwise.divmod, np.divmod)
declare(elementwise.frexp, np.frexp)
declare(elementwise.modf, np.modf)
for theirs, ours in BY_PATH.items():
    declare(ours, theirs)
