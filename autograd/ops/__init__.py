"""The primitives, by family. Importing this package declares them all.

A family's ``__all__`` is what it offers, in ``ag``, ``ag.linalg`` or ``ag.fft``; and
NumPy's function of the same name there calls it for Tensors.
"""

from typing import Any

import numpy as np

from ..core.declare import declare
from ..core.primitive import Primitive
from . import (
    activations,
    attention,
    calculus,
    complex,
    convolutions,
    determinants,
    distances,
    eigenvalues,
    einsum,
    elementwise,
    exponentials,
    factorizations,
    filling,
    filters,
    fourier,
    gru,
    held,
    ignoring_nan,
    indexing,
    inverses,
    joining,
    kinks,
    linalg,
    losses,
    lstm,
    meanings,
    normalization,
    norms,
    padding,
    polynomials,
    pooling,
    products,
    quantiles,
    rearranging,
    rectifiers,
    reductions,
    rnn,
    scans,
    searching,
    selecting,
    shaping,
    singular_values,
    sliding,
    smooth_activations,
    sorting,
    statistics,
    triangular,
    updating,
)
from .keywords import takes_axis, with_keywords

LINALG = [
    determinants,
    eigenvalues,
    exponentials,
    factorizations,
    inverses,
    norms,
    singular_values,
    triangular,
]
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
    np.lib.stride_tricks.sliding_window_view: sliding.sliding_window_view,
}


IN_PLACE = (np.put, np.put_along_axis)  # ours of these names return a new array


def _declare(namespace: Any, family: Any) -> None:
    """The primitives of a family, and what it offers under NumPy's names."""
    for ours in vars(family).values():
        if isinstance(ours, Primitive):
            theirs = getattr(np, ours.name, None)
            declare(ours, *([theirs] if isinstance(theirs, np.ufunc) else []))
    for name in getattr(family, "__all__", ()):
        if takes_axis(vars(family)[name]):
            setattr(family, name, with_keywords(vars(family)[name]))
        theirs = getattr(namespace, name, None)
        known = isinstance(theirs, np.ufunc) or hasattr(theirs, "_implementation")
        if known and theirs not in IN_PLACE:
            declare(getattr(family, name), theirs)


for namespace, families in FAMILIES.items():
    for family in families:
        _declare(namespace, family)
for family in (held, indexing, kinks):
    _declare(np, family)
declare(elementwise.divmod, np.divmod)
for theirs, ours in BY_PATH.items():
    declare(ours, theirs)
meanings.describe()
