"""The Fourier transforms, under NumPy's names: the fft extension of the standard.

>>> import numpy as np
>>> import autograd as ag
>>> power = lambda x: np.sum(np.abs(ag.fft.fft(x)) ** 2)  # Parseval: n times Σ x²
>>> ag.grad(power)(np.array([1.0, 2.0])).round(12)
array([4., 8.])
"""

from typing import Any

import numpy as np

from .creation import check_device
from .ops import fourier
from .ops.fourier import *
from .tensor import Tensor

__all__ = [*fourier.__all__, "fftfreq", "rfftfreq"]


def __dir__() -> list[str]:
    return [*__all__, *[name for name in globals() if name.startswith("__")]]


def fftfreq(n: int, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequencies of ``fft`` of ``n`` samples, ``d`` apart.

    0 and up, then the negative ones: k / (n d).

    >>> import autograd as ag
    >>> ag.fft.fftfreq(4)
    Tensor([ 0.  ,  0.25, -0.5 , -0.25])
    """
    check_device(device)
    return Tensor.leaf(np.fft.fftfreq(n, d).astype(dtype or float))


def rfftfreq(
    n: int, *, d: float = 1.0, dtype: Any = None, device: Any = None
) -> Tensor:
    """The frequencies of ``rfft`` of ``n`` samples, ``d`` apart.

    Those from 0 up: k / (n d).

    >>> import autograd as ag
    >>> ag.fft.rfftfreq(4)
    Tensor([0.  , 0.25, 0.5 ])
    """
    check_device(device)
    return Tensor.leaf(np.fft.rfftfreq(n, d).astype(dtype or float))
