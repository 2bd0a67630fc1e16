"""Fourier transforms: ``fft`` and ``ifft`` have rules, all others are made of them.

The matrix of ``fft`` is symmetric, so its transpose is ``fft`` itself. Of ``irfft`` and
its kin only the real parts count that NumPy looks at.
"""

import numpy as np

from ..core.composite import composed
from ..core.declare import linear

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]


def _fft(x, n=None, axis=-1, norm=None):
    return np.fft.fft(x, n, axis, norm)


def _ifft(x, n=None, axis=-1, norm=None):
    return np.fft.ifft(x, n, axis, norm)


def _transposed(transform):
    def pull(g, x_shape, axis, norm):
        return _sized(transform(g, axis=axis, norm=norm), x_shape[axis], axis)

    return pull


def _sized(x, n, axis):
    """Cut off, or filled up with zeros, to ``n`` elements along an axis."""
    side = x.shape[axis]
    if side == n:
        return x
    rows = np.moveaxis(x, axis, 0)[:n]
    if side < n:
        zeros = np.zeros((n - side, *rows.shape[1:]), x.dtype)
        rows = np.concatenate([rows, zeros])
    return np.moveaxis(rows, 0, axis)


fft = linear(_fft, _transposed(np.fft.fft))
ifft = linear(_ifft, _transposed(np.fft.ifft))


