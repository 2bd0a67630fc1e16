"""Parts of complex numbers: linear over the reals.

Cotangents use plain transposes inside the engine: ∂L = Re(g · ∂z). The conjugate is
taken once, where gradients leave it.
"""

import numpy as np

from ..primitive import linear

C = {"x": "complex array"}


def _real(x):
    return np.real(x)


def _imag(x):
    return np.imag(x)


real = linear(_real, lambda g: g, analytic=False, sample=C)
imag = linear(_imag, lambda g: -1j * g, analytic=False, sample=C)
conjugate = linear(np.conjugate, lambda g: np.conjugate(g), analytic=False, sample=C)
