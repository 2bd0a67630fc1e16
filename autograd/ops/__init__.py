"""The primitives, by family. Importing this package registers them all.

A family's ``__all__`` is what it offers, in ``ag``, ``ag.linalg`` or ``ag.fft``; and
NumPy's function of the same name there calls it for Tensors.
"""

import numpy as np

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
    inverses,
    joining,
    linalg,
    losses,
    meanings,
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

LINALG = [determinants, eigenvalues, factorizations, inverses, norms, singular_values]
FFT = [fourier]
GENERAL = [
    module
    for module in [*vars().values()]
    if getattr(module, "__package__", "") == __name__
    and hasattr(module, "__all__")
    and module not in [*LINALG, *FFT]
]
FAMILIES = {np: GENERAL, np.linalg: LINALG, np.fft: FFT}  # by NumPy's namespace

# NumPy's functions that ours of another name, or from another place, stand for.
BY_PATH = {
    np.amax: reductions.max,
    np.amin: reductions.min,
    np.around: elementwise.round,
    np.linspace: filling.linspace,
    np.permute_dims: shaping.transpose,
    np.poly: polynomials.poly,
    np.polydiv: polynomials.polydiv,
    np.polyfit: polynomials.polyfit,
    np.roots: polynomials.roots,
    np.linalg.cross: products.cross_in_space,
    np.linalg.diagonal: products.diagonal_of_matrices,
    np.linalg.matmul: linalg.matmul,
    np.linalg.matrix_power: products.matrix_power,
    np.linalg.matrix_transpose: products.matrix_transpose,
    np.linalg.multi_dot: products.multi_dot,
    np.linalg.outer: products.matrix_outer,
    np.linalg.tensordot: products.tensordot,
    np.linalg.trace: products.trace_of_matrices,
    np.linalg.vecdot: products.vecdot,
}

meanings.describe()