@composed(analytic=False)
def rfft(x, n=None, axis=-1, norm=None):
    """The first half of the transform of reals: the rest are the conjugates.

    n reals → n // 2 + 1 complex numbers.

    It is linear, and its gradient a transform of g, of which the real part is taken.

    >>> import autograd as ag
    >>> ag.fft.rfft(ag.tensor([1.0, 0.0, 0.0]))
    Tensor([1.+0.j, 1.+0.j])
    """
    if np.iscomplexobj(x):
        raise TypeError(
            "the transform of reals got complex numbers; use fft, or x.real if the "
            "imaginary part is to be dropped"
        )
    n = np.shape(x)[axis] if n is None else n
    return _sized(fft(x, n, axis, norm), n // 2 + 1, axis)


@composed(analytic=False)
def irfft(x, n=None, axis=-1, norm=None):
    """The reals whose transform begins with ``x``: ``n`` of them, or 2 (m - 1).

    It is linear over the reals, and its gradient a transform of g.

    >>> import autograd as ag
    >>> ag.fft.irfft(ag.fft.rfft(ag.tensor([1.0, 2.0])))
    Tensor([1., 2.])
    """
    n = 2 * (np.shape(x)[axis] - 1) if n is None else n
    if n < 1:
        raise ValueError(f"Invalid number of FFT data points ({n}) specified.")
    half = np.moveaxis(_sized(x, n // 2 + 1, axis), axis, 0)
    rest = np.conj(half[1 : (n + 1) // 2][::-1])
    whole = np.moveaxis(np.concatenate([half, rest]), 0, axis)
    return np.real(ifft(whole, None, axis, norm))


OTHER_WAY = {None: "forward", "backward": "forward", "forward": "backward"}


@composed(analytic=False)
def hfft(x, n=None, axis=-1, norm=None):
    """The transform, which is real, of a signal of which ``x`` is the first half.

    It is linear over the reals, and its gradient a transform of g.

    >>> import autograd as ag
    >>> ag.fft.hfft(ag.tensor([1.0, 0.0, 0.0]))
    Tensor([1., 1., 1., 1.])
    """
    return irfft(np.conj(x), n, axis, OTHER_WAY.get(norm, norm))


@composed(analytic=False)
def ihfft(x, n=None, axis=-1, norm=None):
    """The inverse of ``hfft``.

    It is linear over the reals, and its gradient a transform of g.

    >>> import autograd as ag
    >>> ag.fft.hfft(ag.fft.ihfft(ag.tensor([1.0, 2.0])))
    Tensor([1., 2.])
    """
    return np.conj(rfft(x, n, axis, OTHER_WAY.get(norm, norm)))


def _sides(x, s, axes):
    """How many elements along which axes, in the order NumPy takes them."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(np.ndim(x))
    sides = [np.shape(x)[axis] for axis in axes] if s is None else s
    if len(sides) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    pairs = zip(sides, axes)
    return [(np.shape(x)[a] if n in (None, -1) else n, a) for n, a in pairs]


def _over(x, transform, sides, norm):
    for n, axis in sides:
        x = transform(x, n, axis, norm)
    return x


@composed()
def fftn(x, s=None, axes=None, norm=None):
    """The transform over several axes, or all.

    It is linear, and its gradient the same transform of g.

    >>> import autograd as ag
    >>> ag.fft.fftn(ag.ones((2, 2))).real.tolist()
    [[4.0, 0.0], [0.0, 0.0]]
    """
    return _over(x, fft, _sides(x, s, axes)[::-1], norm)


@composed()
def ifftn(x, s=None, axes=None, norm=None):
    """The inverse of ``fftn``.

    It is linear, and its gradient the same transform of g.

    >>> import autograd as ag
    >>> ag.fft.ifftn(ag.fft.fftn(ag.ones((2, 2)))).real.tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return _over(x, ifft, _sides(x, s, axes)[::-1], norm)


@composed(analytic=False)
def rfftn(x, s=None, axes=None, norm=None):
    """``rfft`` over the last of the axes, ``fft`` over the others.

    It is linear, and its gradient a transform of g, of which the real part is taken.

    >>> import autograd as ag
    >>> ag.fft.rfftn(ag.ones((2, 4))).shape
    (2, 3)
    """
    *others, (n, axis) = _sides(x, s, axes)
    return _over(rfft(x, n, axis, norm), fft, others[::-1], norm)


@composed(analytic=False)
def irfftn(x, s=None, axes=None, norm=None):
    """The inverse of ``rfftn``.

    It is linear over the reals, and its gradient a transform of g.

    >>> import autograd as ag
    >>> ag.fft.irfftn(ag.fft.rfftn(ag.ones((2, 4)))).shape
    (2, 4)
    """
    *others, (n, axis) = _sides(x, s, axes)
    n = 2 * (n - 1) if s is None else n
    return irfft(_over(x, ifft, others, norm), n, axis, norm)


@composed()
def fft2(x, s=None, axes=(-2, -1), norm=None):
    """The transform over two axes.

    It is linear, and its gradient the same transform of g.

    >>> import autograd as ag
    >>> ag.fft.fft2(ag.ones((2, 2))).real.tolist()
    [[4.0, 0.0], [0.0, 0.0]]
    """
    return fftn(x, s, axes, norm)


@composed()
def ifft2(x, s=None, axes=(-2, -1), norm=None):
    """The inverse of ``fft2``.

    It is linear, and its gradient the same transform of g.

    >>> import autograd as ag
    >>> ag.fft.ifft2(ag.fft.fft2(ag.ones((2, 2)))).real.tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return ifftn(x, s, axes, norm)


@composed(analytic=False)
def rfft2(x, s=None, axes=(-2, -1), norm=None):
    """``rfftn`` over two axes.

    It is linear, and its gradient a transform of g, of which the real part is taken.

    >>> import autograd as ag
    >>> ag.fft.rfft2(ag.ones((2, 4))).shape
    (2, 3)
    """
    return rfftn(x, s, axes, norm)


@composed(analytic=False)
def irfft2(x, s=None, axes=(-2, -1), norm=None):
    """The inverse of ``rfft2``.

    It is linear over the reals, and its gradient a transform of g.

    >>> import autograd as ag
    >>> ag.fft.irfft2(ag.fft.rfft2(ag.ones((2, 4)))).shape
    (2, 4)
    """
    return irfftn(x, s, axes, norm)


def _shifted(x, axes, direction):
    axes = range(np.ndim(x)) if axes is None else axes
    axes = (axes,) if np.ndim(axes) == 0 else tuple(axes)
    sides = [np.shape(x)[axis] for axis in axes]
    return np.roll(x, [direction * (n // 2) for n in sides], axes)


@composed()
def fftshift(x, axes=None):
    """Frequency 0 in the middle.

    Its gradient is g, shifted back.

    >>> import autograd as ag
    >>> ag.fft.fftshift(ag.fft.fftfreq(4))
    Tensor([-0.5 , -0.25,  0.  ,  0.25])
    """
    return _shifted(x, axes, 1)


@composed()
def ifftshift(x, axes=None):
    """The inverse of ``fftshift``.

    Its gradient is g, shifted back.

    >>> import autograd as ag
    >>> ag.fft.ifftshift(ag.fft.fftshift(ag.tensor([1.0, 2.0, 3.0])))
    Tensor([1., 2., 3.])
    """
    return _shifted(x, axes, -1)
