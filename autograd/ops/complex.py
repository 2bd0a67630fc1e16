"""Parts of complex numbers: linear over the reals.

Cotangents use plain transposes inside the engine: ∂L = Re(g · ∂z). The conjugate is
taken once, where gradients leave it.
"""

import numpy as np

from ..core.composite import composed
from ..core.declare import linear
from .elementwise import INF

__all__ = ["angle", "conjugate", "imag", "real", "real_if_close"]


def _real(x):
    return np.real(x)


def _imag(x):
    return np.imag(x)


real = linear(_real, lambda g: g, analytic=False)
imag = linear(_imag, lambda g: -1j * g, analytic=False)
conjugate = linear(np.conjugate, lambda g: np.conjugate(g), analytic=False)


@composed(
    domain=(0.0, INF),  # of the real part
    analytic=False,
)
def angle(z, deg=False):
    """The argument of complex numbers: arctan2 of imaginary and real part.

    Of z = a + bi: ∂/∂a = -b / |z|² and ∂/∂b = a / |z|².

    >>> import autograd as ag
    >>> ag.grad(lambda y: np.angle(2 + 1j * y))(0.0)
    0.5
    """
    radians = np.arctan2(np.imag(z), np.real(z))
    return radians * (180 / np.pi) if deg else radians


def real_if_close(a, tol=100):
    """The real part, if every imaginary part is as good as 0; else ``a`` itself.

    ``tol`` counts the rounding of 1; below 1 it is the limit itself.

    Its gradient is that of ``real``, or g itself.

    >>> import autograd as ag
    >>> ag.real_if_close(ag.tensor([1.0 + 1e-16j]))
    Tensor([1.])
    """
    if not np.iscomplexobj(a):
        return a
    limit = np.finfo(a.dtype).eps * tol if tol > 1 else tol
    return real(a) if np.all(np.abs(np.imag(a)) < limit) else a
