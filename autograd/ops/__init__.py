"""The primitives, by family. Importing this package registers them all."""

import numpy as np

from . import (
    activations,
    calculus,
    complex,
    convolutions,
    einsum,
    elementwise,
    filling,
    fourier,
    ignoring_nan,
    indexing,
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
    sorting,
    statistics,
)

FAMILIES = (
    activations,
    calculus,
    complex,
    convolutions,
    einsum,
    elementwise,
    filling,
    fourier,
    ignoring_nan,
    indexing,
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
    np.linalg.cross: products.cross_in_space,
    np.linalg.diagonal: products.diagonal_of_matrices,
    np.linalg.matmul: linalg.matmul,
    np.linalg.matrix_norm: norms.matrix_norm,
    np.linalg.matrix_power: products.matrix_power,
    np.linalg.matrix_transpose: products.matrix_transpose,
    np.linalg.multi_dot: products.multi_dot,
    np.linalg.norm: norms.norm,
    np.linalg.outer: products.matrix_outer,
    np.linalg.tensordot: products.tensordot,
    np.linalg.trace: products.trace_of_matrices,
    np.linalg.vecdot: products.vecdot_along,
    np.linalg.vector_norm: norms.vector_norm,
}
