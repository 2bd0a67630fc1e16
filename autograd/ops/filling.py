"""New arrays between given ends, and functions of each row."""

import math
import operator

import numpy as np

from ..core.composite import composed
from ..core.node import raw
from .shaping import astype, reshape, stack

__all__ = ["apply_along_axis", "apply_over_axes", "geomspace", "logspace"]


@composed()
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """``num`` values from ``start`` to ``stop``, evenly spaced."""
    start, stop = map(_array, (start, stop))
    num = operator.index(num)
    if num < 0:
        raise ValueError(f"the number of values must not be negative; got {num}")
    parts = num - 1 if endpoint else num
    step = (stop - start) / parts if parts > 0 else (stop - start) * np.nan
    rows = np.arange(num).reshape(-1, *[1] * np.ndim(step))
    last = endpoint and parts > 0
    values = start + rows * step if parts > 0 else start + 0.0 * (rows + stop)
    values = np.where(rows == parts, stop, values) if last else values
    values = np.moveaxis(values, 0, axis)
    values = astype(values, dtype or _promoted(start, stop), copy=False)
    return (values, step) if retstep else values


@composed(
    domain=((-3.0, 3.0), (-3.0, 3.0)),
)
def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """Powers of ``base``, of evenly spaced exponents.

    xᵢ = base^eᵢ, so ∂xᵢ/∂eᵢ = xᵢ log base.

    >>> import autograd as ag
    >>> ag.logspace(ag.tensor(0.0), 2.0, 3)
    Tensor([  1.,  10., 100.])
    """
    base = _array(base)
    if np.ndim(base):  # one for each end: it has the new axis too
        start, stop = map(_array, (start, stop))
        most = max(map(np.ndim, (start, stop, base)))
        ends = [
            reshape(x, (1,) * (most - np.ndim(x)) + np.shape(x))
            for x in (start, stop, base)
        ]
        start, stop = ends[:2]
        base = np.expand_dims(ends[2], axis)
    values = np.power(base, linspace(start, stop, num, endpoint, axis=axis))
    return values if dtype is None else astype(values, dtype)


@composed(
    domain=((0.0, np.inf), (0.0, np.inf)),
)
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """``num`` values from ``start`` to ``stop``, each the same multiple of the last.

    xᵢ = start^(1 - wᵢ) stop^wᵢ, so ∂xᵢ/∂stop = wᵢ xᵢ / stop, wᵢ from 0 to 1.

    >>> import autograd as ag
    >>> ag.geomspace(ag.tensor(1.0), 100.0, 3)
    Tensor([  1.,  10., 100.])
    """
    work = _promoted(start, stop)
    ends = [np.log(astype(_array(x), work, copy=False)) for x in (start, stop)]
    exponents = linspace(*ends, num, endpoint, axis=axis)
    return np.exp(exponents) if dtype is None else astype(np.exp(exponents), dtype)


def _array(x):
    """An end; as an array where it is a list."""
    return np.asarray(x) if isinstance(x, (list, tuple)) else x


def _promoted(*ends):
    """The dtype of numbers between: that of the ends, or of floats."""
    arrays = [x if np.isscalar(x) else np.asarray(x) for x in map(raw, ends)]
    return np.result_type(*arrays, 1.0)


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """``func1d`` of each vector along an axis; what it returns stands in its place.

    Its derivative is that of the calls.

    >>> import autograd as ag
    >>> ag.apply_along_axis(ag.max, 1, ag.tensor([[1.0, 3.0], [4.0, 2.0]]))
    Tensor([3., 4.])
    """
    rows = np.moveaxis(arr, axis, -1)
    lead = rows.shape[:-1]
    if 0 in lead:
        raise ValueError(
            f"apply_along_axis has no vector, in the shape {np.shape(arr)}"
        )
    vectors = reshape(rows, (math.prod(lead), rows.shape[-1]))
    found = stack([func1d(vectors[i], *args, **kwargs) for i in range(len(vectors))])
    inner = found.shape[1:]
    out = reshape(found, (*lead, *inner))
    place = axis % np.ndim(arr)
    source = range(len(lead), len(lead) + len(inner))
    return np.moveaxis(out, tuple(source), tuple(range(place, place + len(inner))))


def apply_over_axes(func, a, axes):
    """``func(a, axis)`` for one axis after another, with the axes kept.

    Its derivative is that of the calls.

    >>> import autograd as ag
    >>> ag.apply_over_axes(ag.sum, ag.ones((2, 3, 4)), [0, 2]).shape
    (1, 3, 1)
    """
    for axis in np.atleast_1d(axes).tolist():
        out = func(a, axis)
        a = out if np.ndim(out) == np.ndim(a) else np.expand_dims(out, axis)
    return a
